"""Error codes of the clouds: what each means, what to do, and who can do it. Matched on the code, never on prose.

Sources: Key Vault REST error codes; troubleshoot Azure role-based access control; Microsoft Entra authentication
error codes (AADSTS); Adobe Experience Platform, troubleshooting (gateway errors); Adobe Developer, server-to-server
credentials.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from cmkwizard.core.problems import Kind


class Remedy(NamedTuple):
    """One row: the cause in a sentence, the way out, who can take it."""

    kind: Kind
    cause: str
    do: str
    who: str = "you"


_ADMIN = "an Entra administrator"
_OWNER = "an owner of the subscription"
_SIGN_IN = Remedy(Kind.SIGN_IN, "The sign-in to Azure has ended.", "Sign in again.")
_MFA = Remedy(Kind.SIGN_IN, "This directory asks for multi-factor authentication.", "Sign in again to this directory.")
_DIRECTORY = Remedy(
    Kind.SIGN_IN,
    "This account does not belong to the directory that was asked for.",
    "Sign in with an account of this directory, or choose another directory.",
)
_ACCESS = Remedy(
    Kind.PERMISSION,
    "A Conditional Access policy of your organisation refused the sign-in.",
    "Sign in from a managed device or an allowed network, or ask for an exception.",
    _ADMIN,
)
_DECLINED = Remedy(Kind.DECLINED, "The sign-in was declined in the browser.", "Sign in again and accept.")
_RBAC = Remedy(
    Kind.PROPAGATING,
    "Key Vault does not see the role that is needed. A role given minutes ago may not be in effect yet.",
    "Wait a few minutes. If it stays so, have the role assigned and sign in again.",
    _OWNER,
)
_DISABLED = Remedy(Kind.PERMISSION, "This app is switched off in the directory.", "Enable the enterprise app.", _ADMIN)
_NO_APP = Remedy(
    Kind.NOT_FOUND,
    "The app is not known in this directory.",
    "Check the directory and the app's id; the app may still need to be consented to.",
    _ADMIN,
)

REMEDIES: dict[str, Remedy] = {
    # Key Vault
    "ForbiddenByRbac": _RBAC,
    "ForbiddenByFirewall": Remedy(
        Kind.PERMISSION,
        "The vault's firewall refused this computer's address.",
        "Add your address to the vault's firewall, or use an allowed network.",
        "an administrator of the vault",
    ),
    "ForbiddenByConnection": Remedy(
        Kind.PERMISSION,
        "The vault can be reached through private endpoints only.",
        "Run this program inside that network.",
        "an administrator of the vault",
    ),
    "AccessDenied": Remedy(
        Kind.PERMISSION,
        "The vault works with access policies, and none of them lets this account in.",
        "Use a vault with Azure role-based access control, or have an access policy added.",
        "an administrator of the vault",
    ),
    "VaultAlreadyExists": Remedy(
        Kind.CONFLICT, "A vault of this name exists, or was deleted and still holds the name.", "Choose another name."
    ),
    "VaultNameNotValid": Remedy(
        Kind.INVALID, "Azure does not take this vault name.", "Use 3 to 24 letters, digits and single hyphens."
    ),
    "ObjectIsDeletedButRecoverable": Remedy(
        Kind.CONFLICT, "A key of this name was deleted and still holds the name.", "Recover it, or choose another name."
    ),
    "KeySizeInvalid": Remedy(Kind.INVALID, "Azure does not take this key size.", "Use 3072 or 4096 bits."),
    # Resource Manager
    "AuthorizationFailed": Remedy(
        Kind.PERMISSION,
        "This account may not do that here.",
        "Have the role assigned (or activate it, where your organisation uses Privileged Identity Management).",
        _OWNER,
    ),
    "LinkedAuthorizationFailed": Remedy(
        Kind.PERMISSION, "This account lacks a right on a linked resource.", "Have the right assigned.", _OWNER
    ),
    "InvalidAuthenticationTokenTenant": Remedy(
        Kind.SIGN_IN, "The sign-in is for another directory than the subscription's.", "Sign in to that directory."
    ),
    "InvalidAuthenticationToken": _SIGN_IN,
    "ExpiredAuthenticationToken": _SIGN_IN,
    "RequestDisallowedByPolicy": Remedy(
        Kind.PERMISSION,
        "A policy of your organisation forbids this setting.",
        "Choose settings that the policy allows, or ask for an exemption.",
        "the owner of the Azure Policy",
    ),
    "ScopeLocked": Remedy(Kind.CONFLICT, "A lock protects this resource.", "Have the lock lifted.", _OWNER),
    "MissingSubscriptionRegistration": Remedy(
        Kind.CONFLICT, "Key Vault is not switched on in this subscription.", "Register Microsoft.KeyVault.", _OWNER
    ),
    "PrincipalNotFound": Remedy(
        Kind.PROPAGATING,
        "Adobe's app is so new that it has not reached all of Azure yet. The role was not given.",
        "Wait a minute, then start again: only what is missing is done.",
    ),
    "RoleAssignmentExists": Remedy(Kind.CONFLICT, "This role is assigned already.", "Nothing: go on."),
    "RoleAssignmentUpdateNotPermitted": Remedy(
        Kind.CONFLICT, "Another role assignment holds this id.", "Have that assignment looked at.", _OWNER
    ),
    "RoleAssignmentLimitExceeded": Remedy(
        Kind.CONFLICT, "The subscription holds as many role assignments as Azure allows.", "Remove unused ones.", _OWNER
    ),
    "SubscriptionNotFound": Remedy(
        Kind.NOT_FOUND, "This account does not see the subscription.", "Choose another subscription."
    ),
    "ReadOnlyDisabledSubscription": Remedy(
        Kind.PERMISSION, "The subscription is disabled.", "Choose another subscription, or have it enabled.", _OWNER
    ),
    "ResourceGroupNotFound": Remedy(Kind.NOT_FOUND, "The resource group is not there.", "Choose it again."),
    "SkuNotSupported": Remedy(Kind.INVALID, "This tier is not offered in this location.", "Choose another location."),
    "LocationNotAvailableForResourceType": Remedy(
        Kind.INVALID, "Key Vault is not offered in this location.", "Choose another location."
    ),
    # Microsoft Graph
    "Request_ResourceNotFound": Remedy(
        Kind.NOT_FOUND, "The directory does not have this app yet.", "Give consent, then wait a minute."
    ),
    "Authorization_RequestDenied": Remedy(
        Kind.PERMISSION,
        "This account may not read apps of the directory.",
        "Have the Directory Readers role assigned.",
        _ADMIN,
    ),
    # Microsoft Entra sign-in
    "AADSTS50058": _SIGN_IN,
    "AADSTS70043": _SIGN_IN,
    "AADSTS700082": _SIGN_IN,
    "AADSTS50173": _SIGN_IN,
    "AADSTS50076": _MFA,
    "AADSTS50079": _MFA,
    "AADSTS50074": _MFA,
    "AADSTS50072": _MFA,
    "AADSTS50078": _MFA,
    "AADSTS53003": _ACCESS,
    "AADSTS53000": _ACCESS,
    "AADSTS53001": _ACCESS,
    "AADSTS530035": _ACCESS,
    "AADSTS50105": Remedy(
        Kind.PERMISSION, "This account is not assigned to the app.", "Have the account assigned to the app.", _ADMIN
    ),
    "AADSTS50020": _DIRECTORY,
    "AADSTS50034": _DIRECTORY,
    "AADSTS90072": _DIRECTORY,
    "AADSTS16000": _DIRECTORY,
    "AADSTS65001": Remedy(
        Kind.PERMISSION, "Nobody has consented to this program yet.", "Sign in again and accept.", "you, or " + _ADMIN
    ),
    "AADSTS65004": Remedy(Kind.DECLINED, "Consent was declined in the browser.", "Sign in again and accept."),
    "AADSTS90094": Remedy(Kind.PERMISSION, "Only an administrator may consent here.", "Ask for consent.", _ADMIN),
    "AADSTS90095": Remedy(Kind.PERMISSION, "Only an administrator may consent here.", "Ask for consent.", _ADMIN),
    "AADSTS700016": _NO_APP,
    "AADSTS700011": _NO_APP,
    "AADSTS650052": _NO_APP,
    "AADSTS500011": _NO_APP,
    "AADSTS7000112": _DISABLED,
    "AADSTS70001": _DISABLED,
    "AADSTS50011": Remedy(
        Kind.INVALID,
        "The app's registration lacks this program's reply address.",
        "Add http://localhost to it.",
        _ADMIN,
    ),
    "AADSTS7000218": Remedy(
        Kind.INVALID, "The app's registration is not a public client.", "Allow public client flows.", _ADMIN
    ),
    "AADSTS90002": Remedy(
        Kind.INVALID, "This directory does not exist in this cloud.", "Check the directory's id or domain."
    ),
    # Microsoft Entra sign-in, the words of OAuth
    "invalid_grant": _SIGN_IN,
    "interaction_required": _SIGN_IN,
    "login_required": _SIGN_IN,
    "access_denied": _DECLINED,
    "authorization_declined": _DECLINED,
    "expired_token": Remedy(Kind.SIGN_IN, "The code ran out before it was entered.", "Ask for a new code."),
    "code_expired": Remedy(Kind.SIGN_IN, "The code ran out before it was entered.", "Ask for a new code."),
    # Adobe sign-in
    "invalid_client": Remedy(
        Kind.SIGN_IN,
        "Adobe does not take this client id and secret.",
        "Copy both again from the Adobe Developer Console; the secret may have been replaced or deleted.",
        "you, with a developer of the organisation",
    ),
    "invalid_scope": Remedy(
        Kind.INVALID,
        "The credential does not have these scopes.",
        "Copy the scopes from the credential's page in the Adobe Developer Console.",
        "you, with a developer of the organisation",
    ),
    "unauthorized_client": Remedy(
        Kind.PERMISSION,
        "This credential may not sign in as a server.",
        "Create an OAuth server-to-server credential in the Adobe Developer Console.",
        "a developer of the organisation",
    ),
    # Adobe's gateway
    "401013": Remedy(Kind.SIGN_IN, "Adobe does not take the token any more.", "Connect to Adobe again."),
    "403010": Remedy(Kind.SIGN_IN, "No token reached Adobe.", "Connect to Adobe again."),
    "403025": Remedy(
        Kind.PERMISSION,
        "The credential does not belong to this organisation.",
        "Check the organisation id, or use a credential of that organisation.",
        "you, with an Adobe product administrator",
    ),
    "403027": Remedy(
        Kind.PERMISSION,
        "Adobe finds no Experience Platform for this organisation, credential and region.",
        "Check the organisation id and the region, and that the credential has an Experience Platform product profile.",
        "you, with an Adobe product administrator",
    ),
    "429050": Remedy(Kind.THROTTLED, "Adobe limits how often it may be asked.", "Wait a minute, then try again."),
}

_CODES = re.compile(r"AADSTS[0-9]{4,7}")


def remedy_for(*codes: str) -> Remedy | None:
    """The row of the first code that is known: most exact code first."""
    return next((REMEDIES[code] for code in codes if code in REMEDIES), None)


def wait_words(seconds: float) -> str:
    """How long a service asks to wait, rounded up: ``7 seconds``, ``12 minutes``."""
    whole = max(1, math.ceil(seconds))
    if whole >= 120:
        return f"{math.ceil(whole / 60)} minutes"
    return "1 second" if whole == 1 else f"{whole} seconds"


def sign_in_code(text: str) -> str:
    """The AADSTS code in a sign-in error, or an empty text."""
    match = _CODES.search(text)
    return match[0] if match else ""
