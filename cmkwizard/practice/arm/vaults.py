"""Key vaults: create (long-running), update, read, list, delete and recover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.arm.gate import (
    GROUP,
    KEY_VAULT,
    SUBSCRIPTION,
    VAULT,
    api_version,
    caller,
    demand,
    demand_delete,
    demand_registered,
    demand_write,
    group_of,
    page,
    refuse,
    subscription_of,
    unauthorised_action,
    vault_id,
    vault_of,
)
from cmkwizard.practice.arm.groups import readable_vaults
from cmkwizard.practice.arm.policies import demand_allowed
from cmkwizard.practice.arm.vault_body import (
    FLAGS,
    NAME_TAKEN,
    VAULT_NAME,
    apply_values,
    bad,
    check_values,
    read_location,
    read_network,
    read_properties,
    vault_body,
)
from cmkwizard.practice.arm.versions import RBAC_BY_DEFAULT_SINCE
from cmkwizard.practice.azure_resources import Subscription
from cmkwizard.practice.roles import BUILT_IN
from cmkwizard.practice.shapes import body_table, table, tags
from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import Call, Refused, Reply, Route

_TYPE = "Microsoft.KeyVault/vaults"


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
    if group_of(call, subscription, group).state == "Deleting":
        message = f"The resource group '{group}' is in deprovisioning state and cannot perform this operation."
        raise refuse(409, "ResourceGroupBeingDeleted", message)
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
        raise refuse(409, "VaultAlreadyExists", NAME_TAKEN.format(name))
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
    """Switching between access policies and RBAC needs the unrestricted right to assign roles. Raises Refused."""
    wanted = properties.get("enableRbacAuthorization")
    if wanted is None or wanted == vault.rbac:
        return
    action = "Microsoft.Authorization/roleAssignments/write"
    held = call.world.estate.effective_assignments(caller(call).object_id, vault.id)
    if not any(
        BUILT_IN[each.role].allows(action) and BUILT_IN[each.role].grantable is None and not each.condition
        for each in held
    ):
        raise Refused(unauthorised_action(caller(call), action, vault.id))


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
            raise refuse(409, "VaultAlreadyExists", NAME_TAKEN.format(name))
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
    read_network(properties)
    present = vault_body(call, existing)
    present["properties"] |= properties
    demand_allowed(call, existing.id, _TYPE, {**present, "tags": body.get("tags") or existing.tags})
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


ROUTES = (
    Route("GET", VAULT + "/?", _get, ignore_case=True),
    Route("PUT", VAULT + "/?", _put, ignore_case=True),
    Route("PATCH", VAULT + "/?", _patch, ignore_case=True),
    Route("DELETE", VAULT + "/?", _delete, ignore_case=True),
    Route("GET", GROUP + KEY_VAULT + "/vaults/?", _list, ignore_case=True),
    Route("GET", SUBSCRIPTION + KEY_VAULT + "/vaults/?", _list, ignore_case=True),
)
