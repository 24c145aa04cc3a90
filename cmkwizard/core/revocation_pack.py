"""The way back: exactly what was removed, and how it is given again. Written and read back before anything is removed.

The file is JSON and holds no secret. Its digest finds damage and careless edits; it does not stop somebody who edits
the file on purpose, so whoever restores from it looks at what it says.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from cmkwizard.core.facts import Assignment
from cmkwizard.core.impact import Impact
from cmkwizard.core.problems import Kind, Problem

FORMAT = "cmkwizard revocation pack 1"
LARGEST = 100_000
"""Bytes; a pack has a few thousand."""
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class RemovedAssignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The assignment as it was."""

    id: str
    name: str
    scope: str
    role: str
    principal_id: str
    principal_type: str
    condition: str = ""

    @classmethod
    def of(cls, found: Assignment) -> RemovedAssignment:
        """Write an assignment down."""
        kind = found.principal_type or "ServicePrincipal"
        return cls(found.id, found.name, found.scope, found.role, found.principal_id, kind, found.condition)


class RevocationPack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a pack."""

    format: str
    made_at: _Moment
    by: str
    """The account that removed it: its name and its object id."""
    tenant: str
    profile: str
    """The name of the cloud profile that it is for."""
    organisation: str
    configuration: str
    vault_id: str
    assignment: RemovedAssignment
    application_id: str
    key_identifier: str
    reason: str
    ticket: str
    restore_command: str
    """The ``az`` command that gives the same role again, for whoever has no other way."""
    digest: str = ""
    """SHA-256 over the canonical JSON of all else."""


@dataclass(frozen=True)
class Occasion:
    """When, by whom, where, and why the role is removed."""

    at: datetime
    by: str
    tenant: str
    profile: str
    reason: str
    ticket: str = ""


def pack_of(impact: Impact, assignment: Assignment, occasion: Occasion) -> RevocationPack:
    """Make the pack for an assignment that is about to be removed."""
    removed = RemovedAssignment.of(assignment)
    pack = RevocationPack(
        FORMAT,
        occasion.at,
        occasion.by,
        occasion.tenant,
        occasion.profile,
        impact.organisation,
        impact.configuration,
        impact.vault_id,
        removed,
        impact.application_id,
        impact.key_identifier,
        occasion.reason,
        occasion.ticket,
        restore_command(impact.vault_id, removed),
    )
    return msgspec.structs.replace(pack, digest=_digest(pack))


def restore_command(vault_id: str, removed: RemovedAssignment) -> str:
    """The command line that gives the role again, under the same name."""
    in_hsm = "/managedhsms/" in vault_id.lower()
    if in_hsm:
        start = ["az", "keyvault", "role", "assignment", "create", "--hsm-name", vault_id.rpartition("/")[2]]
    else:
        start = ["az", "role", "assignment", "create", "--subscription", vault_id.split("/")[2]]
    words = [*start, "--name", removed.name, "--assignee-object-id", removed.principal_id]
    words += ["--assignee-principal-type", removed.principal_type, "--role", removed.role, "--scope", removed.scope]
    if removed.condition:
        words += ["--condition", removed.condition, "--condition-version", "2.0"]
    return shlex.join(words)


def write_pack(pack: RevocationPack) -> bytes:
    """The file's content: UTF-8, indented for people."""
    return msgspec.json.format(msgspec.json.encode(pack), indent=2) + b"\n"


def read_pack(text: bytes | str) -> RevocationPack:
    """Read a pack's file.

    Raises:
        Problem: INVALID: it is none, or it is not as it was written.
    """
    if len(text) > LARGEST:
        raise _no_pack("it is too large")
    try:
        pack = msgspec.json.decode(text, type=RevocationPack)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _no_pack("its content is something else") from None
    return _whole(pack)


def recorded_pack(desired: Mapping[str, Any]) -> RevocationPack:
    """The pack that the journal's entry of a revocation holds (``Entry.desired``).

    Raises:
        Problem: INVALID: it holds none, or it is not as it was written.
    """
    try:
        pack = msgspec.convert(desired.get("pack"), RevocationPack)
    except msgspec.ValidationError:
        raise _no_pack("its content is something else") from None
    return _whole(pack)


def _whole(pack: RevocationPack) -> RevocationPack:
    if pack.format != FORMAT:
        raise _no_pack("another version of this program wrote it")
    if pack.digest != _digest(pack):
        raise _no_pack("it was changed since it was written, or it is damaged")
    return pack


def _digest(pack: RevocationPack) -> str:
    bare = msgspec.structs.replace(pack, digest="")
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def _no_pack(why: str) -> Problem:
    return Problem(
        Kind.INVALID,
        f"This cannot be used as the way back: {why}.",
        "Choose the file that was written when access was taken away, or give the role again by hand.",
    )
