"""What the records hold of the past: entries in the order in which they were written, and the states that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EntryKind(StrEnum):
    """What an entry of the history is."""

    OBSERVATION = "observation"
    """Something was seen."""
    INTENT = "intent"
    """Something was about to be done."""
    OUTCOME = "outcome"
    """How that ended."""


class What(StrEnum):
    """What was seen, by the name under which the records keep it. The values are those of ``core.evidence``'s structs,
    with ``there`` false where the thing was looked for and is not there."""

    DEPLOYMENT = "deployment"
    STATUS = "status"
    TICKET = "ticket"
    VAULT = "vault"
    KEY = "key"
    APP = "app"
    ROLE = "role"
    FINDINGS = "findings"
    """Value: ``findings``, a list of objects with ``id``, ``verdict``, ``severity``, ``sentence``, in the table's
    order."""
    BASELINE = "baseline"
    """How things stood when Adobe completed. Value: one member for each of vault, key, app, role, status."""
    KEY_USE = "key-use"
    """What the vault's own log says of Adobe's use of the key. Value: that of ``core.key_use.KeyUse.value``."""
    LOCKS = "locks"
    """The locks that hold at the vault. Value: ``locks``, a list of objects with ``name``, ``level``, ``scope``."""
    LOGS = "logs"
    """Where the vault's logs go. Value: ``settings``, a list of objects with ``name``, ``audit``, ``destination``."""
    REACH = "reach"
    """That a look failed. Value: ``service``, ``problem``, ``kind``; a look that works again has an empty problem."""
    ALERTS = "alerts"
    """What the watch has told and what still stands. Value: ``alerts``, a list of objects with the fields of
    ``core.watch_alerts.WatchAlert``."""


@dataclass(frozen=True)
class HistoryEntry:
    """One entry. Times are in UTC."""

    number: int
    """Its place in the history, from 1."""
    at: datetime
    """When it was written; of an observation, when it was first seen so."""
    until: datetime
    """Of an observation, when it was last seen so; else ``at``."""
    times: int
    """How often it was seen so."""
    kind: EntryKind
    profile: str
    setup: str
    """Which set-up it belongs to: the id of the Adobe organisation; empty where that was not known."""
    what: str
    """Of an observation, a :class:`What`; else the key of the step."""
    value: Mapping[str, Any] = field(default_factory=dict)
    """What was seen; of an intent, what should be true afterwards; of an outcome, what shows it."""
    source: str = ""
    """The call that answered, such as ``GET /customer/config``."""
    request_id: str = ""
    """The service's own name for that call; of an observation, for the one at ``until``."""
    first_request_id: str = ""
    """Of an observation, the name of the call at ``at``."""
    verified: bool = False
    """Whether a service answered so; else it was chosen, told or worked out."""
    tenant: str = ""
    actor: str = ""
    """Object id or name of who acted."""
    op_id: str = ""
    """Ties an intent to its outcome."""
    action: str = ""
    """Of an intent and of its outcome, what was about to be done, in a sentence."""
    outcome: str = ""
    """Of an outcome: done, pending, blocked, failed or skipped."""
    legible: bool = True
    """Whether it can be read. What stands in the file may have been damaged or changed: ``value`` is empty then, and
    where the moment cannot be read, ``at`` is that of the entry before it."""
