"""What Adobe holds of the organisation, and how far it is (D05 to D08)."""

from __future__ import annotations

from datetime import timedelta

from cmkwizard.core.facts import Configuration
from cmkwizard.core.people import ADOBE_SUPPORT, YOU
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.rows import row, submitted
from cmkwizard.core.status import SENTENCES, Status, parse_status
from cmkwizard.core.survey import NotKnown, Survey

LONG = timedelta(hours=24)
"""Adobe gives "a few minutes" and "up to 24 hours": longer deserves a question."""


@row(
    "D05",
    Group.ADOBE,
    Severity.BLOCKER,
    "Adobe holds no other configuration of the organisation",
    why="A key is submitted once for the whole organisation, and there is no way back.",
    source=sources.ADOBE_OVERVIEW,
    fix=Fix.NONE,
)
def _once(survey: Survey) -> Answer:
    found, earlier, name = survey.configuration, survey.earlier, survey.choices.adobe.configuration
    if isinstance(earlier, Configuration) and not isinstance(found, Configuration):
        return not_met(
            f"Adobe holds the configuration {earlier.name} of this organisation already "
            f"({earlier.key_identifier or earlier.vault_uri}), and takes one for each organisation.",
            f"Use its name ({earlier.name}), its vault and its key: it is followed then, not submitted again.",
        )
    if isinstance(found, NotKnown):
        return not_known(found)
    if found is None:
        for unread in (survey.remembered, earlier):
            if isinstance(unread, NotKnown):
                return not_known(f"Adobe holds nothing under the name {name}. {unread.why}")
        return met(
            f"Adobe holds nothing under the name {name}, and this computer knows of no other. Adobe has no list of "
            "configurations: one that was submitted elsewhere under another name shows at the submission."
        )
    if submitted(survey) is None:
        return not_needed(f"What Adobe holds under the name {name} is about another key (D07).")
    status = parse_status(found.status)
    if status is Status.FAILED:
        return not_met(
            f"Adobe holds this key as {name} already, and answered {found.status}: {SENTENCES[status]}",
            "Put right what this check finds (key, vault, firewall and app, in this order), then ask Adobe support to "
            "try again.",
            who=f"{YOU}, with {ADOBE_SUPPORT}",
            severity=Severity.WARNING,
        )
    return met(f"Adobe holds this key as {name} already ({found.status}): it is followed, not submitted again.")


@row(
    "D06",
    Group.ADOBE,
    Severity.NOTE,
    "The configuration's name is kept",
    why="Adobe tells the status by this name alone, and has no list; upper and lower case count.",
    source=sources.ADOBE_API,
    fix=Fix.NONE,
)
def _remembered(survey: Survey) -> Answer:
    name, remembered = survey.choices.adobe.configuration, survey.remembered
    if isinstance(remembered, NotKnown):
        return not_known(remembered)
    if remembered and remembered == name:
        return met(f"This computer's records know the name {name}.")
    if remembered:
        return not_met(
            f"This computer's records know the configuration {remembered}; {name or 'none'} was chosen.",
            "Check which one is meant; upper and lower case count.",
        )
    if submitted(survey) is None:
        return not_needed("The name is recorded as soon as the key is submitted.")
    return not_met(
        f"This computer's records do not know the configuration {name} yet, and Adobe has no list.",
        f"Note the name {name} where your organisation keeps such things; following the status records it here too.",
    )


@row(
    "D07",
    Group.ADOBE,
    Severity.WARNING,
    "Adobe holds the chosen vault and key",
    why="A key that is in use cannot be exchanged by submitting another one.",
    source=sources.ADOBE_API,
    fix=Fix.NONE,
)
def _same_key(survey: Survey) -> Answer:
    found, name = survey.configuration, survey.choices.adobe.configuration
    if isinstance(found, NotKnown):
        return not_known(found)
    if found is None:
        return not_needed("Nothing was submitted under this name.")
    if submitted(survey) is not None:
        return met(f"Adobe holds the chosen vault and key as {name}.")
    return not_met(
        f"Adobe holds another key under the name {name}: {found.key_identifier or found.vault_uri}.",
        "Choose that vault and key, or another configuration name. A key that is in use cannot be exchanged by "
        "submitting another one.",
        severity=Severity.BLOCKER,  # under this name, nothing else can be submitted
    )


@row(
    "D08",
    Group.ADOBE,
    Severity.WARNING,
    "Adobe gets on with the submission",
    why="Adobe's pages speak of minutes, and of up to 24 hours; longer is worth a question.",
    source=sources.ADOBE_UI,
    who=ADOBE_SUPPORT,
    fix=Fix.OTHERS,
)
def _in_time(survey: Survey) -> Answer:
    if isinstance(survey.configuration, NotKnown):
        return not_known(survey.configuration)
    found = submitted(survey)
    if found is None:
        return not_needed("The key has not been submitted.")
    status = parse_status(found.status)
    if status is Status.UNKNOWN:
        return not_known(f"Adobe answered {found.status}, a status that this program does not know.")
    if status.ended:
        return met(f"Adobe has finished: {found.status}.")
    if survey.submitted_at is None:
        return not_known(f"Adobe answers {found.status}. Since when is not in this computer's records.")
    waited = survey.at - survey.submitted_at
    hours = int(waited.total_seconds() // 3600)
    if waited <= LONG:
        return met(f"Adobe answers {found.status}, {hours} hours after the submission; it may take 24.")
    return not_met(
        f"Adobe still answers {found.status}, {hours} hours after the submission.",
        f"Ask Adobe support, with the organisation id, the configuration's name {survey.choices.adobe.configuration} "
        "and the time of the submission. Submit nothing again.",
    )


ROWS = (_once, _remembered, _same_key, _in_time)
"""The rows of the table, in order."""
