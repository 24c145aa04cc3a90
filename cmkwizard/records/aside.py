"""Files that are kept beside the records, under a dated name: a damaged one, and one of an earlier version."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cmkwizard.records.private_files import storage_problem


def keep_aside(path: Path, now: datetime) -> Path:
    """Give a damaged file, with its companions, a dated name.

    Returns:
        Where it is now.

    Raises:
        Problem: it cannot be renamed.
    """
    aside = dated(path, "bad", now)
    try:
        for end in ("-wal", "-shm", ""):
            part = path.with_name(path.name + end)
            if part.exists():
                part.rename(aside.with_name(aside.name + end))
    except OSError as error:
        raise storage_problem(path, error) from error
    return aside


def dated(path: Path, why: str, now: datetime) -> Path:
    """The name beside ``path`` for a state of it that is kept."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return path.with_name(f"{path.stem}.{why}-{stamp}{path.suffix}")
