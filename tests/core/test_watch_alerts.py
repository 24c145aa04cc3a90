"""What a watch tells, as the history keeps it: read back as it was, and what another version wrote is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cmkwizard.core.look import Look
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.survey import NotKnown, Survey
from cmkwizard.core.watch_alerts import AlertKind, Known, Urgency, WatchAlert, as_value, from_value, news
from cmkwizard.core.watch_rules import after, alerts
from tests.core.survey_support import GOOD as DRAFT
from tests.core.survey_support import KEY, NOW, SUBMITTED

GOOD = replace(DRAFT, configuration=SUBMITTED)

ALERT = WatchAlert("access:K04", AlertKind.ACCESS, Urgency.CRITICAL, "Title", "Sentence.", "Do.", "you", "alert")


def test_what_was_told_is_read_back_as_it_was() -> None:
    kept = json.loads(json.dumps(as_value([ALERT])))
    assert from_value(kept) == (ALERT,)
    assert news(Known(standing=(ALERT,)), [ALERT]) == ()


FOREIGN: list[Any] = [
    {},
    {"alerts": None},
    {"alerts": "all"},
    {"alerts": [None, 7, {}, {"id": "x"}]},
    {"alerts": [{**as_value([ALERT])["alerts"][0], "kind": "of a later version"}]},
]


@pytest.mark.parametrize("value", FOREIGN, ids=str)
def test_what_cannot_be_read_is_left_out(value: Any) -> None:
    assert from_value(value) == ()


def unread(kind: Kind, service: str = "Azure") -> NotKnown:
    return NotKnown("It could not be read.", Problem(kind, f"{service} did not answer."))


READ = ("configuration", "registration", "vault", "key", "app", "assignments")


@pytest.mark.parametrize("kind", [Kind.UNREACHABLE, Kind.UNTRUSTED])
def test_only_where_nobody_answers_the_network_is_lost(kind: Kind) -> None:
    lost: dict[str, Any] = dict.fromkeys(READ, unread(kind))
    assert Look(replace(GOOD, **lost)).network_lost
    for name in READ:
        fact = getattr(GOOD, name)
        assert not Look(replace(GOOD, **{**lost, name: fact})).network_lost, f"{name} was answered"
        assert not Look(replace(GOOD, **{**lost, name: unread(Kind.PERMISSION)})).network_lost, "a refusal is an answer"
    assert not Look(Survey(NOW, GOOD.choices)).network_lost, "nobody was asked"


def test_a_look_that_sees_nothing_mends_nothing() -> None:
    kinds = [Kind.UNREACHABLE, Kind.PERMISSION, Kind.SIGN_IN, Kind.THROTTLED]
    gone = Look(replace(GOOD, key=None, deleted_key=False))
    known = Known(configuration=SUBMITTED)
    standing = alerts(known, gone)
    assert [each.id for each in standing] == ["access:K01"]
    known = after(known, gone, standing)
    for kind in kinds:
        lost: dict[str, Any] = dict.fromkeys(READ, unread(kind))
        blind = Look(replace(GOOD, **lost))
        told = alerts(known, blind)
        assert "access:K01" in {each.id for each in told}
        known = after(known, blind, told)
    assert [each.id for each in alerts(known, Look(GOOD))] == []


def test_sentences_name_dates_and_stay_as_they_were_said() -> None:
    ends = replace(GOOD, key=replace(KEY, expires=datetime(2027, 1, 1, tzinfo=UTC)))
    for days in (40, 50, 60):
        later = replace(ends, at=datetime(2027, 1, 1, tzinfo=UTC) - timedelta(days=days))
        (alert,) = [each for each in alerts(Known(), Look(later)) if each.kind is AlertKind.EXPIRING]
        assert alert.sentence.startswith("The key cmk expires on 2027-01-01, within 90 days.")
