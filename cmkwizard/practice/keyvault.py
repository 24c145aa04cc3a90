"""The data plane of Key Vault: who may reach a vault. What it does with keys is in the modules beside."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import BadBody, Call, Principal, Refused, Reply, Route, Surface, TokenRefused

VERSIONS = (
    "2015-06-01",
    "2016-10-01",
    "7.0",
    "7.1",
    "7.2",
    "7.3",
    "7.4",
    "7.5-preview.1",
    "7.5",
    "7.6-preview.1",
    "7.6-preview.2",
    "7.6",
    "2025-06-01-preview",
    "2025-07-01",
)


def vault_error(status: int, code: str, message: str, inner: str = "") -> Reply:
    """An error as Key Vault writes it."""
    error: dict[str, Any] = {"code": code, "message": message}
    if inner:
        error["innererror"] = {"code": inner}
    return Reply(status, {"error": error})


def vault_of(call: Call) -> Vault | None:
    """The vault whose host was called; None while its name is not (or no longer) registered."""
    estate = call.world.estate
    vault = estate.vaults.get(call.host.partition(".")[0])
    return vault if vault is not None and estate.clock.now() >= vault.ready_at else None


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
    bypass = " (bypass is set to None)" if rules.bypass == "None" else ""
    raise Refused(
        vault_error(
            403,
            "Forbidden",
            f"Client address is not authorized and caller is not a trusted service{bypass}.\r\n"
            f"Client address: {address}\r\nCaller: {describe(principal)}\r\nVault: {where}",
            "ForbiddenByFirewall",
        )
    )


class KeyVaultSurface(Surface):
    """Every vault's own host."""

    name = "keyvault"
    audiences = ("https://vault.azure.net",)

    def __init__(self) -> None:
        from cmkwizard.practice import keyvault_keys, keyvault_rotation, keyvault_use

        self._routes = (*keyvault_rotation.ROUTES, *keyvault_use.ROUTES, *keyvault_keys.ROUTES)

    def routes(self) -> Sequence[Route]:
        """All routes, the particular before the general."""
        return self._routes

    def accepted_audiences(self, call: Call) -> tuple[str, ...]:
        """The audience that the challenge names, and the public one."""
        return (*self.audiences, call.naming.vault_audience)

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """An error as Key Vault writes it; `innererror` names the inner code."""
        return vault_error(status, code, message, str(more.get("innererror", "")))

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """401 with the challenge that names the vault's tenant and the resource."""
        vault = vault_of(call)
        reply = vault_error(401, "Unauthorized", f"AKV10000: {refusal.message}")
        if vault is None:
            return reply
        challenge = (
            f'Bearer authorization="{call.naming.login}/{vault.tenant}", resource="{call.naming.vault_audience}"'
        )
        if refusal.reason == "claims":
            claims = base64.b64encode(refusal.claims.encode()).decode()
            challenge += f', error="insufficient_claims", claims="{claims}"'
        reply.headers["WWW-Authenticate"] = challenge
        return reply

    def handle(self, call: Call) -> Reply:
        """Finds the vault, checks the token and its tenant, then the api version, and routes."""
        try:
            vault = called_vault(call)
            principal = self.authorise(call)
            if principal is not None and principal.tenant != vault.tenant:
                raise TokenRefused(
                    "invalid",
                    f"Invalid issuer. Expected one of https://sts.windows.net/{vault.tenant}/, found"
                    f" https://sts.windows.net/{principal.tenant}/.",
                )
            call = replace(call, principal=principal)
            reply = self._versioned(call)
        except TokenRefused as refusal:
            return self.unauthorised(call, refusal)
        except Refused as refused:
            reply = refused.reply
        except BadBody as problem:
            reply = self.error(400, "BadParameter", str(problem))
        if call.principal is not None:
            reply.principal = call.principal.name
            reply.headers.setdefault("x-ms-keyvault-region", vault.location)
        return reply

    def _versioned(self, call: Call) -> Reply:
        version = call.query.get("api-version", "")
        if not version:
            return self.error(400, "BadParameter", "api-version must be specified")
        if version not in VERSIONS:
            return self.error(400, "BadParameter", f"The api-version '{version}' is not supported.")
        return self._dispatch(call)
