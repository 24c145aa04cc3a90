"""The evidence report of one set-up, read from the history alone: nothing is asked of any service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from cmkwizard import __version__
from cmkwizard.core.comparison import COMPARED, baseline_state, compare, differing
from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.history_lanes import Lane, lanes_of
from cmkwizard.core.history_words import sentence_of, title_of
from cmkwizard.core.state_card import age, state_card
from cmkwizard.records.report.content import Change, Correlation, Drift, Particulars, ReportContent, Seal
from cmkwizard.records.report.particulars import facts_of
from cmkwizard.records.report.requirements import requirements_of
from cmkwizard.records.report.steps import steps_of
from cmkwizard.records.report.summary import commands_of, exceptions_of

if TYPE_CHECKING:
    from cmkwizard.records.history import History
    from cmkwizard.records.verification import Verification

MOST_STEPS = 2_000
"""So many actions are listed at most, the newest: a report that nobody can open is no evidence."""
MOST_CHANGES = 1_000
"""So many things that were seen are listed at most, the newest."""
_PAGE = 500
_BUCKETS = 200
_ACTIONS = (EntryKind.INTENT, EntryKind.OUTCOME)
_LISTED = (What.STATUS, What.KEY, What.KEY_USE, What.VAULT, What.LOCKS, What.LOGS, What.APP, What.ROLE)
"""What has its particulars in the report, in this order."""


def evidence_report(
    history: History, profile: str, setup: str, now: datetime, verification: Verification
) -> ReportContent:
    """What the report of one set-up says.

    What was written before the organisation was known stands in it as well: it belongs to the profile's set-ups.

    Args:
        history: where to read.
        profile: the cloud profile.
        setup: id of the Adobe organisation.
        now: the time, in UTC.
        verification: what verifying the history found just now.

    Raises:
        Problem: of kind ``STORAGE``: the history cannot be read.
    """
    state = history.state(profile, setup)
    actions = _newest(history, profile, setup, _ACTIONS, 2 * MOST_STEPS)
    seen = _newest(history, profile, setup, (EntryKind.OBSERVATION,), MOST_CHANGES)
    first = history.page(profile, setup, after=0, limit=1)
    first_at = first[0].at if first else None
    drift = _drift(history.baseline(profile, setup), state)
    card, requirements = state_card(state, now), requirements_of(state.get(What.FINDINGS), now)
    every, seal = steps_of(actions.entries), _seal(verification)
    steps = every[-MOST_STEPS:]
    return ReportContent(
        profile=profile,
        setup=setup,
        made_at=now,
        version=__version__,
        card=card,
        deployment=facts_of(state[What.DEPLOYMENT].value) if What.DEPLOYMENT in state else (),
        first_at=first_at,
        lanes=_lanes(history, profile, setup, (seen, actions), first_at, now),
        steps=steps,
        more_steps=actions.more or len(every) > len(steps),
        requirements=requirements,
        particulars=tuple(_particulars(what, state[what], now) for what in _LISTED if what in state),
        drift=drift,
        changes=_changes(seen.entries),
        more_changes=seen.more,
        correlations=tuple(_correlations(sorted((*seen.entries, *actions.entries), key=lambda entry: entry.number))),
        seal=seal,
        exceptions=exceptions_of(card, requirements, steps, drift, seal),
        commands=commands_of(state),
    )


class _Newest(NamedTuple):
    entries: list[HistoryEntry]
    """Oldest first."""
    more: bool
    """Whether there are older ones."""


def _newest(history: History, profile: str, setup: str, kinds: Collection[EntryKind], most: int) -> _Newest:
    """The newest entries of the set-up and those of no set-up."""
    found: list[HistoryEntry] = []
    for of in dict.fromkeys((setup, "")):
        before: int | None = None
        taken = 0
        while taken <= most:
            page = history.page(profile, of, kinds=kinds, before=before, limit=_PAGE)
            found += page
            taken += len(page)
            if len(page) < _PAGE:
                break
            before = page[-1].number
    found.sort(key=lambda entry: entry.number)
    return _Newest(found[-most:], len(found) > most)


def _lanes(
    history: History, profile: str, setup: str, parts: Sequence[_Newest], first_at: datetime | None, now: datetime
) -> tuple[Lane, ...]:
    """The timeline. Where entries of one kind are left out, those of all kinds are counted instead of shown: else it
    would look as if nothing had been seen, or done, in that time."""
    if first_at is None:
        return ()
    since = max((part.entries[0].number for part in parts if part.more), default=0)
    shown = [entry for part in parts for entry in part.entries if entry.number >= since]
    until = min(entry.at for entry in shown) - timedelta(microseconds=1)
    density = history.density(profile, setup, first_at, until, _BUCKETS) if since and until > first_at else ()
    return lanes_of(shown, first_at, now, density)


def _particulars(what: What, entry: HistoryEntry, now: datetime) -> Particulars:
    return Particulars(
        what,
        title_of(entry),
        sentence_of(entry),
        facts_of(entry.value),
        as_of=entry.until,
        age=age((now - entry.until).total_seconds()),
        since=entry.at,
        times=entry.times,
        source=entry.source,
        request_id=entry.request_id,
        verified=entry.verified,
        number=entry.number,
    )


def _drift(baseline: HistoryEntry | None, state: dict[str, HistoryEntry]) -> Drift:
    if baseline is None:
        return Drift()
    return Drift(baseline.at, baseline.number, compare(baseline_state(baseline), state))


def _changes(seen: Iterable[HistoryEntry]) -> tuple[Change, ...]:
    before: dict[str, HistoryEntry] = {}
    changes = []
    for entry in seen:
        earlier = before.get(entry.what)
        told = entry.what in COMPARED and earlier is not None
        differences = differing(entry.what, earlier.value, entry.value) if told and earlier is not None else ()
        changes.append(
            Change(
                entry.number,
                entry.at,
                entry.until,
                entry.times,
                title_of(entry),
                sentence_of(entry),
                tuple(each.sentence for each in differences),
                entry.source,
                entry.verified,
            )
        )
        before[entry.what] = entry
    return tuple(changes)


def _correlations(entries: Iterable[HistoryEntry]) -> Iterable[Correlation]:
    titles: dict[str, str] = {}
    for entry in entries:
        if entry.kind is EntryKind.INTENT:
            titles[entry.op_id] = title_of(entry)
        request_id = entry.request_id or str(entry.value.get("request_id") or "")
        if request_id:
            what = titles.get(entry.op_id) or title_of(entry)
            yield Correlation(entry.at, entry.number, what, entry.source, request_id)


def _seal(verification: Verification) -> Seal:
    return Seal(
        verification.state.value,
        verification.entries,
        verification.sealed,
        verification.unsealed,
        verification.problems,
        verification.proves,
        verification.does_not_prove,
        verification.head_at,
    )
