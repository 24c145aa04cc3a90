"""What Adobe's alerts about a key mean, and which requirements stand for the causes that Adobe lists.

The causes overlap: role, vault and key stand under two alerts, one of which ends in a purge and one of which does not
(Adobe customer-managed keys, alert resolution reference). Which way Adobe will take an event is never promised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cmkwizard.core.explain import Explanation
from cmkwizard.core.remedies.adobe import ALERT_NOTIFICATION, FAILED, KEY_ACCESS_DISABLED, KEY_ACCESS_FAILURE
from cmkwizard.core.remedies.row import Remedy
from cmkwizard.core.remedies.table import REMEDIES

READ_ON = "2026-11-23"
"""The day on which Adobe's pages were read for what is said here."""


class Outlook(StrEnum):
    """What Adobe writes that follows from an alert."""

    PURGE = "purge"
    """It takes it for a removal on purpose, and purges the organisation's data as the service agreement sets out."""
    RECOVERABLE = "recoverable"
    """Access can be given back; the data is not purged."""
    NOT_STATED = "not stated"


@dataclass(frozen=True)
class Alert:
    """One alert, or the status with which a submission ends: what to do first, and where to look, in order."""

    code: str
    """Adobe's own words for it; also its row in the catalogue of errors."""
    arrived: str
    """What has happened, as a person would say it."""
    outlook: Outlook
    call: str
    """Why to call Adobe before anything else, and what to say; empty where that can wait."""
    requirements: tuple[str, ...]
    """The ids of the requirements that stand for its causes, in the order in which to look."""

    @property
    def remedy(self) -> Remedy:
        """What the catalogue says of it."""
        return REMEDIES[self.code]

    @property
    def source(self) -> str:
        """Who says so, and as of when."""
        return f"{self.remedy.source}, state of {READ_ON}"


_DELETED = ("V03", "V16", "K10", "K01")
"""First, because everything else is in a vault and a key that are there; a vault before its keys."""
_KEY = ("K04", "K05", "K06", "K07")
_VAULT = ("V05", "V08", "V06", "V07", "H01")
_FIREWALL = ("W02", "W01", "W03", "W05")
_APP = ("P01", "P02", "P05", "P09", "P07")
_FIT = ("K02", "K03", "K12")
"""What no alert names, and what a new submission can fail for."""

_CALL = "Call Adobe support now, before you go on: "
DISABLED = Alert(
    KEY_ACCESS_DISABLED,
    "Adobe takes the key for withdrawn on purpose.",
    Outlook.PURGE,
    f"{_CALL}say that nobody meant to withdraw the key, and ask whether a purge has begun and how much time is left. "
    "Nobody but Adobe can stop it; what has been purged does not come back when the key does.",
    (*_DELETED, *_KEY, *_VAULT, *_FIREWALL, *_APP),
)
FAILURE = Alert(
    KEY_ACCESS_FAILURE,
    "Adobe cannot reach the key.",
    Outlook.RECOVERABLE,
    "",
    (*_FIREWALL, *_DELETED, *_APP, *_VAULT, *_KEY),
)
NOTIFICATION = Alert(
    ALERT_NOTIFICATION,
    "Adobe noticed something that fits none of its known causes.",
    Outlook.NOT_STATED,
    "",
    (*_FIREWALL, *_DELETED, *_VAULT, *_KEY, *_APP),
)
GAVE_UP = Alert(
    FAILED,
    "The submission has ended with FAILED, without a reason.",
    Outlook.NOT_STATED,
    "",
    (*_DELETED, *_KEY, *_FIT, *_VAULT, *_FIREWALL, *_APP),
)
ALERTS = (DISABLED, FAILURE, NOTIFICATION, GAVE_UP)
"""What can cost data goes first."""


def alert_named(code: str) -> Alert | None:
    """The alert with these words; None: there is none."""
    return next((alert for alert in ALERTS if alert.code == code), None)


def alert_among(explanations: Iterable[Explanation]) -> Alert | None:
    """The gravest alert that was recognised in a text; None: there is none in it."""
    codes = {each.code for each in explanations}
    return next((alert for alert in ALERTS if alert.code in codes), None)
