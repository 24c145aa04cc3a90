"""What Key Vault refuses. Where it sends an inner code, that one decides (ForbiddenByRbac, not Forbidden)."""

from __future__ import annotations

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS, LEAST_KEY_SIZE
from cmkwizard.core.people import ADOBE_SUPPORT, SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Kind
from cmkwizard.core.remedies.row import (
    ADOBE_ALERTS,
    COSMOS,
    SOFT_DELETE,
    THROTTLING,
    VAULT_CODES,
    VAULT_COMMON,
    VAULT_KEYS,
    VAULT_NETWORK,
    Remedy,
)

BYPASS_IS_NONE = "bypass is set to None"
ADOBE_BLOCKED = f"ForbiddenByFirewall, {ADOBE_ADDRESS}"
WRONG_CHALLENGE = "challenge resource does not match"
COSMOS_BLOCKED = "Customer Managed Key not being accessible"

_FIREWALL = Remedy(
    Kind.PERMISSION,
    "The vault's firewall refused the address that asked: this computer's, when you or this program asked. That says "
    "nothing about whether Adobe is let in.",
    "Add the address to the vault's firewall (Networking), or use a network that is allowed. Making a key through "
    "Resource Manager, as this program does, does not pass this firewall.",
    VAULT_ADMINISTRATOR,
    VAULT_NETWORK,
)
_TAKEN = Remedy(
    Kind.CONFLICT,
    "A vault of this name exists somewhere in Azure, or was deleted and still holds the name.",
    "Choose another name; if the deleted vault is yours, recover it and give Adobe's app its role on it again.",
    YOU,
    SOFT_DELETE,
)
_SIZE = Remedy(
    Kind.INVALID,
    "Azure does not take this key size.",
    f"Use {LEAST_KEY_SIZE} or 4096 bits; Adobe takes none that is smaller.",
    YOU,
    VAULT_CODES,
)
_BUSY = Remedy(
    Kind.CONFLICT,
    "The vault is being changed by somebody else just now, or its name is held by something else.",
    "Wait a minute, look at what is there now, then try again.",
    YOU,
    VAULT_COMMON,
    general=True,
)
_DELETED_KEY = Remedy(
    Kind.CONFLICT,
    "A key of this name was deleted and still holds the name.",
    "Recover the key, or choose another name.",
    f"{YOU}, or {VAULT_ADMINISTRATOR}",
    SOFT_DELETE,
)
_NOT_NAMED = Remedy(
    Kind.PERMISSION,
    "The vault refused this account. Where a vault works with access policies, none of them lets the account in.",
    "Look at the vault's access configuration: assign the role there, or use a vault with Azure role-based access "
    "control.",
    VAULT_ADMINISTRATOR,
    VAULT_CODES,
    general=True,
)
_TOO_MANY = Remedy(
    Kind.THROTTLED,
    "The service limits how often it may be asked, and the limit is reached.",
    "Wait as long as it says (Retry-After), or a minute, then try again.",
    YOU,
    THROTTLING,
    general=True,
)
_AUDIENCE = Remedy(
    Kind.UNTRUSTED,
    "The sign-in was for another service or another cloud than this vault belongs to.",
    "Check the vault's address: its ending has to be that of your cloud (in public Azure .vault.azure.net).",
    YOU,
    VAULT_CODES,
)

