"""What a test of the connection to Adobe can find, each with a sentence, the way out, and who can take it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from cmkwizard.core.people import ADOBE_ADMINISTRATOR, ADOBE_SUPPORT, NETWORK_ADMINISTRATOR, YOU
from cmkwizard.core.remedies.adobe import ADOBE_THROTTLES
from cmkwizard.core.remedies.table import REMEDIES


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


def _row(code: str) -> _Row:
    """What the catalogue says of one of Adobe's codes."""
    known = REMEDIES[code]
    return _Row(known.cause, known.do, known.who)


_PRODUCT = f"{ADOBE_ADMINISTRATOR} (Adobe Admin Console)"

_ROWS: dict[ConnectionAnswer, _Row] = {
    ConnectionAnswer.OK: _Row("Adobe answers, and this credential may manage customer-managed keys.", "", ""),
    ConnectionAnswer.WRONG_SECRET: _row("invalid_client"),
    ConnectionAnswer.WRONG_SCOPE: _row("invalid_scope"),
    ConnectionAnswer.WRONG_CREDENTIAL: _row("unauthorized_client"),
    ConnectionAnswer.WRONG_ORGANISATION: _row("403025"),
    ConnectionAnswer.NO_PROFILE: _Row(
        "Adobe finds no Experience Platform for this credential in any region.",
        "Check the organisation id. Have an Experience Platform product profile added to the credential.",
        _PRODUCT,
    ),
    ConnectionAnswer.NO_PERMISSION: _Row(
        "The credential may not manage customer-managed keys.",
        "Have a role with the permission Manage Customer Managed Key given to the credential "
        "(Experience Platform, Permissions).",
        _PRODUCT,
    ),
    ConnectionAnswer.WRONG_REGION: _Row(
        "The organisation's Experience Platform is in another region.",
        "Choose the region in which the organisation was set up.",
        YOU,
    ),
    ConnectionAnswer.NO_NETWORK: _Row(
        "Adobe could not be reached from this computer.",
        "Check the network connection and whether a firewall blocks Adobe's addresses, then test again.",
        f"{YOU}, or {NETWORK_ADMINISTRATOR}",
    ),
    ConnectionAnswer.UNTRUSTED: _Row(
        "What answered is not Adobe, or something between here and Adobe changes the answers.",
        "If your organisation inspects encrypted traffic, have its certificate authority added to this computer.",
        NETWORK_ADMINISTRATOR,
    ),
    ConnectionAnswer.THROTTLED: _row(ADOBE_THROTTLES),
    ConnectionAnswer.SERVICE: _Row(
        "Adobe's service failed or refused without a reason that this program knows.",
        "Test again in a few minutes. If it stays so, show Adobe support the reference.",
        f"{YOU}, with {ADOBE_SUPPORT}",
    ),
}
