"""How Microsoft Graph writes its answers: errors, entities, and pages of collections with filter and selection."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from cmkwizard.practice.clock import iso
from cmkwizard.practice.identities import DIRECTORY_ROLES, Application, ServicePrincipal, Tenant, User
from cmkwizard.practice.user_claims import name_in
from cmkwizard.practice.web import Call, Refused, Reply

_EQUALS = re.compile(r"(\w+)(?:/any\(\w+:\s*\w+)?\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)
_STARTS = re.compile(r"startsw?i?t?h?\w*\((\w+),\s*'((?:[^']|'')*)'\)", re.IGNORECASE)


def graph_error(status: int, code: str, message: str) -> Reply:
    """An error as Graph writes it."""
    inner = {"request-id": str(uuid.uuid4()), "client-request-id": str(uuid.uuid4())}
    return Reply(status, {"error": {"code": code, "message": message, "innerError": inner}})


def context(call: Call, entity: str) -> str:
    """The address that says what an answer of Graph is."""
    return f"{call.naming.graph}/v1.0/$metadata#{entity}"


def one(call: Call, entity: str, body: Mapping[str, Any], status: int = 200, applied: str | None = None) -> Reply:
    """One entity, reduced to what was selected."""
    select = [each.strip() for each in call.query.get("$select", "").split(",") if each.strip()]
    chosen = {name: value for name, value in body.items() if not select or name in select}
    return Reply(status, {"@odata.context": context(call, f"{entity}/$entity"), **chosen}, applied=applied)


def many(call: Call, entity: str, bodies: Iterable[Mapping[str, Any]]) -> Reply:
    """A page of a collection, filtered by equality and beginnings, and reduced to what was selected. Raises Refused."""
    condition = call.query.get("$filter", "")
    tests = [(name, text.replace("''", "'").lower(), False) for name, text in _EQUALS.findall(condition)]
    tests += [(name, text.replace("''", "'").lower(), True) for name, text in _STARTS.findall(condition)]
    if condition and not tests:
        raise Refused(graph_error(400, "Request_UnsupportedQuery", f"The filter '{condition}' is not supported."))
    either = " or " in condition.lower()
    found = [body for body in bodies if not tests or (any if either else all)(_passes(body, *test) for test in tests)]
    top = call.query.get("$top", "")
    size = int(top) if top.isdigit() and 0 < int(top) < 1000 else 100
    token = call.query.get("$skiptoken", "0")
    start = int(token) if token.isdigit() else 0
    select = [each.strip() for each in call.query.get("$select", "").split(",") if each.strip()]
    shown = [
        {name: value for name, value in body.items() if not select or name in select}
        for body in found[start : start + size]
    ]
    answer: dict[str, Any] = {"@odata.context": context(call, entity), "value": shown}
    if start + size < len(found):
        query = {**call.query, "$skiptoken": str(start + size)}
        text = "&".join(f"{quote(name)}={quote(value)}" for name, value in query.items())
        answer["@odata.nextLink"] = f"{call.naming.graph}{call.path}?{text}"
    return Reply(200, answer)


def _passes(body: Mapping[str, Any], name: str, text: str, beginning: bool) -> bool:
    value = next((body[each] for each in body if each.lower() == name.lower()), None)
    values = [str(each).lower() for each in (value if isinstance(value, list) else [value])]
    return any(each.startswith(text) if beginning else each == text for each in values)


def principal_body(application: Application | None, principal: ServicePrincipal) -> dict[str, Any]:
    """A service principal as Graph writes it."""
    return {
        "id": principal.object_id,
        "deletedDateTime": None,
        "accountEnabled": principal.enabled,
        "alternativeNames": [],
        "appDisplayName": principal.name,
        "appDescription": None,
        "appId": principal.app_id,
        "applicationTemplateId": None,
        "appOwnerOrganizationId": application.owner if application else principal.tenant,
        "appRoleAssignmentRequired": False,
        "createdDateTime": iso(principal.created)[:19] + "Z",
        "description": None,
        "disabledByMicrosoftStatus": None,
        "displayName": principal.name,
        "homepage": None,
        "loginUrl": None,
        "logoutUrl": None,
        "notes": None,
        "notificationEmailAddresses": [],
        "preferredSingleSignOnMode": None,
        "replyUrls": list(application.redirect_uris) if application else [],
        "servicePrincipalNames": [principal.app_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMultipleOrgs",
        "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
        "tokenEncryptionKeyId": None,
        "verifiedPublisher": {
            "displayName": application.publisher if application and application.verified else None,
            "verifiedPublisherId": None,
            "addedDateTime": None,
        },
        "addIns": [],
        "appRoles": [],
        "keyCredentials": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        "resourceSpecificApplicationPermissions": [],
    }


def role_body(name: str, tenant: Tenant) -> dict[str, Any]:
    """A directory role that somebody holds as Graph writes it."""
    return {
        "id": str(uuid.uuid5(uuid.UUID(tenant.id), name)),
        "deletedDateTime": None,
        "description": f"The role {name}.",
        "displayName": name,
        "roleTemplateId": DIRECTORY_ROLES[name],
    }


def user_body(user: User, tenant: Tenant) -> dict[str, Any]:
    """A person as Graph writes one."""
    return {
        "businessPhones": [],
        "displayName": user.name,
        "givenName": user.name.partition(" ")[0],
        "jobTitle": None,
        "mail": user.upn,
        "mobilePhone": None,
        "officeLocation": None,
        "otherMails": [],
        "preferredLanguage": None,
        "proxyAddresses": [f"SMTP:{user.upn}", *(f"smtp:{each}" for each in user.aliases)],
        "surname": user.name.rpartition(" ")[2],
        "userPrincipalName": name_in(user, tenant),
        "id": user.object_ids[tenant.id],
    }


def application_body(application: Application) -> dict[str, Any]:
    """An application as Graph writes it."""
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, application.app_id)),
        "appId": application.app_id,
        "displayName": application.name,
        "publisherDomain": None,
        "signInAudience": "AzureADMultipleOrgs",
    }
