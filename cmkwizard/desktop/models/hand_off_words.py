"""What is said of a plan file: who needs which rights, what it is about, and who has done which part."""

from __future__ import annotations

from dataclasses import dataclass

from cmkwizard.core.hand_off import PARTS, HandOff, Part, rights_of
from cmkwizard.core.least_rights import LEAST_RIGHTS
from cmkwizard.desktop.models.duration import moment


@dataclass(frozen=True)
class PartShown:
    """One part of the plan file: whose it is, and who has done it."""

    part: Part
    done: bool
    detail: str


def people() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each person with the rights that they need, one sentence each."""
    names = dict.fromkeys(right.person for right in LEAST_RIGHTS)
    return tuple((name, tuple(each.sentence for each in LEAST_RIGHTS if each.person == name)) for name in names)


def facts_of(hand_off: HandOff) -> tuple[tuple[str, str], ...]:
    """What the plan file is about, as names and values."""
    choices, made = hand_off.choices, hand_off.made
    second = (("Second vault", choices.analytics.vault),) if choices.analytics.applications else ()
    return (
        ("Vault", choices.vault.name),
        ("Key", choices.key.name),
        *second,
        ("Resource group", choices.azure.resource_group),
        ("Directory", choices.azure.tenant),
        ("Organisation", choices.adobe.organisation),
        ("Adobe's app", f"{hand_off.registration.name} ({hand_off.registration.application_id})"),
        ("Made", f"by {made.account}, {moment(made.at)}"),
    )


def parts_of(hand_off: HandOff) -> tuple[PartShown, ...]:
    """The parts, with who has done them."""
    shown = []
    for part in PARTS:
        receipt = hand_off.receipt(part.id)
        detail = f"Done by {receipt.account}, {moment(receipt.at)}." if receipt else f"For {part.person}."
        shown.append(PartShown(part, receipt is not None, detail))
    return tuple(shown)


def rights_words(part: Part, hand_off: HandOff) -> str:
    """What the person of a part needs, one right a line."""
    rights = rights_of(part, hand_off.choices, lock=hand_off.lock)
    return "\n".join(("It needs:", *(f"– {right.sentence}" for right in rights)))