KEY_VAULT: dict[str, Remedy] = {
    "ForbiddenByRbac": Remedy(
        Kind.PROPAGATING,
        "The account or app has no role for keys on this vault, or was given it minutes ago and it is not in effect "
        "yet.",
        "Wait a few minutes. If it stays so, have the role assigned on the vault, and sign in again.",
        SUBSCRIPTION_OWNER,
        VAULT_CODES,
    ),
    "ForbiddenByFirewall": _FIREWALL,
    BYPASS_IS_NONE: Remedy(
        Kind.PERMISSION,
        "The vault's firewall refused the address, and trusted Microsoft services are not let through either. Adobe's "
        "data stores need that exception.",
        "In the vault's Networking, tick the exception for trusted Microsoft services"
        f" (bypass: AzureServices), and allow {ADOBE_ADDRESS}/32.",
        VAULT_ADMINISTRATOR,
        VAULT_NETWORK,
    ),
    ADOBE_BLOCKED: Remedy(
        Kind.PERMISSION,
        f"The vault's firewall refused {ADOBE_ADDRESS}: that is Adobe's address, not yours. Adobe cannot look at the "
        "key, even if its role is right.",
        f"Add {ADOBE_ADDRESS}/32 to the vault's firewall (Networking).",
        VAULT_ADMINISTRATOR,
        ADOBE_ALERTS,
    ),
    "ForbiddenByConnection": Remedy(
        Kind.PERMISSION,
        "Public access to the vault is switched off: it can be reached through private endpoints only.",
        "Run this program inside that network. The vault and the key can be set up through Resource Manager from "
        "anywhere.",
        VAULT_ADMINISTRATOR,
        VAULT_NETWORK,
    ),
    "AccessDenied": Remedy(
        Kind.PERMISSION,
        "The vault works with access policies, and none of them lets this account do that.",
        "Use a vault with Azure role-based access control (Adobe needs one), or have an access policy added.",
        VAULT_ADMINISTRATOR,
        VAULT_CODES,
    ),
    "Forbidden": _NOT_NAMED,
    "VaultAlreadyExists": _TAKEN,
    "VaultNameNotValid": Remedy(
        Kind.INVALID,
        "Azure does not take this vault name.",
        "Use 3 to 24 letters, digits and single hyphens, a letter first.",
        YOU,
        VAULT_COMMON,
    ),
    "ObjectIsDeletedButRecoverable": _DELETED_KEY,
    "ConflictError": _BUSY,
    "Conflict": _BUSY,
    "BadParameter": Remedy(
        Kind.INVALID,
        "The vault does not take a value; for a key that is most often its size or type.",
        f"Use RSA with {LEAST_KEY_SIZE} or 4096 bits, or change the value that the text names.",
        YOU,
        VAULT_CODES,
        general=True,
    ),
    "KeySizeInvalid": _SIZE,
    "KeyNotFound": Remedy(
        Kind.NOT_FOUND,
        "The vault has no key of this name and version.",
        "Check the name (and the version), or look among the deleted keys of the vault.",
        YOU,
        VAULT_CODES,
    ),
    "KeyDisabled": Remedy(
        Kind.INVALID,
        "The key is disabled, so nobody can use it, Adobe included.",
        "Enable the key.",
        VAULT_ADMINISTRATOR,
        VAULT_KEYS,
    ),
    "KeyNotYetValid": Remedy(
        Kind.INVALID,
        "The key's activation date lies in the future, so nobody can use it yet, Adobe included.",
        "Take the activation date away, or set it to a day that has passed.",
        VAULT_ADMINISTRATOR,
        VAULT_KEYS,
    ),
    "KeyExpired": Remedy(
        Kind.INVALID,
        "The key has expired, so nobody can use it, Adobe included.",
        "Set a later expiry date now, or none, and a rotation policy before the next one.",
        VAULT_ADMINISTRATOR,
        VAULT_KEYS,
    ),
    WRONG_CHALLENGE: _AUDIENCE,
    "AKV10022": _AUDIENCE,
    "AKV10032": Remedy(
        Kind.SIGN_IN,
        "The sign-in is for another directory than the one that the vault belongs to.",
        "Sign in to the vault's directory.",
        YOU,
        VAULT_CODES,
    ),
    "TooManyRequests": _TOO_MANY,
    "Throttled": _TOO_MANY,
    "429": _TOO_MANY,
    COSMOS_BLOCKED: Remedy(
        Kind.PERMISSION,
        "A data store of Adobe (Cosmos DB) can no longer reach your key: it counts as withdrawn, on purpose or not.",
        "If nobody meant it: give back what is missing (role, key, firewall exception) at once. The store may need an "
        "hour to return; call support when it takes more than two.",
        f"{VAULT_ADMINISTRATOR}, with {ADOBE_SUPPORT}",
        COSMOS,
    ),
}
