"""After Adobe's access was taken away: what is expected when, what is proven, and what Adobe is told.

Everything is worked out anew from the moment at which the removal was sent and the time now. Nothing counts on: a
restart, a computer that slept and a clock that was changed lead to the same answer as if the program had run on.

Source of the times: Adobe customer-managed keys, overview (through the windows in ``core.impact``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from cmkwizard.core.redact import safe_line
from cmkwizard.core.revocation_effects import PURGE_NOW, PURGE_SOURCE, WINDOWS, Window

if TYPE_CHECKING:
    from cmkwizard.core.revocation_pack import RevocationPack

_NO_TIME = timedelta()
CLOCK_TOLERANCE = timedelta(minutes=2)
"""Two clocks may differ by so much without a word; more is said."""


class Stage(StrEnum):
    """How far a store is. All of it is expected; nothing of it can be seen from outside Adobe."""

    STILL_THERE = "access may still be there"
    MAY_BE_GONE = "may be gone"
    GONE = "gone at the latest"


@dataclass(frozen=True)
class Countdown:
    """One store's window in time. All moments are in UTC."""

    store: str
    earliest_at: datetime
    """Not before this moment."""
    latest_at: datetime | None
    """At this moment at the latest; None: no end is documented, and none is promised."""
    stage: Stage
    left: timedelta
    """Until the next moment that changes the stage; never negative, and zero when there is none."""
    note: str = ""

    def sentence(self, zone: tzinfo | None = None) -> str:
        """The same in words, for the screen, a screen reader and the report; ``zone``: None is this computer's."""
        earliest = both_times(self.earliest_at, zone)
        if self.stage is Stage.GONE and self.latest_at is not None:
            end = both_times(self.latest_at, zone)
            return f"{self.store}: by Adobe's documentation, Adobe cannot read it any more since {end}."
        if self.stage is Stage.STILL_THERE:
            words = f"{self.store}: Adobe may still read it. The earliest end is at {earliest}, {in_words(self.left)}."
        else:
            words = f"{self.store}: Adobe may have lost it since {earliest}, and may still read it."
        if self.latest_at is None:
            return f"{words} No latest time is documented."
        if self.stage is Stage.STILL_THERE:
            return f"{words} The latest is at {both_times(self.latest_at, zone)}."
        return f"{words} The latest end is at {both_times(self.latest_at, zone)}, {in_words(self.left)}."


def countdowns(sent_at: datetime, now: datetime, windows: Iterable[Window]) -> tuple[Countdown, ...]:
    """Where each store stands, in the order of the windows. Pure: the same two moments give the same answer.

    A clock that was set back to before the removal counts as the moment of the removal itself.

    Args:
        sent_at: when the removal was sent, with a time zone.
        now: the time now, with a time zone.
        windows: what is expected of each store.

    Raises:
        ValueError: a moment has no time zone; two such moments cannot be compared.
    """
    sent_at, now = _utc(sent_at), _utc(now)
    passed = max(_NO_TIME, now - sent_at)
    return tuple(_countdown(window, sent_at, passed) for window in windows)


def _countdown(window: Window, sent_at: datetime, passed: timedelta) -> Countdown:
    earliest, latest = window.earliest, window.latest
    if passed < earliest:
        stage, left = Stage.STILL_THERE, earliest - passed
    elif latest is None or passed < latest:
        stage, left = Stage.MAY_BE_GONE, _NO_TIME if latest is None else latest - passed
    else:
        stage, left = Stage.GONE, _NO_TIME
    return Countdown(
        window.store,
        sent_at + earliest,
        None if latest is None else sent_at + latest,
        stage,
        left,
        window.note,
    )


def clock_warning(sent_at: datetime, now: datetime) -> str:
    """What is wrong with this computer's clock, in a sentence; empty: nothing that shows."""
    behind = _utc(sent_at) - _utc(now)
    if behind <= CLOCK_TOLERANCE:
        return ""
    return (
        f"This computer's clock is {_length(behind)} before the moment at which the removal was sent. "
        "The times below hold; how long it is until then cannot be told until the clock is right."
    )


