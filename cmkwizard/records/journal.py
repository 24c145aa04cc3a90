"""What this program meant to do in the clouds, and how it ended. The intent is on the disk before a request leaves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cmkwizard.core.history import EntryKind
from cmkwizard.records.database import Database
from cmkwizard.records.moments import Clock, as_moment, as_text, utc_now
from cmkwizard.records.schema import from_json, illegible, setup_of

_LOG = logging.getLogger(__name__)


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
    """Done, pending, blocked, failed or skipped; None while it is open: the program was stopped before it knew."""
    finished_at: datetime | None
    evidence: dict[str, Any]


class Journal:
    """The journal of one folder. Entries are added, never changed or removed. The file is opened at the first use."""

    def __init__(self, database: Callable[[], Database], clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def intend(
        self,
        step: str,
        action: str,
        desired: Mapping[str, Any],
        *,
        profile: str,
        tenant: str,
        actor: str,
        setup: str = "",
    ) -> str:
        """Write down what is about to be done. No journal, no action: send nothing when this raises.

        Args:
            step: the step's key.
            action: what is about to be done, as a sentence or a name.
            desired: what should be true afterwards; plain JSON, no secret.
            profile: the name of the cloud profile.
            tenant: the tenant's id.
            actor: who acts.
            setup: the id of the Adobe organisation; empty for the one that ``desired`` names, if it does.

        Returns:
            The entry's id, for :meth:`finish`.

        Raises:
            Problem: of kind ``STORAGE``; nothing was written.
        """
        import uuid  # here: who only reads does without

        op_id = uuid.uuid4().hex
        at = as_text(self._clock())
        self._database().write(
            lambda ledger: ledger.add(
                EntryKind.INTENT,
                step,
                {"action": action, "desired": desired},
                at=at,
                profile=profile,
                setup=setup or setup_of(desired),
                op_id=op_id,
                tenant=tenant,
                actor=actor,
            )
        )
        _LOG.info("intent %s: %s: %s", op_id, step, action)
        return op_id

    def finish(self, op_id: str, outcome: str, evidence: Mapping[str, Any]) -> None:
        """Write down how it ended, once.

        Args:
            op_id: what :meth:`intend` answered.
            outcome: done, pending, blocked, failed or skipped.
            evidence: what shows it (ids, states, request ids); plain JSON, no secret.

        Raises:
            Problem: of kind ``STORAGE``; nothing was written.
        """
        at = as_text(self._clock())
        self._database().write(lambda ledger: ledger.finish(op_id, str(outcome), evidence, at=at))
        _LOG.info("outcome %s: %s", op_id, outcome)

    def open_intents(self, profile: str | None = None) -> list[Entry]:
        """The entries without an outcome, oldest first; of one profile when it is given."""
        return self._read("AND o.seq IS NULL", profile)

    def entries(self, profile: str | None = None, step: str | None = None) -> list[Entry]:
        """All entries, oldest first; of one profile, and of one step, when they are given."""
        return self._read("", profile, step)

    def _read(self, condition: str, profile: str | None, step: str | None = None) -> list[Entry]:
        # Only what is given stands in the query: so the index of the intents answers it, however long the history is.
        wanted = {column: value for column, value in (("profile", profile), ("what", step)) if value is not None}
        given = " ".join(f"AND i.{column} = ?" for column in wanted)
        rows = self._database().rows(f"{_ENTRIES} {given} {condition} ORDER BY i.seq", tuple(wanted.values()))
        return [_entry(row) for row in rows]


_ENTRIES = (
    "SELECT i.op_id, i.at, i.profile, i.tenant, i.actor, i.what, i.body, o.outcome, o.at, o.body "
    "FROM history i LEFT JOIN history o ON o.op_id = i.op_id AND o.kind = 'outcome' AND o.op_id <> '' "
    "WHERE i.kind = 'intent'"
)


def _entry(row: tuple[Any, ...]) -> Entry:
    op_id, at, profile, tenant, actor, step, body, outcome, finished_at, ending = row
    intent, evidence = from_json(body), from_json(ending).get("evidence") if ending else {}
    action, desired = intent.get("action"), intent.get("desired")
    if not (isinstance(action, str) and isinstance(desired, dict) and isinstance(evidence, dict)):
        raise illegible()
    return Entry(
        op_id=op_id,
        at=as_moment(at),
        profile=profile,
        tenant=tenant,
        actor=actor,
        step=step,
        action=action,
        desired=desired,
        outcome=outcome,
        finished_at=as_moment(finished_at) if finished_at else None,
        evidence=evidence,
    )
