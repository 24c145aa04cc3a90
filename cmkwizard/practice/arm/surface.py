"""What Resource Manager answers to: its routes, and who may call."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from cmkwizard.practice.arm import (
    access_policies,
    diagnostics,
    eligibility,
    groups,
    locks,
    managed_hsms,
    metadata,
    policy_insights,
    providers,
    resource_graph,
    role_assignments,
    role_definitions,
    subscriptions,
    vault_keys,
    vault_names,
    vaults,
)
from cmkwizard.practice.arm.gate import arm_error
from cmkwizard.practice.principal import Principal, TokenRefused
from cmkwizard.practice.web import Call, Reply, Route, Surface

_CODES = {
    "missing": "AuthenticationFailed",
    "invalid": "InvalidAuthenticationToken",
    "expired": "ExpiredAuthenticationToken",
    "audience": "InvalidAuthenticationTokenAudience",
    "claims": "TokenCreatedWithOutdatedPolicies",
}
_ROUTES: tuple[Route, ...] = (
    *metadata.ROUTES,
    *subscriptions.ROUTES,
    *vaults.ROUTES,
    *vault_names.ROUTES,
    *access_policies.ROUTES,
    *vault_keys.ROUTES,
    *managed_hsms.ROUTES,
    *role_definitions.ROUTES,
    *role_assignments.ROUTES,
    *eligibility.ROUTES,
    *diagnostics.ROUTES,
    *policy_insights.ROUTES,
    *locks.ROUTES,
    *groups.ROUTES,
    *resource_graph.ROUTES,
    *providers.ROUTES,
)


class ArmSurface(Surface):
    """Resource Manager, and the public description of the cloud under /metadata."""

    name = "arm"
    audiences = ("https://management.azure.com", "https://management.core.windows.net")

    def accepted_audiences(self, call: Call) -> tuple[str, ...]:
        """Resource Manager's own address is an audience too."""
        return (*self.audiences, call.naming.arm)

    def authorise(self, call: Call) -> Principal | None:
        """Who is calling; the description of the cloud is open to all. Raises TokenRefused."""
        return None if call.path.startswith("/metadata/") else super().authorise(call)

    def routes(self) -> Sequence[Route]:
        """All routes, the particular before the general."""
        return _ROUTES

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """An error as Resource Manager writes it."""
        return arm_error(status, code, message, **more)

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """401 with the challenge that Azure's clients read."""
        reply = arm_error(401, _CODES[refusal.reason], refusal.message)
        challenge = f'Bearer authorization_uri="{call.naming.login}/common/oauth2/authorize"'
        if refusal.reason == "claims":
            claims = base64.b64encode(refusal.claims.encode()).decode()
            challenge = (
                f'Bearer realm="", authorization_uri="{call.naming.login}/common/oauth2/authorize",'
                f' error="insufficient_claims", claims="{claims}"'
            )
        reply.headers["WWW-Authenticate"] = challenge
        return reply
