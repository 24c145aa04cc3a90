"""What every call to a vault must pass (the name, the network, the rights), and how errors look."""

from __future__ import annotations

import ipaddress
from typing import Any

from cmkwizard.practice.managed_hsms import ManagedHsm
from cmkwizard.practice.naming import HSM_DOMAIN
from cmkwizard.practice.principal import Principal
from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import Call, Refused, Reply

# What an action of a vault is called in a Managed HSM, where that is not the same.
_HSM_ACTIONS = {
    "keys/read": "keys/read/action",
    "keys/create/action": "keys/create",
    "keys/update/action": "keys/write/action",
    "keys/recover/action": "keys/deletedKeys/recover/action",
    "keys/purge/action": "keys/deletedKeys/delete",
    "keyrotationpolicies/read": "keys/read/action",
    "keyrotationpolicies/write": "keys/write/action",
}


def vault_error(status: int, code: str, message: str, inner: str = "") -> Reply:
    """An error as Key Vault writes it."""
    error: dict[str, Any] = {"code": code, "message": message}
    if inner:
        error["innererror"] = {"code": inner}
    return Reply(status, {"error": error})


def vault_of(call: Call) -> Vault | None:
    """The vault whose host was called; None while its name is not (or no longer) registered."""
    estate = call.world.estate
    name = call.host.partition(".")[0]
    if is_hsm_host(call.host):
        return estate.hsms.get(name)
    vault = estate.vaults.get(name)
    return vault if vault is not None and estate.clock.now() >= vault.ready_at else None


def is_hsm_host(host: str) -> bool:
    """Whether a host is that of a Managed HSM."""
    return host.partition(".")[2] in (HSM_DOMAIN, "managedhsm.localhost")


def called_vault(call: Call) -> Vault:
    """The vault whose host was called. Raises Refused when there is none."""
    vault = vault_of(call)
    if vault is None:
        raise Refused(vault_error(404, "VaultNotFound", f"There is no vault at {call.host}."))
    return vault


def describe(principal: Principal) -> str:
    """The caller as Key Vault's messages name it."""
    issuer = f"https://sts.windows.net/{principal.tenant}/"
    return f"appid={principal.app_id};oid={principal.object_id};iss={issuer}"


def demand(call: Call, vault: Vault, action: str, permission: str, key: str = "") -> None:
    """The caller comes from an allowed network and may take the action. Raises Refused.

    `action`: the data action below Microsoft.KeyVault/vaults, e.g. "keys/read"; `permission`: the access policy's word.
    """
    principal = call.principal
    if principal is None:
        raise Refused(vault_error(401, "Unauthorized", "Authentication failed."))
    if isinstance(vault, ManagedHsm):
        demand_local(call, vault, _HSM_ACTIONS.get(action, action), f"/keys/{key}" if key else "/keys")
        return
    demand_network(call, vault, principal)
    where = f"{vault.name};location={vault.location}"
    if not vault.rbac:
        granted = {str(each).lower() for each in vault.policy_of(principal.object_id).get("keys", ())}
        if not {permission, "all"} & granted:
            raise Refused(
                vault_error(
                    403,
                    "Forbidden",
                    f"The user, group or application '{describe(principal)}' does not have keys {permission} permission"
                    f" on key vault '{where}'.",
                    "AccessDenied",
                )
            )
        return
    scope = f"{vault.id}/keys/{key}" if key else vault.id
    if not call.world.estate.may_use_data(principal.object_id, f"Microsoft.KeyVault/vaults/{action}", scope):
        raise Refused(
            vault_error(
                403,
                "Forbidden",
                "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or"
                " role definitions were changed recently, please observe propagation time.\r\n"
                f"Caller: {describe(principal)}\r\nAction: 'Microsoft.KeyVault/vaults/{action}'\r\n"
                f"Resource: '{scope.lower()}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\n"
                f"DecisionReason: null \r\nVault: {where}\r\n",
                "ForbiddenByRbac",
            )
        )


def demand_local(call: Call, hsm: ManagedHsm, action: str, scope: str) -> None:
    """The caller comes from an allowed network and its local roles let it take the action. Raises Refused.

    `action`: below Microsoft.KeyVault/managedHsm/. That nothing is to be had before the activation is documented; the
    codes with which the service then refuses, and refuses who lacks a role, are not: they stand for its own.
    """
    principal = call.principal
    if principal is None:
        raise Refused(vault_error(401, "Unauthorized", "Authentication failed."))
    demand_network(call, hsm, principal)
    if not hsm.activated:
        message = "The Managed HSM is not activated: its security domain has not been downloaded yet."
        raise Refused(vault_error(403, "Forbidden", message, "HsmNotActivated"))
    if not hsm.may(principal.object_id, action, scope):
        raise Refused(
            vault_error(
                403,
                "Forbidden",
                f"Caller {describe(principal)} is not authorized to perform action"
                f" 'Microsoft.KeyVault/managedHsm/{action}' on '{scope}' of the Managed HSM {hsm.name}.",
                "ForbiddenByRbac",
            )
        )


def demand_network(call: Call, vault: Vault, principal: Principal) -> None:
    """The vault's firewall lets the caller's address in. Raises Refused."""
    address = call.world.estate.client_address
    where = f"{vault.name};location={vault.location}"
    if vault.public_access == "Disabled":
        raise Refused(
            vault_error(
                403,
                "Forbidden",
                "Public network access is disabled and request is not from a trusted service nor via an approved"
                f" private link.\r\nCaller: {describe(principal)}\r\nVault: {where}",
                "ForbiddenByConnection",
            )
        )
    rules = vault.network
    if rules is None or rules.default_action == "Allow":
        return
    if any(ipaddress.ip_address(address) in ipaddress.ip_network(each, strict=False) for each in rules.addresses):
        return
    trusted = "was ignored because bypass is set to None" if rules.bypass == "None" else "is not a trusted service"
    raise Refused(
        vault_error(
            403,
            "Forbidden",
            f"Client address is not authorized and caller {trusted}.\r\n"
            f"Client address: {address}\r\nCaller: {describe(principal)}\r\nVault: {where}",
            "ForbiddenByFirewall",
        )
    )
