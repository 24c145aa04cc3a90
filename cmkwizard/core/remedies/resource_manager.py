"""What Azure Resource Manager and Microsoft Graph refuse."""

from __future__ import annotations

from cmkwizard.core.people import ENTRA_ADMINISTRATOR, POLICY_OWNER, SUBSCRIPTION_OWNER, YOU
from cmkwizard.core.problems import Kind
from cmkwizard.core.remedies.row import GRAPH, LOCKS, MANAGEMENT, POLICY, ROLES, Remedy
from cmkwizard.core.remedies.sign_in import ENDED

ABAC = "ABAC condition that is not fulfilled"

_PLACE = Remedy(
    Kind.INVALID,
    "Key Vault, or this tier of it, is not offered in this location.",
    "Choose another location or tier.",
    YOU,
    MANAGEMENT,
)
_GONE = Remedy(
    Kind.NOT_FOUND,
    "It is not there, or it is in another subscription than the one that was asked.",
    "Check the name and the subscription, and choose it again.",
    YOU,
    MANAGEMENT,
)

RESOURCE_MANAGER: dict[str, Remedy] = {
    "AuthorizationFailed": Remedy(
        Kind.PERMISSION,
        "This account may not do that here.",
        "Have the role assigned on this scope. Where your organisation uses Privileged Identity Management, look "
        "whether you have it already and only need to activate it.",
        SUBSCRIPTION_OWNER,
        ROLES,
    ),
    ABAC: Remedy(
        Kind.PERMISSION,
        "This account may assign roles, but a condition on that right leaves this role or this app out.",
        "Have the condition changed so that it lets Adobe's app be given Key Vault Crypto Service Encryption User, or "
        "have somebody without the condition assign it.",
        SUBSCRIPTION_OWNER,
        ROLES,
    ),
    "LinkedAuthorizationFailed": Remedy(
        Kind.PERMISSION,
        "This account may change the resource, and lacks a right on another one that it refers to.",
        "Have the right assigned on the linked resource that the text names.",
        SUBSCRIPTION_OWNER,
        ROLES,
    ),
    "InvalidAuthenticationTokenTenant": Remedy(
        Kind.SIGN_IN,
        "The sign-in is for another directory than the subscription's.",
        "Sign in to that directory.",
        YOU,
        ROLES,
    ),
    "InvalidAuthenticationToken": ENDED,
    "ExpiredAuthenticationToken": ENDED,
    "RequestDisallowedByPolicy": Remedy(
        Kind.PERMISSION,
        "A policy of your organisation forbids this setting.",
        "Choose settings that the policy allows, or ask for an exemption.",
        POLICY_OWNER,
        POLICY,
    ),
    "ScopeLocked": Remedy(
        Kind.CONFLICT,
        "A lock protects this resource. A lock against deletion also keeps roles from being taken away.",
        "Have the lock lifted for as long as the change takes.",
        SUBSCRIPTION_OWNER,
        LOCKS,
    ),
    "MissingSubscriptionRegistration": Remedy(
        Kind.CONFLICT,
        "Key Vault is not switched on in this subscription.",
        "Register the resource provider Microsoft.KeyVault.",
        SUBSCRIPTION_OWNER,
        MANAGEMENT,
    ),
    "PrincipalNotFound": Remedy(
        Kind.PROPAGATING,
        "Adobe's app is so new that it has not reached all of Azure yet. The role was not given.",
        "Wait a minute, then start again: only what is missing is done.",
        YOU,
        ROLES,
    ),
    "RoleAssignmentExists": Remedy(
        Kind.CONFLICT, "This role is assigned already.", "Nothing needs to be done: go on.", YOU, ROLES
    ),
    "RoleAssignmentUpdateNotPermitted": Remedy(
        Kind.CONFLICT,
        "Another role assignment, of somebody else, holds this id.",
        "Have that assignment looked at; a new one needs an id of its own.",
        SUBSCRIPTION_OWNER,
        ROLES,
    ),
    "RoleAssignmentLimitExceeded": Remedy(
        Kind.CONFLICT,
        "The subscription holds as many role assignments as Azure allows (4,000).",
        "Remove unused ones, then try again.",
        SUBSCRIPTION_OWNER,
        ROLES,
    ),
    "SubscriptionNotFound": Remedy(
        Kind.NOT_FOUND,
        "This account does not see the subscription.",
        "Choose another subscription, or sign in to the directory that it belongs to.",
        YOU,
        ROLES,
    ),
    "ReadOnlyDisabledSubscription": Remedy(
        Kind.PERMISSION,
        "The subscription is disabled, and can only be read.",
        "Choose another subscription, or have it enabled.",
        SUBSCRIPTION_OWNER,
        MANAGEMENT,
    ),
    "ResourceNotFound": _GONE,
    "ResourceGroupNotFound": Remedy(
        Kind.NOT_FOUND,
        "The resource group is not there, or it is in another subscription.",
        "Check the name and the subscription, and choose it again.",
        YOU,
        MANAGEMENT,
    ),
    "SkuNotSupported": _PLACE,
    "RegionNotSupported": _PLACE,
    "LocationNotAvailableForResourceType": _PLACE,
    # Microsoft Graph
    "Request_ResourceNotFound": Remedy(
        Kind.NOT_FOUND,
        "The directory does not have this app yet.",
        "Give consent, then wait a minute.",
        f"{YOU}, or {ENTRA_ADMINISTRATOR}",
        GRAPH,
    ),
    "Request_MultipleObjectsWithSameKeyValue": Remedy(
        Kind.CONFLICT, "The directory has this app already.", "Nothing needs to be done: go on.", YOU, GRAPH
    ),
    "Authorization_RequestDenied": Remedy(
        Kind.PERMISSION,
        "This account may not read apps of the directory.",
        "Have the Directory Readers role assigned.",
        ENTRA_ADMINISTRATOR,
        GRAPH,
    ),
}
