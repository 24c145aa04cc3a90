"""Names of vaults: those that soft-deleted vaults hold, giving them up for good, and whether one is free."""

from __future__ import annotations

from cmkwizard.practice.arm.gate import (
    KEY_VAULT,
    SUBSCRIPTION,
    api_version,
    arm_error,
    demand,
    page,
    refuse,
    subscription_of,
)
from cmkwizard.practice.arm.vault_body import NAME_TAKEN, VAULT_NAME, bad, deleted_body
from cmkwizard.practice.shapes import body_table
from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import Call, Reply, Route

_TYPE = "Microsoft.KeyVault/vaults"


def _list_deleted(call: Call, subscription: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.KeyVault/deletedVaults/read", found.scope)
    estate = call.world.estate
    names = sorted(name for name, vault in estate.deleted_vaults.items() if vault.subscription == found.id)
    return page(call, [vault for name in names if (vault := estate.deleted_vault(name))], deleted_body)


def _deleted(call: Call, subscription: str, location: str, vault: str) -> Vault:
    found = call.world.estate.deleted_vault(vault)
    if found is None or found.subscription != subscription.lower() or found.location != location.lower():
        raise refuse(404, "DeletedVaultNotFound", f"The specified deleted vault '{vault}' does not exist.")
    return found


def _get_deleted(call: Call, subscription: str, location: str, vault: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.KeyVault/locations/deletedVaults/read", found.scope)
    return Reply(200, deleted_body(_deleted(call, subscription, location, vault)))


def _purge(call: Call, subscription: str, location: str, vault: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.KeyVault/locations/deletedVaults/purge/action", found.scope)
    deleted = _deleted(call, subscription, location, vault)
    if deleted.purge_protection:
        return arm_error(
            405,
            "MethodNotAllowed",
            "Operation 'DeletedVaultPurge' is not allowed: the vault is protected from purging.",
        )
    del call.world.estate.deleted_vaults[vault.lower()]
    return Reply(200, applied="vault.purge")


def _check_name(call: Call, subscription: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.KeyVault/checkNameAvailability/read", found.scope)
    body = body_table(call)
    name = str(body.get("name") or "")
    if str(body.get("type", "")).lower() != _TYPE.lower():
        raise bad(f"The type must be '{_TYPE}'.")
    if not VAULT_NAME.fullmatch(name):
        message = "The vault name must be 3 to 24 letters, digits and hyphens, and begin with a letter."
        return Reply(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": message})
    estate = call.world.estate
    if name.lower() in estate.vaults or estate.deleted_vault(name) is not None:
        return Reply(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": NAME_TAKEN.format(name)})
    return Reply(200, {"nameAvailable": True})


_LISTED = SUBSCRIPTION + KEY_VAULT
_DELETED = _LISTED + r"/locations/(?P<location>[^/]+)/deletedVaults/(?P<vault>[^/]+)"

ROUTES = (
    Route("GET", _LISTED + "/deletedVaults/?", _list_deleted, ignore_case=True),
    Route("GET", _DELETED + "/?", _get_deleted, ignore_case=True),
    Route("POST", _DELETED + "/purge/?", _purge, ignore_case=True),
    Route("POST", _LISTED + "/checkNameAvailability/?", _check_name, ignore_case=True),
)
