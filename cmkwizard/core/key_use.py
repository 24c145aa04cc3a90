"""Whether Adobe's app uses the key, as the vault's own log says: what was asked, what came back, and what it means.

No shape of a recorded value is taken for granted: it may come from a file that somebody else has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cmkwizard.core.state_card import age

OPERATIONS = {"KeyWrap": "wraps", "KeyUnwrap": "unwraps", "KeyGet": "reads"}
"""Key Vault's names of the operations that matter, and what they are counted as (Azure Key Vault logging)."""
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
DELAY = "The log shows an event within about ten minutes."
"""Source: Azure Key Vault logging. For a setting that has just been made it can take longer; how long is unverified."""


class Gap(StrEnum):
    """Why it is not known."""

    NO_LOG = "no log"
    """The vault's audit events are not kept anywhere."""
    ELSEWHERE = "elsewhere"
    """They are kept, but not in a Log Analytics workspace."""
    NOT_ALLOWED = "not allowed"
    """The account lacks a right."""
    NO_WORKSPACE = "no workspace"
    """The workspace is not there any more, or this account cannot see it."""
    NOT_READ = "not read"
    """The question was refused for another reason."""


@dataclass(frozen=True)
class Workspace:
    """A Log Analytics workspace."""

    id: str
    """Resource id."""
    customer_id: str
    """The id under which its logs are asked."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.id.rpartition("/")[2]


@dataclass(frozen=True)
class LoggedUses:
    """All uses of one kind with one outcome, as the log counts them over 30 days."""

    operation: str
    """A key of :data:`OPERATIONS`."""
    status: int
    """HTTP status; 0: the log does not say."""
    last: datetime
    week: int
    month: int


@dataclass(frozen=True)
class Uses:
    """How often something was done, and when last. Times are in UTC."""

    last: datetime | None = None
    week: int = 0
    month: int = 0


_NEVER = Uses()


@dataclass(frozen=True)
class KeyUse:
    """What the vault's log says of Adobe's use of the key, or why that is not known."""

    vault: str
    """Its name."""
    key: str
    app: str
    """The application id of Adobe's app."""
    workspace: str = ""
    """Resource id of the workspace that answered."""
    wraps: Uses = _NEVER
    unwraps: Uses = _NEVER
    reads: Uses = _NEVER
    refused: Uses = _NEVER
    """What the vault turned down, whatever it was."""
    gap: Gap | None = None
    why: str = ""
    """Of a gap: what happened, in a sentence."""
    remedy: str = ""
    who: str = ""

    @property
    def last(self) -> datetime | None:
        """When the key was last wrapped or unwrapped with."""
        return max((each.last for each in (self.wraps, self.unwraps) if each.last), default=None)

    @property
    def counted(self) -> tuple[Uses, ...]:
        """All that the log counts."""
        return (*self._good, self.refused)

    @property
    def turned_away(self) -> bool:
        """Whether the newest thing that the log holds of Adobe's app is a refusal."""
        newest, refused = max((u.last for u in self._good if u.last), default=None), self.refused.last
        return refused is not None and (newest is None or refused > newest)

    @property
    def _good(self) -> tuple[Uses, ...]:
        return (self.wraps, self.unwraps, self.reads)

    def value(self) -> dict[str, Any]:
        """Plain JSON for the records: ``vault``, ``key``, ``app``, ``workspace``; ``wraps``, ``unwraps``, ``reads``,
        ``refused``, each with ``last`` (ISO 8601; empty: never), ``week`` and ``month``; of a gap ``gap`` and ``why``,
        which else are empty."""
        counted = {name: _plain(getattr(self, name)) for name in _COUNTED}
        named = {"vault": self.vault, "key": self.key, "app": self.app, "workspace": self.workspace}
        return {**named, **counted, "gap": self.gap or "", "why": self.why}

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> KeyUse:
        """What the records hold, in any shape; a gap without a known name is one of :attr:`Gap.NOT_READ`."""
        vault, key, app, workspace, gap, why = (str(value.get(name) or "") for name in _NAMED)
        wraps, unwraps, reads, refused = (_uses(value.get(name)) for name in _COUNTED)
        known = (Gap(gap) if gap in list(Gap) else Gap.NOT_READ) if gap else None
        return cls(vault, key, app, workspace, wraps, unwraps, reads, refused, known, why)


