"""Whether the watch goes on, and the sentences for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from cmkwizard.desktop.models.duration import duration, moment

if TYPE_CHECKING:
    from cmkwizard.core.look import Look


class WatchState(StrEnum):
    """Whether the watch goes on; the card shows these words."""

    OFF = "Not watching"
    NOTHING = "Nothing to watch yet"
    ELSEWHERE = "Another cmkwizard works with the records"
    RESTORING = "Taking up the sign-ins"
    AWAY = "Not watching at the moment"
    SIGN_IN = "Waiting for a sign-in"
    PAUSED = "Pausing"
    STOPPED = "The watch has stopped"
    LOOKING = "Looking now"
    WATCHING = "Watching"


HELD_UP = (WatchState.ELSEWHERE, WatchState.AWAY, WatchState.STOPPED)
"""What passes by itself, so that it is tried again."""
_LOOKED_AT = "Adobe's status, the key, the vault, its firewall, the app and the role"
_WORDS = {
    WatchState.OFF: "Nobody is told when the key, the vault or the role changes. Switch it on below.",
    WatchState.NOTHING: "Once a key has been submitted to Adobe, this program looks from time to time whether Adobe "
    "still reaches it, and tells you when something changes.",
    WatchState.ELSEWHERE: "Only one program at a time watches and records. This one goes on when the other has ended.",
    WatchState.RESTORING: f"Then it looks at {_LOOKED_AT}.",
    WatchState.AWAY: "It is tried again every minute. This says nothing of the key.",
    WatchState.SIGN_IN: "Nothing can be looked at until then.",
    WatchState.PAUSED: "It goes on when what runs in the window has ended.",
    WatchState.STOPPED: "It is tried again every minute.",
    WatchState.LOOKING: f"At {_LOOKED_AT}.",
}


def state_words(state: WatchState, reason: str = "") -> str:
    """What a state means, behind the reason for it. WATCHING has the words of its last look instead."""
    return f"{reason} {_WORDS[state]}".strip()


def look_words(look: Look, standing: int, left: timedelta) -> str:
    """The last look and the next one.

    Args:
        look: the last one.
        standing: how many alerts stood after it.
        left: until the next one.
    """
    word = f"Adobe says {look.word}; " if look.word else ""
    found = f"{standing} thing{'s' if standing > 1 else ''} to see to" if standing else "nothing to tell"
    if look.network_lost:
        found = "no service answered, which says nothing of the key"
    after = f"in {duration(left)}" if left > timedelta(seconds=1) else "now"
    return f"Last looked {moment(look.at)}: {word}{found}. Looks again {after}."


def as_of_words(at: datetime) -> str:
    """Of when the alerts are that an earlier start left."""
    return f"As of the last look: {moment(at)}. Nobody has looked since."
