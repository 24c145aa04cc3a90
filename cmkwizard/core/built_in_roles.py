"""The built-in roles that this program meets: their ids and names, what Azure's allow, and whether they reach keys.

Ids and rights: "Azure built-in roles" and "Azure role-based access control for Key Vault" (Microsoft), for a
Managed HSM its "local RBAC built-in roles", and for the directory "Microsoft Entra built-in roles".
"""

from __future__ import annotations

from typing import NamedTuple

from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER, Rights

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
USER_ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
RBAC_ADMINISTRATOR = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
VAULT_CONTRIBUTOR = "f25e0fa2-a7c8-4377-a976-54943a77a395"
HSM_CONTRIBUTOR = "18500a29-7fe2-46b2-a342-b16a415e101d"
DATA_ACCESS_ADMINISTRATOR = "8b54135c-b56d-4d72-a534-26097cfdc8d8"
CRYPTO_OFFICER = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"
CRYPTO_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
VAULT_ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
VAULT_READER = "21090545-7ca7-4776-b22c-e363652d74d2"
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
CERTIFICATES_OFFICER = "a4417e6f-fecd-4de8-b567-7b0420556985"
CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
CRYPTO_SERVICE_RELEASE_USER = "08bbd89e-9f13-488c-ac41-acfcb10c90ab"
MONITORING_CONTRIBUTOR = "749f88d5-cbae-40b8-bcfc-e573ddc772fa"
LOCKS_CONTRIBUTOR = "28bf596f-4eb7-45ce-b5bc-6cf482fec137"

HSM_ADMINISTRATOR = "a290e904-7015-4bba-90c8-60543313cdb4"
"""Local to a Managed HSM, as are the next three."""
HSM_POLICY_ADMINISTRATOR = "4bd23610-cdcf-4971-bdee-bdc562cc28e4"
HSM_CRYPTO_AUDITOR = "2c18b078-7c48-4d3a-af88-5a3a1b3f82b3"
HSM_CRYPTO_SERVICE_ENCRYPTION_USER = "33413926-3206-4cdd-b39a-83574fe37a17"

APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
"""Template id of a directory role, as are the next three."""
CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"


class BuiltIn(NamedTuple):
    """One built-in role."""

    name: str
    rights: Rights
    """What it allows through Resource Manager."""
    uses_keys: bool = False
    """Whether it lets its holder wrap and unwrap with keys, or export what does."""


_READS = Rights(("*/read",))
_ASSIGNS = Rights(("*/read", "Microsoft.Authorization/roleAssignments/write"))
_VAULT_READS = Rights(("Microsoft.KeyVault/*/read",))

BUILT_IN: dict[str, BuiltIn] = {
    OWNER: BuiltIn("Owner", Rights(("*",))),
    CONTRIBUTOR: BuiltIn("Contributor", Rights(("*",), ("Microsoft.Authorization/*/Write",))),
    READER: BuiltIn("Reader", _READS),
    USER_ACCESS_ADMINISTRATOR: BuiltIn("User Access Administrator", Rights(("*/read", "Microsoft.Authorization/*"))),
    LOCKS_CONTRIBUTOR: BuiltIn("Locks Contributor", Rights(("Microsoft.Authorization/locks/*",))),
    RBAC_ADMINISTRATOR: BuiltIn("Role Based Access Control Administrator", _ASSIGNS),
    VAULT_CONTRIBUTOR: BuiltIn(
        "Key Vault Contributor", Rights(("Microsoft.KeyVault/*",), ("Microsoft.KeyVault/managedHsms/*",))
    ),
    HSM_CONTRIBUTOR: BuiltIn("Managed HSM Contributor", Rights(("Microsoft.KeyVault/managedHSMs/*",))),
    DATA_ACCESS_ADMINISTRATOR: BuiltIn("Key Vault Data Access Administrator", _ASSIGNS),
    CRYPTO_OFFICER: BuiltIn("Key Vault Crypto Officer", _VAULT_READS, uses_keys=True),
    CRYPTO_USER: BuiltIn("Key Vault Crypto User", _VAULT_READS, uses_keys=True),
    CRYPTO_SERVICE_ENCRYPTION_USER: BuiltIn("Key Vault Crypto Service Encryption User", Rights(()), uses_keys=True),
    VAULT_ADMINISTRATOR: BuiltIn("Key Vault Administrator", _VAULT_READS, uses_keys=True),
    VAULT_READER: BuiltIn("Key Vault Reader", _VAULT_READS),
    SECRETS_OFFICER: BuiltIn("Key Vault Secrets Officer", _VAULT_READS),
    SECRETS_USER: BuiltIn("Key Vault Secrets User", Rights(())),
    CERTIFICATES_OFFICER: BuiltIn("Key Vault Certificates Officer", _VAULT_READS),
    CERTIFICATE_USER: BuiltIn("Key Vault Certificate User", Rights(())),
    CRYPTO_SERVICE_RELEASE_USER: BuiltIn("Key Vault Crypto Service Release User", Rights(()), uses_keys=True),
    HSM_CRYPTO_SERVICE_ENCRYPTION_USER: BuiltIn(
        "Managed HSM Crypto Service Encryption User", Rights(()), uses_keys=True
    ),
}


def role_name(role: str) -> str:
    """The name of a role definition for people: its id where it is none of the built-in ones here."""
    known = BUILT_IN.get(role.lower())
    return known.name if known else f"the role {role}"
