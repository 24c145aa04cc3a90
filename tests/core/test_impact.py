"""What taking Adobe's access away would do: told from facts alone, and not at all while one is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.built_in_roles import CRYPTO_OFFICER, CRYPTO_USER, HSM_CRYPTO_SERVICE_ENCRYPTION_USER, OWNER, READER
from cmkwizard.core.facts import Assignment, Lock
from cmkwizard.core.impact import WINDOWS, Impact, impact_of
from cmkwizard.core.key_access import access_left
from cmkwizard.core.revocation_effects import OTHER_TIMES, PURGE_SOURCE, PURGE_WARNING
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.survey import NOT_READ, NotKnown, Survey
from tests.core.survey_support import (
    APP,
    APPLICATION,
    CHOICES,
    GROUP,
    KEY,
    NEW,
    NOW,
    ORGANISATION,
    OWNERSHIP,
    ROLE,
    SECRETIVE,
    SUBMITTED,
    SUBSCRIPTION,
    VAULT,
    choosing,
    having,
)

DONE = having(configuration=SUBMITTED, locks=())
MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/mg-1"


def assigned(scope: str, role: str = CRYPTO_SERVICE_ENCRYPTION_USER, principal: str = APP.object_id) -> Assignment:
    """Another assignment than the usual one."""
    name = f"{scope}|{role}|{principal}"
    return Assignment(f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", name, scope, role, principal)


def with_roles(*more: Assignment, survey: Survey = DONE) -> Impact:
    return impact_of(replace(survey, assignments=(ROLE, OWNERSHIP, *more)))


def test_everything_that_would_go_and_what_it_is_about() -> None:
    impact = impact_of(DONE)
    assert impact.ready
    assert impact.assignment == ROLE
    assert (impact.organisation, impact.configuration, impact.status) == (ORGANISATION, "adobe-cmk", "COMPLETED")
    assert (impact.vault_id, impact.vault_name, impact.key_name) == (VAULT.id, "kv-adobe", "cmk")
    assert (impact.key_identifier, impact.application_id, impact.app_object_id) == (
        KEY.identifier,
        APPLICATION,
        APP.object_id,
    )
    assert (impact.others, impact.locks, impact.reasons, impact.other_keys) == ((), (), (), ())


FACTS = ("vault", "app", "registration", "configuration", "key", "key_names", "locks", "assignments")


@pytest.mark.parametrize("missing", [SECRETIVE, NOT_READ], ids=["refused", "not looked at"])
@pytest.mark.parametrize("fact", FACTS)
def test_one_fact_that_is_not_known_is_named_and_keeps_it_off(fact: str, missing: NotKnown) -> None:
    impact = impact_of(having(DONE, **{fact: missing}))
    assert not impact.ready
    assert impact.unread
    assert impact.reasons == impact.unread
    assert all(each.endswith(".") for each in impact.unread)
    if missing is SECRETIVE:
        assert SECRETIVE.why in impact.unread


def test_what_adobes_app_holds_has_to_be_known_too() -> None:
    assert impact_of(DONE, SECRETIVE).unread == (SECRETIVE.why,)


def test_facts_that_say_nothing_about_adobes_access_do_not_keep_an_emergency_waiting() -> None:
    others = ("diagnostics", "denials", "rotation", "rights", "eligible", "directory_roles", "data_access", "provider")
    assert impact_of(having(DONE, **dict.fromkeys(others, SECRETIVE))).ready


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vault": None}, "There is no vault kv-adobe"),
        ({"app": None}, "Adobe's app is not in your directory"),
        ({"assignments": (OWNERSHIP,)}, "there is nothing to take away"),
    ],
)
def test_where_there_is_nothing_to_remove_it_is_said(changes: dict[str, Any], words: str) -> None:
    impact = impact_of(having(DONE, **changes))
    assert not impact.ready
    assert words in impact.reasons[0]


def test_nothing_chosen_is_not_ready_either() -> None:
    assert not impact_of(NEW).ready
    assert not impact_of(Survey(NOW, CHOICES)).ready


def test_the_nearest_role_goes_first_and_an_inherited_one_is_told() -> None:
    inherited = assigned(GROUP)
    impact = with_roles(inherited, assigned(SUBSCRIPTION))
    assert impact.assignment == ROLE
    assert [(each.how, each.adobe, each.scope) for each in impact.others] == [
        ("inherited", True, GROUP),
        ("inherited", True, SUBSCRIPTION),
    ]
    alone = impact_of(replace(DONE, assignments=(assigned(SUBSCRIPTION), inherited)))
    assert alone.assignment == inherited
    assert any("The role lies on the resource group rg-cmk" in each.sentence for each in alone.consequences)


def test_above_the_subscription_nothing_is_removed() -> None:
    impact = impact_of(replace(DONE, assignments=(assigned(MANAGEMENT_GROUP),)))
    assert impact.assignment is None
    assert "the management group mg-1" in impact.reasons[0]


def test_wider_roles_and_roles_of_ones_own_are_ways_for_adobe() -> None:
    own = "12121212-0000-4000-8000-000000000012"
    impact = with_roles(assigned(VAULT.id, CRYPTO_OFFICER), assigned(GROUP, own), assigned(VAULT.id, READER))
    assert [(each.how, each.role) for each in impact.adobe_keeps] == [
        ("other role", CRYPTO_OFFICER),
        ("other role", own),
    ]


def test_others_who_can_use_the_key_are_told_after_adobe() -> None:
    impact = with_roles(
        assigned(VAULT.id, CRYPTO_USER, "somebody"), assigned(VAULT.id, OWNER, "an owner"), assigned(GROUP)
    )
    assert [(each.principal_id, each.adobe) for each in impact.others] == [(APP.object_id, True), ("somebody", False)]


def test_a_role_through_a_group_and_one_on_a_single_key_come_from_what_the_app_holds() -> None:
    group, single = assigned(VAULT.id, CRYPTO_USER, "a group"), assigned(f"{VAULT.id}/keys/cmk")
    impact = impact_of(replace(DONE, assignments=(ROLE, group)), (ROLE, group, single))
    assert {(each.how, each.scope) for each in impact.adobe_keeps} == {
        ("group", VAULT.id),
        ("direct", f"{VAULT.id}/keys/cmk"),
    }
    assert any("through the group a group" in each.sentence for each in impact.others)


def test_access_policies_count_where_the_vault_goes_by_them() -> None:
    vault = replace(VAULT, rbac=False, access_policies=(APP.object_id, "somebody"))
    impact = impact_of(having(DONE, vault=vault))
    assert [(each.how, each.adobe) for each in impact.others] == [("access policy", True), ("access policy", False)]


def test_other_keys_of_the_vault_go_with_a_role_on_the_vault() -> None:
    impact = impact_of(having(DONE, key_names=("cmk", "analytics")))
    assert impact.other_keys == ("analytics",)
    assert any("analytics" in each.sentence for each in impact.consequences)


def test_locks_in_the_way_are_those_at_the_assignment_or_above_it() -> None:
    locks = (Lock("keep", "CanNotDelete", GROUP), Lock("other", "ReadOnly", f"{GROUP}/providers/x/y/z"))
    impact = impact_of(having(DONE, locks=locks))
    assert [each.name for each in impact.locks] == ["keep"]
    assert "on the resource group rg-cmk" in impact.lock_sentences[0]
    assert "owner of the subscription" in impact.lock_sentences[0]


def test_a_managed_hsm_has_roles_of_its_own_that_no_lock_reaches() -> None:
    def local(scope: str, role: str = HSM_CRYPTO_SERVICE_ENCRYPTION_USER) -> Assignment:
        name = f"{scope}{role}"
        return Assignment(f"{scope}/{name}", name, scope, role, APP.object_id)

    chosen = choosing(DONE, vault={"kind": "managed-hsm"})
    survey = having(chosen, vault=replace(VAULT, managed_hsm=True), locks=(Lock("keep", "CanNotDelete", VAULT.id),))
    assert "who holds which role" in impact_of(survey).unread[0].lower()
    survey = replace(survey, local_assignments=(local("/keys/cmk"), local("/"), local("/keys")))
    impact = impact_of(survey)
    assert impact.ready
    assert impact.assignment is not None
    assert (impact.assignment.scope, impact.locks) == ("/keys", ())
    assert [each.how for each in impact.others] == ["local", "local"]
    assert impact.others[0].sentence.endswith(("the key cmk", "the whole Managed HSM"))


def test_what_is_left_afterwards_counts_the_next_role_too() -> None:
    after = replace(DONE, assignments=(assigned(GROUP),))
    left = access_left(after, (), ROLE)
    assert not isinstance(left, NotKnown)
    assert [each.how for each in left] == ["inherited"]
    assert access_left(after, SECRETIVE, ROLE) is SECRETIVE


def test_the_times_have_their_source_and_none_is_promised() -> None:
    assert [window.latest for window in WINDOWS] == [timedelta(hours=24), timedelta(days=7), None, None]
    assert all(window.earliest < timedelta(hours=1) for window in WINDOWS)
    assert all("2026-11-23" in window.source and "overview" in window.source for window in WINDOWS)
    names = " ".join(window.store for window in WINDOWS)
    assert "URL shortener" in names
    assert "Edge projections" in names


def test_consequences_are_grouped_and_the_purge_is_among_what_may_not_come_back() -> None:
    consequences = impact_of(DONE).consequences
    kinds = [each.kind for each in consequences]
    assert kinds == sorted(kinds, key=["can be given back", "may not come back", "cannot be undone"].index)
    assert set(kinds) == {"can be given back", "may not come back", "cannot be undone"}
    (purge,) = [each for each in consequences if "may purge it" in each.sentence]
    assert purge.kind == "may not come back"
    assert "alert resolution reference, state of 2026-11-23" in purge.source
    assert ORGANISATION in purge.sentence
    promised = " ".join(each.sentence for each in consequences).lower()
    assert not [each for each in ("you can undo", "comes back", "at any time", "reversible") if each in promised]


def test_where_adobe_contradicts_itself_each_text_is_quoted_with_its_source_and_date() -> None:
    for said in ("purges the data", "as recoverable", "simply be allowed again", "Ask Adobe"):
        assert said in PURGE_WARNING
    for source in ("alert resolution reference, state of 2026-11-23", "overview, state of 2026-11-23"):
        assert source in PURGE_SOURCE
    for said in ("about 5 minutes", "5 to 10 minutes", "45 to 50 minutes"):
        assert said in OTHER_TIMES
