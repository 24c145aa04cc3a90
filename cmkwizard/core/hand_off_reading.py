"""Reading a plan file: only what this program wrote is taken, and a refusal names what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from cmkwizard.core import identifiers
from cmkwizard.core.addresses import LONGEST
from cmkwizard.core.analytics import needs_analytics
from cmkwizard.core.choices import APPLICATIONS
from cmkwizard.core.hand_off import FORMAT, PARTS, VERSION, HandOff, digest, seals_of, steps_of, whole_seal, write
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.redact import safe_line

T = TypeVar("T")

LARGEST = 256 * 1024
"""Bytes of a plan file at most; one with all receipts has less than 20,000."""


def read(content: bytes) -> HandOff:
    """Read the file's content, strictly: only what :func:`cmkwizard.core.hand_off.write` wrote is taken.

    Raises:
        Problem: INVALID, with what does not fit.
    """
    if len(content) > LARGEST:
        raise _no_plan_file("it is larger than any plan file")
    header = _decoded(content, _Header)
    if header.format != FORMAT:
        raise _no_plan_file("it does not say that it is one")
    if header.version != VERSION:
        raise _other_version(f"its format is version {header.version}; this program reads version {VERSION}")
    hand_off = _decoded(content, HandOff)
    faults = [*_seal_faults(hand_off), *_receipt_faults(hand_off)]
    if faults:
        raise _edited("; ".join(faults))
    if [(each.part, each.steps) for each in hand_off.parts] != [
        (part.id, steps_of(part, lock=hand_off.lock)) for part in PARTS
    ]:
        raise _other_version("its parts are divided in another way")
    if faults := list(_value_faults(hand_off)):
        raise _edited("; ".join(faults))
    if write(hand_off) != content:
        raise _edited("something was added or rewritten between its entries")
    return hand_off


class _Header(msgspec.Struct):
    format: str
    version: int


def _decoded(content: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=type_, strict=True)
    except msgspec.ValidationError as error:
        raise _no_plan_file(safe_line(str(error), 200)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_plan_file("it is not JSON, or it is damaged") from error


_SECTIONS = {
    "profile": "the name of its clouds",
    "made": "who made it, and when,",
    "choices": "what was chosen",
    "registration": "Adobe's app and consent address",
    "observed": "what was observed when it was made",
    "parts": "the list of its parts",
    "whole": "the seal of all of it",
}


def _seal_faults(hand_off: HandOff) -> Iterator[str]:
    seals = hand_off.seals
    right = msgspec.structs.replace(seals_of(hand_off), whole=whole_seal(hand_off, seals))
    for name, words in _SECTIONS.items():
        if getattr(right, name) != getattr(seals, name):
            yield f"{words} ({name}) does not fit the seal"


def _receipt_faults(hand_off: HandOff) -> Iterator[str]:
    before, known = hand_off.seals.whole, [part.id for part in PARTS]
    places = [known.index(each.part) if each.part in known else -1 for each in hand_off.receipts]
    if places != sorted(set(places)) or -1 in places:
        yield "the receipts are not those of its parts, in their order"
        return
    for receipt in hand_off.receipts:
        if receipt.before != before:
            yield f"the receipt of the part {receipt.part} does not follow on what is before it"
        if receipt.seal != digest(msgspec.structs.replace(receipt, seal="")):
            yield f"the receipt of the part {receipt.part} does not fit its seal"
        before = receipt.seal


def _value_faults(hand_off: HandOff) -> Iterator[str]:
    """What no program of ours writes, whatever the seals say."""
    azure, vault, adobe = hand_off.choices.azure, hand_off.choices.vault, hand_off.choices.adobe
    checks: list[tuple[str, str, Callable[[str], str | None]]] = [
        ("choices.azure.tenant", azure.tenant, identifiers.guid_problem),
        ("choices.azure.subscription", azure.subscription, identifiers.guid_problem),
        ("choices.azure.resource_group", azure.resource_group, identifiers.group_name_problem),
        ("choices.azure.location", azure.location, identifiers.location_problem),
        ("choices.vault.name", vault.name, identifiers.vault_name_problem),
        ("choices.key.name", hand_off.choices.key.name, identifiers.key_name_problem),
        ("choices.adobe.organisation", adobe.organisation, identifiers.organisation_problem),
        ("choices.adobe.client_id", adobe.client_id, identifiers.client_id_problem),
        ("choices.adobe.region", adobe.region, identifiers.region_problem),
        ("choices.adobe.configuration", adobe.configuration, identifiers.configuration_name_problem),
        ("registration.application_id", hand_off.registration.application_id, identifiers.guid_problem),
    ]
    analytics = hand_off.choices.analytics
    if not set(analytics.applications) <= set(APPLICATIONS):
        yield f"choices.analytics.applications: allowed are {', '.join(APPLICATIONS)}"
    if needs_analytics(hand_off.choices):
        group = analytics.resource_group or azure.resource_group
        checks += [
            ("choices.analytics.resource_group", group, identifiers.group_name_problem),
            ("choices.analytics.vault", analytics.vault, identifiers.vault_name_problem),
            ("choices.analytics.key", analytics.key, identifiers.key_name_problem),
        ]
    for path, value, problem in checks:
        if sentence := problem(value):
            yield f"{path}: {sentence}"
    seen = [hand_off.observed, *(receipt.evidence for receipt in hand_off.receipts)]
    if any(each.second is not None and each.second.second is not None for each in seen):
        yield "evidence: there are two vaults at most"
    if hand_off.choices.acknowledge.irreversible:
        yield "choices.acknowledge: nobody can acknowledge in a plan file"
    if len(hand_off.registration.redirect_url) > LONGEST:
        yield "registration.redirect_url: too long"


def _no_plan_file(why: str) -> Problem:
    return Problem(
        Kind.INVALID,
        f"This is not a plan file: {why}. Nothing was sent.",
        "Ask whoever gave it to you for the file again.",
    )


def _other_version(why: str) -> Problem:
    return Problem(
        Kind.INVALID,
        f"This plan file was made by another version of this program: {why}. Nothing was sent.",
        "Use the same version as whoever made it, or have a new plan file made.",
    )


def _edited(what: str) -> Problem:
    return Problem(
        Kind.INVALID,
        f"This plan file has been changed since it was written: {what}. Nothing was sent.",
        "Do not carry it out. Ask whoever gave it to you for the file again, and compare the fingerprint by phone.",
    )
