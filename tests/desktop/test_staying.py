"""Going on without the window: the switches, what closing then means, and how the window comes back."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.desktop.models.staying import REHEARSAL, StayingModel
from cmkwizard.desktop.page_model import BannerModel, Busy
from cmkwizard.desktop.pages.catalogue import SetupPages
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.support import Support
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.watching import Watching
from cmkwizard.desktop.window import Window
from cmkwizard.records.autostart import DesktopEntry
from cmkwizard.records.folder import Records
from cmkwizard.records.hidden_window import take_mark
from cmkwizard.records.settings import read_settings
from cmkwizard.wiring import Services, build
from tests.desktop.conftest import PlainJourney, PlainModel, PlainPage, model_of

pytestmark = pytest.mark.qt_log_ignore(  # the platform that draws in memory has neither
    r"This plugin does not support (raise\(\)|grabbing the keyboard)|systemTrayWindowChanged", extend=True
)
COMMAND = ("/opt/cmkwizard/cmkwizard", "--background")


class TrayOfTheDesktop:
    """Whether the desktop shows a tray: the one thing that is played here."""

    def __init__(self) -> None:
        self.there = True


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> TrayOfTheDesktop:
    made = TrayOfTheDesktop()
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: made.there)
    return made


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    records = Records(tmp_path / "records")
    records.lock("window")
    made = build(PUBLIC, records, autostart=DesktopEntry(tmp_path / "config", COMMAND))
    yield made
    made.close()


@pytest.fixture
def staying(services: Services, tasks: Tasks, desktop: TrayOfTheDesktop, qtbot: QtBot) -> StayingModel:
    return loaded(StayingModel(services, tasks, QSystemTrayIcon.isSystemTrayAvailable), qtbot)


def loaded(model: StayingModel, qtbot: QtBot) -> StayingModel:
    with qtbot.waitSignal(model.changed):
        model.load()
    return model


def turned(model: StayingModel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not model.busy)


def can(model: StayingModel) -> tuple[bool, bool]:
    """Whether "Keep watching" and "Start at login" can be switched."""
    return model.can_keep, model.can_login


def stays(model: StayingModel) -> bool:
    return model.stays


def shows(started: Started) -> tuple[bool, bool]:
    """Whether there is a window, and whether there is an icon in the tray."""
    return started.window.isVisible(), started.watching.background.tray.shown


def test_everything_that_outlives_the_window_is_off_until_it_is_switched_on(
    staying: StayingModel, tmp_path: Path
) -> None:
    assert (staying.watch, staying.keep, staying.login, staying.stays) == (True, False, False, False)
    assert can(staying) == (True, True)
    assert not (tmp_path / "config").exists()


def test_the_switches_hold_for_the_next_start(
    staying: StayingModel, services: Services, tasks: Tasks, qtbot: QtBot
) -> None:
    staying.switch_keep(True)
    assert can(staying) == (False, False)
    turned(staying, qtbot)
    assert stays(staying)
    written = tomllib.loads((services.records.folder / "settings.toml").read_text())
    assert (written["watch"], written["keep_watching"]) == (True, True)
    assert read_settings(services.records.folder) == services.settings
    staying.switch_watch(False)
    turned(staying, qtbot)
    assert not stays(staying)
    assert not read_settings(services.records.folder).watch


def test_what_starts_at_login_is_shown_as_it_is_written_and_goes_away(staying: StayingModel, qtbot: QtBot) -> None:
    staying.switch_login(True)
    turned(staying, qtbot)
    place = staying.login_words.removeprefix("Written to ").removesuffix(":")
    assert staying.login
    assert Path(place).read_text().strip() == staying.written
    assert '"/opt/cmkwizard/cmkwizard" "--background"' in staying.written
    Path(place).unlink()  # as the desktop's own settings may do
    assert not loaded(staying, qtbot).login
    staying.switch_login(True)
    turned(staying, qtbot)
    staying.switch_login(False)
    turned(staying, qtbot)
    assert not Path(place).exists()
    assert staying.written == ""


def test_a_look_that_is_under_way_does_not_speak_for_a_switch_that_is_turned_meanwhile(
    staying: StayingModel, qtbot: QtBot
) -> None:
    told: list[tuple[bool, bool, bool]] = []
    staying.changed.connect(lambda: told.append((staying.busy, staying.keep, staying.login)))
    for turn in (staying.switch_login, staying.switch_keep):
        staying.load()
        turn(True)
        turned(staying, qtbot)
    assert told == [(True, False, False), (False, False, True), (True, False, True), (False, True, True)]


def test_another_copy_that_starts_at_login_is_named(staying: StayingModel, tmp_path: Path, qtbot: QtBot) -> None:
    DesktopEntry(tmp_path / "config", ("/old/cmkwizard", "--background")).switch_on()
    loaded(staying, qtbot)
    assert not staying.login
    assert "another copy" in staying.login_words
    assert "/old/cmkwizard" in staying.written
    staying.switch_login(True)
    turned(staying, qtbot)
    assert staying.login


def test_a_switch_that_cannot_be_turned_says_why_and_shows_the_truth(
    staying: StayingModel, tmp_path: Path, services: Services, qtbot: QtBot
) -> None:
    (tmp_path / "config").write_text("")  # no folder
    staying.switch_login(True)
    turned(staying, qtbot)
    assert staying.problem is not None
    assert str(tmp_path / "config") in staying.problem.message
    assert not staying.login
    (services.records.folder / "settings.toml").mkdir()
    staying.switch_keep(True)
    turned(staying, qtbot)
    assert "settings.toml" in str(staying.problem)
    assert not staying.keep


def test_without_a_tray_nothing_can_be_switched_on_and_that_is_said(
    staying: StayingModel, desktop: TrayOfTheDesktop, qtbot: QtBot
) -> None:
    staying.switch_login(True)
    turned(staying, qtbot)
    staying.switch_keep(True)
    turned(staying, qtbot)
    desktop.there = False
    loaded(staying, qtbot)
    assert "shows no tray" in staying.keep_words
    assert "closing the window ends the program" in staying.keep_words
    assert not staying.stays
    assert can(staying) == (True, True)  # to switch it off
    staying.switch_keep(False)
    turned(staying, qtbot)
    staying.switch_login(False)
    turned(staying, qtbot)
    assert can(staying) == (False, False)


def test_nothing_of_a_rehearsal_starts_at_login(tmp_path: Path, tasks: Tasks, qtbot: QtBot) -> None:
    services = build(msgspec.structs.replace(PUBLIC, name="practice"), Records(tmp_path))
    model = loaded(StayingModel(services, tasks, lambda: True), qtbot)
    assert not model.can_login
    assert model.login_words == REHEARSAL
    services.close()


# The window


class Started:
    """A window of plain pages, with everything of the watch."""

    def __init__(self, services: Services, tasks: Tasks, qtbot: QtBot) -> None:
        self.window = Window()
        banner = BannerModel(practice=False)
        self.pages = SetupPages(services, tasks, banner)
        self.shell = Shell(banner, PlainJourney(), lambda: PlainPage(PlainModel("home", "Welcome")))
        self.watching = Watching(self.shell, self.pages.setup, services, tasks, Support(self.shell, tasks))
        self.closed = 0
        self.shell.closed.connect(self._closed)
        self.window.setCentralWidget(self.shell)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.shell.show_page("one")
        qtbot.waitUntil(lambda: self.pages.setup.loaded)

    def _closed(self) -> None:
        self.closed += 1

    def choose(self, text: str) -> None:
        """An entry of the icon's menu."""
        actions = self.watching.background.tray.menu.actions()
        next(each for each in actions if each.text().replace("&", "") == text).trigger()