def both_times(moment: datetime, zone: tzinfo | None = None) -> str:
    """A moment in local time with its distance from UTC, and in UTC: around a clock change both are unambiguous.

    Args:
        moment: with a time zone.
        zone: the local time zone; None: this computer's.
    """
    utc = _utc(moment)
    local = utc.astimezone(zone)
    offset = local.strftime("%z")
    day = "" if local.date() == utc.date() else f"{utc:%Y-%m-%d} "
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:5]}; {day}{utc:%H:%M} UTC)"


def in_words(left: timedelta) -> str:
    """How long it is, roughly enough to read: "in 6 days 23 h", "in 5 min", "now"."""
    return "now" if left <= _NO_TIME else f"in {_length(left)}"


def _length(span: timedelta) -> str:
    # Rounded up: what is said to be over in five minutes is over then.
    minutes = -(-span // timedelta(minutes=1))
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min"


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Removal:
    """One removal of Adobe's access, as the act or the journal tells it."""

    sent_at: datetime
    outcome: str
    """``removed``, ``still there`` or ``not known``."""
    organisation: str
    assignment_id: str
    principal_id: str
    application_id: str
    vault_id: str
    key_identifier: str
    request_id: str = ""
    """Azure's, of the removal; empty: no answer came."""
    by: str = ""
    """Who did it."""
    ticket: str = ""
    said: str = ""
    """What Azure, or the network, said instead of a yes, with what to do and who can; empty: nothing is kept of it."""


def proven(removal: Removal, others: Sequence[str] | None, read_at: datetime | None) -> tuple[str, ...]:
    """What is certain now, one sentence each, what is not certain among them.

    Args:
        removal: what was done.
        others: who else still reaches the key, as it was read, in words; None: it could not be read.
        read_at: when that was read; None: it was not.
    """
    when = f" (read at {both_times(read_at)})" if read_at is not None else ""
    sentences = [f"{_OUTCOMES.get(removal.outcome, _NOT_KNOWN)}{when}."]
    if removal.said and removal.outcome != "removed":
        sentences.append(f"The answer to the request: {removal.said}")
    if removal.outcome == "still there":
        sentences.append(
            "The request was sent once, and is not sent again by itself. Put right what stood in the way; then look at "
            "the impact again, and confirm anew."
        )
        return tuple(sentences)
    if others is None:
        sentences.append("Who else still reaches the key is not known: it could not be read.")
    elif others:
        sentences.append("Access to the key remains:")
        sentences += [f"{each}." for each in others]
    elif removal.outcome == "removed":
        sentences.append("No other role that Azure shows lets Adobe's app use the key.")
    sentences.append(
        "That the assignment is gone does not mean that Adobe cannot read the data yet: its stores follow at the "
        "times that Adobe documents, and this program cannot look into them."
    )
    return tuple(sentences)


_NOT_KNOWN = "Whether the assignment is gone is not known: no clear answer came, and it could not be read"
_OUTCOMES = {
    "removed": "Azure does not show the assignment any more",
    "still there": "The assignment is still there: Adobe keeps its access",
    "not known": _NOT_KNOWN,
}


def return_words(given_back_at: datetime) -> str:
    """By when Adobe documents that its stores use the key again, in a sentence."""
    primary, cached = (both_times(given_back_at + each) for each in (timedelta(hours=24), timedelta(days=7)))
    return (
        f"By Adobe's documentation, its primary stores use the key again by {primary}, and its caches by {cached}. "
        "Nothing of that can be seen from outside Adobe: ask Adobe to confirm it."
    )


def message_to_adobe(removal: Removal, given_back_at: datetime | None = None) -> str:
    """What to tell Adobe, as text to be sent: ids, the moment, and the questions that only Adobe can answer.

    The reason is not in it: what Adobe is told of it, the person decides.

    Args:
        removal: what was done.
        given_back_at: when the role was given back; None: it was not.
    """
    ids = (
        ("Organisation", removal.organisation),
        ("Vault", removal.vault_id),
        ("Key", removal.key_identifier),
        ("Application id of Adobe's app", removal.application_id),
        ("Object id of Adobe's app", removal.principal_id),
        ("Role assignment", removal.assignment_id),
        ("Azure request id", removal.request_id),
        ("Our ticket", removal.ticket),
    )
    act = _ACT.get(removal.outcome, _ACT["not known"]).format(at=both_times(removal.sent_at))
    subject, questions = "we have removed the access of Adobe's app", _QUESTIONS_GONE
    if given_back_at is not None:
        subject, questions = "Adobe's app has its access back", _QUESTIONS_BACK
        act += f" On {both_times(given_back_at)}, the same role was there again, as Azure shows."
    lines = [
        f"Subject: Customer-managed key: {subject}",
        "",
        act,
        "",
        *(f"{name}: {safe_line(value)}" for name, value in ids if value),
        "",
        "Please answer:",
        *(f"{number}. {question}" for number, question in enumerate(questions, 1)),
    ]
    return "\n".join(lines) + "\n"


_QUESTIONS_GONE: tuple[str, ...] = (
    "Has Adobe registered this as “Key access disabled”, and when?",
    "After which time does Adobe purge our organisation's data, and can that be stopped or put off?",
    "If we give the role back, which data comes back, which does not, and when?",
    "When have all stores lost the access, Journey Optimizer's URL shortener and Edge projections included?",
)
_QUESTIONS_BACK: tuple[str, ...] = (
    "Has Adobe registered the loss of access as “Key access disabled”, and has a purge begun?",
    "If so, please stop it. What has been purged already?",
    "Do all stores use the key again, and if not, by when will they?",
)

_ACT = {
    "removed": "On {at}, we removed the role of Adobe's app on our key vault. Azure confirms that it is gone.",
    "not known": "On {at}, we asked Azure to remove the role of Adobe's app on our key vault. No clear answer came.",
    "still there": "On {at}, we asked Azure to remove the role of Adobe's app on our key vault. It is still there.",
}


def report_text(
    removal: Removal,
    pack: RevocationPack,
    others: Sequence[str] | None,
    read_at: datetime | None,
    now: datetime,
    given_back_at: datetime | None = None,
) -> str:
    """The evidence of a removal as one text, for the organisation's own files: it holds ids and no secret.

    Args:
        removal: what was done.
        pack: the way back, with the reason.
        others: as for :func:`proven`.
        read_at: as for :func:`proven`.
        now: the time now, with a time zone.
        given_back_at: when the role was given back; None: it was not.
    """
    done = (
        ("Sent", both_times(removal.sent_at)),
        ("Given back", both_times(given_back_at) if given_back_at is not None else ""),
        ("By", removal.by),
        ("Reason", pack.reason),
        ("Ticket", removal.ticket),
        ("Organisation", removal.organisation),
        ("Vault", removal.vault_id),
        ("Key", removal.key_identifier),
        ("Role assignment", removal.assignment_id),
        ("Role", pack.assignment.role),
        ("Object id of Adobe's app", removal.principal_id),
        ("Application id of Adobe's app", removal.application_id),
        ("Azure request id", removal.request_id),
    )
    warning = clock_warning(removal.sent_at, now)
    gone = removal.outcome != "still there" and given_back_at is None
    windows = countdowns(removal.sent_at, now, WINDOWS) if gone else ()
    back = () if given_back_at is None else (return_words(given_back_at),)
    parts = {
        "What was done": [f"{name}: {safe_line(value)}" for name, value in done if value],
        "What is proven": proven(removal, others, read_at),
        "What is expected": (*([warning] if warning else []), *(each.sentence() for each in windows), *back),
        "What Adobe may do": () if removal.outcome == "still there" else (PURGE_NOW, f"Source: {PURGE_SOURCE}."),
        "The way back": (pack.restore_command,),
    }
    lines = [f"Removal of Adobe's access to a customer-managed key, as of {both_times(now)}"]
    for heading, sentences in parts.items():
        lines += ["", heading, *sentences] if sentences else []
    return "\n".join(lines) + "\n"
