"""The survey of a Managed HSM: activation, its keys, the roles that it keeps itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from cmkwizard.core.choices import KeyChoice, VaultChoice
from cmkwizard.core.facts import App, Key, Vault
from cmkwizard.core.survey import NOT_READ, DataAccess, NotKnown
from tests.clouds.survey_support import ADOBE_APP, CONTOSO, EXISTING, GROUP, KEY, SUBSCRIPTION, Surveyor, surveyor

__all__ = ["surveyor"]

Start = Callable[..., Surveyor]
HSM = "hsm-contoso"
HSM_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.KeyVault/managedHSMs/{HSM}"
ENCRYPTION_USER = "33413926-3206-4cdd-b39a-83574fe37a17"
CHOICES = msgspec.structs.replace(
    EXISTING, vault=VaultChoice(HSM, kind="managed-hsm", create=False), key=KeyChoice(KEY, "RSA-HSM")
)
BUDGET = 25


def consented(person: Surveyor) -> App:
    """Adobe's app, as another administrator's consent would add it."""
    person.practice.cloud.world.directory.create_service_principal(CONTOSO, ADOBE_APP)
    person.practice.control("POST", "clock", {"advance_s": 60})
    app = person.azure.directory.get_app(ADOBE_APP)
    assert app is not None
    return app


def change(person: Surveyor, **table: Any) -> None:
    person.practice.control("PATCH", "world", {"estate": {"managed_hsms": {HSM: table}}})


def test_a_managed_hsm_without_the_key(surveyor: Start) -> None:
    survey = surveyor("managed-hsm").take(CHOICES)
    hsm = survey.vault
    assert isinstance(hsm, Vault)
    assert (hsm.id, hsm.name, hsm.managed_hsm, hsm.activated, hsm.ready) == (HSM_ID, HSM, True, True, True)
    assert (hsm.soft_delete, hsm.purge_protection, hsm.tenant_id) == (True, True, CONTOSO)
    assert ".managedhsm." in hsm.uri
    assert hsm.uri.endswith("/")
    assert (survey.key, survey.key_names, survey.denials, survey.locks) == (None, (), (), ())
    assert survey.rights_scope == HSM_ID
    assert (survey.app, survey.local_assignments) == (None, ())
    assert survey.vault_name is NOT_READ


def test_the_local_roles_of_adobes_app_alone(surveyor: Start) -> None:
    person = surveyor("managed-hsm")
    app = consented(person)
    assert person.take(CHOICES).local_assignments == ()
    change(person, roles=[{"principal": ADOBE_APP, "role": ENCRYPTION_USER, "scope": f"/keys/{KEY}"}])
    found = person.take(CHOICES).local_assignments
    assert not isinstance(found, NotKnown)
    assert [(each.role, each.scope, each.principal_id) for each in found] == [
        (ENCRYPTION_USER, f"/keys/{KEY}", app.object_id)
    ]


def test_a_key_in_a_managed_hsm_within_the_budget(surveyor: Start) -> None:
    person = surveyor("managed-hsm")
    consented(person)
    before = person.take(CHOICES).vault
    assert isinstance(before, Vault)
    person.azure.keys.create_key(before, CHOICES.key)
    asked = len(person.asked())
    survey = person.take(CHOICES)
    assert isinstance(survey.key, Key)
    assert (survey.key.type, survey.key.size, survey.key_names) == ("RSA-HSM", 3072, (KEY,))
    assert survey.key.identifier.startswith(f"{before.uri}keys/{KEY}/")
    assert survey.data_access == DataAccess(recovery_level="Recoverable")
    tokens_and_the_first_questions = 5
    assert len(person.asked()) - asked + tokens_and_the_first_questions <= BUDGET


def test_before_its_activation_nothing_inside_is_known(surveyor: Start) -> None:
    person = surveyor("managed-hsm")
    consented(person)
    change(person, activated=False)
    survey = person.take(CHOICES)
    assert isinstance(survey.vault, Vault)
    assert not survey.vault.activated
    assert survey.vault.ready
    for fact in (survey.local_assignments, survey.data_access):
        assert isinstance(fact, NotKnown)
        assert "is not activated" in fact.why
    assert not any(each["service"] == "keyvault" for each in person.asked())


def test_who_has_no_local_role_learns_which_would_do(surveyor: Start) -> None:
    person = surveyor("managed-hsm", user="erin@contoso.example")
    person.practice.control(
        "PATCH",
        "world",
        {"estate": {"roles": [{"principal": "erin", "role": "Reader", "scope": f"/subscriptions/{SUBSCRIPTION}"}]}},
    )
    consented(person)
    survey = person.take(CHOICES)
    assert isinstance(survey.vault, Vault)
    assert isinstance(survey.local_assignments, NotKnown)
    assert "Managed HSM Policy Administrator" in survey.local_assignments.why
    assert isinstance(survey.data_access, DataAccess)
    assert survey.data_access.refusal == "ForbiddenByRbac"


@pytest.mark.parametrize("name", ["hsm-other", HSM.upper()])
def test_a_managed_hsm_that_is_not_there(surveyor: Start, name: str) -> None:
    chosen = msgspec.structs.replace(CHOICES, vault=VaultChoice(name, kind="managed-hsm", create=False))
    survey = surveyor("managed-hsm").take(chosen)
    assert (survey.vault is None) is (name == "hsm-other")
    if survey.vault is None:
        assert survey.rights_scope.endswith(f"/resourceGroups/{GROUP}")
        assert (survey.denials, survey.deleted_vault) == ((), NOT_READ)
