"""Watching: every cause that Adobe lists, the key's end and every drift is told, once, until it has gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.alerts import ALERTS
from cmkwizard.core.history import What
from cmkwizard.core.status import Status
from cmkwizard.core.watch_alerts import AlertKind, Urgency
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.watching.rounds import standing, watch
from tests.journeys.fix_cases import ADOBE, HSM, key, vault
from tests.journeys.fix_support import EXISTING_ANSWERS, VAULT, opened
from tests.journeys.repair_cases import CAUSES, ROLE, ROLE_GONE, Cause
from tests.journeys.setup_support import Rehearsal
from tests.journeys.watch_support import Patient, access, ids, seen, watched_once, watching

Rehearse = Callable[..., Rehearsal]
CUT_OFF = "purge your organisation's data"
ORGANISATION = "4D1F2C3B5A6978877F000101@AdobeOrg"
DAY = timedelta(days=1)
LOCK = {"name": "keep", "scope": VAULT, "level": "CanNotDelete"}
LET_IN = {"directory": {"service_principals": {ADOBE: {"consent": "contoso"}}}}
FIRST = {
    "key disabled": "K04",
    "key not yet active": "K05",
    "key expired": "K06",
    "key expired, put right elsewhere": "K06",
    "wrapping taken away": "K07",
    "both operations taken away": "K07",
    "key deleted": "K10",
    "key deleted, and nobody has a role on the keys": "K01",
    "role removed": "P05",
    "role replaced by another": "P05",
    "vault deleted": "V03",
    "vault switched to access policies": "V08",
    "firewall without trusted services": "W02",
    "firewall without Adobe's address": "W03",
    "firewall without either": "W02",
    "public access turned off": "W01",
    "app turned off": "P01",
    "app deleted, and accepted again": "P01",
    "object id of the app changed": "P05",
}
"""What is told first of each cause: what a look can see without a role on the keys."""


def test_a_set_up_that_is_well_has_nothing_to_tell(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        before = run.services.guard.requests
        watched = watched_once(run)
        assert watched.look.status is Status.COMPLETED
        assert (watched.standing, watched.told, watched.look.failures) == ((), (), ())
        assert run.services.guard.requests - before <= 10, "a look is gentle"
        before = run.services.guard.requests
        watched_once(run)
        assert run.services.guard.requests - before <= 8
    assert rehearsal.applied == {}


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_a_cause_that_adobe_lists_is_told_once_and_cleared_when_it_is_gone(rehearse: Rehearse, cause: Cause) -> None:
    rehearsal = rehearse("completed")
    if cause.before:
        rehearsal.change(**cause.before)
    with watching(rehearsal, cause.text) as run:
        rehearsal.change(**cause.world)
        watched = watched_once(run)
        first = watched.told[0]
        assert first.id == f"access:{FIRST[cause.name]}"
        assert first.kind is AlertKind.ACCESS
        firewall = first.id.startswith("access:W")
        assert first.urgency is (Urgency.WARNING if first.id in ("access:W01", "access:W03") else Urgency.CRITICAL)
        assert CUT_OFF in first.sentence
        assert ("no promise" in first.sentence) is firewall, "what Adobe writes of firewalls is said, and not promised"
        assert first.remedy
        assert first.adobe_alert in {each.code for each in ALERTS}
        again = watched_once(run)
        assert again.told == ()
        assert again.standing == watched.standing


def test_what_is_mended_is_no_longer_told_and_told_anew_when_it_comes_back(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.change(**key(enabled=False))
        assert [each.id for each in watched_once(run).told] == ["access:K04"]
        rehearsal.change(**key(enabled=True))
        assert watched_once(run).standing == ()
        rehearsal.change(**key(enabled=False))
        assert [each.id for each in watched_once(run).told] == ["access:K04"]


def test_what_was_told_is_not_told_again_after_a_restart(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.change(**key(enabled=False))
        told = watched_once(run).told
        assert told
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        assert standing(run.observations, "practice", ORGANISATION) == told, "without a look, from the records alone"
        watched = watched_once(run)
        assert (watched.told, watched.standing) == ((), told)


def test_two_things_are_told_each_once(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.change(**key(enabled=False))
        watched_once(run)
        rehearsal.change(**ROLE_GONE)
        watched = watched_once(run)
        assert [each.id for each in watched.told] == ["access:P05"]
        assert access(watched) == ["access:K04", "access:P05"], "Adobe's own order"


@pytest.mark.parametrize(("days", "told"), [(91, None), (89, 90), (31, 90), (29, 30), (8, 30), (6.5, 7)], ids=str)
def test_the_end_of_the_key_is_told_at_three_distances(rehearse: Rehearse, days: float, told: int | None) -> None:
    rehearsal = rehearse("completed")
    rehearsal.change(**key(expires_in_s=days * 86_400))
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        watched = watched_once(run)
        expiring = [each for each in watched.told if each.kind is AlertKind.EXPIRING]
        assert [each.id.split(":")[1] for each in expiring] == ([] if told is None else [str(told)])
        if told is not None:
            assert f"within {told} days" in expiring[0].sentence
            assert CUT_OFF in expiring[0].sentence
            assert expiring[0].urgency is (Urgency.CRITICAL if told == 7 else Urgency.WARNING)


def test_each_distance_is_told_once_as_time_goes_by(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    rehearsal.change(**key(expires_in_s=99.5 * 86_400))
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        now = run.clock()
        told: dict[int, list[str]] = {}
        for day in range(102):
            run.clock = lambda day=day: now + day * DAY  # type: ignore[misc]
            for each in watched_once(run).told:
                told.setdefault(day, []).append(each.id.rpartition(":")[0])
    assert told == {10: ["expiring:90"], 70: ["expiring:30"], 93: ["expiring:7"], 100: ["access"]}


def test_a_rotated_key_is_told_late(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        rehearsal.change(**key(expires_in_s=80 * 86_400, rotation={"before": "P30D", "expires": "P90D"}))
        assert watched_once(run).standing == ()
        rehearsal.change(**key(expires_in_s=20 * 86_400))
        assert "expiring:30" in ids(watched_once(run))


DRIFTS = [
    (
        vault(default_action="Deny", bypass="AzureServices", addresses=["20.88.123.53/32"]),
        "vault",
        "firewall's default",
    ),
    (key(rotate=True), "key", "identifier"),
    (key(operations=["wrapKey", "unwrapKey", "sign"]), "key", "operations"),
]


@pytest.mark.parametrize(("world", "thing", "field"), DRIFTS, ids=lambda each: each if isinstance(each, str) else "")
def test_drift_is_told_against_the_baseline(rehearse: Rehearse, world: dict[str, Any], thing: str, field: str) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.change(**world)
        watched = watched_once(run)
        assert ids(watched) == [f"drift:{thing}"]
        (alert,) = watched.told
        assert field in alert.sentence
        assert watched_once(run).told == ()


def test_a_drift_that_goes_on_is_told_again(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.change(**key(operations=["wrapKey", "unwrapKey", "sign"]))
        first = watched_once(run).told
        rehearsal.change(**key(operations=["wrapKey", "unwrapKey", "sign", "verify"]))
        second = watched_once(run).told
        assert len(first) == len(second) == 1
        assert first[0].id != second[0].id


def test_a_lock_that_is_gone_is_told_only_where_there_was_one(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    rehearsal.change(estate={"locks": [LOCK]})
    with watching(rehearsal) as run:
        assert watched_once(run).standing == ()
        rehearsal.change(estate={"locks": [{**LOCK, "remove": True}]})
        assert [each.title for each in watched_once(run).told] == ["The vault's lock is gone"]
        watched = watched_once(run)
        assert (ids(watched), watched.told) == (["drift:lock"], ())
        rehearsal.change(estate={"locks": [LOCK]})
        assert watched_once(run).standing == ()


def test_a_managed_hsm_is_watched_by_its_own_roles(rehearse: Rehearse) -> None:
    rehearsal = rehearse("managed-hsm")
    assert rehearsal.run(HSM).word == "COMPLETED"
    with watching(rehearsal, HSM) as run:
        assert watched_once(run).standing == ()
        assert len(seen(run, What.BASELINE)) == 1
        role = {"principal": ADOBE, "role": "Managed HSM Crypto Service Encryption User", "scope": "/keys"}
        rehearsal.change(estate={"managed_hsms": {"hsm-contoso": {"roles": [{**role, "remove": True}]}}})
        assert [each.id for each in watched_once(run).told] == ["access:P09"]


def test_nothing_is_told_before_anything_was_submitted(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault")
    with watching(rehearsal) as run:
        rehearsal.change(**key(enabled=False))
        watched = watched_once(run)
        assert watched.look.status is Status.NOT_SUBMITTED
        assert watched.standing == ()


def test_the_watch_tells_when_adobe_has_finished(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault", speed=1.0)
    rehearsal.change(adobe={"running_s": 3600, "updating_s": 7200, "completed_s": 7200}, **LET_IN)
    rehearsal.change(estate={"roles": [ROLE]})
    rehearsal.cloud.world.clock.advance(600)  # until the directory shows it
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        run.pace = pace = Patient(run.cancel)
        handed_in(run)
        looks = watch(run)
        first = next(looks)
        assert (first.look.status is Status.COMPLETED, first.told) == (False, ())
        assert 0.9 * 300 <= first.again_in_s <= 1.1 * 300, "sooner while Adobe is not done"
        rehearsal.cloud.world.clock.advance(10_000)
        second = next(looks)
        assert sum(pace.waits) >= first.again_in_s
        assert [(each.id, each.urgency) for each in second.told] == [("completed", Urgency.NEWS)]
        assert 0.9 * 900 <= second.again_in_s <= 1.1 * 900
        assert next(looks).told == ()
        assert len(seen(run, What.BASELINE)) == 1


def test_the_watch_tells_when_adobe_gives_up(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault", speed=1.0)
    rehearsal.change(adobe={"failure_reason": "somebody stumbled"})
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        run.pace = Patient(run.cancel)
        handed_in(run)
        looks = watch(run)
        next(looks)
        rehearsal.cloud.world.clock.advance(100_000)
        failed = next(looks)
        assert failed.told[0].kind is AlertKind.FAILED
        assert failed.told[0].urgency is Urgency.CRITICAL
        assert next(looks).told == ()
        assert seen(run, What.BASELINE) == []


def handed_in(run: SetupRun) -> None:
    azure, name = run.choices.azure, run.choices.vault.name
    run.seen.vault = run.azure.vaults.get_vault(azure.subscription, azure.resource_group, name)
    found = run.azure.keys.get_key(run.vault, run.choices.key.name)
    assert found is not None
    run.adobe.submit(run.choices.adobe.configuration, found.identifier)
