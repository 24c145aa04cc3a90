"""The pages that change something, without a widget: review, create, consent, submit, status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cmkwizard.core.problems import Kind
from cmkwizard.core.status import Status
from cmkwizard.desktop.models.consent import ConsentModel
from cmkwizard.desktop.models.create import CreateModel
from cmkwizard.desktop.models.review import ReviewModel
from cmkwizard.desktop.models.stages import StageState
from cmkwizard.desktop.models.status import StatusModel
from cmkwizard.desktop.models.submit import SubmitModel
from cmkwizard.desktop.page_model import Busy
from cmkwizard.journeys.watch import StatusSeen
from cmkwizard.practice.faults import Fault
from cmkwizard.practice.person import PracticePerson
from cmkwizard.wiring import PLAYED_PERSON_S
from tests.desktop.rehearsal import GROUP, SUBSCRIPTION, VAULT, Rehearsal, rehearsal


def ready(at: Rehearsal) -> Rehearsal:
    """Signed in, connected, with everything chosen."""
    at.restore()
    at.sign_in()
    at.connect()
    at.choose()
    return at


def review(at: Rehearsal) -> ReviewModel:
    """Make the plan."""
    model = at.keep(ReviewModel(at.setup))
    model.begin()
    at.wait(lambda: model.busy is None)
    return model


def create(at: Rehearsal) -> CreateModel:
    """Create vault and key."""
    model = at.keep(CreateModel(at.setup))
    model.begin()
    assert model.proceed() is model.over
    at.wait(lambda: model.busy is None)
    return model


def consent(at: Rehearsal) -> ConsentModel:
    """Look, give consent and the role."""
    model = at.keep(ConsentModel(at.setup, at.open))
    model.begin()
    at.wait(lambda: model.busy is None)
    model.proceed()
    at.wait(lambda: model.busy is None)
    return model


def submit(at: Rehearsal) -> SubmitModel:
    """Acknowledge and submit."""
    model = at.keep(SubmitModel(at.setup))
    model.begin()
    model.edit_typed(True)
    model.edit_understood(True)
    model.proceed()
    at.wait(lambda: model.busy is None)
    return model


@pytest.fixture
def happy(qtbot: QtBot, tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal(qtbot, tmp_path) as at:
        yield ready(at)


def test_the_whole_way_makes_each_thing_once(happy: Rehearsal) -> None:
    plan = review(happy)
    assert plan.valid
    assert plan.summary.startswith("5 steps change something.")
    assert "az keyvault create" in plan.commands
    assert happy.applied == {}
    made = create(happy)
    assert made.over
    assert made.stages.all_there
    given = consent(happy)
    assert given.over
    assert ("Application id", "e463a445-c6ac-4ca2-b36a-b5146fcf6a52") in given.details
    assert happy.opened[-1].startswith("http://localhost")
    assert "/7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01/" in happy.opened[-1]
    submit(happy)
    assert happy.setup.submitted
    watch = StatusModel(happy.setup)
    told: list[tuple[str, str]] = []
    watch.notified.connect(lambda title, text: told.append((title, text)))
    watch.begin()
    happy.wait(lambda: watch.status.ended)
    assert watch.heading == "COMPLETED"
    assert told == [("Adobe: COMPLETED", "Adobe uses your key for the data stores of all sandboxes.")]
    assert all(stage.state is StageState.DONE for stage in watch.stages)
    assert happy.applied == {
        "consent.grant": 1, "vault.create": 1, "key.create": 1, "role.create": 1, "configuration.create": 1,
    }  # fmt: skip


def test_a_plan_that_is_blocked_cannot_be_gone_on_with(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "no-rights") as at:
        model = review(ready(at))
        assert not model.valid
        assert {row.finding.id for row in model.rows if row.finding.blocks} == {"I05", "I06"}
        assert model.summary.startswith("The set-up cannot begin yet.")
        assert not at.setup.progress().planned


def test_what_differs_from_the_plan_stops_it(happy: Rehearsal) -> None:
    review(happy)
    group = happy.cloud.world.estate.group(SUBSCRIPTION, GROUP)
    assert group is not None
    group.location = "northeurope"  # as another administrator could have it made anew
    model = create(happy)
    assert model.error is not None
    assert model.error.remedy == "Make the plan again and look at it."
    assert happy.applied == {}


def test_cancel_waits_for_the_request_and_says_what_is_done(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, speed=20) as at:
        ready(at)
        review(at)
        model = CreateModel(at.setup)
        model.begin()
        model.proceed()
        asked: list[Busy | None] = []

        def stop() -> None:
            if not asked and model.stages.state("vault") is StageState.RUNNING:
                asked.append(model.busy)
                model.cancel()
                asked.append(model.busy)

        model.changed.connect(stop)  # at once: a moment later the vault may be there
        at.wait(lambda: asked and model.busy is None)
        assert [busy is not None and busy.cancellable for busy in asked] == [True, False]
        assert model.notice.startswith("Stopped.")
        model.proceed()
        at.wait(lambda: model.busy is None)
        assert model.over, model.error and model.error.message
        assert at.applied["vault.create"] == at.applied["key.create"] == 1


def test_what_is_there_already_needs_no_press(happy: Rehearsal) -> None:
    review(happy)
    create(happy)
    review(happy)
    again = CreateModel(happy.setup)
    again.begin()
    assert again.over
    assert again.next_text == "&Next"
    assert happy.setup.key is not None


def test_declined_consent_can_be_given_later(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "consent-declined") as at:
        ready(at)
        review(at)
        create(at)
        model = consent(at)
        assert not model.over
        assert "declined" in model.notice
        at.person._accept, at.services.person_s = True, PLAYED_PERSON_S
        model.proceed()
        at.wait(lambda: model.busy is None)
        assert model.over


def test_another_administrator_can_accept_while_the_window_waits(happy: Rehearsal) -> None:
    review(happy)
    create(happy)
    before = len(happy.opened)
    model = ConsentModel(happy.setup, happy.open)
    model.begin()
    happy.wait(lambda: model.address and model.busy is None)
    model.wait_only()
    happy.person.open(model.address)
    happy.wait(lambda: model.busy is None)
    assert model.over
    assert len(happy.opened) == before


def test_submitting_needs_the_name_and_the_tick_each_time(happy: Rehearsal) -> None:
    model = SubmitModel(happy.setup)
    model.begin()
    assert model.irreversible
    assert model.wanted == VAULT
    may_submit = [model.valid]
    for edit in (model.edit_typed, model.edit_understood):
        edit(True)
        may_submit.append(model.valid)
    model.begin()
    may_submit.append(model.valid)
    assert may_submit == [False, False, True, False]
    assert not happy.setup.choices.acknowledge.irreversible


def test_a_failed_submission_lists_what_to_look_at_in_order(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "job-fails") as at:
        ready(at)
        review(at)
        create(at)
        consent(at)
        submit(at)
        model = StatusModel(at.setup)
        model.begin()
        at.wait(lambda: model.status is Status.FAILED)
        order = [model.advice.index(word) for word in ("The key", "The vault:", "firewall", "Adobe's app")]
        assert order == sorted(order)


def test_an_unknown_word_is_shown_as_it_came(happy: Rehearsal) -> None:
    model = StatusModel(happy.setup)
    model._looked(StatusSeen(Status.UNKNOWN, "REBALANCING", datetime.now(UTC), timedelta(minutes=3), None, 30.0))
    assert model.heading == "REBALANCING"
    assert "nothing is concluded" in model.advice
    assert "3 min 0 s" in model.elapsed_text
    assert "24 hours" in model.elapsed_text
    assert all(stage.state is StageState.TO_DO for stage in model.stages)


def test_a_sign_in_that_was_revoked_in_the_middle_says_where_to_renew_it(happy: Rehearsal) -> None:
    review(happy)
    faults = happy.cloud.world.faults
    faults.add(Fault.from_table({"service": "arm", "fault": "expire_token", "times": 1000}))
    model = create(happy)
    assert model.error is not None
    assert model.error.kind is Kind.SIGN_IN
    assert "“Sign in to Azure”" in model.error.remedy
    assert happy.applied == {}
    faults.clear()
    happy.sign_in()
    model.retry()
    happy.wait(lambda: model.busy is None)
    assert model.over
    assert model.error is None


def test_who_may_not_accept_the_app_gets_a_message_for_somebody_who_may(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "consent-needs-admin") as at:
        ready(at)
        review(at)
        create(at)
        model = at.keep(ConsentModel(at.setup, at.open))
        model.begin()
        at.wait(lambda: model.address and model.busy is None)
        assert [row.finding.id for row in model.rows] == ["I08"]
        assert model.address in model.request
        assert "Cloud Application Administrator" in model.request
        assert model.address in model.rows[0].request
        administrator = PracticePerson("erin@contoso.example", True, at.cloud.ca_file)
        model.wait_only()
        administrator.open(model.address)
        at.wait(lambda: model.busy is None)
        assert model.over
        assert (model.rows, model.request) == ((), "")
