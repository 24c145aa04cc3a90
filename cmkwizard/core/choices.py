"""What a person chose for the set-up. Frozen: every edit makes a new value, so Back is always safe.

The same shape is the answers file of ``cmkwizard setup`` and the draft that the window keeps. No secret is ever in it.
"""

from __future__ import annotations

import msgspec

JOURNEY_OPTIMIZER, ANALYTICS = "journey-optimizer", "customer-journey-analytics"
APPLICATIONS = (JOURNEY_OPTIMIZER, ANALYTICS)
"""Adobe's applications that need the second procedure (Customer Journey Analytics, customer-managed keys; Journey
Optimizer, customer-managed keys: it needs both, with or without a licence for the other one)."""


class AzureChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where in Azure. Ids or names; the page writes ids."""

    tenant: str = ""
    subscription: str = ""
    resource_group: str = ""
    location: str = ""


class VaultChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The vault to make, or to use (``create = false``)."""

    name: str = ""
    kind: str = "vault"
    """``vault``, or ``managed-hsm`` (used as it is, never made: ``create = false``)."""
    create: bool = True
    sku: str = "premium"
    """``standard`` or ``premium``."""
    retention_days: int = 90
    """Soft-delete retention, 7 to 90 days; cannot be changed later."""
    network: str = "public"
    """``public``, or ``restricted``: trusted Microsoft services and Adobe's address only."""


class KeyChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key to make, or to use when it exists."""

    name: str = ""
    type: str = "RSA"
    """``RSA``, or ``RSA-HSM`` (premium vaults)."""
    size: int = 3072
    """Bits: 3072 or 4096."""


class AdobeChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which organisation, reached with which credential. The client secret is kept elsewhere, never here."""

    organisation: str = ""
    client_id: str = ""
    region: str = "VA7"
    configuration: str = ""
    scopes: str = "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"


class AnalyticsChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The second vault and key: for Customer Journey Analytics, which Journey Optimizer needs too."""

    applications: tuple[str, ...] = ()
    """Which of :data:`APPLICATIONS` the organisation uses."""
    resource_group: str = ""
    """Empty: the first vault's."""
    vault: str = ""
    key: str = ""


class Acknowledgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person has understood."""

    irreversible: bool = False


class Choices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything chosen for one set-up."""

    azure: AzureChoice = AzureChoice()
    vault: VaultChoice = VaultChoice()
    key: KeyChoice = KeyChoice()
    adobe: AdobeChoice = AdobeChoice()
    analytics: AnalyticsChoice = AnalyticsChoice()
    acknowledge: Acknowledgement = Acknowledgement()
