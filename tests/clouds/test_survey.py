"""The survey on a practice cloud: the facts of each scenario, without a single change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmkwizard.core.choices import Choices, VaultChoice
from cmkwizard.core.facts import (
    App,
    Configuration,
    DeletedVault,
    Key,
    ResourceGroup,
    RotationPolicy,
    Vault,
    VaultName,
)
from cmkwizard.core.roles import ASSIGNMENT_WRITE, CRYPTO_SERVICE_ENCRYPTION_USER, VAULT_WRITE, allows
from cmkwizard.core.survey import NOT_READ, DataAccess, NotKnown
from cmkwizard.practice.scenarios import list_scenarios
from tests.clouds.survey_support import (
    ADOBE_APP,
    CONTOSO,
    EXISTING,
    FABRIKAM,
    GROUP,
    KEY,
    KEY_READER,
    NEW,
    OTHER_KEY,
    SUBSCRIPTION,
    TAKEN,
    VAULT,
    VAULT_ID,
    Surveyor,
    surveyor,
)

__all__ = ["surveyor"]

Start = Callable[..., Surveyor]
ALICE = "a11ce000-3f5b-4d0e-9c8a-5b1d7e2f3a01"
BUDGET = 25
"""Requests, tokens included, for one existing vault."""


def test_a_set_up_that_works_is_read_whole(surveyor: Start) -> None:
    survey = surveyor("completed", estate={"roles": [KEY_READER]}).take()
    assert isinstance(survey.vault, Vault)
    assert (survey.vault.id, survey.vault.uri[-1], survey.vault.managed_hsm) == (VAULT_ID, "/", False)
    assert isinstance(survey.key, Key)
    assert (survey.key.name, survey.key.size, survey.key_names) == (KEY, 3072, (KEY,))
    assert isinstance(survey.app, App)
    assert isinstance(survey.configuration, Configuration)
    assert survey.configuration.status == "COMPLETED"
    assert survey.group == ResourceGroup(GROUP, "westeurope")
    assert (survey.provider, survey.locks, survey.denials, survey.missing_principals) == (True, (), (), ())
    assert not isinstance(survey.regions, NotKnown)
    assert "westeurope" in survey.regions
    assert survey.rights_scope == VAULT_ID
    assert not isinstance(survey.assignments, NotKnown)
    held = [each for each in survey.assignments if each.principal_id == survey.app.object_id]
    assert [(each.role, each.scope, each.principal_type) for each in held] == [
        (CRYPTO_SERVICE_ENCRYPTION_USER, VAULT_ID, "ServicePrincipal")
    ]
    assert not isinstance(survey.own_assignments, NotKnown)
    assert {each.principal_id for each in survey.own_assignments} == {ALICE}
    assert survey.data_access == DataAccess(recovery_level="Recoverable")
    assert not isinstance(survey.adobe_token_until, NotKnown)
    assert timedelta(hours=23) < survey.adobe_token_until - survey.at < timedelta(hours=24)
    unread = [survey.vault_name, survey.deleted_vault, survey.deleted_key, survey.rotation, survey.eligible]
    assert unread == [NOT_READ] * 5, "nothing is read that nobody needs"


@pytest.mark.parametrize("world", [{}, {"roles": [KEY_READER]}, {"keys": {f"{VAULT}/{KEY}": {"expires_in_s": 9e6}}}])
def test_one_existing_vault_is_within_the_budget(surveyor: Start, world: dict[str, Any]) -> None:
    person = surveyor("completed", estate=world)
    person.take()
    asked = person.asked()
    assert len(asked) <= BUDGET
    twice = [path for path, times in Counter((each["path"], each["query"]) for each in asked).items() if times > 1]
    # Two tokens of Microsoft's, for Graph and the vault; and the vault is asked first which token it takes.
    assert [path.rpartition("/")[2] for path, _ in twice] in (["token"], ["token", ""], ["", "token"])
    assert Counter(each["service"] for each in asked)["entra"] == 3


@pytest.mark.parametrize("choices", [EXISTING, NEW, TAKEN], ids=["existing", "new", "taken"])
@pytest.mark.parametrize("scenario", [name for name, _ in list_scenarios() if name != "big-tenant"])
def test_no_scenario_is_changed_by_a_survey(surveyor: Start, scenario: str, choices: Choices) -> None:
    tenant = {"tenant": FABRIKAM} if scenario == "wrong-tenant" else {}
    person = surveyor(scenario, **tenant)
    if scenario == "throttled":
        person.practice.control("DELETE", "faults")  # how often a read is repeated is tested with waiting
    before = person.practice.control("GET", "state")["applied"]
    survey = person.take(choices)
    assert person.practice.control("GET", "state")["applied"] == before
    assert person.applied == []
    assert survey.account == person.azure.account


def test_a_new_vault_is_looked_at_from_where_it_will_lie(surveyor: Start) -> None:
    survey = surveyor("happy").take(NEW)
    assert survey.vault is None
    assert isinstance(survey.vault_name, VaultName)
    assert survey.vault_name.available
    assert (survey.deleted_vault, survey.denials, survey.locks, survey.app) == (None, (), (), None)
    assert survey.rights_scope.endswith(f"/resourceGroups/{GROUP}")
    assert survey.configuration is None
    inside = [survey.key, survey.key_names, survey.diagnostics, survey.data_access, survey.assignments]
    assert inside == [NOT_READ] * 5


def test_without_a_resource_group_the_subscription_counts(surveyor: Start) -> None:
    place = msgspec.structs.replace(NEW.azure, resource_group="rg-new")
    survey = surveyor("happy").take(msgspec.structs.replace(NEW, azure=place))
    assert (survey.group, survey.vault) == (None, None)
    assert survey.rights_scope == f"/subscriptions/{SUBSCRIPTION}"


def test_what_was_not_chosen_is_not_asked(surveyor: Start) -> None:
    person = surveyor("completed")
    survey = person.take(Choices(), given=False)
    assert {each["service"] for each in person.asked()} <= {"entra", "graph"}
    assert (survey.subscription, survey.vault, survey.registration, survey.rights) == (NOT_READ,) * 4
    person.take(Choices(msgspec.structs.replace(EXISTING.azure, resource_group="")), given=False)
    assert not any("/vaults" in each["path"] for each in person.asked())


def test_the_subscription_is_read_where_it_was_not(surveyor: Start) -> None:
    person = surveyor("completed")
    survey = person.take(given=False)
    assert survey.subscription == person.take().subscription
    gone = msgspec.structs.replace(EXISTING.azure, subscription="3c7e9a15-4d2b-4f68-a1c0-9e8d7b6a5f04")
    survey = person.take(msgspec.structs.replace(EXISTING, azure=gone), given=False)
    assert isinstance(survey.subscription, NotKnown)
    assert survey.subscription.code == "SubscriptionNotFound"


def test_a_guest_is_known(surveyor: Start) -> None:
    survey = surveyor("wrong-tenant", tenant=FABRIKAM).take(NEW)
    assert not isinstance(survey.account, NotKnown)
    assert (survey.account.guest, survey.account.personal) == (True, False)
    assert not surveyor("happy").azure.account.guest


def test_a_personal_account_is_known(surveyor: Start, tmp_path: Path) -> None:
    scenario = tmp_path / "personal.toml"
    scenario.write_text('[directory.users.alice]\npersonal = true\nupn = "alice@outlook.example"\n')
    survey = surveyor(str(scenario)).take(NEW)
    assert not isinstance(survey.account, NotKnown)
    assert (survey.account.guest, survey.account.personal) == (True, True)


@pytest.mark.parametrize(
    ("user", "held"),
    [
        ("alice@contoso.example", ("62e90394-69f5-4237-9190-012177145e10",)),
        ("erin@contoso.example", ("158c047a-c907-4556-b7ef-446551a6b5f7",)),
        ("victor@contoso.example", ()),
    ],
)
def test_the_directory_roles_that_somebody_holds(surveyor: Start, user: str, held: tuple[str, ...]) -> None:
    assert surveyor("completed", user=user).take(given=False).directory_roles == held


@pytest.mark.parametrize("choices", [TAKEN, EXISTING], ids=["the name is taken", "the vault is missing"])
def test_a_deleted_vault_that_holds_the_name_is_found(surveyor: Start, choices: Choices) -> None:
    survey = surveyor("soft-deleted-name").take(choices)
    assert survey.vault is None
    found = survey.deleted_vault
    assert isinstance(found, DeletedVault)
    assert (found.name, found.id, found.location) == (VAULT, VAULT_ID, "westeurope")
    assert found.deleted_at is not None
    assert found.purge_at is not None
    assert found.purge_at - found.deleted_at == timedelta(days=90)


def test_a_name_that_somebody_else_holds_is_just_taken(surveyor: Start) -> None:
    survey = surveyor("name-taken").take(TAKEN)
    assert isinstance(survey.vault_name, VaultName)
    assert survey.vault_name.reason == "AlreadyExists"
    assert survey.deleted_vault is None


def test_a_firewall_names_the_address_under_which_it_saw_us(surveyor: Start) -> None:
    person = surveyor("firewalled", estate={"client_address": "203.0.113.77", "roles": [KEY_READER]})
    survey = person.take()
    assert isinstance(survey.vault, Vault)
    assert (survey.vault.default_action, survey.vault.bypass) == ("Deny", "None")
    assert survey.vault.ip_rules == ("198.51.100.0/24",)
    assert isinstance(survey.data_access, DataAccess)
    assert (survey.data_access.refusal, survey.data_access.client_address) == ("ForbiddenByFirewall", "203.0.113.77")
    assert isinstance(survey.key, Key), "Resource Manager is not subject to the vault's firewall"


def test_who_has_no_role_for_keys_is_told_by_the_vault(surveyor: Start) -> None:
    survey = surveyor("existing-vault").take()
    assert isinstance(survey.data_access, DataAccess)
    assert (survey.data_access.refusal, survey.data_access.client_address) == ("ForbiddenByRbac", "")


def test_a_vault_that_is_still_being_made_is_not_asked(surveyor: Start) -> None:
    person = surveyor("happy", estate={"vault_delay_s": 3600})
    person.azure.vaults.begin_create(SUBSCRIPTION, GROUP, VAULT, "westeurope", CONTOSO, VaultChoice(VAULT), {})
    survey = person.take()
    assert isinstance(survey.vault, Vault)
    assert not survey.vault.ready
    assert isinstance(survey.data_access, NotKnown)
    assert not any(each["service"] == "keyvault" for each in person.asked())


def test_access_policies_are_counted_and_used(surveyor: Start) -> None:
    survey = surveyor("access-policy-vault").take()
    assert isinstance(survey.vault, Vault)
    assert not survey.vault.rbac
    assert len(survey.vault.access_policies) == 2
    assert survey.data_access == DataAccess(recovery_level="Recoverable")


def test_a_lock_is_found_where_it_lies(surveyor: Start) -> None:
    survey = surveyor("locked").take()
    assert not isinstance(survey.locks, NotKnown)
    (lock,) = survey.locks
    assert (lock.name, lock.level, lock.notes) == ("hands-off", "ReadOnly", "Ask the platform team")
    assert lock.scope == f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"


LOGGED = f"""
[estate.workspaces.log-security]
group = "{GROUP}"
location = "westeurope"
[estate.vaults.{VAULT}]
group = "{GROUP}"
location = "westeurope"
diagnostics = ["log-security"]
"""


def test_where_the_logs_go(surveyor: Start, tmp_path: Path) -> None:
    scenario = tmp_path / "logged.toml"
    scenario.write_text(LOGGED)
    survey = surveyor(str(scenario)).take()
    assert not isinstance(survey.diagnostics, NotKnown)
    (setting,) = survey.diagnostics
    assert setting.audit
    assert setting.destination.lower().endswith("/workspaces/log-security")
    assert surveyor("completed").take().diagnostics == ()


@pytest.mark.parametrize(("scenario", "may_activate"), [("no-rights", set()), ("pim-eligible", {"Owner"})])
def test_a_missing_right_may_be_one_to_activate(surveyor: Start, scenario: str, may_activate: set[str]) -> None:
    survey = surveyor(scenario).take(NEW)
    assert not isinstance(survey.rights, NotKnown)
    assert not allows(survey.rights, VAULT_WRITE)
    assert not allows(survey.rights, ASSIGNMENT_WRITE)
    assert not isinstance(survey.eligible, NotKnown)
    assert may_activate <= {each.role_name for each in survey.eligible}
    assert bool(survey.eligible) == bool(may_activate)


def test_a_condition_on_ones_own_role_is_read(surveyor: Start) -> None:
    condition = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})))"
    role = {"principal": "alice", "role": "Role Based Access Control Administrator", "scope": VAULT}
    survey = surveyor("existing-vault", estate={"roles": [{**role, "condition": condition}]}).take()
    assert not isinstance(survey.own_assignments, NotKnown)
    assert condition in {each.condition for each in survey.own_assignments}


def test_azure_policy_is_asked_about_all_that_is_to_be_made(surveyor: Start) -> None:
    person = surveyor(
        "policy-denies",
        estate={
            "policies": [{"name": "Keys end", "kind": "keys-must-expire", "scope": f"/subscriptions/{SUBSCRIPTION}"}]
        },
    )
    survey = person.take(NEW)
    assert not isinstance(survey.denials, NotKnown)
    assert {(each.what, each.policy) for each in survey.denials} == {
        ("vault", "Data stays in North Europe"),
        ("vault", "Every vault names its owner"),
        ("key", "Keys end"),
    }
    by_name = {each.policy: each for each in survey.denials}
    assert by_name["Data stays in North Europe"].reason == "location is westeurope (not in: northeurope)"
    assert by_name["Keys end"].assignment.startswith(f"/subscriptions/{SUBSCRIPTION}/providers/")


def test_a_key_that_is_missing_may_be_a_deleted_one(surveyor: Start) -> None:
    deleted = {"keys": {f"{VAULT}/{KEY}": {"deleted": True}}, "roles": [KEY_READER]}
    survey = surveyor("existing-vault", estate=deleted).take()
    assert (survey.key, survey.key_names, survey.deleted_key) == (None, (), True)
    assert survey.data_access == DataAccess()
    survey = surveyor("existing-vault", estate={"roles": [KEY_READER]}).take(OTHER_KEY)
    assert (survey.key, survey.deleted_key) == (None, False)


@pytest.mark.parametrize(
    ("rotation", "known"),
    [({"after": "P18M", "expires": "P2Y"}, RotationPolicy(True, "P18M")), (None, RotationPolicy(False))],
)
def test_how_a_key_with_an_end_is_rotated(surveyor: Start, rotation: Any, known: RotationPolicy) -> None:
    change = {"expires_in_s": 9e6, "rotation": rotation}
    survey = surveyor("completed", estate={"keys": {f"{VAULT}/{KEY}": change}, "roles": [KEY_READER]}).take()
    assert isinstance(survey.key, Key)
    assert survey.key.expires is not None
    assert survey.rotation == known


def test_a_rotation_that_resource_manager_shows_needs_no_role_for_keys(surveyor: Start) -> None:
    rotation = {"expires_in_s": 9e6, "rotation": {"after": "P18M", "expires": "P2Y"}}
    survey = surveyor("completed", estate={"keys": {f"{VAULT}/{KEY}": rotation}}).take()
    assert survey.rotation == RotationPolicy(True, "P18M")
    plain = surveyor("completed", estate={"keys": {f"{VAULT}/{KEY}": {"expires_in_s": 9e6}}}).take()
    assert isinstance(plain.rotation, NotKnown)
    assert "Key Vault Reader" in plain.rotation.why


def test_the_role_of_an_app_that_is_no_more_is_found(surveyor: Start) -> None:
    person = surveyor("completed", directory={"service_principals": {ADOBE_APP: None}})
    survey = person.take()
    assert survey.app is None
    assert survey.missing_principals == ("acbe5000-4b5c-4d6e-8f70-1a2b3c4d5e08",)
    person.practice.cloud.world.directory.create_service_principal(EXISTING.azure.tenant, ADOBE_APP)
    person.practice.control("POST", "clock", {"advance_s": 60})
    survey = person.take()
    assert isinstance(survey.app, App)
    assert survey.missing_principals == ("acbe5000-4b5c-4d6e-8f70-1a2b3c4d5e08",)
