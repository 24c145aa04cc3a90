"""The second procedure, for Customer Journey Analytics: its own vault, key, app and role, once; and the ticket."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.core.addresses import rebuild_consent_address
from cmkwizard.core.analytics import APPLICATION_ID, analytics_registration
from cmkwizard.core.history import What
from cmkwizard.practice.vaults import Vault
from cmkwizard.wiring import DECLINING_PERSON_S, Services
from tests.journeys.setup_support import EXISTING, GROUP, MUTATIONS, VAULT, Rehearsal, Result, answers

Rehearse = Callable[..., Rehearsal]
SECOND, SECOND_KEY = "kv-contoso-cja", "analytics-cmk"
ANALYTICS: dict[str, Any] = {
    "applications": ["journey-optimizer"],
    "vault": SECOND,
    "key": SECOND_KEY,
}
STEPS = ["analytics-vault", "analytics-key", "analytics-consent", "analytics-role"]
TWICE = {"vault.create": 2, "key.create": 2, "role.create": 2, "consent.grant": 2}
TENANT = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"


def with_analytics(**changes: Any) -> str:
    tables = {**changes, "analytics": {**ANALYTICS, **changes.get("analytics", {})}}
    return answers(**tables)


def ended(result: Result) -> list[str]:
    return [line["step"] for line in result.lines if line.get("outcome") in ("done", "skipped") and "step" in line]


def ticket_of(result: Result) -> str:
    return next(str(line["detail"]) for line in result.lines if line.get("step") == "analytics-ticket")


def roles_on(rehearsal: Rehearsal, vault: Vault) -> list[str]:
    """The apps that hold a role on the vault itself."""
    world = rehearsal.cloud.world
    apps = {each.object_id: each.app_id for each in world.directory.service_principals.values()}
    roles = world.estate.assignments.values()
    return [apps[each.principal_id] for each in roles if each.scope.lower() == vault.id.lower()]


def test_vault_key_consent_and_role_are_made_before_the_submission(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(with_analytics())
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == {**dict.fromkeys(MUTATIONS, 1), **TWICE}
    done = [step for step in ended(result) if step != "plan"]
    assert done == [
        *["provider", "group", "vault", "key", "consent", "role"],
        *STEPS,
        *["analytics-ticket", "submission", "completion"],
    ]
    first, second = rehearsal.vault(VAULT), rehearsal.vault(SECOND)
    assert [key.name for key in second.live_keys()] == [SECOND_KEY]
    assert (second.purge_protection, second.rbac, second.location) == (True, True, first.location)
    assert roles_on(rehearsal, second) == [APPLICATION_ID]
    assert APPLICATION_ID not in roles_on(rehearsal, first)


def test_the_ticket_says_all_that_customer_care_needs(rehearse: Rehearse, tmp_path: Path) -> None:
    rehearsal = rehearse()
    file = tmp_path / "ticket.txt"
    result = rehearsal.run(with_analytics(), ticket=file)
    text = ticket_of(result)
    assert file.read_text(encoding="utf-8") == text
    key = rehearsal.vault(SECOND).key(SECOND_KEY)
    assert key is not None
    assert f"/keys/{SECOND_KEY}/{key.current.id}\n" in text
    for word in (
        "4D1F2C3B5A6978877F000101@AdobeOrg", SECOND, TENANT, APPLICATION_ID, "Journey Optimizer", GROUP,
    ):  # fmt: skip
        assert word in text
    assert VAULT not in text.replace(SECOND, "")
    assert rehearsal.cloud.ready["adobe"]["client_secret"] not in text
    with rehearsal.services() as services:
        kept = services.observations.latest(services.profile.name, What.TICKET)
    assert kept is not None
    assert kept.value["text"] == text


def test_a_second_run_adds_nothing_and_tells_the_same_ticket(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    text = ticket_of(rehearsal.run(with_analytics()))
    before = rehearsal.applied
    result = rehearsal.run(with_analytics())
    assert (result.status, rehearsal.applied) == (0, before), result.errors
    assert [result.ended(step) for step in STEPS] == ["skipped"] * 4
    assert ticket_of(result) == text
    with rehearsal.services() as services:
        tickets = [each for each in services.observations.entries(services.profile.name) if each.what == What.TICKET]
    assert len(tickets) == 1


def test_without_yes_everything_but_the_submission_is_there(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(with_analytics(), yes=False)
    assert result.status == 3
    assert rehearsal.applied == {"group.create": 1, **TWICE}
    assert "analytics-ticket" in ended(result)


def test_the_plan_shows_both_procedures_and_changes_nothing(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(with_analytics(), plan_only=True)
    assert (result.status, result.word, rehearsal.applied) == (0, "PLANNED", {})
    lines = {line["step"]: line for line in result.lines if "step" in line}
    order = list(lines)
    assert order.index("role") < order.index("analytics-vault") < order.index("submission")
    assert SECOND in lines["analytics-vault"]["detail"]
    assert SECOND in lines["analytics-vault"]["command"]
    assert APPLICATION_ID in lines["analytics-consent"]["detail"]
    assert "Customer Journey Analytics" in lines["analytics-role"]["detail"]


def test_an_existing_first_vault_lends_its_region_to_the_second(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault")
    text = with_analytics(**EXISTING).replace('location = "westeurope"\n', "")
    result = rehearsal.run(text)
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.vault(SECOND).location == "westeurope"
    assert rehearsal.applied["vault.create"] == 1


def test_a_second_vault_in_another_group_makes_that_group(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(with_analytics(analytics={"resource_group": "rg-analytics"}))
    assert (result.status, rehearsal.applied["group.create"]) == (0, 2), result.errors
    assert rehearsal.vault(SECOND).id.split("/")[4] == "rg-analytics"


def test_a_name_of_the_second_vault_that_is_taken_blocks_before_anything_is_changed(rehearse: Rehearse) -> None:
    rehearsal = rehearse("name-taken")
    result = rehearsal.run(with_analytics(analytics={"vault": "kv-contoso-experience"}))
    assert (result.status, result.word, rehearsal.applied) == (1, "BLOCKED", {})
    assert "V02" in result.findings


def test_a_policy_holds_for_the_second_vault_too(rehearse: Rehearse) -> None:
    rehearsal = rehearse(policy='[names]\nvault = ".*-cmk"\n')
    result = rehearsal.run(with_analytics())
    assert (result.status, rehearsal.applied) == (1, {})
    assert any(line.get("finding") == "O05" and SECOND in line["detail"] for line in result.lines)


def test_both_vaults_are_locked_where_the_policy_says_so(rehearse: Rehearse) -> None:
    rehearsal = rehearse(policy='[required]\nlock = true\n[tags]\nowner = "security"\n')
    result = rehearsal.run(with_analytics())
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    scopes = {lock.scope.lower() for lock in rehearsal.cloud.world.estate.locks.values()}
    assert scopes == {rehearsal.vault(name).id.lower() for name in (VAULT, SECOND)}
    assert rehearsal.vault(SECOND).tags["owner"] == "security"


def test_declined_consent_to_the_second_app_needs_a_person_before_the_submission(rehearse: Rehearse) -> None:
    rehearsal = rehearse(speed=600)  # a person is waited for by asking again and again
    opened: list[str] = []

    def opener(address: str) -> bool:
        opened.append(address)
        return APPLICATION_ID in address or rehearsal.person().open(address)

    def decline(services: Services) -> None:
        services.person_s = DECLINING_PERSON_S

    rehearsal.tamper = decline
    result = rehearsal.run(with_analytics(), opener=opener)
    assert (result.status, result.word) == (3, "PENDING")
    assert APPLICATION_ID in opened[-1]
    assert f"/{TENANT}/" in opened[-1]
    assert f"client_id={APPLICATION_ID}" in result.errors
    assert "configuration.create" not in rehearsal.applied


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"vault": VAULT.upper()}, "analytics.vault: this must be another vault than vault.name"),
        ({"applications": ["target"]}, 'analytics.applications: allowed is one of "journey-optimizer", "customer-'),
        ({"applications": "journey-optimizer"}, "analytics.applications: this must be a list"),
        ({"key": "a b"}, "analytics.key: A key name has"),
    ],
)
def test_answers_that_cannot_be_are_refused(rehearse: Rehearse, changes: dict[str, Any], expected: str) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(with_analytics(analytics=changes))
    assert (result.status, rehearsal.cloud.world.log.since(0)) == (2, [])
    assert expected in result.errors


@pytest.mark.parametrize("missing", ["vault", "key"])
def test_the_applications_need_a_vault_and_a_key(rehearse: Rehearse, missing: str) -> None:
    rehearsal = rehearse()
    given = {name: value for name, value in ANALYTICS.items() if name != missing}
    result = rehearsal.run(answers(analytics=given))
    assert result.status == 2
    assert f"analytics.{missing}: missing." in result.errors


def test_without_applications_there_is_no_second_procedure(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    result = rehearsal.run(answers(analytics={"applications": []}))
    assert (result.status, rehearsal.applied["vault.create"]) == (0, 1)
    assert not any(step.startswith("analytics") for step in ended(result))


def test_the_documented_consent_address_is_built_anew_for_the_directory() -> None:
    registration = analytics_registration(PUBLIC.authority, PUBLIC.landing)
    assert registration.application_id == APPLICATION_ID
    assert rebuild_consent_address(
        registration.redirect_url, application_id=APPLICATION_ID, tenant_id=TENANT, rules=PUBLIC.consent_rules
    ) == (
        f"https://login.microsoftonline.com/{TENANT}/oauth2/authorize?response_type=code&client_id={APPLICATION_ID}"
        "&redirect_uri=https%3A%2F%2Fexperience.adobe.com&scope=user.read"
    )
