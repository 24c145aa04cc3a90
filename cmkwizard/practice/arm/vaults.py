"""Key vaults: create (long-running), update, read, list, delete, recover, purge, and whether a name is free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.arm.gate import (
    GROUP,
    KEY_VAULT,
    SUBSCRIPTION,
    VAULT,
    api_version,
    arm_error,
    caller,
    demand,
    demand_delete,
    demand_registered,
    demand_write,
    group_of,
    page,
    refuse,
    subscription_of,
    vault_id,
    vault_of,
)
from cmkwizard.practice.arm.groups import readable_vaults
from cmkwizard.practice.arm.policies import demand_allowed
from cmkwizard.practice.arm.vault_body import (
    FLAGS,
    VAULT_NAME,
    apply_values,
    bad,
    check_values,
    deleted_body,
    read_location,
    read_network,
    read_properties,
    vault_body,
)
from cmkwizard.practice.arm.versions import RBAC_BY_DEFAULT_SINCE
from cmkwizard.practice.azure_resources import Subscription
from cmkwizard.practice.shapes import body_table, table, tags
from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import Call, Reply, Route

_TYPE = "Microsoft.KeyVault/vaults"
_TAKEN = (
    "The vault name '{}' is already in use. Vault names are globally unique: another customer may hold it, or a vault"
    " of that name was deleted and is still recoverable."
)


def _get(call: Call, subscription: str, group: str, vault: str) -> Reply:
    api_version(call, "vaults")
    subscription_of(call, subscription)
    demand(call, f"{_TYPE}/read", vault_id(subscription, group, vault))
    return _answer(call, vault_of(call, subscription, group, vault))


def _answer(call: Call, vault: Vault, applied: str | None = None) -> Reply:
    body = vault_body(call, vault)
    reply = Reply(200, body, applied=applied)
    if body["properties"]["provisioningState"] != "Succeeded":
        reply.headers["x-ms-retry-after-ms"] = str(call.world.estate.poll_hint_ms)
    return reply


def _list(call: Call, subscription: str, group: str | None = None) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    vaults = readable_vaults(call, found.id, group)
    if group is not None:
        group_of(call, subscription, group)
    return page(call, vaults, lambda vault: vault_body(call, vault))


def _put(call: Call, subscription: str, group: str, vault: str) -> Reply:
    version = api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand_write(call, found, f"{_TYPE}/write", vault_id(subscription, group, vault))
    group_of(call, subscription, group)
    demand_registered(found, "Microsoft.KeyVault")
    body = body_table(call)
    location = read_location(body)
    properties = read_properties(body)
    existing = call.world.estate.vault(subscription, group, vault)
    if existing is None and properties.get("createMode") == "recover":
        return _recover(call, found, group, vault)
    check_values(properties, found.tenant)
    read_network(properties)
    demand_allowed(call, vault_id(found.id, group, vault), _TYPE, body)
    if existing is not None:
        return _replace(call, existing, location, body, properties)
    return _create(call, found, group, vault, location, body, properties, version)


def _create(
    call: Call,
    subscription: Subscription,
    group: str,
    name: str,
    location: str,
    body: Mapping[str, Any],
    properties: Mapping[str, Any],
    version: str,
) -> Reply:
    estate = call.world.estate
    if not VAULT_NAME.fullmatch(name):
        raise refuse(
            400, "VaultNameNotValid", f"The vault name '{name}' is invalid: 3 to 24 letters, digits and hyphens."
        )
    if "sku" not in properties or "tenantId" not in properties:
        raise bad("The properties 'sku' and 'tenantId' are required.")
    deleted = estate.deleted_vault(name)
    if deleted is not None and deleted.subscription == subscription.id:
        raise refuse(
            409,
            "ConflictError",
            f"A vault with the same name '{name}' exists in deleted state. Recover it, or purge it to use the"
            " name again.",
        )
    if deleted is not None or name.lower() in estate.vaults:
        raise refuse(409, "VaultAlreadyExists", _TAKEN.format(name))
    now = estate.clock.now()
    principal = caller(call)
    vault = Vault(
        name,
        subscription.id,
        group_of(call, subscription.id, group).name,
        location,
        subscription.tenant,
        now,
        created_by=principal.name,
        created_by_type="User" if principal.kind == "User" else "Application",
        rbac=version >= RBAC_BY_DEFAULT_SINCE,
        tags=tags(body.get("tags")),
    )
    apply_values(vault, properties, new=True)
    if not vault.rbac and properties.get("accessPolicies") is None:
        raise bad("The property 'accessPolicies' is required for a vault without Azure RBAC.")
    vault.ready_at = now + estate.vault_delay_s
    estate.add_vault(vault)
    return _answer(call, vault, "vault.create")


def _replace(call: Call, vault: Vault, location: str, body: Mapping[str, Any], properties: Mapping[str, Any]) -> Reply:
    if location != vault.location:
        raise refuse(
            409,
            "InvalidResourceLocation",
            f"The resource '{vault.name}' already exists in location '{vault.location}'; it cannot be created in"
            f" location '{location}'.",
        )
    _demand_model_change(call, vault, properties)
    wanted_tags = tags(body.get("tags"))
    apply_values(vault, properties)
    # A PUT replaces what the request leaves out; the settings that are final stay.
    if properties.get("networkAcls") is None:
        vault.network = None
    vault.flags = {flag: properties[flag] for flag in FLAGS if properties.get(flag) is not None}
    vault.tags = wanted_tags
    _stamp(call, vault)
    return _answer(call, vault, "vault.update")


def _demand_model_change(call: Call, vault: Vault, properties: Mapping[str, Any]) -> None:
    """Switching between access policies and RBAC needs the right to assign roles."""
    wanted = properties.get("enableRbacAuthorization")
    if wanted is not None and wanted != vault.rbac:
        demand(call, "Microsoft.Authorization/roleAssignments/write", vault.id)


def _stamp(call: Call, vault: Vault) -> None:
    principal = caller(call)
    vault.modified = call.world.estate.clock.now()
    vault.modified_by = principal.name
    vault.modified_by_type = "User" if principal.kind == "User" else "Application"


def _recover(call: Call, subscription: Subscription, group: str, name: str) -> Reply:
    estate = call.world.estate
    deleted = estate.deleted_vault(name)
    if deleted is None or deleted.subscription != subscription.id or deleted.group.lower() != group.lower():
        if name.lower() in estate.vaults or deleted is not None:
            raise refuse(409, "VaultAlreadyExists", _TAKEN.format(name))
        raise refuse(404, "VaultNotFound", f"There is no deleted vault '{name}' to recover in this resource group.")
    estate.recover_vault(deleted)
    deleted.ready_at = estate.clock.now() + estate.vault_delay_s
    _stamp(call, deleted)
    return _answer(call, deleted, "vault.recover")


def _patch(call: Call, subscription: str, group: str, vault: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand_write(call, found, f"{_TYPE}/write", vault_id(subscription, group, vault))
    existing = vault_of(call, subscription, group, vault)
    body = body_table(call)
    properties = table(body.get("properties"), "properties")
    check_values(properties, found.tenant)
    _demand_model_change(call, existing, properties)
    wanted_tags = tags(body.get("tags")) if body.get("tags") is not None else existing.tags
    apply_values(existing, properties)
    existing.tags = wanted_tags
    _stamp(call, existing)
    return _answer(call, existing, "vault.update")


def _delete(call: Call, subscription: str, group: str, vault: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand_delete(call, found, f"{_TYPE}/delete", vault_id(subscription, group, vault))
    group_of(call, subscription, group)
    existing = call.world.estate.vault(subscription, group, vault)
    if existing is None:
        return Reply(204)
    call.world.estate.delete_vault(existing)
    return Reply(200, applied="vault.delete")


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
        return Reply(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": _TAKEN.format(name)})
    return Reply(200, {"nameAvailable": True})


_LISTED = SUBSCRIPTION + KEY_VAULT
_DELETED = _LISTED + r"/locations/(?P<location>[^/]+)/deletedVaults/(?P<vault>[^/]+)"

ROUTES = (
    Route("GET", VAULT + "/?", _get, ignore_case=True),
    Route("PUT", VAULT + "/?", _put, ignore_case=True),
    Route("PATCH", VAULT + "/?", _patch, ignore_case=True),
    Route("DELETE", VAULT + "/?", _delete, ignore_case=True),
    Route("GET", GROUP + KEY_VAULT + "/vaults/?", _list, ignore_case=True),
    Route("GET", _LISTED + "/vaults/?", _list, ignore_case=True),
    Route("GET", _LISTED + "/deletedVaults/?", _list_deleted, ignore_case=True),
    Route("GET", _DELETED + "/?", _get_deleted, ignore_case=True),
    Route("POST", _DELETED + "/purge/?", _purge, ignore_case=True),
    Route("POST", _LISTED + "/checkNameAvailability/?", _check_name, ignore_case=True),
)
