"""Entra ID: discovery, tokens and device codes, and the pages a person sees (see pages.py)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from cmkwizard.practice.grants import ANY_TENANT, GrantRefused, find_application, find_tenant, grant, read_wish
from cmkwizard.practice.naming import LOGIN_HOST
from cmkwizard.practice.pages import PagesSurface
from cmkwizard.practice.principal import TokenRefused
from cmkwizard.practice.refusals import describe_error, time_stamp
from cmkwizard.practice.signin import DEVICE_CODE_LIFE_S
from cmkwizard.practice.web import BadBody, Call, Reply, Route, Surface

POLL_INTERVAL_S = 1


class EntraSurface(Surface):
    """Microsoft's identity platform, version 2, with the version 1 address that Adobe's consent uses."""

    name = "entra"

    def __init__(self) -> None:
        self._pages = PagesSurface()

    def routes(self) -> Sequence[Route]:
        """Endpoints for programs first, then the pages."""
        return (
            Route("GET", r"/(?P<tenant>[^/]+)(?:/v2\.0)?/\.well-known/openid-configuration", self.discovery),
            Route("GET", r"/common/discovery/instance", self.instance_discovery),
            Route("GET", r"/[^/]+/discovery(?:/v2\.0)?/keys", self.keys),
            Route("POST", r"/(?P<tenant>[^/]+)/oauth2/v2\.0/token", self.token),
            Route("POST", r"/(?P<tenant>[^/]+)/oauth2/v2\.0/devicecode", self.device_code),
            *self._pages.routes(),
        )

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """OAuth style, as Entra ID writes it; `number` is the AADSTS number."""
        number = int(more.get("number", 900000 + status))
        trace, correlation = str(uuid.uuid4()), str(more.get("correlation") or uuid.uuid4())
        stamp = time_stamp()
        description = describe_error(number, message, trace, correlation, stamp)
        body = {
            "error": code,
            "error_description": description,
            "error_codes": [number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://{LOGIN_HOST}/error?code={number}",
            **more.get("more", {}),
        }
        return Reply(status, body)

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """Nothing here takes bearer tokens."""
        return self.error(401, "invalid_token", refusal.message)

    def _refusal(self, call: Call, refused: GrantRefused) -> Reply:
        correlation = call.headers.get("client-request-id")
        return self.error(
            refused.status,
            refused.error,
            refused.message,
            number=refused.number,
            correlation=correlation,
            more=refused.more,
        )

    def discovery(self, call: Call, tenant: str) -> Reply:
        """The OpenID Connect configuration of a tenant, or of the addresses that stand for any."""
        try:
            found = find_tenant(call, tenant)
        except GrantRefused as refused:
            return self._refusal(call, refused)
        login = call.naming.login
        base = f"{login}/{found.id if found else tenant}"
        return Reply(
            200,
            {
                "issuer": f"{login}/{found.id if found else '{tenantid}'}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "userinfo_endpoint": f"{call.naming.graph}/oidc/userinfo",
                "response_modes_supported": ["query", "fragment", "form_post"],
                "response_types_supported": ["code"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["HS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "tenant_region_scope": "EU",
                "cloud_instance_name": "microsoftonline.com",
                "msgraph_host": "graph.microsoft.com",
            },
        )

    def instance_discovery(self, call: Call) -> Reply:
        """Which authorities belong together."""
        asked = call.query.get("authorization_endpoint", "")
        if not asked:
            return self.error(400, "invalid_request", "The parameter authorization_endpoint is missing.", number=900144)
        host = LOGIN_HOST if call.real_names else call.naming.login.removeprefix("https://")
        if not asked.startswith(f"https://{host}/"):
            return self.error(400, "invalid_instance", "Unknown or invalid instance.", number=50049)
        tenant = asked.removeprefix(f"https://{host}/").partition("/")[0] or ANY_TENANT[0]
        body = {
            "tenant_discovery_endpoint": f"https://{host}/{tenant}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
        return Reply(200, body)

    def keys(self, call: Call) -> Reply:
        """No public keys: the practice cloud signs with a secret of its own."""
        return Reply(200, {"keys": []})

    def token(self, call: Call, tenant: str) -> Reply:
        """The token endpoint."""
        if not call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            message = "The request must be a form (application/x-www-form-urlencoded)."
            return self.error(400, "invalid_request", message, number=900561)
        try:
            return grant(call, tenant)
        except GrantRefused as refused:
            return self._refusal(call, refused)
        except BadBody as problem:
            return self.error(400, "invalid_request", str(problem), number=9000410)

    def device_code(self, call: Call, tenant: str) -> Reply:
        """Starts a sign-in that a person finishes in a browser elsewhere."""
        form = call.form()
        try:
            find_tenant(call, tenant)
            application = find_application(call, form.get("client_id", ""))
            read_wish(call, form.get("scope", ""), form.get("claims", ""))
        except GrantRefused as refused:
            return self._refusal(call, refused)
        code, found = call.world.directory.sign_ins.grant_device_code(application.app_id, form["scope"], tenant)
        address = f"{call.naming.login}/common/oauth2/deviceauth"
        body = {
            "device_code": code,
            "user_code": found.user_code,
            "verification_uri": address,
            "expires_in": int(DEVICE_CODE_LIFE_S),
            "interval": POLL_INTERVAL_S,
            "message": f"To sign in, open the page {address} in a browser and enter the code {found.user_code}.",
        }
        return Reply(200, body)
