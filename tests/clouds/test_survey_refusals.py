"""What a survey makes of refusals, outages, and of somebody who asks to stop."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from cmkwizard.core.choices import Choices, KeyChoice
from cmkwizard.core.facts import Registration, Vault
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.survey import NOT_READ, NotKnown
from tests.clouds.survey_support import (
    ADOBE_APP,
    EXISTING,
    GROUP,
    KEY,
    KEY_READER,
    NEW,
    TAKEN,
    VAULT,
    Surveyor,
    surveyor,
)

__all__ = ["surveyor"]

Start = Callable[..., Surveyor]

REFUSED: dict[str, tuple[str, str]] = {
    "provider": ("arm", "/providers/Microsoft.KeyVault$"),
    "regions": ("arm", "/providers/Microsoft.KeyVault$"),
    "group": ("arm", f"/resourceGroups/{GROUP}$"),
    "vault": ("arm", f"/vaults/{VAULT}$"),
    "locks": ("arm", "/locks$"),
    "rights": ("arm", "/permissions$"),
    "own_assignments": ("arm", "/roleAssignments$"),
    "assignments": ("arm", "/roleAssignments$"),
    "diagnostics": ("arm", "/diagnosticSettings$"),
    "key_names": ("arm", "/keys$"),
    "key": ("arm", f"/keys/{KEY}$"),
    "rotation": ("keyvault", "/rotationpolicy$"),
    "app": ("graph", "/servicePrincipals"),
    "directory_roles": ("graph", "/transitiveMemberOf"),
    "registration": ("platform", "/app-registration$"),
    "configuration": ("platform", "/config/"),
}
ESSENTIAL = {"group", "vault", "key", "rotation", "configuration"}
"""What is not there where the service says so."""
FAR_S = 100.0
"""When an exchange would end by itself."""
ADOBE = {"registration", "configuration"}
"""Where it is not the signed-in account that is refused."""
WAYS: dict[str, tuple[dict[str, Any], str]] = {
    "forbidden": ({"fault": "status", "code": 403}, "may not read"),
    "failed": ({"fault": "status", "code": 500}, "could not be read"),
    "not known there": ({"fault": "status", "code": 404, "error_code": "NoRegisteredProviderFound"}, ""),
    "reset": ({"fault": "reset"}, "could not be read"),
}


@pytest.mark.parametrize(
    ("name", "way"),
    [(name, way) for name in REFUSED for way in WAYS if way != "not known there" or name not in ESSENTIAL],
)
def test_what_is_refused_is_not_known_and_the_rest_is(surveyor: Start, name: str, way: str) -> None:
    service, path = REFUSED[name]
    fault, sentence = WAYS[way]
    person = surveyor("completed", estate={"keys": {f"{VAULT}/{KEY}": {"expires_in_s": 9e6}}, "roles": [KEY_READER]})
    person.practice.fault(**fault, service=service, path=path)
    survey = person.take()
    found = getattr(survey, name)
    assert isinstance(found, NotKnown), found
    assert found is not NOT_READ
    assert found.problem is not None
    assert ("could not be read" if name in ADOBE else sentence) in found.why
    assert found.why.count("  ") == 0
    assert person.applied == []
    others = {"subscription": survey.subscription, "account": survey.account}
    assert not any(isinstance(each, NotKnown) for each in others.values())


@pytest.mark.parametrize(
    ("name", "scenario", "choices", "service", "path"),
    [
        ("vault_name", "happy", NEW, "arm", "/checkNameAvailability$"),
        ("deleted_vault", "soft-deleted-name", TAKEN, "arm", "/deletedVaults$"),
        ("denials", "happy", NEW, "arm", "/checkPolicyRestrictions$"),
        ("eligible", "no-rights", NEW, "arm", "/roleEligibilityScheduleInstances$"),
        (
            "deleted_key",
            "existing-vault",
            msgspec.structs.replace(EXISTING, key=KeyChoice("k")),
            "keyvault",
            "/deletedkeys/",
        ),
    ],
)
def test_what_is_seldom_read_can_be_refused_too(
    surveyor: Start, name: str, scenario: str, choices: Choices, service: str, path: str
) -> None:
    person = surveyor(scenario, estate={"roles": [KEY_READER]} if scenario == "existing-vault" else {})
    person.practice.fault(fault="status", code=403, service=service, path=path)
    found = getattr(person.take(choices), name)
    assert isinstance(found, NotKnown)
    assert "may not read" in found.why


def test_principals_that_cannot_be_looked_up_are_not_called_missing(surveyor: Start) -> None:
    person = surveyor("completed", directory={"service_principals": {ADOBE_APP: None}})
    person.practice.fault(fault="status", code=403, service="graph", path="getByIds")
    assert isinstance(person.take().missing_principals, NotKnown)


def test_a_policy_without_a_readable_name_is_called_by_its_id(surveyor: Start) -> None:
    person = surveyor("policy-denies")
    person.practice.fault(fault="status", code=403, service="arm", path="/policyAssignments/")
    survey = person.take(NEW)
    assert not isinstance(survey.denials, NotKnown)
    assert {each.policy for each in survey.denials} == {"allowed-locations", "required-tags"}


def five_times(call: Callable[[], Any]) -> Any:
    """Repeats what fails, as a journey does, without waiting."""
    for _ in range(4):
        with contextlib.suppress(Problem):
            return call()
    return call()


def test_a_service_that_is_away_is_soon_given_up(surveyor: Start) -> None:
    person = surveyor("completed")
    person.practice.fault(fault="reset", service="arm")
    before = len(person.practice.log())
    survey = person.take(read=five_times, given=False)
    assert isinstance(survey.vault, NotKnown)
    assert isinstance(survey.locks, NotKnown)
    assert isinstance(survey.registration, Registration), "the others are asked nevertheless"
    times = Counter(each["path"] for each in person.practice.log(before) if each["service"] == "arm")
    assert max(times.values()) <= 2
    assert sum(times.values()) < 2 * len(times), "what was away a moment ago is asked once"


def test_a_single_miss_is_made_good(surveyor: Start) -> None:
    person = surveyor("completed")
    person.practice.fault(fault="reset", service="arm", path=f"/vaults/{VAULT}$", times=1)
    assert isinstance(person.take(read=five_times).vault, Vault)


def test_a_vault_that_cannot_be_reached_is_asked_once(surveyor: Start) -> None:
    person = surveyor("completed")
    person.practice.fault(fault="reset", service="keyvault")
    survey = person.take(read=five_times)
    assert isinstance(survey.data_access, NotKnown)
    assert Counter(each["fault"] for each in person.asked())["reset"] == 1


def test_a_vault_that_is_asked_too_often_is_not_asked_again_by_the_client(surveyor: Start) -> None:
    person = surveyor("completed")
    person.practice.fault(fault="status", code=429, retry_after=1, service="keyvault")
    survey = person.take()
    assert isinstance(survey.data_access, NotKnown)
    assert survey.data_access.problem is not None
    assert survey.data_access.problem.kind is Kind.THROTTLED
    assert Counter(each["status"] for each in person.asked())[429] == 1


@pytest.mark.parametrize("path", ["app-registration", "/locks$", "/vaults/", "/keys/"])
def test_who_asks_to_stop_does_not_wait_for_an_answer(surveyor: Start, path: str) -> None:
    person = surveyor("completed", deadline_s=FAR_S)
    person.practice.fault(fault="timeout_after", path=path)
    stopped: list[float] = []

    def stop() -> None:
        while not any(each["fault"] for each in person.practice.cloud.world.log.since(person.began)):
            threading.Event().wait(0.01)
        stopped.append(time.monotonic())
        person.cancel.request()

    other = threading.Thread(target=stop)
    other.start()
    with pytest.raises(Cancelled):
        person.take()
    assert time.monotonic() - stopped[0] < FAR_S / 20
    other.join()
    assert person.applied == []
