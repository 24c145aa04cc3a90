"""The token endpoint of Entra ID: each grant type and what it hands out.

Sources: Microsoft identity platform, OAuth 2.0 authorisation code, device authorisation and client credentials flows;
RFC 6749, RFC 7636, RFC 8628; Microsoft Entra authentication error codes.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from cmkwizard.practice.identities import Application, ServicePrincipal, Tenant, User
from cmkwizard.practice.signin import s256
from cmkwizard.practice.tokens import LIFE_S, requested_claims
from cmkwizard.practice.user_claims import access_claims, client_info, id_claims
from cmkwizard.practice.web import Call, Reply

ANY_TENANT = ("common", "organizations")
_OPENID = frozenset({"openid", "profile", "offline_access", "email"})
_GRAPH = "https://graph.microsoft.com"
_RESOURCES = (
    "https://management.azure.com",
    "https://management.core.windows.net",
    _GRAPH,
    "https://vault.azure.net",
    "https://managedhsm.azure.net",
    "https://api.loganalytics.io",
)


class GrantRefused(Exception):
    """The token endpoint's refusal: an OAuth error with the number Entra ID gives it."""

    def __init__(
        self, number: int, error: str, message: str, *, status: int = 400, more: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.number = number
        self.error = error
        self.message = message
        self.status = status
        self.more = dict(more or {})  # suberror and claims


class Wish(msgspec.Struct, frozen=True):
    """What a scope and a claims parameter ask for."""

    resource: str
    scopes: tuple[str, ...]  # of the resource, as asked
    openid: bool
    offline: bool
    challenge: str  # the mark of the claims challenge that is answered
    capabilities: tuple[str, ...]


def read_wish(call: Call, scope: str, claims: str) -> Wish:
    """Takes a scope and a claims parameter apart. Raises GrantRefused."""
    asked = scope.split()
    own = tuple(each for each in asked if each.lower() not in _OPENID)
    resources = {_resource_of(each) for each in own} or {_GRAPH}
    if len(resources) > 1:
        raise GrantRefused(28000, "invalid_scope", "The scope names more than one resource.")
    resource = resources.pop()
    naming = call.naming
    known = {*_RESOURCES, naming.arm, naming.graph, naming.vault_audience, naming.hsm_audience}
    if resource.rstrip("/") not in known:
        message = f"The resource principal named {resource} was not found in the tenant."
        raise GrantRefused(500011, "invalid_resource", message)
    try:
        challenge, capabilities = requested_claims(claims)
    except ValueError as problem:
        raise GrantRefused(50148, "invalid_request", f"The claims parameter is {problem}") from None
    openid = {each.lower() for each in asked}
    return Wish(resource, own, "openid" in openid, "offline_access" in openid, challenge, tuple(capabilities))


def _resource_of(scope: str) -> str:
    """The resource of a scope; one without an address belongs to Microsoft Graph."""
    return scope.rpartition("/")[0] if urlsplit(scope).scheme else _GRAPH


def find_tenant(call: Call, key: str) -> Tenant | None:
    """The tenant of the path; None for the addresses that stand for any. Raises GrantRefused for an unknown one."""
    if key.lower() in ANY_TENANT:
        return None
    tenant = call.world.directory.tenant(key)
    if tenant is None:
        raise GrantRefused(90002, "invalid_request", f"Tenant '{key}' not found.")
    return tenant


def find_application(call: Call, client_id: str) -> Application:
    """The application with that id. Raises GrantRefused."""
    application = call.world.directory.applications.get(client_id.lower())
    if application is None:
        message = f"Application with identifier '{client_id}' was not found in the directory."
        raise GrantRefused(700016, "unauthorized_client", message)
    return application


def grant(call: Call, tenant_key: str) -> Reply:
    """Answers a token request. Raises GrantRefused."""
    form = call.form()
    tenant = find_tenant(call, tenant_key)
    kind = form.get("grant_type", "")
    if kind == "client_credentials":
        return _for_application(call, form, tenant)
    application = find_application(call, _required(form, "client_id"))
    if not application.public:
        message = "The request body must contain client_secret or client_assertion: this is no public client."
        raise GrantRefused(7000218, "invalid_client", message, status=401)
    if kind == "authorization_code":
        return _from_code(call, form, tenant, application)
    if kind == "refresh_token":
        return _from_refresh(call, form, tenant, application)
    if kind in ("device_code", "urn:ietf:params:oauth:grant-type:device_code"):
        return _from_device_code(call, form, application)
    raise GrantRefused(70003, "unsupported_grant_type", f"The grant type '{kind}' is not supported.")


def _required(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise GrantRefused(900144, "invalid_request", f"The request body must contain the parameter '{name}'.")
    return form[name]


def _from_code(call: Call, form: dict[str, str], tenant: Tenant | None, application: Application) -> Reply:
    found = call.world.directory.sign_ins.codes.get(_required(form, "code"))
    if found is None or found.client_id.lower() != application.app_id:
        raise GrantRefused(70000, "invalid_grant", "The provided authorization code is invalid for this client.")
    if found.redeemed:
        raise GrantRefused(54005, "invalid_grant", "The authorization code was already redeemed.")
    found.redeemed = True
    if found.expires <= call.world.clock.wall():
        raise GrantRefused(70008, "invalid_grant", "The provided authorization code has expired.")
    if form.get("redirect_uri") != found.redirect_uri:
        message = "The reply address does not match the reply address of the authorization request."
        raise GrantRefused(500112, "invalid_client", message)
    if found.challenge:
        verifier = form.get("code_verifier", "")
        if not secrets.compare_digest(s256(verifier).encode(), found.challenge.encode()):
            raise GrantRefused(501481, "invalid_grant", "The Code_Verifier does not match the code_challenge.")
    if tenant is not None and tenant.id != found.tenant_id:
        raise GrantRefused(70000, "invalid_grant", "The authorization code was issued for another tenant.")
    wish = read_wish(call, form.get("scope") or found.scope, form.get("claims", ""))
    return _for_user(
        call, form, application, found.user, found.tenant_id, wish, found.auth_time, found.nonce, found.max_age
    )


def _from_refresh(call: Call, form: dict[str, str], tenant: Tenant | None, application: Application) -> Reply:
    directory = call.world.directory
    found = directory.sign_ins.refresh_tokens.get(_required(form, "refresh_token"))
    issued_to = directory.applications.get(found.client_id) if found else None
    if found is None or issued_to is None:
        raise GrantRefused(9002313, "invalid_grant", "The refresh token is malformed or not ours.")
    family = issued_to.first_party and application.first_party
    if issued_to is not application and not family:
        raise GrantRefused(9002313, "invalid_grant", "The refresh token was issued to another client.")
    if found.revoked:
        message = "The provided grant has expired due to it being revoked, a fresh auth token is needed."
        raise GrantRefused(50173, "invalid_grant", message)
    if found.expires <= call.world.clock.wall():
        raise GrantRefused(700082, "invalid_grant", "The refresh token has expired due to inactivity.")
    tenant_id = tenant.id if tenant else found.tenant_id
    if tenant_id not in found.user.object_ids:
        raise GrantRefused(50020, "invalid_grant", f"User account '{found.user.upn}' does not exist in this tenant.")
    wish = read_wish(call, form.get("scope", ""), form.get("claims", ""))
    return _for_user(call, form, application, found.user, tenant_id, wish, found.auth_time)


def _from_device_code(call: Call, form: dict[str, str], application: Application) -> Reply:
    found = call.world.directory.sign_ins.device_codes.get(_required(form, "device_code"))
    if found is None or found.client_id != application.app_id or found.redeemed:
        raise GrantRefused(70000, "invalid_grant", "The device code is invalid for this client.")
    if found.expires <= call.world.clock.wall():
        raise GrantRefused(70020, "expired_token", "The device code has expired.")
    if found.declined:
        raise GrantRefused(65004, "authorization_declined", "The user declined to sign in on this device.")
    if found.user is None:
        raise GrantRefused(70016, "authorization_pending", "The user has not signed in yet.")
    found.redeemed = True
    wish = read_wish(call, form.get("scope") or found.scope, form.get("claims", ""))
    return _for_user(call, form, application, found.user, found.tenant_id, wish, call.world.clock.wall())


def _for_user(
    call: Call,
    form: dict[str, str],
    application: Application,
    user: User,
    tenant_id: str,
    wish: Wish,
    auth_time: float,
    nonce: str = "",
    max_age: int | None = None,
) -> Reply:
    """All tokens for a person; one to refresh them with only when the scope says offline_access.

    Where `max_age` was asked for, the id token has `auth_time`, and the tokens end when that age is reached, as Entra
    ID does it (AzureAD/microsoft-authentication-library-for-python, issue 444; keycloak/keycloak, issue 46078).
    """
    directory = call.world.directory
    rest = LIFE_S if max_age is None else auth_time + max_age - call.world.clock.wall()
    life = max(min(int(rest), LIFE_S), 0)
    stages = ("token", "silent") if form.get("grant_type") == "refresh_token" else ("token",)
    refusal = directory.take_refusal(stages, user, tenant_id)
    if refusal is not None:
        raise GrantRefused(refusal.code, refusal.token_error, refusal.sentence, more=refusal.more)
    claims: dict[str, Any] = access_claims(user, tenant_id) | {
        "aud": wish.resource,
        "appid": application.app_id,
        "idtyp": "user",
        "scp": "user_impersonation",
        "amr": ["pwd", "mfa"],
    }
    body = _body(call, wish, claims, tenant_id, life)
    if wish.offline:
        body["refresh_token"] = directory.sign_ins.grant_refresh(application.app_id, user, tenant_id, auth_time)
    if application.first_party:
        body["foci"] = "1"
    if form.get("client_info"):
        body["client_info"] = client_info(user)
    if wish.openid:
        identity = id_claims(user, tenant_id) | {
            "aud": application.app_id,
            "sub": f"{user.object_ids[tenant_id]}-{application.app_id}",
        }
        if nonce:
            identity["nonce"] = nonce
        if max_age is not None and directory.sign_ins.tells_auth_time:
            identity["auth_time"] = int(auth_time - directory.sign_ins.ages_auth_time_s)
        issuer = f"{call.naming.login}/{tenant_id}/v2.0"
        body["id_token"] = directory.tokens.issue_id(identity, issuer=issuer, life_s=life)
    return Reply(200, body, principal=user.upn)


def _for_application(call: Call, form: dict[str, str], tenant: Tenant | None) -> Reply:
    """A token for a service principal that shows its secret."""
    client_id = _required(form, "client_id").lower()
    if tenant is None:
        raise GrantRefused(50059, "invalid_request", "No tenant-identifying information found in the request.")
    principal = call.world.directory.service_principal(tenant.id, client_id)
    if principal is None:
        message = f"Application with identifier '{client_id}' was not found in the directory '{tenant.name}'."
        raise GrantRefused(700016, "unauthorized_client", message)
    secret = form.get("client_secret", "").encode()
    if not any(secrets.compare_digest(secret, each.encode()) for each in principal.secrets):
        raise GrantRefused(7000215, "invalid_client", "Invalid client secret provided.", status=401)
    if not principal.enabled:
        raise GrantRefused(7000112, "unauthorized_client", f"Application '{client_id}' is disabled.")
    wish = read_wish(call, form.get("scope", ""), form.get("claims", ""))
    return Reply(200, _body(call, wish, _application_claims(wish, principal), tenant.id), principal=principal.name)


def _application_claims(wish: Wish, principal: ServicePrincipal) -> dict[str, Any]:
    return {
        "aud": wish.resource,
        "tid": principal.tenant,
        "oid": principal.object_id,
        "sub": principal.object_id,
        "appid": principal.app_id,
        "app_displayname": principal.name,
        "idtyp": "app",
    }


def _body(call: Call, wish: Wish, claims: dict[str, Any], tenant_id: str, life_s: int = LIFE_S) -> dict[str, Any]:
    """The part of the answer that every grant has."""
    if wish.capabilities:
        claims["xms_cc"] = list(wish.capabilities)
    if wish.challenge:
        claims["answered_challenge"] = wish.challenge
    issuer = f"https://sts.windows.net/{tenant_id}/"
    token = call.world.directory.tokens.issue_access(claims, issuer=issuer, life_s=life_s)
    return {
        "token_type": "Bearer",
        "scope": " ".join(dict.fromkeys((f"{wish.resource}/user_impersonation", *wish.scopes))),
        "expires_in": life_s,
        "ext_expires_in": life_s,
        "access_token": token,
    }
