"""What differs between two moments of the history, in the words that a plan file's evidence has as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cmkwizard.core.evidence import THINGS, WORDS, shown
from cmkwizard.core.history import HistoryEntry, What

COMPARED = (What.STATUS, What.VAULT, What.KEY, What.APP, What.ROLE)
"""What makes a set-up what it is, in the order in which differences are told."""

_THINGS = {What.STATUS: "Adobe's answer", **{what: THINGS[what] for what in COMPARED[1:]}}
_WORDS = {"word": "status", "key_identifier": "key", **WORDS}
_ABSENT = "not there"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was."""

    thing: str
    """In a sentence: "the key"."""
    field: str
    """What of it: "end"; empty: whether it is there at all."""
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """The difference in a sentence."""
        if self.field:
            return f"{_capital(self.thing)}, {self.field}: {self.before} before, {self.after} now."
        if self.after == _ABSENT:
            return f"{_capital(self.thing)} is not there any more."
        return f"{_capital(self.thing)} is there, and was not."


def compare(before: Mapping[str, HistoryEntry], after: Mapping[str, HistoryEntry]) -> tuple[Difference, ...]:
    """What differs between two states, as the history answers them (by what was seen).

    What was not seen on either side is no difference: nobody knows whether it is one. Fields that one side does not
    have were not written down then, and are none either.
    """
    return tuple(
        difference
        for what in COMPARED
        if what in before and what in after
        for difference in differing(what, before[what].value, after[what].value)
    )


def differing(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """What differs between two observations of the same thing."""
    thing = _THINGS[What(what)]
    was, stands = before.get("there", True), after.get("there", True)
    if was != stands:
        yield Difference(thing, "", *(("there", _ABSENT) if was else (_ABSENT, "there")))
    elif stands:
        for field, word in _WORDS.items():
            if field in before and field in after and before[field] != after[field]:
                yield Difference(thing, word, shown(before[field]), shown(after[field]))


def baseline_state(entry: HistoryEntry) -> dict[str, HistoryEntry]:
    """The baseline as a state that can be compared with another: each thing as if seen when the baseline was taken."""
    return {what: replace(entry, what=what, value=entry.value[what]) for what in COMPARED if what in entry.value}


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
