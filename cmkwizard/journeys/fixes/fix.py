"""Which findings the program can put right, and with which steps; the plan of a fix, and carrying it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from cmkwizard.core.choices import Choices
from cmkwizard.core.log_places import LogPlace
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding, Fix, Verdict
from cmkwizard.core.roles import KEY_RECOVER, KEY_UPDATE
from cmkwizard.journeys.fixes.audit_log import AuditLogFix, place_problem, workspaces
from cmkwizard.journeys.fixes.key import ActivateKeyFix, EnableKeyFix, KeyOperationsFix, RecoverKeyFix
from cmkwizard.journeys.fixes.key_end import ExtendKeyFix, end_problem
from cmkwizard.journeys.fixes.obstacles import forbidden, obstacles
from cmkwizard.journeys.fixes.own_role import OwnRoleFix
from cmkwizard.journeys.fixes.recovery import RecoverVaultFix
from cmkwizard.journeys.fixes.reused import KeyFix, LockFix, RoleFix
from cmkwizard.journeys.fixes.unfinished import settle
from cmkwizard.journeys.fixes.vault import AdobeAddressFix, PurgeProtectionFix, SoftDeleteFix, TrustedServicesFix
from cmkwizard.journeys.plan import Plan, PlannedStep, fingerprint, without_acknowledgement
from cmkwizard.journeys.runner import Runner
from cmkwizard.journeys.setup.consent import ConsentStep
from cmkwizard.journeys.setup.resources import ProviderStep
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import ChangingStep, Outcome
from cmkwizard.records.journal import Entry

Steps = tuple[ChangingStep[SetupRun], ...]

FIXES: dict[str, Callable[[str], Steps]] = {
    "I04": lambda _: (ProviderStep(),),
    "I10": lambda _: (OwnRoleFix(KEY_UPDATE, KEY_RECOVER),),
    "V03": lambda _: (RecoverVaultFix(),),
    "V06": lambda _: (SoftDeleteFix(),),
    "V07": lambda _: (PurgeProtectionFix(),),
    "V14": lambda answer: (AuditLogFix(answer),),
    "W02": lambda _: (TrustedServicesFix(),),
    "W03": lambda _: (AdobeAddressFix(),),
    "O16": lambda _: (LockFix(),),
    "K01": lambda _: (KeyFix(),),
    "K04": lambda _: (OwnRoleFix(KEY_UPDATE), EnableKeyFix()),
    "K05": lambda _: (OwnRoleFix(KEY_UPDATE), ActivateKeyFix()),
    "K06": lambda answer: (OwnRoleFix(KEY_UPDATE), ExtendKeyFix(answer)),
    "K07": lambda _: (OwnRoleFix(KEY_UPDATE), KeyOperationsFix()),
    "K10": lambda _: (OwnRoleFix(KEY_RECOVER), RecoverKeyFix()),
    "P01": lambda _: (ConsentStep(),),
    "P05": lambda _: (RoleFix(),),
    "P07": lambda _: (RoleFix(),),
    "P09": lambda _: (RoleFix(),),
}
"""The steps that put a finding right, by the finding's id, given what a person answered first."""

_OWN_STEPS: Steps = (
    OwnRoleFix(KEY_UPDATE, KEY_RECOVER),
    RecoverVaultFix(),
    *(SoftDeleteFix(), PurgeProtectionFix(), TrustedServicesFix(), AdobeAddressFix()),
    *(EnableKeyFix(), ActivateKeyFix(), KeyOperationsFix(), RecoverKeyFix()),
)
"""Those that are no steps of the set-up."""
_OF_A_VAULT = frozenset({"V03", "V06", "V07", "W02", "W03"})


@dataclass(frozen=True)
class FixPlan(Plan):
    """A plan that puts one finding right."""

    finding: str = ""
    """The finding's id."""
    answer: str = ""
    """What a person answered first."""


@dataclass(frozen=True)
class Offer:
    """Answers that can be chosen in place of typing one."""

    label: str
    none: str
    """What is said where there are none."""
    list: Callable[[SetupRun], list[LogPlace]]
    """Reads them."""


@dataclass(frozen=True)
class Question:
    """What a person has to type before a fix can be planned."""

    label: str
    help: str
    check: Callable[[str], str]
    """What is wrong with an answer; empty: nothing."""
    offer: Offer | None = None
    """Answers to choose from; None: there is no list of them."""


