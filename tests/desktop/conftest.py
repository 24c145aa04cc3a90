"""A journey of three plain pages, and a shell around it: what the frame's own tests need."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.problems import Problem
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.page_model import BannerModel, PageModel, RailStep, StepState
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.theme import Theme
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.inputs import LineEdit
from cmkwizard.desktop.window import Window

PATIENCE_MS = 60_000
"""How long anything is waited for: a shared machine can be many times slower than a quiet one."""
TITLES = {"one": "First", "two": "Second", "three": "Third"}


class PatientBot(QtBot):
    """Waits as long as a slow machine takes, where a test does not say how long."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802 - as in pytest-qt
        super().waitUntil(callback, timeout=timeout)

    def waitExposed(self, widget: QWidget, *, timeout: int = PATIENCE_MS) -> Any:  # noqa: N802 - as in pytest-qt
        return super().waitExposed(widget, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:  # noqa: N802 - as in pytest-qt
        return super().waitSignal(signal, timeout=timeout, **options)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


class PlainModel(PageModel):
    """A page model that notes what it is asked for."""

    def __init__(self, page: str, title: str) -> None:
        super().__init__()
        self.id, self.title, self.purpose = page, title, f"What the page {title} is for."
        self.goes_on = True
        self.asked: list[str] = []
        self.done = ""

    @property
    def done_text(self) -> str:
        return self.done

    def enter(self) -> None:
        self.asked.append("enter")

    def leave(self) -> None:
        self.asked.append("leave")

    def proceed(self) -> bool:
        self.asked.append("proceed")
        return self.goes_on

    def cancel(self) -> None:
        self.asked.append("cancel")
        self.busy = None

    def retry(self) -> None:
        self.asked.append("retry")


class PlainPage(Page):
    model: PlainModel

    def build(self) -> None:
        self.name = self.add(Field("Your na&me", LineEdit()))

    def initial_focus(self) -> QWidget:
        return self.name.editor


class PlainJourney(QObject):
    changed = Signal()
    restarted = Signal()
    organisation = ""

    def __init__(self) -> None:
        super().__init__()
        self.states = dict.fromkeys(TITLES, StepState.TO_DO)
        self.built: list[str] = []
        self.remark = ""

    def exchange(self, organisation: str, _failed: Callable[[Problem], None]) -> None:
        self.organisation = organisation
        self.restarted.emit()

    def steps(self) -> list[RailStep]:
        return [RailStep(page, title, self.states[page], page != "three") for page, title in TITLES.items()]

    def resume_page(self) -> str:
        return "one"

    def way_to(self, page: str) -> str:
        return page

    def page_after(self, page: str) -> str | None:
        return {"home": "one", "one": "two", "two": "three"}.get(page)

    def page_before(self, page: str) -> str | None:
        return {"two": "one", "three": "two"}.get(page)

    def build(self, page: str) -> Page:
        self.built.append(page)
        return PlainPage(PlainModel(page, TITLES[page]))


@pytest.fixture(autouse=True)
def freed_where_it_was_made() -> Iterator[None]:
    """Free what a test leaves on this thread: a worker that did it would stop timers of the window's thread."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.fixture
def journey(qapp: QApplication) -> PlainJourney:
    return PlainJourney()


@pytest.fixture
def banner(qapp: QApplication) -> BannerModel:
    return BannerModel(practice=True)


@pytest.fixture
def shell(qtbot: QtBot, journey: PlainJourney, banner: BannerModel) -> Iterator[Shell]:
    """In a shown window, with its first page."""
    window = Window()
    qtbot.addWidget(window)
    made = Shell(banner, journey, lambda: PlainPage(PlainModel("home", "Welcome")))
    window.setCentralWidget(made)
    with qtbot.waitExposed(window):
        window.show()
    made.show_page("one")
    yield made
    # The window belongs to this frame: it must not go before the test has ended.
    assert made.window() is window


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.shutdown(PATIENCE_MS / 1000)


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Each test in both schemes; the palette that was there comes back."""
    before = qapp.palette()
    theme = Theme(qapp, request.param)
    yield theme.scheme
    theme.deleteLater()
    qapp.setPalette(before)


def model_of(shell: Shell) -> PlainModel:
    model = shell.page.model
    assert isinstance(model, PlainModel)
    return model


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(editor: QLineEdit, text: str) -> None:
    QTest.keyClicks(editor, text)
