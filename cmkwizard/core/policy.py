"""What an organisation presets and restricts: the values of its ``policy.toml``.

The file has the shape of :class:`OrganisationPolicy`, table by table. What it does not say is not restricted.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Allowed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lists of what may be chosen; an empty one allows everything."""

    tenants: tuple[str, ...] = ()
    """Ids of directories."""
    locations: tuple[str, ...] = ()
    """Azure regions, by their names (``westeurope``)."""
    kinds: tuple[str, ...] = ()
    """``vault`` and ``managed-hsm``."""
    tiers: tuple[str, ...] = ()
    """``standard`` and ``premium``: of vaults that are no Managed HSM."""


class NamePatterns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Regular expressions (``core.name_patterns``) that whole names have to match; an empty one allows every name."""

    vault: str = ""
    key: str = ""
    resource_group: str = ""
    configuration: str = ""


class Required(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What vault and key must have."""

    key_size: int = 0
    """Bits at least."""
    hsm: bool = False
    """The key is protected by hardware: of the type RSA-HSM."""
    restricted_network: bool = False
    """The vault's firewall lets in only whom it names."""
    retention_days: int = 0
    """Soft-delete retention, in days at least."""
    rotation_days: int = 0
    """The key is rotated by Key Vault itself, after so many days at most; a new key is made so."""
    audit_log: str = ""
    """Resource id of the workspace or storage account that the vault's audit events go to."""
    lock: bool = False
    """A ``CanNotDelete`` lock lies on the vault once the set-up is complete."""


class SignInRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people sign in to Azure."""

    client_id: str = ""
    """The organisation's own app registration."""


class RevocationRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What taking Adobe's access away needs beyond what it always needs. No rule takes anything of that away."""

    two_persons: bool = False
    """A second person has to confirm the request of the first."""
    cooling_off_minutes: int = 0
    """Time between request and act."""
    arming_delay_seconds: int = 0
    """For so long the preview has to be in sight before the button works."""


class OrganisationPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation's rules for set-ups. Nothing is restricted by a rule that is not given."""

    file: str = ""
    """Where it was read from; empty: there is none. Not a rule, and never written in the file."""
    writable: str = ""
    """Why a machine-wide file does not bind the person: who else may write it. Not a rule."""
    allowed: Allowed = Allowed()
    names: NamePatterns = NamePatterns()
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    """Tags with their values, for every new vault."""
    required: Required = Required()
    sign_in: SignInRule = SignInRule()
    revocation: RevocationRules = RevocationRules()
    preset: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    """What holds where nothing was chosen: tables and keys of the answers file."""
