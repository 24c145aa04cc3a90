"""What a requirement is, and what is said of it once the facts are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cmkwizard.core.people import YOU
from cmkwizard.core.survey import NotKnown, Survey


class Severity(StrEnum):
    """How much it weighs when a requirement is not met."""

    BLOCKER = "blocker"
    """Nothing is changed while it stands."""
    WARNING = "warning"
    NOTE = "note"


class Verdict(StrEnum):
    """What the facts say of a requirement."""

    MET = "met"
    NOT_MET = "not met"
    NOT_KNOWN = "not known"
    """It could not be read: never taken for met."""
    NOT_NEEDED = "not needed"
    """It does not apply to what was chosen."""


class Group(StrEnum):
    """What a requirement is about; the value is its heading."""

    NETWORK = "Network and this computer"
    IDENTITY = "Account and rights"
    VAULT = "Vault"
    FIREWALL = "Vault firewall"
    KEY = "Key"
    APP = "Adobe's app and its role"
    HSM = "Managed HSM"
    ADOBE = "Adobe"
    ORGANISATION = "Your organisation's policy"
    REVOCATION = "Revocation"


class Fix(StrEnum):
    """How a finding can be put right."""

    PROGRAM = "program"
    """This program can, after a preview and a confirmation."""
    GUIDED = "guided"
    """A person can, with the way that is shown."""
    OTHERS = "others"
    """Somebody else has to be asked."""
    NONE = "none"


@dataclass(frozen=True)
class Answer:
    """What the facts say of one requirement."""

    verdict: Verdict
    sentence: str
    """What was found, in plain words, with its object."""
    remedy: str = ""
    """What to do, beginning with a verb; empty where nothing has to be done."""
    who: str = ""
    """Who can do it, where it is another than the requirement says."""
    severity: Severity | None = None
    """Where it weighs less, or more, than the requirement says."""
    fix: Fix | None = None
    """Where it can be put right in another way than the requirement says."""
    about: str = ""
    """The resource id (or name) of what it is about."""


def met(sentence: str, *, about: str = "") -> Answer:
    """The requirement is met."""
    return Answer(Verdict.MET, sentence, about=about)


def not_met(
    sentence: str,
    remedy: str,
    *,
    who: str = "",
    severity: Severity | None = None,
    fix: Fix | None = None,
    about: str = "",
) -> Answer:
    """The requirement is not met."""
    return Answer(Verdict.NOT_MET, sentence, remedy, who, severity, fix, about)


def not_known(reason: NotKnown | str, remedy: str = "") -> Answer:
    """Nobody can say, for this reason (a sentence)."""
    return Answer(Verdict.NOT_KNOWN, reason.why if isinstance(reason, NotKnown) else reason, remedy, fix=Fix.NONE)


def not_needed(sentence: str) -> Answer:
    """The requirement does not apply to what was chosen."""
    return Answer(Verdict.NOT_NEEDED, sentence, fix=Fix.NONE)


@dataclass(frozen=True)
class Requirement:
    """One row of the table. The ids are stable: code, tests and reports use them."""

    id: str
    group: Group
    severity: Severity
    required: str
    """What is required, in a short sentence: "Purge protection is on"."""
    why: str
    """One sentence: what goes wrong without it."""
    source: str
    """Where that is written: the title of a document."""
    who: str
    """Who can put it right, as a rule."""
    fix: Fix
    check: Callable[[Survey], Answer | tuple[Answer, ...]]
    """Pure."""


@dataclass(frozen=True)
class Finding:
    """What is said of one requirement, what to do about it, and who can."""

    id: str
    severity: Severity
    sentence: str
    remedy: str
    who: str = YOU
    verdict: Verdict = Verdict.NOT_MET
    group: Group = Group.VAULT
    required: str = ""
    why: str = ""
    source: str = ""
    fix: Fix = Fix.NONE
    about: str = ""

    @property
    def blocks(self) -> bool:
        """Whether nothing may be changed while it stands."""
        return self.severity is Severity.BLOCKER and self.verdict is Verdict.NOT_MET

    @property
    def stands(self) -> bool:
        """Whether a person should know before anything is changed: not met, and more than a note."""
        return self.severity is not Severity.NOTE and self.verdict is Verdict.NOT_MET


def finding(requirement: Requirement, answer: Answer) -> Finding:
    """What is said of the requirement."""
    return Finding(
        requirement.id,
        answer.severity or requirement.severity,
        answer.sentence,
        answer.remedy,
        answer.who or requirement.who,
        answer.verdict,
        requirement.group,
        requirement.required,
        requirement.why,
        requirement.source,
        (answer.fix or requirement.fix) if answer.verdict is Verdict.NOT_MET else Fix.NONE,
        answer.about,
    )
