"""The fix for a key that ends, or has ended: its end date is moved to a later day, which a person names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cmkwizard.core.facts import Key
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.fixes import commands
from cmkwizard.journeys.fixes.key import KeyChangeFix
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action


def end_problem(text: str) -> str:
    """What is wrong with a new end date; empty: nothing. Whether it is late enough shows when the fix is planned."""
    return "" if _day(text) is not None else "Type a day as year, month and day: 2028-11-30."


class ExtendKeyFix(KeyChangeFix):
    """The key ends on a later day.

    Whether Key Vault lets anybody take an end date away is not verified (nobody may an activation date: azure-sdk-for-
    net, issue 5267): it is moved, and never made earlier.
    """

    key = "extend-key"
    title = "End date"
    changed = "expires"
    there = "The key {name} ends on the later day."

    def __init__(self, day: str) -> None:
        end = _day(day)
        if end is None:
            raise Problem(Kind.INVALID, end_problem(day), "Type the day again.")
        self._end = end

    def change(self, run: SetupRun, key: Key) -> dict[str, Any]:
        """Move the date."""
        if key.expires is None or key.expires >= self._end:
            return {}
        if self._end <= run.clock():
            raise Problem(
                Kind.INVALID,
                f"{self._end:%Y-%m-%d} is not in the future: the key could not be used.",
                "Type a later day.",
            )
        return {"expires": self._end}

    def describe(self, run: SetupRun, key: Key) -> Action:
        """Move the date."""
        was = f"{key.expires:%Y-%m-%d %H:%M} UTC" if key.expires else "none"
        return Action(
            self.key,
            f"Let the key {key.name} be used until {self._end:%Y-%m-%d}",
            f"Its end date becomes {self._end:%Y-%m-%d} (it was {was}). Its activation date and what it permits stay "
            "as they are. No new version is made.",
            commands.key_set(run.vault, key, f"--expires {self._end:%Y-%m-%dT%H:%MZ}"),
            "Set the earlier date again while Adobe does not use the key. Later, Adobe takes a key that has ended for "
            "access withdrawn.",
            {"vault": run.vault.id, "key": key.name, "expires": self._end.isoformat()},
        )


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
