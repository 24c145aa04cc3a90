"""What an organisation may add before Adobe's access is taken away: a second person, time to think, time to read.

The request file holds what the first person saw, frozen, and no secret. It is process, not proof: whoever may remove
the role can also do it in Azure's portal. The digest finds damage and careless edits; against somebody who edits the
file on purpose, the two people compare the fingerprint by phone or in person.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from cmkwizard.core.after import both_times, in_words
from cmkwizard.core.policy import RevocationRules
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.redact import safe_line

FORMAT = "cmkwizard revocation request"
VERSION = 1
LARGEST = 64 * 1024
"""Bytes of a request file at most; one has about 2,000."""
VALID = timedelta(hours=24)
"""From the moment at which a request may be acted on; after that, it is made anew."""
TOLERANCE = timedelta(minutes=5)
"""By so much the clocks of two computers may differ."""
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_EXTERNAL = re.compile(r"(?i)(.+)#ext#@.+")
"""How a directory writes a guest's name: ``anna_contoso.com#EXT#@fabrikam.onmicrosoft.com``."""


class Requester(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person, by all that tells whether another account is theirs too."""

    account: str
    """User principal name."""
    object_id: str
    home_id: str
    """The account across directories."""
    addresses: tuple[str, ...] = ()
    """Mail addresses and their aliases, as the directory knows them."""
    unread: str = ""
    """Why the addresses could not be read, in a sentence; empty: they were, or nobody asks for them."""


class RevocationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a request file. ``digest`` covers all the rest."""

    format: str
    version: int
    made_at: _Moment
    """By the clouds' clocks."""
    by: Requester
    profile: str
    """The name of the cloud profile that it is for."""
    tenant: str
    organisation: str
    vault_id: str
    assignment_id: str
    preview: str
    """The fingerprint of what the first person saw: whoever acts has to see the same."""
    reason: str
    ticket: str
    digest: str = ""

    @property
    def fingerprint(self) -> str:
        """Eight groups of four hexadecimal digits, to be compared by phone."""
        return " ".join(self.digest[place : place + 4] for place in range(0, 32, 4))


def sealed(request: RevocationRequest) -> RevocationRequest:
    """The request with its digest."""
    return msgspec.structs.replace(request, digest=_digest(request))


def write_request(request: RevocationRequest) -> bytes:
    """The file's content: UTF-8, indented for people."""
    return msgspec.json.format(msgspec.json.encode(request), indent=2) + b"\n"


def read_request(content: bytes) -> RevocationRequest:
    """Read the file's content, strictly: only what :func:`write_request` wrote is taken.

    Raises:
        Problem: INVALID, it is no request, it was changed, or another version of this program wrote it.
    """
    if len(content) > LARGEST:
        raise _refused("it is larger than any request")
    try:
        header = msgspec.json.decode(content, type=_Header)
        if header.format != FORMAT:
            raise _refused("it does not say that it is one")
        if header.version != VERSION:
            raise _refused(f"its format is version {header.version}; this program reads version {VERSION}")
        request = msgspec.json.decode(content, type=RevocationRequest, strict=True)
    except msgspec.ValidationError as error:
        raise _refused(safe_line(str(error), 200)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused("it is not JSON, or it is damaged") from error
    if request.digest != _digest(request) or write_request(request) != content:
        raise Problem(
            Kind.INVALID,
            "This request has been changed since it was written. Nothing was removed.",
            "Do not act on it. Ask whoever made it to make it again, and compare the fingerprint by phone.",
        )
    return request


class _Header(msgspec.Struct):
    format: str
    version: int


def _digest(request: RevocationRequest) -> str:
    unsealed = msgspec.structs.replace(request, digest="")
    return hashlib.sha256(msgspec.json.encode(unsealed, order="deterministic")).hexdigest()


def _refused(why: str) -> Problem:
    return Problem(
        Kind.INVALID,
        f"This is not a request for a revocation: {why}. Nothing was removed.",
        "Ask whoever gave it to you for the file again.",
    )


def request_needed(rules: RevocationRules) -> bool:
    """Whether a request file has to be there before the act: a cooling-off time is counted from it, too."""
    return rules.two_persons or rules.cooling_off_minutes > 0


def may_act_from(request: RevocationRequest, rules: RevocationRules) -> datetime:
    """When the cooling-off time of a request is over."""
    return request.made_at + timedelta(minutes=rules.cooling_off_minutes)


def request_refusals(
    rules: RevocationRules, request: RevocationRequest | None, preview: RevocationRequest, now: datetime
) -> tuple[str, ...]:
    """Why the organisation's rules forbid the act now, one sentence each; none: they do not.

    Args:
        rules: what the organisation's policy file adds.
        request: the request file's content; None: there is none.
        preview: what a request of whoever acts would say now, from a preview that was read just now.
        now: the time by the clouds' clocks.
    """
    if not request_needed(rules):
        return ()
    if request is None:
        return (_missing(rules),)
    return (*_stale(request, preview), *_untimely(request, rules, now), *_same_person(rules, request, preview))


def _missing(rules: RevocationRules) -> str:
    if rules.two_persons:
        return (
            "Your organisation requires a second person: one makes a request file, another one with another account "
            "acts on it."
        )
    return (
        f"Your organisation requires {rules.cooling_off_minutes} minutes between the request and the act: make the "
        "request file first."
    )


def _stale(request: RevocationRequest, preview: RevocationRequest) -> Iterator[str]:
    for name, words in _ABOUT.items():
        if getattr(request, name).lower() != getattr(preview, name).lower():
            yield f"The request is about {words} than what is shown here. Make a new request."
            return
    if request.preview != preview.preview:
        yield "Something is not as it was when the request was made. Look at the preview, and make a new request."


_ABOUT = {
    "profile": "other clouds",
    "tenant": "another directory",
    "organisation": "another organisation",
    "vault_id": "another vault",
    "assignment_id": "another assignment",
}


def _untimely(request: RevocationRequest, rules: RevocationRules, now: datetime) -> Iterator[str]:
    ready = may_act_from(request, rules)
    if request.made_at > now + TOLERANCE:
        yield (
            f"The request says that it was made at {both_times(request.made_at)}, which is still to come. Have the "
            "clock put right, and make a new request."
        )
    elif rules.cooling_off_minutes and now < ready:
        yield (
            f"Your organisation's cooling-off time lasts until {both_times(ready)}, {in_words(ready - now)}. "
            "The preview is read anew then."
        )
    elif now >= ready + VALID:
        yield f"The request has expired at {both_times(ready + VALID)}. Make a new one."


def _same_person(rules: RevocationRules, request: RevocationRequest, preview: RevocationRequest) -> Iterator[str]:
    if not rules.two_persons:
        return
    if why := same_person(request.by, preview.by):
        yield f"Your organisation requires a second person, and you are the one who made the request: {why}."
    elif unread := request.by.unread or preview.by.unread:
        yield f"Whether you are another person than the one who made the request cannot be told. {unread}"


def same_person(first: Requester, second: Requester) -> str:
    """What shows that two accounts are one person's, in a clause; empty: nothing does.

    Two accounts of one person that share neither id nor address are not found out.
    """
    if first.object_id.lower() == second.object_id.lower():
        return "the account is the same"
    if first.home_id and first.home_id.lower() == second.home_id.lower():
        return "the account is the same one, seen from another directory"
    names = {each: plain_address(each) for each in (second.account, *second.addresses) if each.strip()}
    known = {plain_address(each) for each in (first.account, *first.addresses) if each.strip()}
    shared = next((name for name, plain in names.items() if plain in known), "")
    return f"both accounts have the address {safe_line(shared, 200)}" if shared else ""


def plain_address(address: str) -> str:
    """An address in the form in which aliases are equal: lower case, without a tag, a guest's name turned back."""
    plain = unicodedata.normalize("NFKC", address).strip().casefold().removeprefix("smtp:")
    guest = _EXTERNAL.fullmatch(plain)
    if guest is not None:
        name, _, domain = guest[1].rpartition("_")
        plain = f"{name}@{domain}" if name else guest[1]
    name, at, domain = plain.rpartition("@")
    return f"{name.partition('+')[0]}{at}{domain}"


LONGEST_LOOK_S = 2.0
"""A longer time between two looks does not count: the computer slept, or nothing was drawn."""


@dataclass(frozen=True)
class Arming:
    """How long the preview has been in sight. Each look makes a new value; a new preview begins with a new one."""

    needed_s: float
    """Seconds for which the organisation wants it to be in sight; 0: the button works at once."""
    seen_s: float = 0.0
    last_at: float | None = None
    """Of the last look at which it was in sight; None: it was not."""

    def look(self, at: float, *, visible: bool) -> Arming:
        """One more look: time counts where the preview was in sight at both ends of it.

        Args:
            at: seconds of a clock that is never set back.
            visible: whether the preview is in sight, uncovered and in the window that is used.
        """
        passed = at - self.last_at if visible and self.last_at is not None else 0.0
        counted = passed if 0.0 < passed <= LONGEST_LOOK_S else 0.0
        return replace(self, seen_s=self.seen_s + counted, last_at=at if visible else None)

    @property
    def left_s(self) -> float:
        """Seconds that it still has to be in sight."""
        return max(0.0, self.needed_s - self.seen_s)

    @property
    def refusal(self) -> str:
        """Why the button does not work yet, in a sentence; empty: it does."""
        if not self.left_s:
            return ""
        return (
            f"Your organisation wants the preview to be in sight for {self.needed_s:.0f} seconds: "
            f"{-(-self.left_s // 1):.0f} more."
        )