@pytest.fixture
def started(services: Services, tasks: Tasks, desktop: TrayOfTheDesktop, qtbot: QtBot) -> Started:
    return Started(services, tasks, qtbot)


def keep_on(started: Started, qtbot: QtBot) -> None:
    loaded(started.watching.staying, qtbot)
    started.watching.staying.switch_keep(True)
    turned(started.watching.staying, qtbot)


def test_closing_the_window_ends_the_program_unless_a_person_wanted_otherwise(started: Started) -> None:
    started.window.close()
    assert started.closed == 1


def test_closing_hides_the_window_and_the_icon_brings_it_back(started: Started, qtbot: QtBot, tmp_path: Path) -> None:
    keep_on(started, qtbot)
    started.window.close()
    assert started.closed == 0
    assert shows(started) == (False, True)
    assert (tmp_path / "records" / "hidden").is_file()
    started.choose("Show cmkwizard")
    assert shows(started) == (True, False)
    assert not (tmp_path / "records" / "hidden").exists()


def test_esc_hides_too_and_quit_ends(started: Started, qtbot: QtBot, tmp_path: Path) -> None:
    keep_on(started, qtbot)
    QTest.keyClick(started.shell.frame, Qt.Key.Key_Escape)
    assert started.watching.background.hidden
    assert not started.shell.findChildren(QMessageBox)
    with qtbot.waitSignal(started.shell.closed):
        started.choose("Quit")
    assert started.closed == 1
    assert not (tmp_path / "records" / "hidden").exists()


