"""What this program meant to do in the clouds, and how it ended. The intent is on the disk before a request leaves."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.database import Clock, Database, as_moment, as_text, utc_now

_LOG = logging.getLogger(__name__)
OUTCOMES = ("done", "pending", "blocked", "failed", "skipped")


@dataclass(frozen=True)
class Entry:
    """One intended action, with its outcome once there is one.

    It says where to look after an interruption. It is never taken as proof of what exists.
    """

    op_id: str
    at: datetime
    profile: str
    tenant: str
    actor: str
    """Object id or name of who acted."""
    step: str
    action: str
    desired: dict[str, Any]
    outcome: str | None
    """One of :data:`OUTCOMES`; None while it is open: the program was stopped before it knew."""
    finished_at: datetime | None
    evidence: dict[str, Any]


class Journal:
    """The journal of one folder. Entries are added, never changed or removed. The file is opened at the first use."""

    def __init__(self, database: Callable[[], Database], clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def intend(
        self, step: str, action: str, desired: Mapping[str, Any], *, profile: str, tenant: str, actor: str
    ) -> str:
        """Write down what is about to be done. No journal, no action: send nothing when this raises.

        Args:
            step: the step's key.
            action: what is about to be done, as a sentence or a name.
            desired: what should be true afterwards; plain JSON, no secret.
            profile: the name of the cloud profile.
            tenant: the tenant's id.
            actor: who acts.

        Returns:
            The entry's id, for :meth:`finish`.

        Raises:
            Problem: of kind ``STORAGE``; nothing was written.
        """
        op_id = uuid.uuid4().hex
        self._database().add(
            "INSERT INTO intent (op_id, at, profile, tenant, actor, step, action, desired) VALUES (?,?,?,?,?,?,?,?)",
            (op_id, as_text(self._clock()), profile, tenant, actor, step, action, as_json(desired)),
        )
        _LOG.info("intent %s: %s: %s", op_id, step, action)
        return op_id

    def finish(self, op_id: str, outcome: str, evidence: Mapping[str, Any]) -> None:
        """Write down how it ended, once.

        Args:
            op_id: what :meth:`intend` answered.
            outcome: one of :data:`OUTCOMES`.
            evidence: what shows it (ids, states, request ids); plain JSON, no secret.

        Raises:
            Problem: of kind ``STORAGE``; nothing was written.
        """
        self._database().add(
            "INSERT INTO outcome (op_id, at, outcome, evidence) VALUES (?,?,?,?)",
            (op_id, as_text(self._clock()), str(outcome), as_json(evidence)),
        )
        _LOG.info("outcome %s: %s", op_id, outcome)

    def open_intents(self, profile: str | None = None) -> list[Entry]:
        """The entries without an outcome, oldest first; of one profile when it is given."""
        return [entry for entry in self.entries(profile) if entry.outcome is None]

    def entries(self, profile: str | None = None) -> list[Entry]:
        """All entries, oldest first; of one profile when it is given."""
        rows = self._database().rows(
            "SELECT i.op_id, i.at, i.profile, i.tenant, i.actor, i.step, i.action, i.desired, "
            "o.outcome, o.at, o.evidence "
            "FROM intent i LEFT JOIN outcome o USING (op_id) WHERE ?1 IS NULL OR i.profile = ?1 ORDER BY i.rowid",
            (profile,),
        )
        return [_entry(row) for row in rows]


def _entry(row: tuple[Any, ...]) -> Entry:
    op_id, at, profile, tenant, actor, step, action, desired, outcome, finished_at, evidence = row
    return Entry(
        op_id=op_id,
        at=as_moment(at),
        profile=profile,
        tenant=tenant,
        actor=actor,
        step=step,
        action=action,
        desired=from_json(desired),
        outcome=outcome,
        finished_at=as_moment(finished_at) if finished_at else None,
        evidence=from_json(evidence) if evidence else {},
    )


def as_json(value: Mapping[str, Any]) -> str:
    """Plain JSON with sorted keys, as it stands in the records."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def from_json(text: str) -> dict[str, Any]:
    """Read :func:`as_json` back.

    Raises:
        Problem: of kind ``STORAGE``: somebody else wrote it.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Problem(
            Kind.STORAGE, "A row of the records cannot be read.", "Keep the file, and start with a new folder."
        )
    return value
