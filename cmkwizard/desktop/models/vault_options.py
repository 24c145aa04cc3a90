"""What a new vault can be, within what the organisation's policy allows."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.choices import VaultChoice
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.desktop.models.restrictions import Option, allowed_options

TIERS = (
    ("premium", "Pre&mium", "Holds keys in a hardware security module as well."),
    ("standard", "&Standard", "Protects keys by software only: no RSA-HSM keys."),
)
NETWORKS = (
    ("public", "&All networks", "The vault answers everywhere, but only to those who hold a role on it."),
    (
        "restricted",
        "&Restricted",
        f"The vault answers trusted Microsoft services and Adobe's address {ADOBE_ADDRESS} only.",
    ),
)
LEAST_RETENTION = 7
"""Days (Azure Key Vault, soft-delete overview)."""
RETENTION_TEXT = (
    "How long a deleted vault or key can be recovered. It cannot be changed later, and nothing is erased sooner."
)


@dataclass(frozen=True)
class VaultOptions:
    """The values to choose from for a new vault."""

    policy: OrganisationPolicy

    @property
    def tiers(self) -> tuple[Option, ...]:
        """The tiers to choose from."""
        return allowed_options(TIERS, self.policy.allowed.tiers)

    @property
    def networks(self) -> tuple[Option, ...]:
        """The network accesses to choose from."""
        return allowed_options(NETWORKS, ("restricted",) if self.policy.required.restricted_network else ())

    @property
    def least_retention(self) -> int:
        """The shortest retention in days."""
        return self.policy.required.retention_days or LEAST_RETENTION

    def nearest(self, choice: VaultChoice) -> VaultChoice:
        """The choice with what cannot be chosen replaced by what can."""
        tiers, networks = [each[0] for each in self.tiers], [each[0] for each in self.networks]
        return msgspec.structs.replace(
            choice,
            sku=choice.sku if choice.sku in tiers else tiers[0],
            network=choice.network if choice.network in networks else networks[0],
            retention_days=max(choice.retention_days, self.least_retention),
        )
