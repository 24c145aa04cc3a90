"""What every vault's own host answers to: its routes, and who may call."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import msgspec

from cmkwizard.practice.keyvault import keys, local_roles, rotation, use
from cmkwizard.practice.keyvault.gate import called_vault, is_hsm_host, vault_error, vault_of
from cmkwizard.practice.naming import HSM_DOMAIN
from cmkwizard.practice.principal import TokenRefused
from cmkwizard.practice.web import BadBody, Call, Refused, Reply, Route, Surface

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
# Key Vault's numbers for why a token is refused (Microsoft Learn, "Key Vault REST API error codes").
_NUMBERS = {"audience": "AKV10022", "issuer": "AKV10032"}
_ROUTES: tuple[Route, ...] = (*local_roles.ROUTES, *rotation.ROUTES, *use.ROUTES, *keys.ROUTES)


class KeyVaultSurface(Surface):
    """Every vault's own host."""

    name = "keyvault"
    audiences = ("https://vault.azure.net",)

    def routes(self) -> Sequence[Route]:
        """All routes, the particular before the general."""
        return _ROUTES

    def accepted_audiences(self, call: Call) -> tuple[str, ...]:
        """The audience that the challenge names, and the public one; a vault and a Managed HSM have different ones."""
        if is_hsm_host(call.host):
            return (f"https://{HSM_DOMAIN}", call.naming.hsm_audience)
        return (*self.audiences, call.naming.vault_audience)

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """An error as Key Vault writes it; `innererror` names the inner code."""
        return vault_error(status, code, message, str(more.get("innererror", "")))

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """401 with the challenge that names the vault's tenant and the resource."""
        vault = vault_of(call)
        reply = vault_error(401, "Unauthorized", f"{_NUMBERS.get(refusal.reason, 'AKV10000')}: {refusal.message}")
        if vault is None:
            return reply
        challenge = (
            f'Bearer authorization="{call.naming.login}/{vault.tenant}", resource="{self.accepted_audiences(call)[-1]}"'
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
                    "issuer",
                    f"Invalid issuer. Expected one of https://sts.windows.net/{vault.tenant}/, found"
                    f" https://sts.windows.net/{principal.tenant}/.",
                )
            call = msgspec.structs.replace(call, principal=principal)
            reply = self._versioned(call)
        except TokenRefused as refusal:
            return self.unauthorised(call, refusal)
        except Refused as refused:
            reply = refused.reply
        except BadBody as problem:
            reply = self.error(400, "BadParameter", str(problem))
        if call.principal is not None:
            if call.method == "GET":
                call.world.use_log.note_read(vault.name.lower(), call.path, reply.status, call.principal)
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
