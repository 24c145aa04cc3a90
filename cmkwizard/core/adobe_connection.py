"""What a test of the connection to Adobe can find, each with a sentence, the way out, and who can take it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class ConnectionAnswer(StrEnum):
    """What the test found. ``sentence``, ``remedy`` and ``who`` are for people."""

    OK = "ok"
    WRONG_SECRET = "wrong-secret"  # noqa: S105 - a name, not a secret
    WRONG_SCOPE = "wrong-scope"
    WRONG_CREDENTIAL = "wrong-credential"
    WRONG_ORGANISATION = "wrong-organisation"
    NO_PROFILE = "no-profile"
    NO_PERMISSION = "no-permission"
    WRONG_REGION = "wrong-region"
    NO_NETWORK = "no-network"
    UNTRUSTED = "untrusted"
    THROTTLED = "throttled"
    SERVICE = "service"

    @property
    def sentence(self) -> str:
        """What was found."""
        return _ROWS[self].sentence

    @property
    def remedy(self) -> str:
        """What to do now; empty when nothing is to be done."""
        return _ROWS[self].remedy

    @property
    def who(self) -> str:
        """Who can do it."""
        return _ROWS[self].who


class _Row(NamedTuple):
    sentence: str
    remedy: str
    who: str


_CONSOLE = "you, with a developer of the organisation"
_ADMIN = "a product administrator of your organisation (Adobe Admin Console)"

_ROWS: dict[ConnectionAnswer, _Row] = {
    ConnectionAnswer.OK: _Row("Adobe answers, and this credential may manage customer-managed keys.", "", ""),
    ConnectionAnswer.WRONG_SECRET: _Row(
        "Adobe does not take this client id and client secret.",
        "Copy both again from the credential's page in the Adobe Developer Console. The secret may have been replaced.",
        _CONSOLE,
    ),
    ConnectionAnswer.WRONG_SCOPE: _Row(
        "The credential does not have the scopes that were asked for.",
        "Copy the scopes from the credential's page in the Adobe Developer Console.",
        _CONSOLE,
    ),
    ConnectionAnswer.WRONG_CREDENTIAL: _Row(
        "This credential may not sign in as a server.",
        "Create an OAuth server-to-server credential in the Adobe Developer Console, and use that one.",
        "a developer of the organisation",
    ),
    ConnectionAnswer.WRONG_ORGANISATION: _Row(
        "This credential does not belong to this organisation.",
        "Check the organisation id, or use a credential that was created in this organisation.",
        _CONSOLE,
    ),
    ConnectionAnswer.NO_PROFILE: _Row(
        "Adobe finds no Experience Platform for this credential in any region.",
        "Check the organisation id. Have an Experience Platform product profile added to the credential.",
        _ADMIN,
    ),
    ConnectionAnswer.NO_PERMISSION: _Row(
        "The credential may not manage customer-managed keys.",
        "Have a role with the permission Manage Customer Managed Key given to the credential "
        "(Experience Platform, Permissions).",
        _ADMIN,
    ),
    ConnectionAnswer.WRONG_REGION: _Row(
        "The organisation's Experience Platform is in another region.",
        "Choose the region in which the organisation was set up.",
        "you",
    ),
    ConnectionAnswer.NO_NETWORK: _Row(
        "Adobe could not be reached from this computer.",
        "Check the network connection and whether a firewall blocks Adobe's addresses, then test again.",
        "you, or your network administrator",
    ),
    ConnectionAnswer.UNTRUSTED: _Row(
        "What answered is not Adobe, or something between here and Adobe changes the answers.",
        "If your organisation inspects encrypted traffic, have its certificate authority added to this computer.",
        "your network administrator",
    ),
    ConnectionAnswer.THROTTLED: _Row(
        "Adobe limits how often it may be asked, and the limit is reached.", "Wait a minute, then test again.", "you"
    ),
    ConnectionAnswer.SERVICE: _Row(
        "Adobe's service failed or refused without a reason that this program knows.",
        "Test again in a few minutes. If it stays so, show Adobe support the reference.",
        "you, with Adobe support",
    ),
}
