"""The rounds of a watch: what cannot be seen is never taken for a lost key, nor for a mended one, and looks are few."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from cmkwizard.core.history import What
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.watch_alerts import AlertKind, Urgency
from cmkwizard.journeys.watching.rounds import watch
from cmkwizard.records.observations import Observations
from tests.journeys.fix_cases import key, vault
from tests.journeys.fix_support import EXISTING_ANSWERS, opened
from tests.journeys.setup_support import Rehearsal, deadline_for
from tests.journeys.watch_support import (
    access,
    cut_network,
    ids,
    restore_network,
    seen,
    watched_once,
    watched_once_each,
    watching,
)

Rehearse = Callable[..., Rehearsal]
CUT_OFF = "purge your organisation's data"


@pytest.mark.parametrize("kind", ["refuse", "timeout_before", "captive_portal", "redirect"])
def test_a_lost_network_is_told_as_such_and_never_as_a_lost_key(rehearse: Rehearse, kind: str) -> None:
    rehearsal = rehearse("completed", deadline_s=deadline_for(kind))
    with watching(rehearsal) as run:
        cut_network(rehearsal, kind)
        first = watched_once_each(run, 3)
        assert [each.look.network_lost for each in first] == [True] * 3
        assert [[alert.id for alert in each.told] for each in first] == [[], ["network"], []]
        (alert,) = first[1].told
        assert alert.urgency is Urgency.WARNING
        assert "says nothing of the key" in alert.sentence
        assert CUT_OFF not in alert.sentence
        restore_network(rehearsal)
        assert watched_once(run).standing == ()


def test_without_any_server_it_is_the_network(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.cloud.stop()
        watched = watched_once_each(run, 2)[-1]
        assert [each.id for each in watched.told] == ["network"]
        assert access(watched) == []
        reach = seen(run, What.REACH)[-1]
        assert (reach.value["kind"], reach.value["service"]) == ("unreachable", "Azure and Adobe")


def test_what_was_told_of_the_key_stands_while_the_network_is_lost(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.change(**key(enabled=False))
        watched_once(run)
        cut_network(rehearsal)
        watched = watched_once_each(run, 2)[-1]
        assert [each.id for each in watched.standing] == ["access:K04", "network"]
        restore_network(rehearsal)
        again = watched_once(run)
        assert ([each.id for each in again.standing], again.told) == (["access:K04"], ())


def test_one_service_that_is_away_is_neither_the_network_nor_a_lost_key(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.fault(fault="refuse", service="arm")
        first, second, third = watched_once_each(run, 3)
        assert not first.look.network_lost
        assert first.told == ()
        assert [each.id for each in second.told] == ["unseen:vault:unreachable"]
        assert third.told == ()
        rehearsal.change(**key(enabled=False))
        restore_network(rehearsal)
        assert ids(watched_once(run)) == ["access:K04"]


def test_a_firewall_that_keeps_this_computer_out_is_the_vaults_own(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.change(**vault(default_action="Deny", bypass="AzureServices", addresses=["20.88.123.53/32"]))
        watched = watched_once(run)
        assert not watched.look.network_lost
        assert ids(watched) == ["drift:vault"], "Adobe is let in: what changed is told, and nothing is lost"
        (alert,) = watched.told
        assert "firewall's default: Allow before, Deny now" in alert.sentence
        rehearsal.change(**key(deleted=True))
        gone = watched_once(run)
        assert not gone.look.network_lost
        assert access(gone) == ["access:K01"], "the vault itself lets nobody look for a deleted key"


def test_a_right_that_was_lost_is_told_and_what_is_not_seen_is_not_mended(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.change(**key(enabled=False))
        watched_once(run)
        rehearsal.fault(fault="status", code=403, service="arm", path="/vaults/", error_code="AuthorizationFailed")
        watched = watched_once(run)
        assert ids(watched) == ["access:K04", "unseen:vault"]
        assert [each.kind for each in watched.told] == [AlertKind.UNSEEN]


def test_a_secret_that_adobe_no_longer_takes_needs_a_sign_in(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal):
        pass
    rehearsal.secret = "no longer Adobe's"
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        watched = watched_once(run)
        assert [each.id for each in watched.told] == ["sign-in:Adobe"]
        rehearsal.change(**key(enabled=False))
        cut = watched_once(run)
        assert CUT_OFF in cut.standing[0].sentence, "what Adobe was given once stays given, though nobody can ask now"
        assert access(cut) == ["access:K04"]


def test_a_service_is_asked_no_earlier_than_it_says(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        rehearsal.fault(fault="status", code=429, retry_after=3600, service="platform", method="GET", times=1)
        before = rehearsal.sent("GET", "/customer/config/experience-platform")
        watched = watched_once_each(run, 1)[0]
        assert watched.again_in_s >= 3600
        assert rehearsal.sent("GET", "/customer/config/experience-platform") - before <= 1, "and nothing is sent twice"


def test_the_way_is_looked_for_less_often_the_longer_it_is_gone(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        cut_network(rehearsal)
        waits = [each.again_in_s for each in watched_once_each(run, 7)]
        assert 54 <= waits[0] <= 66
        assert all(later > 1.4 * earlier for earlier, later in pairwise(waits[:4]))
        assert max(waits) <= 1.1 * 900


def test_a_watch_ends_at_once_when_it_is_asked_to(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed", speed=1.0)
    with watching(rehearsal) as run:
        looks = watch(run)
        next(looks)
        run.cancel.request()
        with pytest.raises(Cancelled):
            next(looks)


def test_a_watch_that_may_not_write_tells_each_thing_once_as_well(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with watching(rehearsal) as run:
        kept = len(run.observations.entries())
        run.observations = Unwritable(run.observations)  # type: ignore[assignment]
        rehearsal.change(**key(enabled=False))
        told = [[alert.id for alert in each.told] for each in watched_once_each(run, 3)]
        assert told == [["access:K04"], [], []]
        assert len(run.observations.entries()) == kept


class Unwritable:
    """Records that another instance of the program writes."""

    def __init__(self, observations: Observations) -> None:
        self._observations = observations

    def __getattr__(self, name: str) -> Any:
        return getattr(self._observations, name)

    def add(self, *_: Any, **__: Any) -> None:
        raise Problem(Kind.STORAGE, "Another cmkwizard holds the records.")
