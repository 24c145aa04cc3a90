"""The set-up command on every scenario: what it says, its exit status, and what the practice cloud holds afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cmkwizard.core.requirements.finding import Verdict
from cmkwizard.journeys.check import check
from tests.journeys.fix_support import opened
from tests.journeys.setup_support import CONFIGURATION, EXISTING, KEY, MUTATIONS, VAULT, Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
ONCE = {**dict.fromkeys(MUTATIONS, 1), "consent.grant": 1}


def test_happy_ends_completed_with_one_of_everything(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == ONCE
    last = result.lines[-1]
    assert last["configuration"] == CONFIGURATION
    assert last["key_identifier"].startswith(f"https://{VAULT}.vault.localhost:")
    assert f"/keys/{KEY}/" in last["key_identifier"]
    assert last["requests"] > 20
    ended = [line["step"] for line in result.lines[:-1] if line["outcome"] in ("done", "skipped")]
    assert [step for step in ended if step != "plan"] == [
        "provider", "group", "vault", "key", "consent", "role", "submission", "completion",
    ]  # fmt: skip
    assert result.errors == ""


def test_a_second_run_changes_nothing(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    assert rehearsal.run().status == 0
    before = rehearsal.applied
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == before
    assert [result.ended(step) for step in ("group", "vault", "key", "consent", "role", "submission")] == [
        "skipped"
    ] * 6
    assert rehearsal.sent("POST", "/customer/config") == 1
    assert rehearsal.sent("PUT", f"/vaults/{VAULT}") == 1


def test_an_existing_vault_and_key_are_used_and_never_written(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault")
    result = rehearsal.run(answers(**EXISTING))
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == {"consent.grant": 1, "role.create": 1, "configuration.create": 1}
    assert rehearsal.sent("PUT", "/vaults/kv-contoso-experience") == 0
    assert rehearsal.sent("PATCH", "/vaults/kv-contoso-experience") == 0


def test_a_finished_set_up_is_adopted(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    result = rehearsal.run(answers(**EXISTING))
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == {}


def test_without_rights_nothing_is_changed_and_the_findings_say_who_helps(rehearse: Rehearse) -> None:
    rehearsal = rehearse("no-rights")
    result = rehearsal.run()
    assert (result.status, result.word) == (1, "BLOCKED")
    assert {"I05", "I06"} <= set(result.findings)
    assert "error: I06: Your account may not give Adobe's app its role on the vault" in result.errors
    assert "an owner of the subscription" in result.errors
    assert rehearsal.applied == {}


def test_a_slow_role_is_waited_for(rehearse: Rehearse) -> None:
    rehearsal = rehearse("slow-roles")
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert any("10 minutes" in line["detail"] for line in result.lines if line.get("step") == "role")
    assert rehearsal.applied == ONCE


def test_declined_consent_needs_a_person(rehearse: Rehearse) -> None:
    rehearsal = rehearse("consent-declined")
    result = rehearsal.run()
    assert (result.status, result.word) == (3, "PENDING")
    assert result.ended("consent") == "pending"
    assert "/oauth2/authorize?response_type=code&client_id=" in result.errors
    assert rehearsal.applied == {"group.create": 1, "vault.create": 1, "key.create": 1}


def test_consent_without_a_browser_prints_the_address(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    person = rehearsal.person()

    def sign_in_only(address: str) -> bool:
        return "v2.0/authorize" in address and person.open(address)

    result = rehearsal.run(opener=sign_in_only)
    assert result.status == 3
    assert result.ended("consent") == "blocked"
    assert f"/{rehearsal.cloud.ready['users'][0]['tenant']}/oauth2/authorize?" in result.errors
    assert "role.create" not in rehearsal.applied


def test_nobody_signed_in_and_no_browser_needs_a_person(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(opener=None)
    assert result.status == 3
    assert "error: Nobody is signed in to Azure." in result.errors
    assert rehearsal.applied == {}


def test_adobe_without_the_permission_blocks_before_any_change(rehearse: Rehearse) -> None:
    rehearsal = rehearse("adobe-no-permission")
    result = rehearsal.run()
    assert (result.status, result.word) == (1, "BLOCKED")
    assert "D04" in result.findings
    assert rehearsal.applied == {}


def test_a_failed_job_is_said_and_not_submitted_again(rehearse: Rehearse) -> None:
    rehearsal = rehearse("job-fails")
    first, second = rehearsal.run(), rehearsal.run()
    for result in (first, second):
        assert (result.status, result.word) == (1, "FAILED")
        assert result.ended("completion") == "failed"
    assert rehearsal.applied == ONCE


def test_a_slow_job_is_watched_to_its_end(rehearse: Rehearse) -> None:
    rehearsal = rehearse("job-slow", speed=20_000)
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    words = [line["detail"].partition(":")[0] for line in result.lines if line.get("step") == "completion"]
    assert words[-2:] == ["UPDATE_EXISTING_RESOURCES", "COMPLETED"]


def test_throttling_is_obeyed(rehearse: Rehearse) -> None:
    rehearsal = rehearse("throttled", speed=600)  # Adobe counts the calls of a second of ours
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == ONCE
    assert any(entry["status"] == 429 for entry in rehearsal.cloud.world.log.since(0))


def test_the_plan_changes_nothing_and_names_every_command(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(plan_only=True)
    assert (result.status, result.word) == (0, "PLANNED"), result.errors
    assert rehearsal.applied == {}
    commands = {line["step"]: line["command"] for line in result.lines if "command" in line}
    assert list(commands) == ["group", "vault", "key", "consent", "role", "submission"]
    assert commands["vault"].startswith("az keyvault create --subscription 0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03 ")
    assert "$ADOBE_TOKEN" in commands["submission"]
    assert rehearsal.cloud.world.adobe.client_secret not in str(result.lines)


def test_without_yes_it_stops_before_the_point_of_no_return(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(yes=False)
    assert (result.status, result.word) == (3, "NOT_SUBMITTED")
    assert result.ended("submission") == "blocked"
    assert "configuration.create" not in rehearsal.applied
    assert rehearsal.applied["role.create"] == 1
    assert rehearsal.run().word == "COMPLETED"
    assert rehearsal.applied == ONCE


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"acknowledge": {"irreversible": False}}, "acknowledge.irreversible: has to be true for --yes"),
        ({"vault": {"sku": "gold"}}, 'line 8: vault.sku: allowed is one of "standard", "premium".'),
    ],
)
def test_wrong_answers_send_nothing(rehearse: Rehearse, changes: dict[str, dict[str, object]], sentence: str) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(answers(**changes))
    assert result.status == 2
    assert sentence in result.errors
    assert rehearsal.cloud.world.log.since(0) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"azure": {"tenant": ""}}, "line 2: azure.tenant: missing, and this account has several directories: "),
        ({"azure": {"tenant": "Nowhere"}}, "azure.tenant: this account sees nothing called “Nowhere”."),
        ({"azure": {"subscription": "Other"}}, "azure.subscription: this account sees nothing called “Other”."),
    ],
)
def test_names_that_do_not_fit_the_clouds(
    rehearse: Rehearse, changes: dict[str, dict[str, object]], sentence: str
) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(answers(**changes))
    assert (result.status, result.word) == (2, "BLOCKED")
    assert sentence in result.errors
    assert result.errors.startswith("error: line ")
    assert "Nothing was changed." in result.errors
    assert rehearsal.applied == {}


@pytest.mark.parametrize("tenant", ["Contoso", "7D1C5F2E-0B3A-4C55-9A6D-1F0E8C2B4A01"])
def test_a_directory_may_be_named_in_any_way(rehearse: Rehearse, tenant: str) -> None:
    result = rehearse().run(answers(azure={"tenant": tenant}), plan_only=True)
    assert (result.status, result.word) == (0, "PLANNED"), result.errors


def test_another_key_under_the_same_name_blocks(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    result = rehearsal.run()
    assert (result.status, result.word) == (1, "BLOCKED")
    assert "D07" in result.findings
    assert rehearsal.applied == {}


def test_a_configuration_that_this_computer_saw_under_another_name_blocks_before_any_change(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    assert rehearsal.run(answers(**EXISTING)).word == "COMPLETED"
    result = rehearsal.run(answers(adobe={"configuration": "another-name"}))
    assert (result.status, result.word) == (1, "BLOCKED")
    assert "D05" in result.findings
    assert f"Adobe holds the configuration {CONFIGURATION} of this organisation already" in result.errors
    assert rehearsal.applied == {}


def test_what_adobe_holds_under_the_name_seen_before_is_not_known_where_it_does_not_say(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    assert rehearsal.run(answers(**EXISTING)).word == "COMPLETED"
    rehearsal.fault(fault="status", code=403, service="platform", path=f"/customer/config/{CONFIGURATION}")
    with opened(rehearsal, answers(**EXISTING, adobe={"configuration": "another-name"})) as run:
        (found,) = (each for each in check(run).findings if each.id == "D05")
    assert found.verdict is Verdict.NOT_KNOWN
    assert f"What Adobe holds under the name {CONFIGURATION} could not be read." in found.sentence


def test_a_configuration_of_an_unknown_name_is_told_by_the_refusal_and_can_be_followed(rehearse: Rehearse) -> None:
    """No documented call lists configurations: what nobody here has seen shows at the submission alone."""
    rehearsal = rehearse("completed")
    result = rehearsal.run(answers(adobe={"configuration": "another-name"}))
    assert (result.status, result.word, result.ended("submission")) == (1, "FAILED", "blocked")
    assert "under another name than another-name. It says: " in result.errors
    assert f"Nothing was submitted. In Azure, the vault {VAULT}, the key {KEY} and the role" in result.errors
    assert "do: Run it again with the name, the vault and the key of the configuration that Adobe has" in result.errors
    before = rehearsal.applied
    assert "configuration.create" not in before
    assert rehearsal.run(answers(**EXISTING)).word == "COMPLETED"
    assert rehearsal.applied == before
