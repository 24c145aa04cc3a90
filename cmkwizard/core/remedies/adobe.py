"""What Adobe refuses, answers and warns of.

The two alerts overlap in their causes (Adobe, alert resolution reference), so no row promises how Adobe will take an
event.
"""

from __future__ import annotations

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.people import ADOBE_ADMINISTRATOR, ADOBE_DEVELOPER, ADOBE_SUPPORT, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Kind
from cmkwizard.core.remedies.row import ADOBE_ALERTS, ADOBE_GATEWAY, ADOBE_SET_UP, ADOBE_TOKEN, Remedy
from cmkwizard.core.status import SENTENCES, Status

FAILED = "status FAILED"
NO_CONFIGURATION = "404 configuration"
ADOBE_FAILED = "5xx Adobe"
ADOBE_THROTTLES = "429050"
CONTENT_TYPE = "A valid content-type must be specified"
KEY_ACCESS_DISABLED = "Key access disabled"
KEY_ACCESS_FAILURE = "Key access failure"
ALERT_NOTIFICATION = "Alert notification"

_CONSOLE = f"{YOU}, with {ADOBE_DEVELOPER}"
_PRODUCT = f"{YOU}, with {ADOBE_ADMINISTRATOR}"
_BOTH = f"{VAULT_ADMINISTRATOR}, with {ADOBE_SUPPORT}"
_HEADER = Remedy(
    Kind.INVALID,
    "The request named no API key that Adobe takes here: this interface has a fixed one, acp_provisioning, which is "
    "not the credential's client id.",
    "In a request of your own, send x-api-key: acp_provisioning. If this program did it, report it with the reference.",
    YOU,
    ADOBE_SET_UP,
)
_TOKEN = Remedy(
    Kind.SIGN_IN,
    "Adobe does not take the token any more: it is not valid, or older than 24 hours.",
    "Connect to Adobe again.",
    YOU,
    ADOBE_GATEWAY,
)

ADOBE: dict[str, Remedy] = {
    # Sign-in (IMS)
    "invalid_client": Remedy(
        Kind.SIGN_IN,
        "Adobe does not take this client id and secret.",
        "Copy both again from the Adobe Developer Console; the secret may have been replaced or deleted.",
        _CONSOLE,
        ADOBE_TOKEN,
    ),
    "invalid_scope": Remedy(
        Kind.INVALID,
        "The credential does not have the scopes that were asked for.",
        "Copy the scopes from the credential's page in the Adobe Developer Console.",
        _CONSOLE,
        ADOBE_TOKEN,
    ),
    "unauthorized_client": Remedy(
        Kind.PERMISSION,
        "This credential may not sign in as a server.",
        "Create an OAuth server-to-server credential in the Adobe Developer Console.",
        ADOBE_DEVELOPER,
        ADOBE_TOKEN,
    ),
    # Gateway
    "401013": _TOKEN,
    "403010": Remedy(Kind.SIGN_IN, "No token reached Adobe.", "Connect to Adobe again.", YOU, ADOBE_GATEWAY),
    "403000": _HEADER,
    "403003": _HEADER,
    "400003": Remedy(
        Kind.INVALID,
        "The request did not name the organisation (x-gw-ims-org-id).",
        "Enter the organisation id, which ends in @AdobeOrg.",
        YOU,
        ADOBE_GATEWAY,
    ),
    "403025": Remedy(
        Kind.PERMISSION,
        "The credential does not belong to this organisation, or may not use it.",
        "Check the organisation id, or use a credential of that organisation.",
        _PRODUCT,
        ADOBE_GATEWAY,
    ),
    "403027": Remedy(
        Kind.PERMISSION,
        "Adobe finds no Experience Platform for this organisation, credential and region.",
        "Check the organisation id and the region, and that the credential has an Experience Platform product profile.",
        _PRODUCT,
        ADOBE_GATEWAY,
    ),
    ADOBE_THROTTLES: Remedy(
        Kind.THROTTLED,
        "Adobe limits how often it may be asked.",
        "Wait a minute, then try again.",
        YOU,
        ADOBE_GATEWAY,
    ),
    "BadRequestError": Remedy(
        Kind.INVALID,
        "Adobe does not take the request as it was written.",
        "Change the value that the text names; where it names none, report it with the reference.",
        YOU,
        ADOBE_GATEWAY,
        general=True,
    ),
    CONTENT_TYPE: Remedy(
        Kind.INVALID,
        "The request did not say that it is JSON. That is a fault of the program that sent it; what you chose is not "
        "the reason.",
        "In a request of your own, send Content-Type: application/json. If this program did it, report it with the "
        "reference.",
        YOU,
        ADOBE_GATEWAY,
    ),
    NO_CONFIGURATION: Remedy(
        Kind.NOT_FOUND,
        "Adobe holds no configuration under this name: nothing was submitted, or the name differs. Capital and small "
        "letters count.",
        "Check the name, letter by letter.",
        YOU,
        ADOBE_SET_UP,
    ),
    ADOBE_FAILED: Remedy(
        Kind.SERVICE,
        "Adobe's service has failed. That says nothing about your key.",
        "Try again in a few minutes, and look at status.adobe.com; then show Adobe support the ids.",
        f"{YOU}, with {ADOBE_SUPPORT}",
        ADOBE_GATEWAY,
        general=True,
    ),
    # What Adobe says about the key
    FAILED: Remedy(
        Kind.SERVICE,
        SENTENCES[Status.FAILED],
        "Check in this order: the key (enabled, in date, wrapKey and unwrapKey), the vault (soft delete, purge "
        "protection, role-based access), its firewall (trusted Microsoft services, "
        f"{ADOBE_ADDRESS}/32), the app and its role. Then ask Adobe support.",
        _BOTH,
        ADOBE_SET_UP,
    ),
    KEY_ACCESS_DISABLED: Remedy(
        Kind.PERMISSION,
        "Adobe takes it that you withdrew the key on purpose. Adobe writes that it then purges all data of the "
        "organisation, as its service agreement sets out; this program cannot know how much time is left.",
        "If nobody meant that, do two things now: give back what was taken away (enable the key, its dates, wrapKey "
        "and unwrapKey, a deleted key or vault, the role Key Vault Crypto Service Encryption User), and call Adobe to "
        "say so and to ask about the purge. If Adobe's app was deleted, say that first.",
        _BOTH,
        ADOBE_ALERTS,
    ),
    KEY_ACCESS_FAILURE: Remedy(
        Kind.PERMISSION,
        "Adobe cannot reach the key. Adobe lists this alert as one that can be recovered from; some of its causes "
        f"(role, vault) also stand under “{KEY_ACCESS_DISABLED}”, which leads to a purge, so do not wait.",
        f"Look first at the vault's firewall (trusted Microsoft services, {ADOBE_ADDRESS}/32), then at the app and its "
        "role, then at the vault and the key. Ask Adobe support whether a purge is under way.",
        _BOTH,
        ADOBE_ALERTS,
    ),
    ALERT_NOTIFICATION: Remedy(
        Kind.SERVICE,
        "Adobe noticed something about the key or the vault that fits none of its known causes. It does not say what "
        "follows from it.",
        "Look for recent changes to the vault's firewall, the vault and the key; then ask Adobe support, with the "
        "support text of this program and the time of the alert.",
        f"{YOU}, with {ADOBE_SUPPORT}",
        ADOBE_ALERTS,
    ),
}
