"""The least that each person needs to do their part: which role, where, and what for.

Adobe has no ids for its permissions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cmkwizard.core import built_in_roles
from cmkwizard.core.people import (
    ADOBE_ADMINISTRATOR,
    ADOBE_DEVELOPER,
    ENTRA_ADMINISTRATOR,
    READER,
    SUBSCRIPTION_OWNER,
    VAULT_ADMINISTRATOR,
)

_CONSENT = "Grant tenant-wide admin consent to an application (Microsoft Entra)"
_DEFAULTS = "Default user permissions (Microsoft Entra)"
_AZURE_ROLES = "Azure built-in roles"
_VAULT_ROLES = "Azure role-based access control for Key Vault"
_HSM_ROLES = "Managed HSM local RBAC built-in roles"
_PERMISSIONS = "Adobe Experience Platform, customer-managed keys overview"
_ACCESS = "Adobe Experience Platform, authenticate and access the APIs"

_SUBSCRIPTION = "the subscription"
_GROUP = "the resource group"
_VAULT = "the vault"
_DIRECTORY = "the directory"
_ORGANISATION = "the Adobe organisation"
_HSM = "the Managed HSM"


@dataclass(frozen=True)
class LeastRight:
    """One role that serves, and no wider one than is needed."""

    person: str
    """Who needs it, in the words of ``core.people``."""
    role: str
    """Its name as Azure, Entra or Adobe shows it."""
    role_id: str
    """The role definition's (or directory role template's) GUID; empty where there is none."""
    scope: str
    """Where it has to be given."""
    purpose: str
    """What for, beginning with a verb."""
    source: str
    instead: tuple[str, ...] = ()
    """Roles that serve as well, and may do more."""

    @property
    def sentence(self) -> str:
        """All of it in one sentence, for requests and lists."""
        named = f"{self.role} ({self.role_id})" if self.role_id else self.role
        where = "in" if self.scope in (_DIRECTORY, _ORGANISATION) else "on"
        others = f" {', '.join(self.instead)} will do too." if self.instead else ""
        return f"{named} {where} {self.scope}: to {self.purpose}.{others}"


CONSENT_RIGHT = LeastRight(
    ENTRA_ADMINISTRATOR,
    "Cloud Application Administrator",
    built_in_roles.CLOUD_APPLICATION_ADMINISTRATOR,
    _DIRECTORY,
    "accept Adobe's app for the organisation",
    _CONSENT,
    (
        f"Application Administrator ({built_in_roles.APPLICATION_ADMINISTRATOR})",
        f"Global Administrator ({built_in_roles.GLOBAL_ADMINISTRATOR})",
    ),
)
MEMBER_RIGHT = LeastRight(
    READER,
    "No role at all (any member)",
    "",
    _DIRECTORY,
    "see whether Adobe's app is there",
    _DEFAULTS,
)
REGISTER_RIGHT = LeastRight(
    SUBSCRIPTION_OWNER,
    "Contributor",
    built_in_roles.CONTRIBUTOR,
    _SUBSCRIPTION,
    "switch Key Vault on there, once, and create the resource group where it is missing",
    _AZURE_ROLES,
    ("Owner",),
)
VAULT_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Key Vault Contributor",
    built_in_roles.VAULT_CONTRIBUTOR,
    _GROUP,
    "create the vault and, through Azure Resource Manager, the key",
    _VAULT_ROLES,
    ("Contributor", "Owner"),
)
SETTINGS_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Key Vault Contributor",
    built_in_roles.VAULT_CONTRIBUTOR,
    _VAULT,
    "change the vault's own settings",
    _VAULT_ROLES,
    ("Contributor", "Owner"),
)
GRANT_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Key Vault Data Access Administrator",
    built_in_roles.DATA_ACCESS_ADMINISTRATOR,
    _GROUP,
    "give Adobe's app its role on the vault",
    _VAULT_ROLES,
    ("Role Based Access Control Administrator", "User Access Administrator", "Owner"),
)
# Not verified: whether Azure answers the two to whoever holds a role on a resource group alone. The careful side.
LOOK_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Reader",
    built_in_roles.READER,
    _SUBSCRIPTION,
    "see whether Key Vault is switched on there and whether the vault's name is free",
    _AZURE_ROLES,
)
CHECK_RIGHT = LeastRight(
    READER,
    "Reader",
    built_in_roles.READER,
    f"{_VAULT} (or its resource group, while there is none)",
    "see vault, key and roles before the key is submitted",
    _AZURE_ROLES,
)
KEY_READER_RIGHT = LeastRight(
    READER,
    "Key Vault Reader",
    built_in_roles.VAULT_READER,
    _VAULT,
    "see what the vault itself says of the key (optional: the key's protection against deletion)",
    _VAULT_ROLES,
)
PERMISSION_RIGHT = LeastRight(
    ADOBE_ADMINISTRATOR,
    "The permission “Manage Customer Managed Key” (in a role)",
    "",
    _ORGANISATION,
    "set up the organisation's encryption; for the credential, a system administrator adds it to that role under "
    "Permissions > Roles > API credentials",
    _PERMISSIONS,
)
PROFILE_RIGHT = LeastRight(
    ADOBE_ADMINISTRATOR,
    "The product profile AEP-Default-All-Users",
    "",
    _ORGANISATION,
    "let the credential reach Experience Platform",
    _ACCESS,
)
CREDENTIAL_RIGHT = LeastRight(
    ADOBE_DEVELOPER,
    "Developer",
    "",
    _ORGANISATION,
    "create the OAuth server-to-server credential in the Developer Console",
    _ACCESS,
)
OFFICER_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Key Vault Crypto Officer",
    built_in_roles.CRYPTO_OFFICER,
    _VAULT,
    "change, recover and read the key in the vault itself",
    _VAULT_ROLES,
)
LOG_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Monitoring Contributor",
    built_in_roles.MONITORING_CONTRIBUTOR,
    _VAULT,
    "send the vault's audit events somewhere (the destination has to let you, too)",
    _AZURE_ROLES,
)
LOCK_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Locks Contributor",
    built_in_roles.LOCKS_CONTRIBUTOR,
    _GROUP,
    "place the lock that the organisation requires on the vault",
    _AZURE_ROLES,
    ("User Access Administrator", "Owner"),
)
OWNER_RIGHT = LeastRight(
    SUBSCRIPTION_OWNER,
    "Owner",
    built_in_roles.OWNER,
    _SUBSCRIPTION,
    "change what holds for all of it",
    _AZURE_ROLES,
)
ACCESS_RIGHT = LeastRight(
    SUBSCRIPTION_OWNER,
    "User Access Administrator",
    built_in_roles.USER_ACCESS_ADMINISTRATOR,
    _SUBSCRIPTION,
    "remove a lock, and give roles without a condition",
    _AZURE_ROLES,
    ("Owner",),
)
HSM_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Managed HSM Contributor",
    built_in_roles.HSM_CONTRIBUTOR,
    _HSM,
    "create its keys through Azure Resource Manager",
    _AZURE_ROLES,
    ("Contributor", "Owner"),
)
HSM_GRANT_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Managed HSM Policy Administrator",
    built_in_roles.HSM_POLICY_ADMINISTRATOR,
    f"{_HSM} itself (local role)",
    "give Adobe's app its local role",
    _HSM_ROLES,
    (f"Managed HSM Administrator ({built_in_roles.HSM_ADMINISTRATOR})",),
)
HSM_CHECK_RIGHT = LeastRight(
    READER,
    "Managed HSM Crypto Auditor",
    built_in_roles.HSM_CRYPTO_AUDITOR,
    f"{_HSM} itself (local role)",
    "see the local roles before the key is submitted",
    _HSM_ROLES,
)
HSM_ACTIVATE_RIGHT = LeastRight(
    VAULT_ADMINISTRATOR,
    "Managed HSM Administrator",
    built_in_roles.HSM_ADMINISTRATOR,
    f"{_HSM} itself (local role, held by those named when it was made)",
    "activate it by downloading its security domain",
    _HSM_ROLES,
)

LEAST_RIGHTS: tuple[LeastRight, ...] = (
    CONSENT_RIGHT,
    LOOK_RIGHT,
    VAULT_RIGHT,
    GRANT_RIGHT,
    REGISTER_RIGHT,
    PERMISSION_RIGHT,
    PROFILE_RIGHT,
    CREDENTIAL_RIGHT,
    CHECK_RIGHT,
    KEY_READER_RIGHT,
    MEMBER_RIGHT,
)
"""What a set-up needs in all, person by person; the rights that only a finding asks for are not among them."""


def _for_each(right: LeastRight, findings: str) -> Iterable[tuple[str, LeastRight]]:
    return ((each, right) for each in findings.split())


_BY_FINDING: dict[str, LeastRight] = dict(
    (
        *_for_each(OWNER_RIGHT, "I03 V05"),
        *_for_each(REGISTER_RIGHT, "I04 I09"),
        *_for_each(VAULT_RIGHT, "I05 V02 V03 V16 V17 K01"),
        *_for_each(SETTINGS_RIGHT, "V06 V07 W01 W02 W03 W05 W06"),
        *_for_each(GRANT_RIGHT, "I06 I07 V08 P05 P06 P07"),
        *_for_each(CONSENT_RIGHT, "I08 P01"),
        *_for_each(OFFICER_RIGHT, "I10 K04 K05 K06 K07 K10 K11"),
        *_for_each(ACCESS_RIGHT, "V11"),
        *_for_each(LOG_RIGHT, "V14"),
        *_for_each(LOCK_RIGHT, "O16"),
        *_for_each(KEY_READER_RIGHT, "K08"),
        *_for_each(HSM_ACTIVATE_RIGHT, "H01"),
        *_for_each(HSM_GRANT_RIGHT, "P09"),
        *_for_each(CREDENTIAL_RIGHT, "D01"),
        *_for_each(PROFILE_RIGHT, "D03"),
        *_for_each(PERMISSION_RIGHT, "D04"),
    )
)


def role_for(finding_id: str) -> LeastRight | None:
    """The least role that lets a person put this finding right; None where no role of theirs would.

    What the organisation's own network, policy or Adobe support decides is not a matter of a role.
    """
    return _BY_FINDING.get(finding_id)
