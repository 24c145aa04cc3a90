"""What an entry of the history says, in words: the same in the window, on the command line and in the report.

Entries may come from a file that somebody else has changed, so no shape of their values is taken for granted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.key_use import KeyUse, use_words
from cmkwizard.core.state_words import NEEDED, Thing, key_end, last_part, tell
from cmkwizard.core.status import SENTENCES, Status, parse_status


class PointState(StrEnum):
    """How good or bad it is what an entry says. The values are words that can be shown."""

    NEUTRAL = ""
    GOOD = "good"
    WORKING = "under way"
    OPEN = "not known"
    """Something was begun, and how it ended was never written down."""
    WARNING = "to look at"
    BAD = "bad"


WORST_FIRST = (
    PointState.BAD,
    PointState.WARNING,
    PointState.OPEN,
    PointState.WORKING,
    PointState.GOOD,
    PointState.NEUTRAL,
)

TITLES: dict[str, str] = {
    What.DEPLOYMENT: "What the set-up is about",
    What.STATUS: "Status at Adobe",
    What.TICKET: "Text for Adobe Customer Care",
    What.VAULT: "Vault",
    What.KEY: "Key",
    What.APP: "Adobe's app",
    What.ROLE: "Role of Adobe's app",
    What.FINDINGS: "Findings",
    What.BASELINE: "Baseline",
    What.KEY_USE: "Use of the key",
    What.LOCKS: "Locks of the vault",
    What.LOGS: "Logs of the vault",
    What.REACH: "Network and services",
    What.ALERTS: "Alerts",
}

Said = tuple[str, PointState, str]
"""Short words, how good or bad it is, and a sentence."""


def title_of(entry: HistoryEntry) -> str:
    """What an entry is about: "Vault"; of an action, what was to be done."""
    if entry.kind is not EntryKind.OBSERVATION:
        return entry.action or entry.what
    return TITLES.get(entry.what, entry.what)


def words_of(entry: HistoryEntry) -> str:
    """What it says in a word or two: "COMPLETED", "version 3f2a07c1, off", "failed"."""
    return said(entry)[0]


def sentence_of(entry: HistoryEntry) -> str:
    """What it says in a sentence."""
    return said(entry)[2]


def said(entry: HistoryEntry) -> Said:
    """Words, state and sentence of an entry."""
    if not entry.legible:
        return "cannot be read", PointState.WARNING, _ILLEGIBLE
    if entry.kind is EntryKind.INTENT:
        return "begun", PointState.OPEN, f"{_closed(entry.action or entry.what)} How that ended is not in this entry."
    if entry.kind is EntryKind.OUTCOME:
        return action_said(title_of(entry), entry.outcome)
    if entry.what in _THINGS and entry.value.get("there") is False:
        return _told(_THINGS[entry.what], "not there", entry)
    return _SAID.get(entry.what, _something)(entry.value, entry)


_ILLEGIBLE = (
    "What stands in the file was damaged or changed, so what was seen or done is not known. Verify the history."
)


def action_said(action: str, outcome: str) -> Said:
    """An action with its outcome; an empty outcome: it was begun, and no end was written down."""
    if not outcome:
        return "end not known", PointState.OPEN, f"{_closed(action)} It was begun; how it ended was not written down."
    state, sentence = _OUTCOMES.get(outcome, (PointState.NEUTRAL, f"It ended as “{outcome}”."))
    return outcome, state, f"{_closed(action)} {sentence}"


_OUTCOMES = {
    "done": (PointState.GOOD, "It was done."),
    "pending": (PointState.WORKING, "It was asked for, and not finished yet."),
    "blocked": (PointState.WARNING, "It was not begun: something stood in the way."),
    "failed": (PointState.BAD, "It failed."),
    "skipped": (PointState.NEUTRAL, "It was left out: nothing had to be done."),
}
_THINGS: dict[str, Thing] = {
    What.VAULT: Thing.VAULT,
    What.KEY: Thing.KEY,
    What.APP: Thing.APP,
    What.ROLE: Thing.ROLE,
}


def _closed(text: str) -> str:
    """A name or a sentence as a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _rows(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = value.get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list | tuple) else []


