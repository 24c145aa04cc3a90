"""The last known state, told from the records alone: no network, no SDK, and honest about its age."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from cmkwizard.core.history import What
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.status import SENTENCES, parse_status
from cmkwizard.records.folder import Records

_VALUES = ("vault", "key", "key_identifier", "tenant", "organisation", "observed_at", "age_s")
NOTHING = "Nothing is recorded yet."

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
    (UTC), ``age_s``.

    Args:
        records: where to look. Nothing is made or changed.
        now: the time, for the age.
        profile: the cloud profile to tell of. None: the real clouds, or what was seen last where those never were.

    Raises:
        Problem: the records cannot be read.
    """
    card: dict[str, Any] = dict.fromkeys(("profile", "configuration", "status", "word", "sentence", *_VALUES))
    card["recorded"] = False
    seen = records.observations.profiles() if records.recorded else []
    chosen = profile or ("public" if "public" in seen else next(iter(seen), None))
    if chosen is None or chosen not in seen:
        return card | {"profile": profile}
    card["profile"] = chosen
    latest = [records.observations.latest(chosen, what) for what in (What.DEPLOYMENT, What.STATUS)]
    for observation in filter(None, latest):
        card["recorded"] = True
        card.update({key: value for key, value in observation.value.items() if key in card and value})
        card["observed_at"] = observation.until.isoformat().replace("+00:00", "Z")
        card["age_s"] = max(0, int((now - observation.until).total_seconds()))
    if latest[1] is not None:
        status = parse_status(str(card["word"]))
        card |= {"status": status.value, "sentence": SENTENCES[status]}
    return card


def as_text(card: dict[str, Any]) -> str:
    """The card for people."""
    if not card["recorded"]:
        return NOTHING
    lines = (
        [] if card["profile"] == "public" else [f"PRACTICE: this is the cloud profile {card['profile']}, not Azure."]
    )
    if card["status"] is None:
        lines.append("Adobe's answer has not been seen yet.")
    else:
        lines.append(f"{card['word']}: {card['sentence']}")
    lines += [f"{title + ':':<16}{card[key]}" for title, key in _ROWS if card[key]]
    lines.append(f"{'Seen:':<16}{card['observed_at'][:16].replace('T', ' ')} UTC, {age(card['age_s'])} ago")
    return "\n".join(lines)


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


def age(seconds: int) -> str:
    """A span in words, in its largest unit."""
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
