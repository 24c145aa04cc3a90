"""How things stood, thing by thing, told from the history alone: each with its moment, its age and where it is from.

Nothing in it is the state of the clouds now. What may have changed since stands beside every row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cmkwizard.core.history import HistoryEntry, What
from cmkwizard.core.state_words import Thing, Told, may_have_changed, tell

TITLES: dict[Thing, str] = {
    Thing.CONFIGURATION: "Configuration at Adobe",
    Thing.VAULT: "Vault",
    Thing.KEY: "Key",
    Thing.ROLE: "Role of Adobe's app",
    Thing.APP: "Adobe's app",
    Thing.NETWORK: "Network of the vault",
}
_FROM: dict[Thing, What] = {
    Thing.CONFIGURATION: What.STATUS,
    Thing.VAULT: What.VAULT,
    Thing.KEY: What.KEY,
    Thing.ROLE: What.ROLE,
    Thing.APP: What.APP,
    Thing.NETWORK: What.VAULT,
}


@dataclass(frozen=True)
class StateRow:
    """One thing, as it was seen last."""

    thing: Thing
    title: str
    value: str = ""
    """What was seen, in words; empty: never seen."""
    word: str = ""
    """The same in a word or a name: ``COMPLETED``, ``kv-contoso``."""
    more: tuple[tuple[str, str], ...] = ()
    """Label and value of its particulars."""
    as_of: datetime | None = None
    """When it was last seen so, in UTC."""
    age_s: int | None = 0
    """How many seconds before the card's moment that was; None: it is later than this computer's clock says."""
    age: str = ""
    """The same in words: ``3 hours ago``; of a card of the past, ``3 hours before that``."""
    source: str = ""
    """The call that answered."""
    request_id: str = ""
    verified: bool = False
    """Whether a service answered so; else it was chosen or worked out."""
    trouble: bool = False
    """Whether Adobe cannot work with what was seen, as far as this row alone tells."""
    since: str = ""
    """What may have changed since it was seen; empty on a card of the past."""
    number: int = 0
    """The entry of the history that says so; 0: none."""

    @property
    def known(self) -> bool:
        """Whether anything is recorded of it."""
        return bool(self.number)

    @property
    def seen(self) -> str:
        """When and how it is known, in a sentence."""
        if self.as_of is None:
            return "Never seen."
        by = f" by {self.source}" if self.source else ""
        request = f", request id {self.request_id}" if self.request_id else ""
        trust = "" if self.verified else " No service confirmed it: it was chosen, told or worked out."
        return f"Seen {self.age}{by}{request}.{trust}"


@dataclass(frozen=True)
class StateCard:
    """All things of one set-up at one moment."""

    at: datetime
    """The moment that the card is about, in UTC."""
    past: bool
    """Whether a moment of the past was asked for: what came later is left out."""
    rows: tuple[StateRow, ...]
    reach: str = ""
    """That the last look failed, so that nothing newer is known; empty: it did not."""

    @property
    def known(self) -> bool:
        """Whether anything is recorded at all. Nothing recorded is never "all is well"."""
        return any(row.known for row in self.rows)

    def row(self, thing: Thing) -> StateRow:
        """The row about ``thing``."""
        return next(row for row in self.rows if row.thing is thing)

    @property
    def sentence(self) -> str:
        """The card in one sentence, each part with its age."""
        if not self.known:
            return "Nothing is recorded of this set-up. That says nothing about how it stands."
        first, vault = self.row(Thing.CONFIGURATION), self.row(Thing.VAULT)
        said = "Adobe's answer was never seen"
        if first.known:
            by = f", by {first.source}" if first.source else ""
            request = f", request id {first.request_id}" if first.request_id else ""
            said = f"{first.word}, seen {first.age}{by}{request}"
        return f"{said}; {f'vault last seen {vault.age}' if vault.known else 'vault never seen'}."


def state_card(state: Mapping[str, HistoryEntry], now: datetime, moment: datetime | None = None) -> StateCard:
    """The card of one set-up.

    Args:
        state: the newest observation of each :class:`What` at the moment, as the records answer it.
        now: the time, in UTC.
        moment: the moment of the past that the card is about; None: the newest that is known, with its age.
    """
    at = moment or now
    rows = tuple(_row(thing, state, at, past=moment is not None) for thing in Thing)
    return StateCard(at, moment is not None, rows, _reach(state, at, rows))


def age(seconds: float) -> str:
    """A length of time in words, in its largest unit: ``3 hours``. What is still to come by this computer's clock has
    no age that is known: a clock that was set back makes nothing new."""
    if age_in_s(seconds) is None:
        return "an unknown time"
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count:,} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def age_in_s(seconds: float) -> int | None:
    """An age in whole seconds; None where it is none. Clocks that are not quite alike are let pass."""
    return None if seconds < -_CLOCKS_DIFFER_S else max(0, int(seconds))


_CLOCKS_DIFFER_S = 60
_SET_BACK = "This computer's clock says an earlier time than that, so how old it is, is not known. "


def seen_at(entry: HistoryEntry, at: datetime) -> datetime:
    """When what the entry says was last seen, no later than ``at``."""
    return min(entry.until, at) if at >= entry.at else entry.at


def _row(thing: Thing, state: Mapping[str, HistoryEntry], at: datetime, *, past: bool) -> StateRow:
    title, entry = TITLES[thing], state.get(_FROM[thing])
    if entry is not None:
        told = tell(thing, entry.value, at)
    else:
        entry = state.get(What.DEPLOYMENT)
        name = str(entry.value.get(thing, "")) if entry is not None and thing in (Thing.VAULT, Thing.KEY) else ""
        if entry is None or not name:
            return StateRow(thing, title)
        told = Told(name, f"{name} was chosen. No service was asked about it.")
    seen = seen_at(entry, at) if past else entry.until
    seconds = (at - seen).total_seconds()
    age_s = age_in_s(seconds)
    since = ("" if age_s is not None else _SET_BACK) + may_have_changed(thing, entry.value, seen, at)
    return StateRow(
        thing,
        title,
        told.sentence,
        told.word,
        told.more,
        seen,
        age_s,
        f"{age(seconds)} before that" if past else f"{age(seconds)} ago",
        entry.source,
        entry.request_id,
        entry.verified,
        told.trouble,
        "" if past else since,
        entry.number,
    )


def _reach(state: Mapping[str, HistoryEntry], at: datetime, rows: Sequence[StateRow]) -> str:
    """That the last look failed, where nothing was seen after it."""
    entry = state.get(What.REACH)
    problem = str(entry.value.get("problem", "")) if entry is not None else ""
    if entry is None or not problem:
        return ""
    failed = seen_at(entry, at)
    if any(row.as_of is not None and row.as_of > failed for row in rows if row.verified):
        return ""
    service = str(entry.value.get("service", "")) or "a service"
    ago = age((at - failed).total_seconds())
    return f"The last look at {service} failed, {ago} before this: {problem} What is shown here is older than that."