def _status(value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    word = _text(value, "word")
    if value.get("there") is False or word in ("", Status.NOT_SUBMITTED):
        return "not submitted", PointState.NEUTRAL, SENTENCES[Status.NOT_SUBMITTED]
    status = parse_status(word)
    return word, _STATUS_STATES.get(status, PointState.WORKING), SENTENCES[status]


_STATUS_STATES = {
    Status.COMPLETED: PointState.GOOD,
    Status.FAILED: PointState.BAD,
    Status.UNKNOWN: PointState.WARNING,
}


def _key(value: Mapping[str, Any], entry: HistoryEntry) -> Said:
    version = last_part(_text(value, "identifier"))[:_VERSION_LENGTH]
    words = f"version {version}" if version else "there"
    end = key_end(value)
    if value.get("enabled") is False:
        words = f"{words}, disabled"
    elif end is not None and end <= entry.until:
        words = f"{words}, ended"
    return _told(Thing.KEY, words, entry)


_VERSION_LENGTH = 8


def _vault(value: Mapping[str, Any], entry: HistoryEntry) -> Said:
    network = tell(Thing.NETWORK, value, entry.until)
    lacks = [f"no {word}" for name, word in NEEDED.items() if value.get(name) is False]
    words, state, sentence = _told(Thing.VAULT, ", ".join([_NETWORKS.get(network.word, network.word), *lacks]), entry)
    # What the firewall does to Adobe: rows W01 and W02 of the requirements.
    if network.word in ("closed", "firewall") and _text(value, "bypass").lower() != "azureservices":
        words, state = f"{words}, trusted services shut out", PointState.BAD
    elif network.word == "closed" and state is PointState.GOOD:
        state = PointState.WARNING
    return words, state, f"{sentence} {network.sentence}"


_NETWORKS = {"open": "open to all networks", "firewall": "firewall on", "closed": "public access off"}


def _app(_value: Mapping[str, Any], entry: HistoryEntry) -> Said:
    return _told(Thing.APP, tell(Thing.APP, entry.value, entry.until).word, entry)


def _role(_value: Mapping[str, Any], entry: HistoryEntry) -> Said:
    return _told(Thing.ROLE, "given", entry)


def _told(thing: Thing, words: str, entry: HistoryEntry) -> Said:
    """As the state card tells it, with shorter words."""
    told = tell(thing, entry.value, entry.until)
    return words, PointState.BAD if told.trouble else PointState.GOOD, told.sentence


def _findings(value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    from cmkwizard.core.requirements.finding import Severity, Verdict  # with the whole table, which takes its time

    found = _rows(value, "findings")
    unmet = Counter(str(row.get("severity")) for row in found if row.get("verdict") == Verdict.NOT_MET)
    unknown = sum(row.get("verdict") == Verdict.NOT_KNOWN for row in found)
    parts = [
        f"{unmet[severity]} {severity}{'s' if unmet[severity] > 1 else ''}" for severity in Severity if unmet[severity]
    ]
    if unknown:
        parts.append(f"{unknown} not known")
    if not found:
        return "none judged", PointState.NEUTRAL, "No requirement was judged."
    if not parts:
        return "all met", PointState.GOOD, "Every requirement that applies was met."
    worst = PointState.BAD if unmet[Severity.BLOCKER] else PointState.WARNING
    state = PointState.GOOD if set(unmet) <= {Severity.NOTE} and not unknown else worst
    sentences = [str(row.get("sentence")) for row in found if row.get("verdict") == Verdict.NOT_MET]
    return ", ".join(parts), state, " ".join([f"What was found: {', '.join(parts)}.", *sentences[:_MOST_TOLD]])


_MOST_TOLD = 5
"""So many findings or alerts are told in full; how many there are is said as well."""


def _reach(value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    service, problem = _text(value, "service") or "A service", _text(value, "problem")
    if not problem:
        return "answers", PointState.GOOD, f"{service} answered again."
    # What could not be asked is not known: that is no loss of the key.
    return "no answer", PointState.WARNING, f"{service} could not be asked: {problem}"


def _alerts(value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    told = _rows(value, "alerts")
    if not told:
        return "none", PointState.GOOD, "The watch had nothing to warn of."
    urgencies = {row.get("urgency") for row in told}
    worst = next((state for urgency, state in _URGENCIES.items() if urgency in urgencies), PointState.NEUTRAL)
    titles = [_closed(str(row.get("title"))) for row in told[:_MOST_TOLD]]
    return f"{len(told)} alert{'s' if len(told) > 1 else ''}", worst, " ".join(titles)


_URGENCIES = {"critical": PointState.BAD, "warning": PointState.WARNING}


def _locks(value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    found = _rows(value, "locks")
    levels = ", ".join(f"{row.get('name')} ({row.get('level')})" for row in found[:_MOST_TOLD])
    words = f"{len(found)} lock{'s' if len(found) > 1 else ''}" if found else "no lock"
    return (
        words,
        PointState.NEUTRAL,
        f"Locks that held at the vault: {levels}." if found else "No lock held at the vault.",
    )


def _logs(value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    audited = [row for row in _rows(value, "settings") if row.get("audit")]
    if not audited:
        return "logs kept nowhere", PointState.NEUTRAL, "No setting kept the vault's audit log."
    return "logs kept", PointState.NEUTRAL, "The vault's audit log was kept."


def _deployment(value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    names = [f"{word} {value[name]}" for name, word in _NAMED.items() if _text(value, name)]
    told = f": {', '.join(names)}" if names else ""
    return "set-up written down", PointState.NEUTRAL, f"What the set-up is about was written down{told}."


_NAMED = {"organisation": "organisation", "vault": "vault", "key": "key"}


def _baseline(_value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    sentence = "How things stood when Adobe completed was written down, to compare with later."
    return "baseline", PointState.NEUTRAL, sentence


def _ticket(_value: Mapping[str, Any], _entry: HistoryEntry) -> Said:
    return "text made", PointState.NEUTRAL, "The text for Adobe Customer Care was made."


def _key_use(value: Mapping[str, Any], entry: HistoryEntry) -> Said:
    told = use_words(KeyUse.of(value), entry.until)
    state = {True: PointState.GOOD, False: PointState.BAD, None: PointState.NEUTRAL}[told.good]
    return told.title, state, f"What the vault's own log said: {told.sentence}"


def _something(_value: Mapping[str, Any], entry: HistoryEntry) -> Said:
    return "seen", PointState.NEUTRAL, f"“{entry.what}” was seen. This program does not know what that is."


_SAID: dict[str, Callable[[Mapping[str, Any], HistoryEntry], Said]] = {
    What.DEPLOYMENT: _deployment,
    What.STATUS: _status,
    What.TICKET: _ticket,
    What.VAULT: _vault,
    What.KEY: _key,
    What.APP: _app,
    What.ROLE: _role,
    What.FINDINGS: _findings,
    What.BASELINE: _baseline,
    What.KEY_USE: _key_use,
    What.LOCKS: _locks,
    What.LOGS: _logs,
    What.REACH: _reach,
    What.ALERTS: _alerts,
}