_QUESTIONS = {
    "V14": Question(
        "Where the audit events go",
        "The resource id of a Log Analytics workspace, a storage account or an event hub's authorisation rule.",
        place_problem,
        Offer(
            "Wor&kspaces of this subscription",
            "Your account sees no Log Analytics workspace in this subscription. One of another subscription, or "
            "another kind of place, serves as well: paste its resource id.",
            workspaces,
        ),
    ),
    "K06": Question(
        "The key's new end date",
        "As year, month and day, such as 2028-11-30. Whoever looks after the vault knows how long a key may last.",
        end_problem,
    ),
}


def fixable(finding: Finding) -> bool:
    """Whether the program can put this finding right. A Managed HSM's own settings are left to people."""
    if finding.id in _OF_A_VAULT and "/managedhsms/" in finding.about.lower():
        return False
    return finding.verdict is Verdict.NOT_MET and finding.fix is Fix.PROGRAM and finding.id in FIXES


def question(finding: Finding) -> Question | None:
    """What has to be asked first; None: nothing. The organisation's policy may hold the answer."""
    return _QUESTIONS.get(finding.id)


def phrase(finding: Finding, choices: Choices) -> str:
    """What a person has to type to confirm a change that cannot be undone; empty: a plain yes is enough."""
    return choices.vault.name if finding.id in ("V06", "V07") else ""


def plan_fix(run: SetupRun, finding: Finding, answer: str = "") -> FixPlan:
    """Read what the fix builds on, and make its plan. Nothing is changed; what an interrupted fix left open is closed.

    Rights that are missing, locks in the way and rules of the organisation become findings that block it.

    Raises:
        Problem: INVALID, the program cannot put this finding right, or the answer does not serve; or something could
            not be read.
        Cancelled: somebody asked to stop.
    """
    if not fixable(finding):
        raise Problem(Kind.INVALID, f"This program cannot put {finding.id} right.", finding.remedy, who=finding.who)
    answer = answer or _answer_of_the_policy(run, finding)
    settle(run, _step_of)
    run.seen.settings_before = run.seen.key_before = run.seen.deleted_vault = None
    steps = _steps(run, finding.id, answer)
    for step in steps:
        step.observe(run)
    steps = [step for step in steps if step.action(run) is not None] or steps[-1:]
    findings = [each for step in steps for each in run.findings(step.requirements)]
    findings += forbidden(run, finding.id) + obstacles(run, steps)
    planned = tuple(_planned(step, run) for step in steps)
    choices = without_acknowledgement(run.choices)
    whole = [run.actor, msgspec.to_builtins(choices), [step.fingerprint for step in planned]]
    return FixPlan(run.actor, choices, planned, tuple(findings), fingerprint(whole), finding.id, answer)


def apply_fix(run: SetupRun, plan: FixPlan) -> Outcome:
    """Carry out a fix that was shown and confirmed: DONE, or PENDING when its effect does not show yet.

    Raises:
        Problem: it is blocked, something is not as it was when the plan was made, or a service refused.
        Cancelled: somebody asked to stop; what was under way is read again when the fix is started anew.
    """
    planned = {step.key for step in plan.steps}
    steps = [step for step in _steps(run, plan.finding, plan.answer) if step.key in planned]
    for step in steps[1:]:  # the runner looks at each when its turn comes: too late for those before it
        step.observe(run)
        if fingerprint(step.seen(run)) != plan.of(step.key).fingerprint:
            raise Problem(
                Kind.CONFLICT,
                f"“{step.title}”: this is not as it was when the plan was shown. Nothing was changed.",
                "Check again.",
            )
    return Runner(run, plan).run(steps)


def _steps(run: SetupRun, finding: str, answer: str) -> list[ChangingStep[SetupRun]]:
    hsm = run.choices.vault.kind == "managed-hsm"  # its roles are its own: a role in Azure opens nothing there
    return [step for step in FIXES[finding](answer) if not (hsm and isinstance(step, OwnRoleFix))]


def _step_of(entry: Entry) -> ChangingStep[SetupRun] | None:
    """Which fix an entry of the journal is of; None: it is a step of the set-up, which closes its own."""
    if entry.step == AuditLogFix.key:
        return AuditLogFix(str(entry.desired.get("destination")))
    if entry.step == ExtendKeyFix.key:
        return ExtendKeyFix(str(entry.desired.get("expires"))[:10])
    return next((step for step in _OWN_STEPS if step.key == entry.step), None)


def _answer_of_the_policy(run: SetupRun, finding: Finding) -> str:
    return run.policy.required.audit_log if finding.id == "V14" else ""


def _planned(step: ChangingStep[SetupRun], run: SetupRun) -> PlannedStep:
    action = step.action(run)
    note = "" if action else step.verify(run).detail
    return PlannedStep(step.key, step.title, action, note, fingerprint(step.seen(run)))
