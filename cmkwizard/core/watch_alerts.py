"""What a watch tells a person: what it saw of the key and of Adobe, and what it could not see. Each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from cmkwizard.core.facts import Configuration


class AlertKind(StrEnum):
    """What it is about."""

    COMPLETED = "completed"
    """Adobe has finished, and uses the key."""
    FAILED = "failed"
    """Adobe has given the submission up."""
    ACCESS = "access"
    """One of the causes stands for which Adobe loses the key."""
    EXPIRING = "expiring"
    """The key's end is near."""
    DRIFT = "drift"
    """Something is not as it was when Adobe completed."""
    NETWORK = "network"
    """No service answers: this computer's way to them, which says nothing of the key."""
    SIGN_IN = "sign-in"
    """A person has to sign in again."""
    UNSEEN = "unseen"
    """A part could not be looked at."""


class Urgency(StrEnum):
    """How soon a person should know; the gravest first."""

    CRITICAL = "critical"
    WARNING = "warning"
    NEWS = "news"


@dataclass(frozen=True)
class WatchAlert:
    """One thing to tell."""

    id: str
    """The same as long as it is the same thing: told once, until it has gone."""
    kind: AlertKind
    urgency: Urgency
    title: str
    sentence: str
    """What happened and what it means. It names dates, never ages: it stays as it was said."""
    remedy: str
    """What to do, beginning with a verb; empty where nothing has to be done."""
    who: str
    """Who can do it."""
    adobe_alert: str = ""
    """The alert of Adobe (``core.alerts``) whose causes are to be looked for; empty where there is none."""


@dataclass(frozen=True)
class Known:
    """What was known before a look, from the records or from the look before."""

    standing: tuple[WatchAlert, ...] = ()
    """What had been told and still stood."""
    configuration: Configuration | None = None
    """What Adobe held about the key when it was last asked."""
    baseline: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """How things stood when Adobe completed, by what was seen; empty: that was not seen."""
    lost: bool = False
    """Whether no service had answered."""
    unread: frozenset[str] = frozenset()
    """Which fields of the survey could not be read."""
    locked: bool = False
    """Whether a lock held at the vault."""

    @property
    def ids(self) -> frozenset[str]:
        """What had been told."""
        return frozenset(each.id for each in self.standing)


def news(known: Known, standing: Iterable[WatchAlert]) -> tuple[WatchAlert, ...]:
    """What of all that stands has not been told yet."""
    return tuple(each for each in standing if each.id not in known.ids)


def as_value(standing: Iterable[WatchAlert]) -> Mapping[str, Any]:
    """What stands, as the history keeps it."""
    return {"alerts": [asdict(each) for each in standing]}


def from_value(value: Mapping[str, Any]) -> tuple[WatchAlert, ...]:
    """Read :func:`as_value` back. What another version of the program wrote, and this one cannot read, is left out."""
    found = value.get("alerts")
    read = (_read(each) for each in (found if isinstance(found, list) else ()))
    return tuple(each for each in read if each is not None)


def _read(each: Any) -> WatchAlert | None:
    try:
        words = {name: str(each[name]) for name in ("id", "title", "sentence", "remedy", "who", "adobe_alert")}
        return WatchAlert(kind=AlertKind(each["kind"]), urgency=Urgency(each["urgency"]), **words)
    except (KeyError, TypeError, ValueError):
        return None