def test_quit_asks_in_the_window_while_something_runs(started: Started, qtbot: QtBot) -> None:
    keep_on(started, qtbot)
    model_of(started.shell).busy = Busy("Creating the vault kv-contoso…")
    started.window.close()
    assert started.watching.background.hidden  # what runs goes on
    started.choose("Quit")
    assert started.window.isVisible()
    (question,) = [box for box in started.shell.findChildren(QMessageBox) if box.isVisible()]
    assert "Creating the vault" in question.text()
    next(b for b in question.buttons() if b.text() == "Keep it open").click()
    assert started.closed == 0
    started.window.close()
    assert started.watching.background.hidden


@pytest.mark.parametrize("hidden", [True, False])
def test_the_end_of_the_session_and_a_signal_end_the_program(started: Started, qtbot: QtBot, hidden: bool) -> None:
    keep_on(started, qtbot)
    if hidden:
        started.window.close()
        with qtbot.waitSignal(started.shell.closed):
            started.watching.background._session_ends()
    else:
        started.watching.background._session_ends()
        started.window.close()  # as Qt does for every visible window
    assert started.closed == 1


def test_quit_of_the_application_menu_ends_the_program(started: Started, qtbot: QtBot, qapp: QApplication) -> None:
    keep_on(started, qtbot)
    started.watching.background.eventFilter(qapp, QEvent(QEvent.Type.Quit))  # macOS; Qt then closes every window
    started.window.close()
    assert started.closed == 1


def test_a_signal_ends_a_hidden_program(started: Started, qtbot: QtBot) -> None:
    keep_on(started, qtbot)
    started.window.close()
    with qtbot.waitSignal(started.shell.closed):
        started.shell.close_now()
    started.shell.close_now()  # as a second Ctrl-C does
    started.watching.model.changed.emit()


def test_a_second_start_calls_the_hidden_window(started: Started, qtbot: QtBot, tmp_path: Path) -> None:
    assert not take_mark(tmp_path / "records")
    keep_on(started, qtbot)
    started.window.close()
    assert take_mark(tmp_path / "records")
    qtbot.waitUntil(started.window.isVisible)
    assert not take_mark(tmp_path / "records")


def test_a_window_that_nobody_could_bring_back_is_shown(
    started: Started, desktop: TrayOfTheDesktop, qtbot: QtBot
) -> None:
    keep_on(started, qtbot)
    started.window.close()
    started.watching.background._tray_again.setInterval(1)
    desktop.there = False
    qtbot.waitUntil(started.window.isVisible)
    started.window.close()
    assert started.closed == 1


def test_a_mark_that_a_crash_left_calls_nobody(
    services: Services, tasks: Tasks, desktop: TrayOfTheDesktop, qtbot: QtBot
) -> None:
    (services.records.folder / "hidden").write_text("")
    Started(services, tasks, qtbot)
    assert not take_mark(services.records.folder)


def test_the_window_of_another_program_leaves_its_mark_alone(
    services: Services, tasks: Tasks, desktop: TrayOfTheDesktop, qtbot: QtBot
) -> None:
    (services.records.folder / "hidden").write_text("")
    second = build(PUBLIC, Records(services.records.folder))
    other = Started(second, tasks, qtbot)
    other.window.close()
    assert other.closed == 1
    assert (services.records.folder / "hidden").exists()
    second.close()


def test_the_menu_says_how_the_watch_stands(started: Started, qtbot: QtBot) -> None:
    keep_on(started, qtbot)
    started.window.close()
    first = started.watching.background.tray.menu.actions()[0]
    assert first.text() == "Nothing to watch yet"
    assert not first.isEnabled()
