"""The last known state, told from the records alone: no network, no SDK, and honest about its age."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cmkwizard.core.history import HistoryEntry, What
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.state_card import StateRow, age, age_in_s, state_card
from cmkwizard.core.status import SENTENCES, parse_status
from cmkwizard.records.folder import Records
from cmkwizard.records.history import History, SetupKey

NOTHING = "Nothing is recorded yet."
_KEYS = (
    *("profile", "configuration", "status", "word", "sentence", "vault", "key", "key_identifier"),
    *("tenant", "organisation", "observed_at", "age_s"),
)
_ROWS = (
    ("Configuration", "configuration"),
    ("Vault", "vault"),
    ("Key", "key"),
    ("Key identifier", "key_identifier"),
    ("Tenant", "tenant"),
    ("Organisation", "organisation"),
)


def status_card(records: Records, now: datetime, profile: str | None = None) -> dict[str, Any]:
    """The last known state of one profile as plain JSON; every key is always there, with null for what is not known.

    Keys: ``recorded``, ``profile``, ``configuration``, ``status`` (as this program reads Adobe's word), ``word``
    (Adobe's own), ``sentence``, ``vault``, ``key``, ``key_identifier``, ``tenant``, ``organisation``, ``observed_at``
    (UTC), ``age_s`` (null too where this computer's clock says an earlier time): of the set-up that was seen last.
    ``setups``: the same of every set-up, that one first, each with ``things``: what is known of configuration, vault,
    key, role, app and network, with its own age and source.

    Args:
        records: where to look. Nothing is made or changed.
        now: the time, for the age.
        profile: the cloud profile to tell of. None: the real clouds, or what was seen last where those never were.

    Raises:
        Problem: the records cannot be read.
    """
    known = _of_profile(_setups(records), profile)
    # What was written before an organisation was chosen belongs to the one set-up, where there is one alone.
    named = [key for key in known if key.setup] or known
    cards = [_card(_state(records.history, key, alone=len(named) == 1), now, key.profile) for key in named]
    first = cards[0] if cards else {**dict.fromkeys(_KEYS), "profile": profile, "recorded": False}
    return {**{name: value for name, value in first.items() if name != "things"}, "setups": cards}


def chosen_setup(records: Records, profile: str | None = None, organisation: str | None = None) -> SetupKey | None:
    """The set-up that a person means: the named one, else the one that :func:`status_card` tells of first."""
    keys = [key for key in _setups(records) if key.setup and organisation in (None, key.setup)]
    return next(iter(_of_profile(keys, profile)), None)


def _setups(records: Records) -> Sequence[SetupKey]:
    return records.history.setups() if records.recorded else ()


def _of_profile(keys: Sequence[SetupKey], profile: str | None) -> list[SetupKey]:
    """Those of one profile. None: of the real clouds, or of what was seen last where those never were."""
    profiles = [key.profile for key in keys]
    chosen = profile or ("public" if "public" in profiles else next(iter(profiles), None))
    return [key for key in keys if key.profile == chosen]


def _state(history: History, key: SetupKey, *, alone: bool) -> dict[str, HistoryEntry]:
    before = history.state(key.profile, "") if alone and key.setup else {}
    return {**before, **history.state(key.profile, key.setup)}


def _card(state: Mapping[str, HistoryEntry], now: datetime, profile: str) -> dict[str, Any]:
    card: dict[str, Any] = {**dict.fromkeys(_KEYS), "profile": profile, "recorded": False}
    for entry in filter(None, (state.get(What.DEPLOYMENT), state.get(What.STATUS))):
        card["recorded"] = True
        card.update({key: value for key, value in entry.value.items() if key in _KEYS and value})
        card["observed_at"] = _written(entry.until)
        card["age_s"] = age_in_s((now - entry.until).total_seconds())
    if What.STATUS in state:
        status = parse_status(str(card["word"]))
        card |= {"status": status.value, "sentence": SENTENCES[status]}
    card["things"] = {row.thing.value: _thing(row) for row in state_card(state, now).rows}
    return card


def _thing(row: StateRow) -> dict[str, Any] | None:
    if row.as_of is None:
        return None
    return {
        "title": row.title,
        "value": row.value,
        "word": row.word,
        "trouble": row.trouble,
        "as_of": _written(row.as_of),
        "age_s": row.age_s,
        "source": row.source,
        "request_id": row.request_id,
        "verified": row.verified,
        "seen": row.seen,
        "may_have_changed": row.since,
    }


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def as_text(card: dict[str, Any]) -> str:
    """The card for people."""
    if not card["recorded"]:
        return NOTHING
    lines = (
        [] if card["profile"] == "public" else [f"PRACTICE: this is the cloud profile {card['profile']}, not Azure."]
    )
    setups: Sequence[dict[str, Any]] = card["setups"]
    for number, setup in enumerate(setups):
        if number:
            lines += ["", f"Another set-up: {setup['organisation'] or 'its organisation is not known'}"]
        lines += _setup_text(setup)
    return "\n".join(lines)


def _age(seconds: int | None) -> str:
    return age(-math.inf if seconds is None else seconds)


def _setup_text(card: dict[str, Any]) -> list[str]:
    seen = ""
    if card["observed_at"]:
        seen = f"{card['observed_at'][:16].replace('T', ' ')} UTC, {_age(card['age_s'])} ago"
    lines = [f"As of {seen}:"] if seen else []  # first of all: nothing that follows is the state of now
    if card["status"] is None:
        lines.append("Adobe's answer has not been seen yet.")
    else:
        lines.append(f"{card['word']}: {card['sentence']}")
    lines += [f"{title + ':':<16}{card[key]}" for title, key in _ROWS if card[key]]
    if seen:
        lines.append(f"{'Seen:':<16}{seen}")
    for thing in filter(None, card["things"].values()):
        lines += ["", f"{thing['title']}: {thing['value']}", f"  {thing['seen']} {thing['may_have_changed']}".rstrip()]
    return lines


def profile_name(path: Path) -> str:
    """The name in a cloud profile (or a practice cloud's ready file), read without what connecting to it would need.

    Raises:
        Problem: of kind ``INVALID``: it cannot be read.
    """
    try:
        content = json.loads(path.read_bytes())
        return str(content.get("profile", content)["name"])
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise Problem(
            Kind.INVALID, f"The cloud profile {path} cannot be read.", "Use the one that a practice cloud wrote."
        ) from error
