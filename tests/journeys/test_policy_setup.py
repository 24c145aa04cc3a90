"""The set-up under an organisation's policy: a broken rule blocks beforehand, the others are carried out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cmkwizard.core.people import ORGANISATION, YOU
from cmkwizard.core.problems import Cancelled
from cmkwizard.journeys.fixes.fix import apply_fix, fixable, plan_fix
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_support import found, opened
from tests.journeys.setup_support import EXISTING, GROUP, KEY, VAULT, Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
OTHER = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4aff"
WORKSPACE = f"/subscriptions/{OTHER}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/audit"
BROKEN = {
    "O01": (f'[allowed]\ntenants = ["{OTHER}"]', "allowed.tenants"),
    "O02": ('[allowed]\nlocations = ["northeurope"]', "allowed.locations"),
    "O03": ('[allowed]\nkinds = ["managed-hsm"]', "allowed.kinds"),
    "O04": ('[allowed]\ntiers = ["standard"]', "allowed.tiers"),
    "O05": ('[names]\nvault = "kv-[0-9]+"', "names.vault"),
    "O06": ('[names]\nkey = "cmk-.*"', "names.key"),
    "O07": ('[names]\nresource_group = "rg-prod-.*"', "names.resource_group"),
    "O08": ('[names]\nconfiguration = "aep"', "names.configuration"),
    "O10": ("[required]\nkey_size = 4096", "required.key_size"),
    "O11": ("[required]\nhsm = true", "required.hsm"),
    "O12": ("[required]\nrestricted_network = true", "required.restricted_network"),
}


@pytest.mark.parametrize("id_", BROKEN)
def test_a_broken_rule_blocks_before_anything_is_changed(rehearse: Rehearse, id_: str) -> None:
    policy, key = BROKEN[id_]
    rehearsal = rehearse(policy=policy)
    result = rehearsal.run()
    assert (result.status, result.word, rehearsal.applied) == (1, "BLOCKED", {})
    line = next(line for line in result.lines if line.get("finding") == id_)
    assert (line["severity"], line["who"], line["outcome"]) == ("blocker", f"{YOU}, or {ORGANISATION}", "blocked")
    assert f"({key} in {rehearsal.policy_file})." in line["detail"]
    assert f"error: {id_}: " in result.errors


def test_a_retention_that_is_too_short_blocks(rehearse: Rehearse) -> None:
    rehearsal = rehearse(policy="[required]\nretention_days = 90")
    result = rehearsal.run(answers(vault={"retention_days": 30}))
    assert (result.status, "O13" in result.findings, rehearsal.applied) == (1, True, {})


@pytest.mark.parametrize(
    ("policy", "id_"),
    [
        ('[allowed]\nlocations = ["northeurope"]', "O02"),
        ("[required]\nrestricted_network = true", "O12"),
        (f'[required]\naudit_log = "{WORKSPACE}"', "O15"),
    ],
)
def test_an_existing_vault_is_judged_as_it_is(rehearse: Rehearse, policy: str, id_: str) -> None:
    rehearsal = rehearse("existing-vault", policy=policy)
    result = rehearsal.run(answers(**EXISTING))
    assert (result.status, rehearsal.applied) == (1, {})
    assert id_ in result.findings


def test_tags_rotation_and_lock_arrive_in_azure(rehearse: Rehearse) -> None:
    rehearsal = rehearse(
        policy='[tags]\nowner = "security"\n"cost centre" = "47 11"\n[required]\nrotation_days = 365\nlock = true\n'
    )
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    vault = rehearsal.vault(VAULT)
    assert {**vault.tags, "cmkwizard-op": ""} == {"owner": "security", "cost centre": "47 11", "cmkwizard-op": ""}
    key = vault.key(KEY)
    assert key is not None
    assert key.rotation is not None
    assert key.rotation["lifetimeActions"] == [{"trigger": {"timeAfterCreate": "P365D"}, "action": {"type": "Rotate"}}]
    (lock,) = rehearsal.cloud.world.estate.locks.values()
    assert (lock.level, lock.scope.lower()) == ("CanNotDelete", vault.id.lower())
    assert rehearsal.applied["lock.create"] == 1
    steps = [line["step"] for line in result.lines[:-1] if line["outcome"] in ("done", "skipped")]
    assert steps.index("completion") < steps.index("lock")


def test_a_second_run_places_no_second_lock(rehearse: Rehearse) -> None:
    rehearsal = rehearse(policy="[required]\nlock = true")
    assert rehearsal.run().status == 0
    before = rehearsal.applied
    result = rehearsal.run()
    assert (result.status, result.ended("lock"), rehearsal.applied) == (0, "skipped", before), result.errors


def test_the_plan_shows_tags_and_lock_and_what_the_lock_means(rehearse: Rehearse) -> None:
    rehearsal = rehearse(policy='[tags]\nowner = "it\'s us"\n[required]\nrotation_days = 90\nlock = true\n')
    lines = {line.get("step"): line for line in rehearsal.run(plan_only=True).lines}
    assert "owner=it's us" in lines["vault"]["detail"]
    assert """--tags 'owner=it'"'"'s us'""" in lines["vault"]["command"]
    assert "every 90 days" in lines["key"]["detail"]
    assert "P90D" in lines["key"]["command"]
    assert "Taking Adobe's access away then begins with removing the lock." in lines["lock"]["detail"]
    assert str(rehearsal.policy_file) in lines["lock"]["detail"]
    assert lines["lock"]["command"].startswith("az lock create ")
    assert rehearsal.applied == {}


def test_without_a_policy_there_is_neither_lock_nor_step_for_one(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run()
    assert (result.status, result.ended("lock"), rehearsal.cloud.world.estate.locks) == (0, None, {})


def test_a_lock_that_is_refused_is_told_and_the_result_stays_completed(rehearse: Rehearse) -> None:
    rehearsal = rehearse(policy="[required]\nlock = true")
    rehearsal.fault(service="arm", method="PUT", path="/locks/", fault="refuse", times=1)
    result = rehearsal.run()
    assert (result.status, result.word, result.ended("lock")) == (1, "COMPLETED", "failed")
    assert "error: " in result.errors


def test_presets_fill_in_what_the_answers_leave_out(rehearse: Rehearse) -> None:
    text = answers()
    for line in ('tenant = "contoso.onmicrosoft.example"\n', 'location = "westeurope"\n'):
        assert line in text
        text = text.replace(line, "")
    presets = '[preset.azure]\ntenant = "contoso.onmicrosoft.example"\nlocation = "North Europe"\n'
    rehearsal = rehearse(policy=presets + '[preset.vault]\nretention_days = 30\nnetwork = "restricted"\n')
    result = rehearsal.run(text)
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    vault = rehearsal.vault(VAULT)
    assert (vault.location, vault.retention_days) == ("northeurope", 30)
    assert rehearsal.cloud.world.estate.locks == {}
    assert vault.id.split("/")[4] == GROUP


@pytest.mark.parametrize("text", ["[required]\nhsm = 1\n", "hsm", "[requires]\n"])
def test_a_policy_that_cannot_be_understood_stops_the_set_up(rehearse: Rehearse, text: str) -> None:
    rehearsal = rehearse(policy=text)
    result = rehearsal.run()
    assert (result.status, result.lines) == (2, [])
    assert f"error: {rehearsal.policy_file}: line " in result.errors
    assert "do: Have the policy file corrected." in result.errors
    assert rehearsal.cloud.world.log.since(0) == []


def test_the_organisations_own_app_signs_in(rehearse: Rehearse) -> None:
    rehearsal = rehearse(policy=f'[sign_in]\nclient_id = "{OTHER}"\n')
    asked: list[str] = []

    def opener(address: str) -> bool:
        asked.append(address)
        raise Cancelled

    with pytest.raises(Cancelled):
        rehearsal.run(opener=opener)
    assert [f"client_id={OTHER}&" in address for address in asked] == [True]


def test_a_missing_lock_on_a_finished_set_up_is_a_finding_that_can_be_put_right(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed", policy="[required]\nlock = true")
    with opened(rehearsal, answers(**EXISTING)) as run:
        finding = found(run, "O16")
        assert finding is not None
        assert (finding.blocks, fixable(finding)) == (False, True)
        assert f"(required.lock in {rehearsal.policy_file})" in finding.sentence
        plan = plan_fix(run, finding)
        assert [action.title for action in plan.actions] == ["Protect the vault kv-contoso-experience by a lock"]
        assert rehearsal.applied == {}
        assert apply_fix(run, plan) is Outcome.DONE
        assert rehearsal.applied == {"lock.create": 1}
        assert found(run, "O16") is None
