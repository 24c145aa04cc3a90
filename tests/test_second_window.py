"""A second window says who holds the records, looks at them meanwhile, and takes over once they are free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.core.history import What
from cmkwizard.core.problems import Problem
from cmkwizard.core.status import Status
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.page_model import RailStep
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.records.folder import Records, RecordsHeld
from cmkwizard.wiring import Services, build

PATIENCE_MS = 60_000


class OneStep(QObject):
    """A journey of one page."""

    changed = Signal()
    restarted = Signal()
    remark = ""
    organisation = ""

    def exchange(self, organisation: str, _failed: Callable[[Problem], None]) -> None:
        raise AssertionError(organisation)

    def steps(self) -> list[RailStep]:
        return [RailStep("before", "Before you begin")]

    def resume_page(self) -> str:
        return "before"

    def way_to(self, page: str) -> str:
        return page

    def page_after(self, _page: str) -> str | None:
        return None

    def page_before(self, _page: str) -> str | None:
        return None

    def build(self, page: str) -> Page:
        raise AssertionError(page)


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    assert tasks.shutdown()


def second(folder: Path) -> Services:
    records = Records(folder)
    with pytest.raises(RecordsHeld):
        records.lock("window")
    return build(PUBLIC, records)


def entered(model: HomeModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(model.changed, timeout=PATIENCE_MS):
        model.enter()


def test_a_second_window_says_so_and_takes_over(tmp_path: Path, qtbot: QtBot, tasks: Tasks) -> None:
    first = Records(tmp_path)
    first.lock("setup")
    first.observations.add("public", What.STATUS, {"word": "RUNNING"}, "GET config")
    services = second(tmp_path)
    model = HomeModel(services, tasks, OneStep())
    entered(model, qtbot)
    assert model.error is not None
    assert model.last.status is Status.RUNNING
    assert "Another cmkwizard (setup, process " in model.error.message
    assert model.error.remedy
    first.close()
    model.error = None
    with qtbot.waitSignal(model.changed, timeout=PATIENCE_MS):
        model.retry()
    assert services.records.writing
    services.journal.intend("vault", "Create", {}, profile="public", tenant="t", actor="a")
    entered(model, qtbot)
    assert model.error is None
    services.close()


def test_a_second_window_beside_empty_records(tmp_path: Path, qtbot: QtBot, tasks: Tasks) -> None:
    first = Records(tmp_path)
    first.lock("setup")
    services = second(tmp_path)
    model = HomeModel(services, tasks, OneStep())
    entered(model, qtbot)
    assert "Another cmkwizard" in model.status_words
    services.close()
    first.close()


def test_damaged_records_are_begun_anew_and_that_is_said(tmp_path: Path, qtbot: QtBot, tasks: Tasks) -> None:
    (tmp_path / "records.sqlite").write_bytes(b"not a database" * 100)
    records = Records(tmp_path)
    records.lock("window")
    model = HomeModel(build(PUBLIC, records), tasks, OneStep())
    entered(model, qtbot)
    assert model.error is not None
    assert "They are kept in" in model.error.message
    assert ".bad-" in model.error.message
    records.close()
