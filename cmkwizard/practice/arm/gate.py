"""What every call to Resource Manager must pass (api version, subscription, rights, locks), and how errors look."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from cmkwizard.practice.arm.versions import VERSIONS
from cmkwizard.practice.azure_resources import ResourceGroup, Subscription
from cmkwizard.practice.managed_hsms import ManagedHsm
from cmkwizard.practice.principal import Principal
from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import Call, Refused, Reply

Item = TypeVar("Item")

SUBSCRIPTION = r"/subscriptions/(?P<subscription>[^/]+)"
GROUP = SUBSCRIPTION + r"/resourceGroups/(?P<group>[^/]+)"
KEY_VAULT = r"/providers/Microsoft\.KeyVault"
VAULT = GROUP + KEY_VAULT + r"/vaults/(?P<vault>[^/]+)"
KEY_HOLDER = GROUP + KEY_VAULT + r"/(?P<kind>vaults|managedHSMs)/(?P<vault>[^/]+)"


def arm_error(status: int, code: str, message: str, **more: Any) -> Reply:
    """An error as Resource Manager writes it."""
    return Reply(status, {"error": {"code": code, "message": message, **more}})


def refuse(status: int, code: str, message: str, **more: Any) -> Refused:
    """The same error, to be raised."""
    return Refused(arm_error(status, code, message, **more))


def caller(call: Call) -> Principal:
    """Who is calling; every call to Resource Manager has a principal."""
    if call.principal is None:
        raise refuse(401, "AuthenticationFailed", "Authentication failed.")
    return call.principal


def api_version(call: Call, kind: str) -> str:
    """The api version of the call, known for this kind of resource. Raises Refused."""
    version = call.query.get("api-version", "")
    if not version:
        raise refuse(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    known = VERSIONS[kind]
    if version.lower() not in known:
        raise refuse(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{version}' is invalid. The supported versions are '{','.join(reversed(known))}'.",
        )
    return version.lower()


def subscription_of(call: Call, subscription: str) -> Subscription:
    """The subscription, when it exists and belongs to the token's tenant. Raises Refused."""
    found = call.world.estate.subscriptions.get(subscription.lower())
    if found is None:
        raise refuse(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")
    principal = caller(call)
    if found.tenant != principal.tenant:
        refusal = arm_error(
            401,
            "InvalidAuthenticationTokenTenant",
            f"The access token is from the wrong issuer 'https://sts.windows.net/{principal.tenant}/'. It must match"
            f" the tenant 'https://sts.windows.net/{found.tenant}/' associated with this subscription.",
        )
        refusal.headers["WWW-Authenticate"] = (
            f'Bearer authorization_uri="{call.naming.login}/{found.tenant}", error="invalid_token",'
            ' error_description="The access token is from the wrong issuer."'
        )
        raise Refused(refusal)
    return found


def demand(call: Call, action: str, scope: str) -> None:
    """The caller may take the action over the scope. Raises Refused with AuthorizationFailed."""
    principal = caller(call)
    if not call.world.estate.may(principal, action, scope):
        raise Refused(unauthorised_action(principal, action, scope))


def unauthorised_action(principal: Principal, action: str, scope: str) -> Reply:
    """AuthorizationFailed for an action over a scope."""
    return arm_error(
        403,
        "AuthorizationFailed",
        f"The client '{principal.name}' with object id '{principal.object_id}' does not have authorization to perform"
        f" action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please"
        " refresh your credentials.",
    )


def demand_write(call: Call, subscription: Subscription, action: str, scope: str) -> None:
    """A write: authorised, subscription active, no read-only lock. Raises Refused."""
    demand(call, action, scope)
    _active(subscription)
    lock = call.world.estate.lock_over(scope, ("ReadOnly",))
    if lock is not None:
        raise _locked(scope, "write", lock.scope)


def demand_delete(call: Call, subscription: Subscription, action: str, scope: str) -> None:
    """A deletion: authorised, subscription active, no lock at, above or below. Raises Refused."""
    demand(call, action, scope)
    _active(subscription)
    lock = call.world.estate.lock_under(scope, ("ReadOnly", "CanNotDelete"))
    if lock is not None:
        raise _locked(scope, "delete", lock.scope)


def _active(subscription: Subscription) -> None:
    if subscription.state in ("Disabled", "Deleted"):
        raise refuse(
            409,
            "ReadOnlyDisabledSubscription",
            f"The subscription '{subscription.id}' is disabled and therefore marked as read only.",
        )


def _locked(scope: str, operation: str, locked: str) -> Refused:
    return refuse(
        409,
        "ScopeLocked",
        f"The scope '{scope}' cannot perform {operation} operation because following scope(s) are locked: '{locked}'."
        " Please remove the lock and try again.",
    )


def demand_registered(subscription: Subscription, namespace: str) -> None:
    """The resource provider is registered in the subscription. Raises Refused."""
    if namespace.lower() not in subscription.registered:
        detail = {
            "code": "MissingSubscriptionRegistration",
            "target": namespace,
            "message": f"The subscription is not registered to use namespace '{namespace}'.",
        }
        raise refuse(409, "MissingSubscriptionRegistration", detail["message"], details=[detail])


def group_of(call: Call, subscription: str, group: str) -> ResourceGroup:
    """The resource group. Raises Refused with ResourceGroupNotFound."""
    found = call.world.estate.group(subscription, group)
    if found is None:
        raise refuse(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")
    return found


def vault_of(call: Call, subscription: str, group: str, vault: str) -> Vault:
    """The live vault. Raises Refused with ResourceGroupNotFound or ResourceNotFound."""
    found_group = group_of(call, subscription, group)
    found = call.world.estate.vault(subscription, group, vault)
    if found is None:
        raise refuse(
            404,
            "ResourceNotFound",
            f"The Resource 'Microsoft.KeyVault/vaults/{vault}' under resource group '{found_group.name}' was not"
            " found.",
        )
    return found


def hsm_of(call: Call, subscription: str, group: str, name: str) -> ManagedHsm:
    """The Managed HSM. Raises Refused with ResourceGroupNotFound or ResourceNotFound."""
    where = group_of(call, subscription, group).name
    found = call.world.estate.hsm(subscription, group, name)
    if found is None:
        raise refuse(
            404,
            "ResourceNotFound",
            f"The Resource 'Microsoft.KeyVault/managedHSMs/{name}' under resource group '{where}' was not found.",
        )
    return found


def vault_id(subscription: str, group: str, vault: str) -> str:
    """The resource id of a vault, whether it exists or not."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}"


def page(call: Call, items: Sequence[Item], render: Callable[[Item], dict[str, Any]]) -> Reply:
    """One page of a list: at most `$top` and the estate's page size; `nextLink` leads to the next. Raises Refused."""
    top = call.query.get("$top", "")
    if top and (not top.isdigit() or int(top) < 1):
        raise refuse(400, "BadRequest", "The value of $top must be a positive whole number.")
    token = call.query.get("$skiptoken", "")
    try:
        start = int(base64.urlsafe_b64decode(token)) if token else 0
    except ValueError:
        raise refuse(400, "InvalidSkipToken", "The skip token is not valid.") from None
    size = min(int(top), call.world.estate.page_size) if top else call.world.estate.page_size
    body: dict[str, Any] = {"value": [render(item) for item in items[start : start + size]]}
    if start + size < len(items):
        following = base64.urlsafe_b64encode(str(start + size).encode()).decode()
        query = urlencode({**call.query, "$skiptoken": following}, quote_via=quote)
        body["nextLink"] = f"{call.origin}{quote(call.path)}?{query}"
    return Reply(200, body)
