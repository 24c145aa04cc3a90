"""The plan file that three people carry out one after the other, each on their own computer, each only their part.

The file is JSON, holds no secret, and is sealed: each section has a digest over its canonical JSON, and each receipt
has one over itself and the seal before it. That finds damage and careless edits. It does not stop somebody who edits
the file on purpose and computes the digests anew: against that, the people compare the fingerprint, which every program
shows, by phone or in person. A file from a stranger is not to be carried out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from cmkwizard.core.choices import Acknowledgement, Choices
from cmkwizard.core.evidence import Evidence, RegistrationSeen
from cmkwizard.core.least_rights import (
    CHECK_RIGHT,
    CONSENT_RIGHT,
    CREDENTIAL_RIGHT,
    GRANT_RIGHT,
    HSM_CHECK_RIGHT,
    HSM_GRANT_RIGHT,
    HSM_RIGHT,
    LOCK_RIGHT,
    LOOK_RIGHT,
    PERMISSION_RIGHT,
    PROFILE_RIGHT,
    REGISTER_RIGHT,
    VAULT_RIGHT,
    LeastRight,
)
from cmkwizard.core.people import ADOBE_OPERATOR, ENTRA_ADMINISTRATOR, VAULT_ADMINISTRATOR

FORMAT = "cmkwizard hand-off"
VERSION = 1
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True)
class Part:
    """What one person does: ``steps`` are the keys of the set-up's steps, in order."""

    id: str
    title: str
    person: str
    steps: tuple[str, ...]
    rights: tuple[LeastRight, ...]
    """For a key vault; see :func:`rights_of`."""


PARTS: tuple[Part, ...] = (
    Part("entra", "Accept Adobe's app", ENTRA_ADMINISTRATOR, ("consent",), (CONSENT_RIGHT,)),
    Part(
        "vault",
        "Make vault and key, and give Adobe's app its role",
        VAULT_ADMINISTRATOR,
        ("provider", "group", "vault", "key", "role"),
        (LOOK_RIGHT, VAULT_RIGHT, GRANT_RIGHT, REGISTER_RIGHT),
    ),
    Part(
        "adobe",
        "Submit the key to Adobe",
        ADOBE_OPERATOR,
        ("submission", "completion"),
        (CHECK_RIGHT, PERMISSION_RIGHT, PROFILE_RIGHT, CREDENTIAL_RIGHT),
    ),
)
"""The parts, in the order in which they are carried out."""


LOCK = "lock"
"""The step that the vault's part has as its last where the organisation's policy asks for a lock."""


def rights_of(part: Part, choices: Choices, *, lock: bool = False) -> tuple[LeastRight, ...]:
    """What the person of a part needs for these choices: a Managed HSM has roles of its own. ``lock``: one is asked."""
    rights = part.rights
    if choices.vault.kind == "managed-hsm" and part.id == "vault":
        rights = (LOOK_RIGHT, HSM_RIGHT, HSM_GRANT_RIGHT)
    elif choices.vault.kind == "managed-hsm" and part.id == "adobe":
        rights = (part.rights[0], HSM_CHECK_RIGHT, *part.rights[1:])
    return (*rights, LOCK_RIGHT) if lock and part.id == "vault" else rights


def steps_of(part: Part, *, lock: bool) -> tuple[str, ...]:
    """The keys of a part's steps, in order. ``lock``: the organisation's policy asks for one."""
    return (*part.steps, LOCK) if lock and part.id == "vault" else part.steps


def part_named(name: str) -> Part:
    """The part with this id.

    Raises:
        KeyError: there is none.
    """
    return {part.id: part for part in PARTS}[name]


class Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the file was made, by whom, and with which version of this program."""

    at: _Moment
    account: str
    object_id: str
    program: str
    remarks: tuple[str, ...] = ()
    """What could not be looked at, one sentence each."""


class PartWritten(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part as it stands in the file, for those who read it."""

    part: str
    title: str
    person: str
    steps: tuple[str, ...]
    rights: tuple[str, ...]

    @classmethod
    def of(cls, part: Part, choices: Choices, *, lock: bool) -> PartWritten:
        """Write a part down."""
        rights = tuple(right.sentence for right in rights_of(part, choices, lock=lock))
        return cls(part.id, part.title, part.person, steps_of(part, lock=lock), rights)


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done of a part, by whom and when. ``seal`` covers all of it, and the seal ``before`` it."""

    part: str
    at: _Moment
    account: str
    object_id: str
    evidence: Evidence
    before: str
    seal: str = ""


class Seals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A digest of each section, and one of all of them."""

    profile: str
    made: str
    choices: str
    registration: str
    observed: str
    parts: str
    whole: str


class HandOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a plan file."""

    format: str
    version: int
    profile: str
    """The name of the cloud profile that it is for."""
    made: Made
    choices: Choices
    """Ids and names. The acknowledgement is never among them: who submits gives it."""
    registration: RegistrationSeen
    observed: Evidence
    """What was there already when the file was made."""
    parts: tuple[PartWritten, ...]
    seals: Seals
    receipts: tuple[Receipt, ...] = ()

    def receipt(self, part: str) -> Receipt | None:
        """The receipt of a part; None while it has none."""
        return next((each for each in self.receipts if each.part == part), None)

    @property
    def lock(self) -> bool:
        """Whether whoever looks after the vault is to place a lock: the policy of the one who made the file says so."""
        return any(LOCK in part.steps for part in self.parts)

    @property
    def next_part(self) -> Part | None:
        """The first part without a receipt; None when all have one."""
        return next((part for part in PARTS if self.receipt(part.id) is None), None)

    @property
    def expected(self) -> Evidence:
        """What should be there now: what was seen at first, and what each receipt says."""
        seen = self.observed
        for each in self.receipts:
            seen = seen.later(each.evidence)
        return seen

    @property
    def fingerprint(self) -> str:
        """Eight groups of four hexadecimal digits, of the plan and all receipts: to be compared by phone."""
        seal = self.receipts[-1].seal if self.receipts else self.seals.whole
        return " ".join(seal[place : place + 4] for place in range(0, 32, 4))


def seal(
    profile: str,
    made: Made,
    choices: Choices,
    registration: RegistrationSeen,
    observed: Evidence,
    *,
    lock: bool = False,
) -> HandOff:
    """Make the content of a new plan file. ``lock``: the organisation's policy asks for one on the vault."""
    choices = msgspec.structs.replace(choices, acknowledge=Acknowledgement())
    parts = tuple(PartWritten.of(part, choices, lock=lock) for part in PARTS)
    unsealed = HandOff(FORMAT, VERSION, profile, made, choices, registration, observed, parts, Seals(*[""] * 7))
    return msgspec.structs.replace(unsealed, seals=seals_of(unsealed))


def with_receipt(
    hand_off: HandOff, part: str, at: datetime, account: str, object_id: str, evidence: Evidence
) -> HandOff:
    """Add the receipt of a part that has none."""
    before = hand_off.receipts[-1].seal if hand_off.receipts else hand_off.seals.whole
    receipt = Receipt(part, at, account, object_id, evidence, before)
    sealed = msgspec.structs.replace(receipt, seal=digest(receipt))
    return msgspec.structs.replace(hand_off, receipts=(*hand_off.receipts, sealed))


def write(hand_off: HandOff) -> bytes:
    """The file's content: UTF-8, indented for people."""
    return msgspec.json.format(msgspec.json.encode(hand_off), indent=2) + b"\n"


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value, in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()


def seals_of(hand_off: HandOff) -> Seals:
    """The seals that fit its sections."""
    sections = {name: digest(getattr(hand_off, name)) for name in Seals.__struct_fields__ if name != "whole"}
    seals = Seals(**sections, whole="")
    return msgspec.structs.replace(seals, whole=whole_seal(hand_off, seals))


def whole_seal(hand_off: HandOff, seals: Seals) -> str:
    """The digest over the seals of all sections."""
    return digest([hand_off.format, hand_off.version, msgspec.structs.replace(seals, whole="")])
