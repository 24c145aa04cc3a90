"""What can go wrong, said once: the window, the command line and the log show the same words.

A :class:`Problem` is safe to show. Everything foreign (an SDK's or the network's exception) is turned into one
at the border, in ``clouds/``; no other room catches foreign exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmkwizard.core.support_ids import SupportId


class Kind(StrEnum):
    """What the rest of the program may do about a problem. Decided from codes, never from prose."""

    SIGN_IN = "sign-in"
    """Nobody is signed in, or the sign-in no longer serves: a person has to sign in again."""
    PERMISSION = "permission"
    """The account (or credential) is known and may not do this."""
    PROPAGATING = "propagating"
    """A grant may exist and not yet be in effect: worth waiting for."""
    CONFLICT = "conflict"
    """Something else stands where ours should: never overwritten."""
    NOT_FOUND = "not-found"
    """The thing is not there, or cannot be seen by this account."""
    THROTTLED = "throttled"
    """Too many calls: wait for ``retry_after`` seconds."""
    UNREACHABLE = "unreachable"
    """The request provably did not arrive, or a read got no answer. Nothing was changed by it."""
    UNCLEAR = "unclear"
    """A write may or may not have been applied: read the truth before anything else."""
    UNTRUSTED = "untrusted"
    """The answer is not what this service sends: wrong certificate, redirect, malformed, too large."""
    INVALID = "invalid"
    """The service (or we) refuse a value: a person has to change it."""
    STORAGE = "storage"
    """A file, the records or the keyring of this computer cannot be used."""
    DECLINED = "declined"
    """A person said no in the browser."""
    SERVICE = "service"
    """The service says it failed."""


@dataclass(frozen=True)
class Reference:
    """Where to ask about a problem: ids that the service's support can look up. Never a secret.

    ``ids`` are those that the answer itself gives, and what it names: policy, lock, scope, address.
    """

    service: str = ""
    code: str = ""
    request_id: str = ""
    raw: str = ""
    ids: tuple[SupportId, ...] = ()


class Problem(Exception):
    """Something went wrong, in words a person can act on.

    Attributes:
        kind: what the program may do about it.
        message: one or two plain sentences: what happened and what it means.
        remedy: what to do now, starting with a verb; empty when nothing can be done here.
        who: who can do it ("you", "an Entra administrator", ...).
        reference: code and ids for support, redacted.
        retry_after: seconds to wait before asking again, where the service said so.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        remedy: str = "",
        *,
        who: str = "you",
        reference: Reference | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.who = who
        self.reference = reference or Reference()
        self.retry_after = retry_after


class Cancelled(Exception):
    """A person asked to stop. Not a problem: nothing is shown but that it stopped."""