_NAMED = ("vault", "key", "app", "workspace", "gap", "why")
_COUNTED = ("wraps", "unwraps", "reads", "refused")


def with_counts(use: KeyUse, rows: Iterable[LoggedUses]) -> KeyUse:
    """The same with what the log counts; refused is what was answered with 400 and above."""
    found: dict[str, Uses] = dict.fromkeys(_COUNTED, _NEVER)
    for row in rows:
        name = "refused" if row.status >= 400 else OPERATIONS.get(row.operation, "")
        # What the log gives no status for proves nothing; 401 asks for a token, and the client comes back with one.
        if name and row.status not in (0, 401):
            before = found[name]
            last = max(row.last, before.last) if before.last else row.last
            found[name] = Uses(last, before.week + row.week, before.month + row.month)
    wraps, unwraps, reads, refused = (found[name] for name in _COUNTED)
    return replace(use, wraps=wraps, unwraps=unwraps, reads=reads, refused=refused)


@dataclass(frozen=True)
class UseWords:
    """The same in words."""

    title: str
    sentence: str
    good: bool | None
    """Whether Adobe is seen to use the key; None: it is not known."""
    particulars: tuple[tuple[str, str], ...] = ()
    """Label and value."""


def use_words(use: KeyUse, at: datetime) -> UseWords:
    """What it means. ``at``: the moment from which ages are told."""
    if use.gap is not None:
        return UseWords("Not known", use.why, None)
    particulars = (
        *((title, _counted(getattr(use, name), at)) for name, title in _TITLES.items()),
        ("Workspace", use.workspace.rpartition("/")[2]),
    )
    if use.turned_away:
        refused = (
            f"The vault refused Adobe's app {_times(use.refused.week)} in the last 7 days, last {_ago(use.refused, at)}"
        )
        return UseWords(
            "The vault turns Adobe away",
            f"{refused}, and nothing went well since. Run the check: it says what stands in the way.",
            False,
            particulars,
        )
    if use.last is None:
        return UseWords(
            "No use by Adobe's app in the log",
            "In the last 30 days the log holds no wrap and no unwrap by Adobe's app. That does not prove that Adobe "
            "does not use the key: the log begins when it was switched on, and Adobe can work for a while with what it "
            f"has unwrapped. {DELAY}",
            None,
            particulars,
        )
    done = [f"last unwrapped {_ago(use.unwraps, at)}"] if use.unwraps.last else []
    done += [f"last wrapped {_ago(use.wraps, at)}"] if use.wraps.last else []
    week, month = (sum(getattr(each, span) for each in (use.wraps, use.unwraps)) for span in ("week", "month"))
    return UseWords(
        "Adobe uses the key",
        f"With this key Adobe's app {' and '.join(done)}: {_times(week)} in 7 days, {_times(month)} in 30.",
        True,
        particulars,
    )


_TITLES = {"unwraps": "Unwrapped", "wraps": "Wrapped", "reads": "Read", "refused": "Refused by the vault"}


def _counted(uses: Uses, at: datetime) -> str:
    if uses.last is None:
        return "not in the last 30 days"
    return f"last {uses.last:%Y-%m-%d %H:%M} UTC ({_ago(uses, at)}), {uses.week} in 7 days, {uses.month} in 30"


def _ago(uses: Uses, at: datetime) -> str:
    if uses.last is None:
        return "never"
    seconds = (at - uses.last).total_seconds()
    return "just now" if -_CLOCKS_DIFFER_S <= seconds < 60 else f"{age(seconds)} ago"


_CLOCKS_DIFFER_S = 3600
"""The moment is told by Azure's clock; a larger difference than this is a clock that was set back."""


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _plain(uses: Uses) -> dict[str, Any]:
    return {"last": uses.last.isoformat() if uses.last else "", "week": uses.week, "month": uses.month}


def _uses(value: Any) -> Uses:
    if not isinstance(value, Mapping):
        return _NEVER
    try:
        last = datetime.fromisoformat(str(value.get("last")))
    except ValueError:
        return _NEVER
    if last.tzinfo is None:
        return _NEVER
    return Uses(last, *(each if isinstance(each := value.get(name), int) else 0 for name in ("week", "month")))
