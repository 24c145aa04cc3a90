"""Microsoft Graph of the practice cloud: service principals, users, applications and the organisation."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import msgspec

from cmkwizard.practice.graph_answers import (
    application_body,
    context,
    graph_error,
    many,
    one,
    principal_body,
    role_body,
    user_body,
)
from cmkwizard.practice.identities import CONSENT_ROLES, ServicePrincipal, Tenant
from cmkwizard.practice.principal import Principal, TokenRefused
from cmkwizard.practice.shapes import body_table, texts
from cmkwizard.practice.web import Call, Refused, Reply, Route, Surface


def _caller(call: Call) -> Principal:
    if call.principal is None:
        raise Refused(graph_error(401, "InvalidAuthenticationToken", "Access token is empty."))
    return call.principal


def _not_found(what: str) -> Refused:
    return Refused(
        graph_error(
            404,
            "Request_ResourceNotFound",
            f"Resource '{what}' does not exist or one of its queried reference-property objects are not present.",
        )
    )


def _demand_application_rights(call: Call) -> None:
    """Adding applications needs a directory role. Raises Refused."""
    if not CONSENT_ROLES.intersection(call.world.directory.roles_of(_caller(call))):
        raise Refused(
            graph_error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        )


def _principals(call: Call) -> list[ServicePrincipal]:
    directory = call.world.directory
    tenant = _caller(call).tenant
    return [
        each for each in directory.service_principals.values() if each.tenant == tenant and directory.is_visible(each)
    ]


def _rendered(call: Call, principal: ServicePrincipal) -> dict[str, Any]:
    return principal_body(call.world.directory.applications.get(principal.app_id), principal)


def _list_principals(call: Call) -> Reply:
    return many(call, "servicePrincipals", [_rendered(call, each) for each in _principals(call)])


def _find_principal(call: Call, *, object_id: str = "", app_id: str = "") -> ServicePrincipal:
    for principal in _principals(call):
        if object_id.lower() == principal.object_id or app_id.lower() == principal.app_id:
            return principal
    raise _not_found(object_id or app_id)


def _get_principal(call: Call, object_id: str = "", app_id: str = "") -> Reply:
    return one(call, "servicePrincipals", _rendered(call, _find_principal(call, object_id=object_id, app_id=app_id)))


def _create_principal(call: Call, app_id: str = "") -> Reply:
    """POST, and PATCH by app id with `Prefer: create-if-missing`."""
    directory = call.world.directory
    tenant = _caller(call).tenant
    body = body_table(call)
    wanted = (app_id or str(body.get("appId") or "")).lower()
    existing = directory.service_principal(tenant, wanted)
    if app_id and existing is None and "create-if-missing" not in call.headers.get("prefer", ""):
        raise _not_found(app_id)
    _demand_application_rights(call)
    if existing is not None:
        if app_id:
            return Reply(204)
        raise Refused(
            graph_error(
                409,
                "Request_MultipleObjectsWithSameKeyValue",
                f"The service principal cannot be created: the service principal name {wanted} is already in use.",
            )
        )
    if wanted not in directory.applications:
        raise Refused(
            graph_error(
                400,
                "Request_BadRequest",
                f"The appId '{wanted}' of the service principal does not reference a valid application object.",
            )
        )
    created = directory.create_service_principal(tenant, wanted)
    return one(call, "servicePrincipals", _rendered(call, created), 201, applied="service_principal.create")


def _delete_principal(call: Call, object_id: str = "", app_id: str = "") -> Reply:
    _demand_application_rights(call)
    found = _find_principal(call, object_id=object_id, app_id=app_id)
    call.world.directory.remove_service_principal(found.tenant, found.app_id)
    return Reply(204, applied="service_principal.delete")


def _me(call: Call) -> Reply:
    principal = _caller(call)
    user = call.world.directory.user(principal.tenant, principal.object_id)
    if user is None:
        raise Refused(graph_error(400, "BadRequest", "/me request is only valid with delegated authentication flow."))
    return one(call, "users", user_body(user, _tenant(call)))


def _tenant(call: Call) -> Tenant:
    return call.world.directory.tenants[_caller(call).tenant]


def _own_roles(call: Call) -> Reply:
    names = call.world.directory.roles_of(_caller(call))
    return many(call, "directoryRoles", [role_body(name, _tenant(call)) for name in names])


def _users(call: Call) -> list[dict[str, Any]]:
    tenant = _tenant(call)
    return [user_body(user, tenant) for user in call.world.directory.users.values() if tenant.id in user.object_ids]


def _list_users(call: Call) -> Reply:
    return many(call, "users", _users(call))


def _get_user(call: Call, name: str) -> Reply:
    for body in _users(call):
        if name.lower() in (body["id"], body["userPrincipalName"].lower()):
            return one(call, "users", body)
    raise _not_found(name)


def _applications(call: Call) -> list[dict[str, Any]]:
    tenant = _caller(call).tenant
    return [application_body(each) for each in call.world.directory.applications.values() if each.owner == tenant]


def _list_applications(call: Call) -> Reply:
    return many(call, "applications", _applications(call))


def _get_application(call: Call, object_id: str = "", app_id: str = "") -> Reply:
    for body in _applications(call):
        if object_id.lower() == body["id"] or app_id.lower() == body["appId"]:
            return one(call, "applications", body)
    raise _not_found(object_id or app_id)


def _objects(call: Call) -> list[dict[str, Any]]:
    users = [{"@odata.type": "#microsoft.graph.user", **body} for body in _users(call)]
    principals = [
        {"@odata.type": "#microsoft.graph.servicePrincipal", **_rendered(call, each)} for each in _principals(call)
    ]
    return users + principals


def _get_by_ids(call: Call) -> Reply:
    body = body_table(call)
    wanted = {each.lower() for each in texts(body.get("ids"), "ids")}
    kinds = {each.lower() for each in texts(body.get("types"), "types")}
    found = [
        each
        for each in _objects(call)
        if each["id"] in wanted
        and (not kinds & {"user", "serviceprincipal"} or each["@odata.type"].rpartition(".")[2].lower() in kinds)
    ]
    return Reply(200, {"@odata.context": context(call, "directoryObjects"), "value": found})


def _get_object(call: Call, object_id: str) -> Reply:
    for body in _objects(call):
        if body["id"] == object_id.lower():
            return one(call, "directoryObjects", body)
    raise _not_found(object_id)


def _groups(call: Call) -> Reply:
    return Reply(200, {"@odata.context": context(call, "groups"), "value": []})


def _organization(call: Call) -> Reply:
    tenant = _tenant(call)
    domain = {"capabilities": "Email", "isDefault": True, "isInitial": True, "name": tenant.domain, "type": "Managed"}
    body = {
        "id": tenant.id,
        "displayName": tenant.name,
        "countryLetterCode": tenant.country,
        "tenantType": "AAD",
        "verifiedDomains": [domain],
    }
    return many(call, "organization", [body])


_V = r"/(?:v1\.0|beta)"
_PRINCIPAL = _V + r"/servicePrincipals/(?P<object_id>[^/]+)"
_BY_APP = _V + r"/servicePrincipals\(appId='(?P<app_id>[^']+)'\)"


def _route(method: str, pattern: str, handler: Any) -> Route:
    return Route(method, pattern, handler, ignore_case=True)


class GraphSurface(Surface):
    """Microsoft Graph."""

    name = "graph"
    audiences = ("https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000")
    _routes = (
        _route("GET", _BY_APP, _get_principal),
        _route("PATCH", _BY_APP, _create_principal),
        _route("DELETE", _BY_APP, _delete_principal),
        _route("GET", _PRINCIPAL, _get_principal),
        _route("DELETE", _PRINCIPAL, _delete_principal),
        _route("GET", _V + "/servicePrincipals/?", _list_principals),
        _route("POST", _V + "/servicePrincipals/?", _create_principal),
        _route("GET", _V + "/me/?", _me),
        _route("GET", _V + r"/me/(?:transitiveMemberOf|memberOf)/microsoft\.graph\.directoryRole/?", _own_roles),
        _route("GET", _V + "/users/?", _list_users),
        _route("GET", _V + r"/users/(?P<name>[^/]+)", _get_user),
        _route("GET", _V + "/applications/?", _list_applications),
        _route("GET", _V + r"/applications\(appId='(?P<app_id>[^']+)'\)", _get_application),
        _route("GET", _V + r"/applications/(?P<object_id>[^/]+)", _get_application),
        _route("GET", _V + "/groups/?", _groups),
        _route("POST", _V + "/directoryObjects/getByIds", _get_by_ids),
        _route("GET", _V + r"/directoryObjects/(?P<object_id>[^/]+)", _get_object),
        _route("GET", _V + "/organization/?", _organization),
    )

    def routes(self) -> Sequence[Route]:
        """All routes, the particular before the general."""
        return self._routes

    def accepted_audiences(self, call: Call) -> tuple[str, ...]:
        """Graph's own address, and in a cloud profile the address of its host."""
        graph = call.naming.graph
        return (*self.audiences, graph, graph.removesuffix("/graph"))

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """An error as Graph writes it."""
        return graph_error(status, code, message)

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """401 with the challenge that clients read."""
        reply = graph_error(401, "InvalidAuthenticationToken", refusal.message)
        challenge = f'Bearer realm="", authorization_uri="{call.naming.login}/common/oauth2/authorize"'
        if refusal.reason == "claims":
            claims = base64.b64encode(refusal.claims.encode()).decode()
            challenge += f', error="insufficient_claims", claims="{claims}"'
        reply.headers["WWW-Authenticate"] = challenge
        return reply

    def handle(self, call: Call) -> Reply:
        """As every surface; a slash at the end of the path means nothing."""
        return super().handle(msgspec.structs.replace(call, path=call.path.rstrip("/") or "/"))
