"""The way for one finding: where in which portal, with a link, and the command; and how to ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from cmkwizard.core.facts import Account
from cmkwizard.core.least_rights import role_for
from cmkwizard.core.people import YOU, others
from cmkwizard.core.requirements.finding import Finding, Group
from cmkwizard.core.survey import Survey
from cmkwizard.journeys.guides import adobe_rows, computer_rows, key_rows, vault_rows
from cmkwizard.journeys.guides.ground import Ground
from cmkwizard.journeys.guides.rows import Row

GUIDES: dict[str, Row] = {**computer_rows.ROWS, **vault_rows.ROWS, **key_rows.ROWS, **adobe_rows.ROWS}
"""The way for each requirement, by its id."""
_ASK = "Ask for the role "
"""How a remedy begins that names a role which somebody else has to give (I05, I06)."""
_OF_ADOBE = frozenset({Group.ADOBE})


@dataclass(frozen=True)
class Guide:
    """The way to put one finding right by hand."""

    portal: str
    """The path in words, and what to do there; empty where there is none."""
    address: str
    """A link to that place; empty where there is none."""
    commands: tuple[str, ...]
    """Command lines, with the real names and ids, quoted for a POSIX shell. Never a secret."""
    reason: str = ""
    """Why there is no way, where there is none."""


def guide(finding: Finding, survey: Survey, address: str = "") -> Guide:
    """The way for a finding. ``address``: where Adobe's app is accepted (``consent_address``), where that is known."""
    ground = Ground(finding, survey, address)
    row = GUIDES[finding.id]
    commands = tuple(each for command in row.commands(ground) for each in command.splitlines())
    return Guide(row.portal.format(**ground.names), row.place(ground), commands, row.reason)


def request_text(finding: Finding, survey: Survey, address: str = "") -> str:
    """A message for the person who can put a finding right. Never a secret in it.

    ``address``: where Adobe's app is accepted (``consent_address``), where that is known.
    """
    ground = Ground(finding, survey, address)
    way = guide(finding, survey, address)
    right = role_for(finding.id)
    who = "" if finding.who == YOU else f" You are asked as {others(finding.who)}."
    hello = "Hello,\n\nwe are setting up our own key for Adobe Experience Platform, and something is in the way that I"
    end = "When it is done, please tell me. I press “Check again” in cmkwizard, which reads everything anew"
    parts = [
        f"Subject: Customer-managed keys for Adobe Experience Platform: {_small(finding.required) or finding.id}",
        f"{hello} cannot put right myself.{who}",
        f"What was found ({finding.id}): {_told(finding.sentence)}\nWhat is needed: {_needed(finding) or way.portal}",
        f"Why: {finding.why} (source: {finding.source})" if finding.why else "",
        f"The least role for it: {right.sentence}" if right else "",
        "Where:\n" + "\n".join(f"  {name}: {value}" for name, value in _ids(ground) if value),
        f"The way: {way.portal}" + (f"\n  {way.address}" if way.address else "") if way.portal else "",
        "On the command line:\n" + "\n".join(f"  {each}" for each in way.commands) if way.commands else "",
        f"{end} and shows whether it is so.",
    ]
    account = survey.account
    signed = account.display_name or account.name if isinstance(account, Account) else ""
    return "\n\n".join(part for part in (*parts, signed) if part) + "\n"


def _told(sentence: str) -> str:
    """What was found, as the one whose account it is about tells it."""
    return sentence.replace("Your account", "My account").replace("your account", "my account")


def _needed(finding: Finding) -> str:
    """The remedy, said to the one who is asked: a finding speaks to the one who checks."""
    if finding.id == "I08":
        return "Accept Adobe's app for the organisation, at the address below. The set-up waits until the app is there."
    if finding.id == "V12":
        return "Make an exemption from the Azure Policy for what is to be made, or tell me which settings it allows."
    if finding.remedy.startswith(_ASK):
        role = finding.remedy.removeprefix(_ASK).partition(" If you hold it as eligible")[0]
        return f"Give my account the role {role}"
    return _told(finding.remedy)


def _ids(ground: Ground) -> list[tuple[str, str]]:
    choices, account = ground.survey.choices, ground.survey.account
    adobe = [
        ("Adobe organisation", choices.adobe.organisation),
        ("Credential (client id)", choices.adobe.client_id),
        ("Region", choices.adobe.region),
        ("Configuration", choices.adobe.configuration),
    ]
    if ground.finding.group in _OF_ADOBE:
        return adobe
    who = f"{account.name} (object id {account.object_id})" if isinstance(account, Account) else ""
    return [
        ("Directory (tenant)", ground.tenant),
        ("Subscription", choices.azure.subscription),
        ("Managed HSM" if ground.hsm else "Vault", ground.vault_id),
        ("Key", choices.key.name),
        ("Adobe's app (application id)", ground.application),
        ("It is about", ground.finding.about if ground.finding.about != ground.vault_id else ""),
        ("My account", who),
    ]


def _small(required: str) -> str:
    """The requirement as the end of a sentence."""
    first = required.partition(" ")[0]
    ordinary = first.istitle() and not first.startswith(("Adobe", "Azure", "Key", "Microsoft", "Entra"))
    return required[:1].lower() + required[1:] if ordinary else required
