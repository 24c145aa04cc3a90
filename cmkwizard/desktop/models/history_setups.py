"""The set-ups that this computer knows of: those with a history, and those whose choices were put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cmkwizard.core.state_card import age
from cmkwizard.desktop.models.services import Services

_PUBLIC = "public"


@dataclass(frozen=True)
class KnownSetup:
    """A set-up, told apart by cloud profile and Adobe organisation."""

    profile: str
    setup: str
    """The organisation's id; empty for what was written before one was chosen."""
    last_at: datetime | None = None
    """When something of it was last seen or done; None: never."""
    kept: bool = False
    """Whether its choices were put aside, and can be taken up again."""

    def same(self, other: KnownSetup | None) -> bool:
        """Whether it is the same set-up, known at whatever time."""
        return other is not None and (self.profile, self.setup) == (other.profile, other.setup)

    def label(self, now: datetime) -> str:
        """It in a line."""
        name = self.setup or "Before an organisation was chosen"
        where = "" if self.profile == _PUBLIC else f"PRACTICE {self.profile}: "
        if self.last_at is None:
            return f"{where}{name} · nothing recorded yet"
        return f"{where}{name} · last entry {age((now - self.last_at).total_seconds())} ago"


def known_setups(services: Services) -> tuple[KnownSetup, ...]:
    """On a worker: all of them, the one last seen first.

    Raises:
        Problem: the records cannot be read.
    """
    profile = services.profile.name
    kept = services.drafts.aside(profile)
    recorded = services.records.history.setups() if services.recorded else ()
    known = [
        KnownSetup(key.profile, key.setup, key.last_at, key.profile == profile and key.setup in kept)
        for key in recorded
    ]
    there = {each.setup for each in known if each.profile == profile}
    return (*known, *(KnownSetup(profile, each, kept=True) for each in kept if each not in there))


def last_words(services: Services, setups: Sequence[KnownSetup], now: datetime) -> tuple[str, ...]:
    """On a worker: what was last seen of each, in a line.

    Raises:
        Problem: the records cannot be read.
    """
    from cmkwizard.core.history import What

    lines = []
    for each in setups:
        seen = services.observations.latest(each.profile, What.STATUS, each.setup)
        if seen is None:
            lines.append(f"{each.label(now)}. Adobe's answer was never seen.")
        else:
            ago = age((now - seen.until).total_seconds())
            lines.append(f"{each.setup}: {seen.value.get('word', '')}, seen {ago} ago")
    return tuple(lines)
