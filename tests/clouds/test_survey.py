"""The survey on a practice cloud: the facts of each scenario, without a single change."""

from __future__ import annotations

from collections.abc import Callable

from cmkwizard.core.facts import App, Configuration, Key, Vault
from tests.clouds.survey_support import KEY, VAULT_ID, Surveyor, surveyor

__all__ = ["surveyor"]

BUDGET = 25
"""Requests, tokens included, for one existing vault."""


def test_a_set_up_that_works_is_read_whole_within_the_budget(surveyor: Callable[..., Surveyor]) -> None:
    person = surveyor("completed")
    survey = person.take()
    assert isinstance(survey.vault, Vault)
    assert isinstance(survey.key, Key)
    assert isinstance(survey.app, App)
    assert isinstance(survey.configuration, Configuration)
    assert (survey.vault.id, survey.key.name, survey.key_names) == (VAULT_ID, KEY, (KEY,))
    assert (survey.provider, survey.locks, survey.denials, survey.missing_principals) == (True, (), (), ())
    assert survey.rights_scope == VAULT_ID
    assert len(person.asked()) <= BUDGET
    assert person.applied == {}
