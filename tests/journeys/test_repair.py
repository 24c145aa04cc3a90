"""Repair: every cause that Adobe lists for its alerts is made, found in order, put right, and access is as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmkwizard.core.alerts import ALERTS, DISABLED, FAILURE, GAVE_UP, NOTIFICATION, Outlook, alert_among
from cmkwizard.core.explain import explain
from cmkwizard.core.requirements.table import REQUIREMENTS
from cmkwizard.journeys.fixes.fix import apply_fix, fixable, plan_fix
from cmkwizard.journeys.guides.guide import guide, request_text
from cmkwizard.journeys.repair import Repair, repair
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_cases import ADOBE, CASES, HSM, Rehearse, key, start, vault
from tests.journeys.fix_support import Case, found, opened
from tests.journeys.repair_cases import CAUSES, ROLE_GONE, Cause, access, narrower, reaches
from tests.journeys.setup_support import Rehearsal

MAY_SEND = {"PATCH", "recover"}
CUT_OFF = "purge your organisation's data"


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_a_cause_is_found_put_right_and_access_is_as_before(rehearse: Rehearse, cause: Cause) -> None:
    rehearsal = rehearse("completed")
    if cause.before:
        rehearsal.change(**cause.before)
    whole = access(rehearsal)
    with opened(rehearsal, cause.text) as run:
        assert reaches(rehearsal)
        assert repair(run, cause.alert).verified
        rehearsal.change(**cause.world)
        assert reaches(rehearsal) is cause.reaches
        seen = _walk(rehearsal, run, cause)
        assert seen == [*cause.by_hand, *cause.fixed]
        assert repair(run, cause.alert).verified
        assert reaches(rehearsal)
        assert run.journal.open_intents() == []
    assert rehearsal.applied == cause.mutations
    lost = narrower(whole, access(rehearsal))
    assert lost.keys() <= {"roles", "open"}, "what somebody took from others stays with them"
    assert lost.get("open", frozenset()) <= {"all networks"}, "a firewall that was put up stays, and lets Adobe through"


def _walk(rehearsal: Rehearsal, run: SetupRun, cause: Cause) -> list[str]:
    """Put right what comes first, look again, and go on, until nothing is left."""
    seen: list[str] = []
    while causes := (now := repair(run, cause.alert)).causes:
        assert not now.verified
        finding = next(each for each in causes if fixable(each) or each.id in cause.by_hand)
        assert finding.id not in seen, "it is gone once it was put right"
        assert CUT_OFF in finding.sentence or finding.id == "I10", finding.sentence
        seen.append(finding.id)
        before, had = rehearsal.applied, access(rehearsal)
        if finding.id not in cause.by_hand:
            plan = plan_fix(run, finding, cause.answer)
            assert not plan.blocked, plan.findings
            assert apply_fix(run, plan) is Outcome.DONE
        else:
            way = guide(finding, now.report.survey)
            assert way.portal
            assert finding.id in request_text(finding, now.report.survey)
            rehearsal.change(**cause.by_hand[finding.id])
            assert rehearsal.applied == before
        assert narrower(had, access(rehearsal)) == {}
    return seen


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.scenario == "existing-vault"], ids=lambda each: each.id
)
def test_no_fix_makes_anything_narrower(rehearse: Rehearse, case: Case) -> None:
    """What is removed is caught by the fixture: nothing is deleted, disabled or rotated in any test of this file."""
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        finding = found(run, case.id)
        assert finding is not None
        before = access(rehearsal)
        assert apply_fix(run, plan_fix(run, finding, case.answer)) is Outcome.DONE
        assert narrower(before, access(rehearsal)) == {}


def test_a_replaced_app_keeps_its_former_role_until_the_new_one_is_there(rehearse: Rehearse) -> None:
    cause = next(each for each in CAUSES if each.name == "object id of the app changed")
    rehearsal = rehearse("completed")
    with opened(rehearsal, cause.text) as run:
        former = access(rehearsal)["roles"]
        rehearsal.change(**cause.world)
        _walk(rehearsal, run, cause)
        assert former < access(rehearsal)["roles"], "one was added, and none was taken away"


def test_what_could_not_be_read_is_never_said_to_be_repaired(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    rehearsal.fault(service="graph", path="servicePrincipals", fault="status", code=403)
    with opened(rehearsal, CAUSES[0].text) as run:
        now = repair(run, DISABLED)
        assert not now.causes
        assert "P01" in [each.id for each in now.unread]
        assert not now.verified


def test_while_adobe_cannot_be_asked_what_is_missing_is_still_found(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    rehearsal.change(**ROLE_GONE)
    rehearsal.fault(service="platform", path="/config/", fault="status", code=503)
    with opened(rehearsal, CAUSES[0].text) as run:
        now = repair(run, DISABLED)
        assert not now.known
        assert not now.verified
        assert [each.id for each in now.causes] == ["P05"]


def test_one_report_answers_every_alert_each_in_its_own_order(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    rehearsal.change(**ROLE_GONE)
    rehearsal.change(**vault(bypass="None", default_action="Deny"))
    rehearsal.change(**key(enabled=False))
    with opened(rehearsal, CAUSES[0].text) as run:
        report = repair(run, DISABLED).report
        first = {alert.code: [each.id for each in Repair(alert, report).causes] for alert in ALERTS}
    assert first[DISABLED.code] == first[GAVE_UP.code] == ["K04", "W02", "W03", "P05"]
    assert first[FAILURE.code] == ["W02", "W03", "P05", "K04"]
    assert first[NOTIFICATION.code] == ["W02", "W03", "K04", "P05"]


def test_alerts_name_requirements_that_there_are_each_once() -> None:
    ids = {each.id for each in REQUIREMENTS}
    for alert in ALERTS:
        assert set(alert.requirements) <= ids
        assert len(set(alert.requirements)) == len(alert.requirements)
        assert alert.source.endswith("state of 2026-11-23")
        assert alert.remedy.do
    groups = list(dict.fromkeys(each[0] for each in GAVE_UP.requirements if each not in ("V03", "V16", "H01")))
    assert groups == ["K", "V", "W", "P"]
    assert [alert.outlook for alert in ALERTS[:2]] == [Outlook.PURGE, Outlook.RECOVERABLE]
    assert "Call Adobe support now" in DISABLED.call


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Adobe: Key access disabled for your organisation", "Key access disabled"),
        ("Fwd: KEY ACCESS\n> FAILURE, see also key access disabled", "Key access disabled"),
        ("Experience Platform alert: Key access failure", "Key access failure"),
        ('{"status": "FAILED"}', "status FAILED"),
        ("Alert notification", "Alert notification"),
        ("AADSTS50076", ""),
        ("", ""),
    ],
)
def test_an_alert_is_recognised_and_the_gravest_goes_first(text: str, code: str) -> None:
    alert = alert_among(explain(text))
    assert (alert.code if alert else "") == code


FINISHED_HSM = f"""
summary = "A Managed HSM is in use"
[directory.service_principals.adobe]
app_id = "{ADOBE}"
object_id = "acbe5000-4b5c-4d6e-8f70-1a2b3c4d5e08"
tenant = "contoso"
name = "acp3c5fmultitenantapp"
consented = true
[estate.managed_hsms.hsm-contoso]
group = "rg-experience"
location = "westeurope"
administrators = ["alice"]
roles = [
    {{ principal = "alice", role = "Managed HSM Crypto User", scope = "/" }},
    {{ principal = "{ADOBE}", role = "Managed HSM Crypto Service Encryption User", scope = "/keys" }},
]
[estate.managed_hsms.hsm-contoso.keys.experience-cmk]
type = "RSA-HSM"
size = 3072
operations = ["wrapKey", "unwrapKey"]
[adobe.configurations.experience-platform]
hsm = "hsm-contoso"
key = "experience-cmk"
age_s = 604800
"""


def test_a_role_that_was_taken_away_inside_a_managed_hsm_is_given_again(rehearse: Rehearse, tmp_path: Path) -> None:
    scenario = tmp_path / "finished-hsm.toml"
    scenario.write_text(FINISHED_HSM)
    rehearsal = rehearse(str(scenario))
    role = {"principal": ADOBE, "role": "Managed HSM Crypto Service Encryption User", "scope": "/keys"}
    with opened(rehearsal, HSM) as run:
        assert reaches(rehearsal)
        assert repair(run, DISABLED).verified
        rehearsal.change(estate={"managed_hsms": {"hsm-contoso": {"roles": [{**role, "remove": True}]}}})
        assert not reaches(rehearsal)
        (finding,) = repair(run, DISABLED).causes
        assert finding.id == "P09"
        assert CUT_OFF in finding.sentence
        assert apply_fix(run, plan_fix(run, finding)) is Outcome.DONE
        assert repair(run, DISABLED).verified
        assert reaches(rehearsal)
    assert rehearsal.applied == {"local_role.create": 1}


def test_a_key_that_will_end_is_no_cause_yet(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    rehearsal.change(**key(expires_in_s=90 * 86_400))
    with opened(rehearsal, CAUSES[0].text) as run:
        now = repair(run, DISABLED)
        assert now.verified
        assert [each.id for each in now.later] == ["K06"]
