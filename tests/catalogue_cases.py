"""What the services really say for each row of the catalogue: on the wire, and as a person would paste it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

TRACE, CORRELATION = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01", "0d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a02"
_VAULT_ID = "/subscriptions/0b1f4e7a/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"


class Answer(NamedTuple):
    """One answer of a service of the practice cloud."""

    service: str
    status: int
    body: dict[str, Any]


ARM: dict[str, tuple[int, str]] = {
    "AuthorizationFailed": (
        403,
        (
            f"The client 'alice@contoso.example' with object id 'a' does not have authorization to perform action "
            f"'Microsoft.KeyVault/vaults/write' over scope '{_VAULT_ID}' or the scope is invalid."
        ),
    ),
    "LinkedAuthorizationFailed": (
        403,
        (
            f"The client 'alice@contoso.example' with object id 'a' has permission to perform action "
            f"'Microsoft.KeyVault/vaults/write' on scope '{_VAULT_ID}'; however, it does not have permission to "
            "perform action 'Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action' on the linked "
            "scope(s) '/subscriptions/0b1f4e7a/resourceGroups/net' or the linked scope(s) are invalid."
        ),
    ),
    "InvalidAuthenticationTokenTenant": (
        401,
        (
            "The access token is from the wrong issuer 'https://sts.windows.net/a/'. It must match the tenant "
            "'https://sts.windows.net/b/' associated with this subscription."
        ),
    ),
    "InvalidAuthenticationToken": (401, "The access token is invalid."),
    "ExpiredAuthenticationToken": (401, "The access token expiry UTC time '11/24/2026 10:00:00 AM' is earlier."),
    "RequestDisallowedByPolicy": (403, "Resource 'kv' was disallowed by policy."),
    "ScopeLocked": (
        409,
        (
            f"The scope '{_VAULT_ID}' cannot perform write operation because following scope(s) are locked: "
            "'/subscriptions/0b1f4e7a/resourceGroups/rg'. Please remove the lock and try again."
        ),
    ),
    "MissingSubscriptionRegistration": (
        409,
        "The subscription is not registered to use namespace 'Microsoft.KeyVault'.",
    ),
    "PrincipalNotFound": (
        400,
        (
            "Principal 0b1f4e7a6c2d4a589e3b8d7c5f1a2e03 does not exist in the directory 7d1c5f2e. Check that you have "
            "the correct principal ID. If you are creating this principal, this might be caused by a replication delay."
        ),
    ),
    "RoleAssignmentExists": (409, "The role assignment already exists."),
    "RoleAssignmentUpdateNotPermitted": (400, "Tenant ID, application ID, principal ID, and scope are not allowed."),
    "RoleAssignmentLimitExceeded": (400, "No more role assignments can be created."),
    "SubscriptionNotFound": (404, "The subscription '0b1f4e7a' could not be found."),
    "ReadOnlyDisabledSubscription": (409, "The subscription '0b1f4e7a' is disabled and marked as read only."),
    "ResourceNotFound": (404, "The Resource 'Microsoft.KeyVault/vaults/kv' under resource group 'rg' was not found."),
    "ResourceGroupNotFound": (404, "Resource group 'rg' could not be found."),
    "SkuNotSupported": (400, "The sku is not supported in this location."),
    "RegionNotSupported": (400, "The region is not supported for this subscription."),
    "LocationNotAvailableForResourceType": (400, "The provided location 'nowhere' is not available."),
    "VaultAlreadyExists": (409, "The vault name 'kv' is already in use. Vault names are globally unique."),
    "VaultNameNotValid": (400, "The vault name 'k' is invalid."),
    "ConflictError": (409, "A conflict occurred that prevented the operation from completing."),
    "TooManyRequests": (429, "The request is being throttled as the limit has been reached."),
}
GRAPH: dict[str, tuple[int, str]] = {
    "Request_ResourceNotFound": (404, "Resource 'x' does not exist or one of its queried references does not."),
    "Request_MultipleObjectsWithSameKeyValue": (409, "Another object with the same value for property appId exists."),
    "Authorization_RequestDenied": (403, "Insufficient privileges to complete the operation."),
}
# The inner code where Key Vault sends one; the outer one is then the class alone.
VAULT_INNER: dict[str, tuple[int, str, str]] = {
    "ForbiddenByRbac": (
        403,
        "Forbidden",
        (
            "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role "
            "definitions were changed recently, please observe propagation time.\r\nCaller: appid=x;oid=y\r\nAction: "
            f"'Microsoft.KeyVault/vaults/keys/read'\r\nResource: '{_VAULT_ID}'\r\nAssignment: (not found)\r\nVault: "
            "kv;location=westeurope"
        ),
    ),
    "ForbiddenByFirewall": (
        403,
        "Forbidden",
        (
            "Client address is not authorized and caller is not a trusted service.\r\nClient address: 203.0.113.7\r\n"
            "Caller: appid=x;oid=y\r\nVault: kv;location=westeurope"
        ),
    ),
    "ForbiddenByConnection": (
        403,
        "Forbidden",
        (
            "Public network access is disabled and request is not from a trusted service nor via an approved private "
            "link.\r\nCaller: appid=x\r\nVault: kv;location=westeurope"
        ),
    ),
    "AccessDenied": (
        403,
        "Forbidden",
        (
            "The user, group or application 'appid=x;oid=y' does not have keys get permission on key vault "
            "'kv;location=westeurope'."
        ),
    ),
    "ObjectIsDeletedButRecoverable": (
        409,
        "Conflict",
        (
            "Key aep is currently in a deleted but recoverable state, and its name cannot be reused; in this state, "
            "the key can only be recovered or purged."
        ),
    ),
    "KeyDisabled": (403, "Forbidden", "Operation unwrapKey is not allowed on a disabled key."),
    "KeyNotYetValid": (403, "Forbidden", "Operation wrapKey is not allowed on a not yet valid key."),
    "KeyExpired": (403, "Forbidden", "Operation wrapKey is not allowed on an expired key."),
}
VAULT: dict[str, tuple[int, str]] = {
    "Forbidden": (403, "The caller may not do that."),
    "Conflict": (409, "User triggered a restore or recovery, or the object is in transition."),
    "BadParameter": (400, "Property has invalid value"),
    "KeySizeInvalid": (400, "The key size is not supported."),
    "KeyNotFound": (404, "A key with (name/id) aep was not found in this key vault."),
    "Throttled": (429, "Request was not processed because too many requests were received."),
}
# Key Vault puts these at the head of the message, with Unauthorized as the code.
VAULT_HEADS = {
    "AKV10022": "AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://management.azure.com/.",
    "AKV10032": "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/a/, found https://sts.windows.net/b/.",
}
# The AADSTS numbers with the OAuth error that they come with.
ENTRA: dict[str, tuple[str, str]] = {
    "50058": ("login_required", "A silent sign-in request was sent but no user is signed in."),
    "700082": ("invalid_grant", "The refresh token has expired due to inactivity."),
    "50173": ("invalid_grant", "The provided grant has expired due to it being revoked."),
    "50133": ("invalid_grant", "Session is invalid due to expiration or recent password change."),
    "50076": ("interaction_required", "You must use multi-factor authentication to access this resource."),
    "50079": ("interaction_required", "You must enroll in multi-factor authentication."),
    "50074": ("interaction_required", "Strong Authentication is required."),
    "50072": ("interaction_required", "You must enroll in multi-factor authentication to access 'Azure'."),
    "50158": ("interaction_required", "External security challenge was not satisfied."),
    "50078": ("interaction_required", "Presented multi-factor authentication has expired."),
    "70043": ("invalid_grant", "The refresh token has expired due to sign-in frequency checks."),
    "53003": ("interaction_required", "Access has been blocked by Conditional Access policies."),
    "50131": ("interaction_required", "Device is not in required device state, or was blocked by policy."),
    "53000": ("interaction_required", "Your device is required to be managed to access this resource."),
    "53001": ("interaction_required", "Device is not domain joined."),
    "50097": ("interaction_required", "Device authentication is required."),
    "530035": ("access_denied", "Access has been blocked by security defaults."),
    "50105": ("access_denied", "The user is not assigned to a role for the application."),
    "50020": ("invalid_request", "User account from identity provider 'live.com' does not exist in tenant."),
    "50034": ("invalid_request", "The user account does not exist in the directory."),
    "90072": ("invalid_request", "User account from external identity provider does not exist in tenant."),
    "16000": ("interaction_required", "Selected user account does not exist in tenant."),
    "50194": ("invalid_request", "Application is not configured as a multi-tenant application."),
    "9001023": ("invalid_request", "The grant type is not supported over the /common endpoints."),
    "90130": ("invalid_request", "Application is not supported over the /common or /consumers endpoints."),
    "65001": ("invalid_grant", "The user or administrator has not consented to use the application."),
    "65004": ("access_denied", "The resource owner or authorization server denied the request."),
    "90094": ("access_denied", "An administrator must set policy or grant permission."),
    "90095": ("access_denied", "Admin consent is required."),
    "650052": ("invalid_client", "The app is trying to access a service that your organization lacks."),
    "500011": ("invalid_resource", "The resource principal was not found in the tenant."),
    "700016": ("unauthorized_client", "Application was not found in the directory."),
    "700011": ("unauthorized_client", "Application was not found in the directory."),
    "7000112": ("unauthorized_client", "Application is disabled."),
    "70001": ("unauthorized_client", "Application is disabled."),
    "50011": ("invalid_request", "The redirect URI does not match those configured for the application."),
    "7000218": ("invalid_client", "The request body must contain client_assertion or a secret parameter."),
    "500021": ("access_denied", "Access to the tenant is denied."),
    "500022": ("access_denied", "Access to the tenant is denied by tenant restrictions."),
    "500212": ("access_denied", "The user's administrator has set an outbound access policy."),
    "500213": ("access_denied", "The resource tenant's cross-tenant access policy does not allow this user."),
    "90002": ("invalid_request", "Tenant 'nowhere.example' not found."),
    "90038": ("invalid_request", "Tenant is in another cloud instance."),
    "50057": ("invalid_grant", "The user account is disabled."),
    "50053": ("invalid_grant", "The account is locked, because of too many attempts."),
    "50055": ("invalid_grant", "The password is expired."),
    "50126": ("invalid_grant", "Error validating credentials due to invalid username or password."),
}
OAUTH = (
    "invalid_grant", "interaction_required", "login_required", "access_denied", "authorization_declined",
    "expired_token", "code_expired",
)  # fmt: skip
IMS = ("invalid_client", "invalid_scope", "unauthorized_client")
GATEWAY: dict[str, tuple[int, str]] = {
    "403010": (403, "Oauth token is missing"),
    "401013": (401, "Oauth token is not valid"),
    "403000": (403, "Api Key is required"),
    "403003": (403, "Api Key is invalid"),
    "400003": (400, "Missing header"),
    "403025": (403, "Profile is not valid"),
    "403027": (403, "User region is missing"),
    "429050": (429, "Too many requests"),
}

# What no service sends as a code, as it is pasted.
PASTED: dict[str, str] = {
    "bypass is set to None": (
        "(Forbidden) Request was not allowed by NSP rules and the client address is not authorized and caller was "
        "ignored because bypass is set to None\r\nClient address: 203.0.113.7\r\nCaller: appid=x\r\nVault: kv;"
        'location=eastus\nInner error: {"code": "ForbiddenByFirewall"}'
    ),
    "ForbiddenByFirewall, 20.88.123.53": (
        "Client address is not authorized and caller is not a trusted service.\nClient address: 20.88.123.53"
    ),
    "challenge resource does not match": (
        "ValueError: The challenge resource 'vault.azure.net' does not match the requested domain. Pass "
        "`verify_challenge_resource=False` to your client's constructor to disable this verification."
    ),
    "Customer Managed Key not being accessible": (
        '{"Errors":["Request is blocked due to Customer Managed Key not being accessible."]} ActivityId: '
        f"{CORRELATION}, Request URI: /apps/x"
    ),
    "ABAC condition that is not fulfilled": (
        "(AuthorizationFailed) The client 'alice@contoso.example' with object id 'a' has an authorization with ABAC "
        "condition that is not fulfilled to perform action 'Microsoft.Authorization/roleAssignments/write' over scope "
        f"'{_VAULT_ID}/providers/Microsoft.Authorization/roleAssignments/r' or the scope is invalid."
    ),
    "429": "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 17",
    "BadRequestError": '{"type":"https://ns.adobe.com/x","status":400,"title":"BadRequestError","detail":"a value"}',
    "A valid content-type must be specified": (
        '{"type":"x","status":400,"title":"BadRequestError","detail":"A valid content-type must be specified"}'
    ),
    "404 configuration": (
        "GET https://platform.adobe.io/data/infrastructure/manager/customer/config/aep?configType=BYOK_CONFIG: HTTP 404"
    ),
    "5xx Adobe": "https://platform.adobe.io/data/infrastructure/manager/customer/config answered with status 503",
    "status FAILED": '{"imsOrgId": "4D1F@AdobeOrg", "type": "BYOK_CONFIG", "status": "FAILED"}',
    "Key access disabled": "Adobe Experience Platform alert: Key access disabled. Your organisation's key…",
    "Key access failure": "Subject: [Adobe] Key access failure\n\nWe cannot reach the key of your organisation.",
    "Alert notification": "Adobe Experience Platform: Alert notification about your customer-managed key",
    "CERTIFICATE_VERIFY_FAILED": (
        "requests.exceptions.SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local "
        "issuer certificate (_ssl.c:1006)"
    ),
    "407": (
        "ProxyError('Unable to connect to proxy', OSError('Tunnel connection failed: 407 Proxy Authentication "
        "Required'))"
    ),
    "getaddrinfo failed": (
        "urllib3.exceptions.NameResolutionError: Failed to resolve 'kv.vault.azure.net' ([Errno 11001] getaddrinfo "
        "failed)"
    ),
    "connection refused": "ConnectionError: [Errno 111] Connection refused (management.azure.com:443)",
    "Couldn't start an HTTP server on localhost": (
        "azure.identity._exceptions.CredentialUnavailableError: Couldn't start an HTTP server on localhost"
    ),
    "Failed to open a browser": "CredentialUnavailableError: Failed to open a browser",
    "Timed out after waiting": (
        "azure.core.exceptions.ClientAuthenticationError: Timed out after waiting 300 seconds for the user to sign in"
    ),
    "NoKeyringError": "keyring.errors.NoKeyringError: No recommended backend was available. Install a package.",
    "KeyringLocked": "keyring.errors.KeyringLocked: Failed to unlock the collection!",
    "WinError 1783": "pywintypes.error: (1783, 'CredWrite', 'The stub received bad data')",
}


def answers() -> dict[str, Answer]:
    """By code: what a service of the practice cloud is told to answer."""
    found = {code: Answer("arm", status, {"error": _error(code, text)}) for code, (status, text) in ARM.items()}
    info = {"policyDefinitionDisplayName": "Allowed locations", "policyAssignmentScope": "/subscriptions/0b1f4e7a"}
    found["RequestDisallowedByPolicy"].body["error"]["additionalInfo"] = [{"type": "PolicyViolation", "info": info}]
    found |= {code: Answer("graph", status, {"error": _error(code, text)}) for code, (status, text) in GRAPH.items()}
    found |= {code: Answer("keyvault", status, {"error": _error(code, text)}) for code, (status, text) in VAULT.items()}
    found |= {
        code: Answer("keyvault", status, {"error": {**_error(outer, text), "innererror": {"code": code}}})
        for code, (status, outer, text) in VAULT_INNER.items()
    }
    found |= {
        code: Answer("keyvault", 401, {"error": _error("Unauthorized", text)}) for code, text in VAULT_HEADS.items()
    }
    found |= {
        f"AADSTS{number}": Answer("entra", 400, _entra(error, number, text)) for number, (error, text) in ENTRA.items()
    }
    found |= {error: Answer("entra", 400, {"error": error, "error_description": "no"}) for error in OAUTH}
    found |= {error: Answer("ims", 400, {"error": error, "error_description": "no"}) for error in IMS}
    found |= {
        code: Answer("platform", status, {"error_code": code, "message": text})
        for code, (status, text) in GATEWAY.items()
    }
    found["BadRequestError"] = Answer("platform", 400, json.loads(PASTED["BadRequestError"]))
    found["429"] = Answer("keyvault", 429, {})
    found["5xx Adobe"] = Answer("platform", 503, {})
    return found


def pasted() -> dict[str, str]:
    """By code: the text that a person pastes, in the form in which each service's errors are usually met."""
    texts: dict[str, str] = {}
    for code, answer in answers().items():
        body = answer.body
        if answer.service == "entra" and code.startswith("AADSTS"):
            texts[code] = f"Sorry, but we're having trouble signing you in.\n{body['error_description']}"
        elif answer.service in ("arm", "graph"):
            more = json.dumps(body["error"].get("additionalInfo", ""))
            texts[code] = f"ERROR: ({code}) {body['error']['message']}\nCode: {code}\nMessage: …\n{more}"
        else:
            texts[code] = json.dumps(body)
    return texts | PASTED


def _error(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}


def _entra(error: str, number: str, text: str) -> dict[str, Any]:
    ids = f"Trace ID: {TRACE} Correlation ID: {CORRELATION} Timestamp: 2026-11-24 10:11:12Z"
    return {
        "error": error,
        "error_description": f"AADSTS{number}: {text} {ids}",
        "error_codes": [int(number)],
        "timestamp": "2026-11-24 10:11:12Z",
        "trace_id": TRACE,
        "correlation_id": CORRELATION,
    }
