"""The watch in the window, on a practice cloud: what it tells, where it leads, and when it leaves the clouds alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.core.alerts import DISABLED
from cmkwizard.core.history import What
from cmkwizard.core.watch_alerts import AlertKind, Urgency, WatchAlert
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.models.watching import WatchingModel
from cmkwizard.desktop.page_model import BannerModel, Busy
from cmkwizard.desktop.pages.catalogue import SetupPages
from cmkwizard.desktop.pages.home import HomePage
from cmkwizard.desktop.pages.watching import AlertNotice, WatchingCard
from cmkwizard.desktop.shell import HOME, Shell
from cmkwizard.desktop.support import Support
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.watching import Watching
from cmkwizard.desktop.window import Window
from cmkwizard.practice import estate_tables
from cmkwizard.practice.faults import Fault
from cmkwizard.records.folder import Records
from cmkwizard.wiring import build
from tests.desktop.conftest import PATIENCE_MS
from tests.desktop.rehearsal import KEY, VAULT, Rehearsal, rehearsal
from tests.desktop.test_coming_back import submit_and_see
from tests.desktop.test_pages_set_up import faults_of

pytestmark = pytest.mark.qt_log_ignore(  # the platform that draws in memory has neither
    r"This plugin does not support (raise\(\)|grabbing the keyboard)|systemTrayWindowChanged", extend=True
)
PURGE = "purge"
SLOWLY = 30.0
"""Times as fast as ours the watch takes the clouds' clock for: it looks twice a minute of its own accord, and a person
may have it look again after a third of a second."""


@dataclass
class Watched:
    """A window at home that watches, and what it told."""

    at: Rehearsal
    shell: Shell
    watching: Watching
    told: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watching.model.told.connect(lambda title, text: self.told.append((title, text)))

    @property
    def words(self) -> str:
        return "\n".join(label.text() for label in Hand(self.shell).visible(QLabel))

    @property
    def state(self) -> str:
        (card,) = self.shell.findChildren(WatchingCard)
        return card.title_text.text()

    @property
    def alerts(self) -> list[AlertNotice]:
        return [each for each in self.shell.findChildren(AlertNotice) if each.isVisible()]

    def press(self, name: str) -> None:
        Hand(self.shell).press(name)

    def change(self, **estate: Any) -> None:
        """Change the clouds as another administrator would."""
        estate_tables.change(self.at.cloud.world.estate, estate)

    def look(self) -> None:
        """Have it look now."""
        self.at.wait(lambda: Hand(self.shell).can_press("Look now"))
        before = self.requests
        self.press("Look now")
        self.at.wait(lambda: self.requests > before and self.state == "Watching")

    @property
    def requests(self) -> int:
        return len(self.at.cloud.world.log.since(0))


def open_window(at: Rehearsal) -> Watched:
    """As the program opens it."""
    window = Window()
    at.qtbot.addWidget(window)
    at.services.opener = at.open
    pages = SetupPages(at.services, at.tasks, at.banner)
    shell = Shell(at.banner, pages, lambda: HomePage(HomeModel(at.services, at.tasks, pages)))
    watching = Watching(shell, pages.setup, at.services, at.tasks, Support(shell, at.tasks), start_ms=0)
    window.setCentralWidget(shell)
    at.keep(window)
    with at.qtbot.waitExposed(window):
        window.show()
    watched = Watched(at, shell, watching)
    shell.show_page(HOME)
    return watched


def completed(at: Rehearsal, *, speed: float = SLOWLY) -> Watched:
    """Everything is in place and Adobe uses the key."""
    submit_and_see(at, "COMPLETED")
    at.services.profile = msgspec.structs.replace(at.services.profile, speed=speed)
    watched = open_window(at)
    at.wait(lambda: watched.state == "Watching")
    return watched


@pytest.mark.parametrize("kind", AlertKind)
def test_every_alert_leads_to_a_page_or_says_all_itself(kind: AlertKind, qtbot: QtBot, tmp_path: Path) -> None:
    services = build(PUBLIC, Records(tmp_path))
    tasks = Tasks()
    pages = SetupPages(services, tasks, BannerModel(practice=False))
    watching = WatchingModel(pages.setup)
    page = watching.page_of(WatchAlert("1", kind, Urgency.WARNING, "It changed", "It did.", "", ""))
    assert bool(page) is (kind is not AlertKind.NETWORK)
    if page:
        shown = pages.build(page)
        qtbot.addWidget(shown)
        assert shown.model.id == page
    assert tasks.shutdown(10)
    services.close()


def test_before_a_submission_nobody_is_asked(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = open_window(at)
        at.wait(lambda: watched.state == "Nothing to watch yet" and watched.watching.model._started)
        assert watched.requests == 0
        assert watched.watching.model._task is None


def test_a_key_that_is_switched_off_is_told_and_leads_to_the_repair(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at)
        assert "Adobe says COMPLETED; nothing to tell. Looks again in" in watched.words
        assert not watched.alerts
        watched.change(keys={f"{VAULT}/{KEY}": {"enabled": False}})
        watched.look()
        at.wait(lambda: watched.alerts)
        notice = watched.alerts[0]
        assert notice.shown.alert.kind is AlertKind.ACCESS
        assert notice.shown.alert.title in watched.words
        assert PURGE in notice.shown.alert.sentence.lower() + notice.shown.alert.remedy.lower()
        assert watched.told[0][0] == notice.shown.alert.title
        at.wait(lambda: faults_of(watched.shell.window()) == [])
        count = len(watched.told)
        watched.look()
        assert len(watched.told) == count  # each thing once
        notice = watched.alerts[0]
        notice.way_button.click()
        at.wait(lambda: watched.shell.page_id == "repair")
        assert notice.shown.alert.adobe_alert == DISABLED.code
        at.wait(lambda: "Call Adobe support now" in watched.words)


def test_what_a_look_saw_is_told_although_another_took_its_place(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at, speed=600)
        organisation = at.setup.choices.adobe.organisation
        at.wait(lambda: Hand(watched.shell).can_press("Look now"))
        watched.change(keys={f"{VAULT}/{KEY}": {"enabled": False}})
        limit = time.monotonic() + PATIENCE_MS / 1000
        while at.services.observations.latest("practice", What.ALERTS, organisation) is None:
            # It looks of its own accord and writes that down; the window has no turn to learn of it.
            assert time.monotonic() < limit
        watched.press("Look now")
        at.wait(lambda: watched.alerts)
        assert [title for title, _ in watched.told] == [watched.alerts[0].shown.alert.title]


def test_what_has_been_seen_is_put_away_until_it_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at)
        key = f"{VAULT}/{KEY}"
        watched.change(keys={key: {"enabled": False}})
        watched.look()
        at.wait(lambda: watched.alerts)
        broken = watched.alerts[0].shown.alert
        watched.press(f"Seen: {broken.title}")
        at.wait(lambda: broken.title not in watched.words)
        watched.look()
        assert broken.id not in [each.shown.alert.id for each in watched.alerts]
        watched.change(keys={key: {"enabled": True}})
        watched.look()
        watched.change(keys={key: {"enabled": False}})
        watched.look()
        at.wait(lambda: broken.id in [each.shown.alert.id for each in watched.alerts])
        watched.change(keys={key: {"enabled": True}})
        watched.look()
        at.wait(lambda: f"{broken.title} – passed since" in watched.words)


def test_the_next_start_shows_what_stood_before_anybody_looks(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at)
        watched.change(keys={f"{VAULT}/{KEY}": {"enabled": False}})
        watched.look()
        at.wait(lambda: watched.alerts)
        title = watched.alerts[0].shown.alert.title
        watched.shell.close_now()
        watched.watching.model.pause(True)
        at.cloud.world.faults.add(Fault.from_table({"fault": "refuse"}))
        again = open_window(at)
        at.wait(lambda: title in again.words)
        assert "As of the last look: " in again.words
        assert "Nobody has looked since." in again.words
        assert not [each for each in again.told if each[0] == title]


def test_the_alerts_of_one_organisation_are_not_shown_for_another(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at)
        setup = watched.watching.model.setup
        mine = setup.choices.adobe
        assert f"the set-up of {mine.organisation} alone" in watched.words
        watched.change(keys={f"{VAULT}/{KEY}": {"enabled": False}})
        watched.look()
        at.wait(lambda: watched.alerts)
        title = watched.alerts[0].shown.alert.title
        setup.choose(adobe=msgspec.structs.replace(mine, organisation="0000000000000000000000AA@AdobeOrg"))
        at.wait(lambda: title not in watched.words)
        setup.choose(adobe=mine)
        at.wait(lambda: title in watched.words)


def test_a_lost_network_is_not_taken_for_a_lost_key(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at)
        at.cloud.world.faults.add(Fault.from_table({"fault": "refuse"}))
        watched.look()
        at.wait(lambda: watched.alerts)
        assert [each.shown.alert.kind for each in watched.alerts] == [AlertKind.NETWORK]
        assert not watched.alerts[0].way_button.isVisible()
        assert "no service answered, which says nothing of the key" in watched.words
        at.cloud.world.faults.clear()
        watched.look()
        at.wait(lambda: not watched.alerts)


def test_while_something_works_in_the_window_the_clouds_are_left_alone(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at)
        model = watched.shell.page.model
        model.busy = Busy("Creating the vault…")
        assert watched.state == "Pausing"
        assert watched.watching.model._task is None
        before = watched.requests
        model.busy = None
        at.wait(lambda: watched.requests > before and watched.state == "Watching")
        assert not watched.told


def test_the_watch_can_be_switched_off(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at)
        watched.press("Watch while this program runs")
        at.wait(lambda: watched.state == "Not watching" and watched.watching.model._task is None)
        again = open_window(at)
        at.wait(lambda: again.state == "Not watching" and again.watching.model._started)
        again.press("Watch while this program runs")
        at.wait(lambda: again.state == "Watching")


def test_where_nobody_is_signed_in_it_says_so_and_goes_on_after_a_sign_in(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        submit_and_see(at, "COMPLETED")
        at.services.sign_in.sign_out()
        watched = open_window(at)
        at.wait(lambda: watched.state == "Waiting for a sign-in")
        assert not watched.told  # the window says it
        watched.watching.model.unattended = True
        watched.watching.model.consider()
        assert [title for title, _ in watched.told] == ["Sign in to go on watching"]
        watched.press("Sign in…")
        at.wait(lambda: watched.shell.page_id == "azure" and watched.shell.page.model.busy is None)
        watched.press("Sign in with the browser")
        at.wait(lambda: watched.watching.model.state.value == "Watching")


def test_without_a_network_at_the_start_it_is_tried_again(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        submit_and_see(at, "COMPLETED")
        at.services.guard.forget_tokens()
        at.cloud.world.faults.add(Fault.from_table({"fault": "refuse"}))
        watched = open_window(at)
        at.wait(lambda: watched.state == "Not watching at the moment")
        assert "This says nothing of the key." in watched.words
        at.cloud.world.faults.clear()
        watched.watching.model._again.setInterval(1)
        at.wait(lambda: watched.state == "Watching")


def test_ending_the_program_ends_a_look_that_hangs(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        watched = completed(at)
        at.wait(lambda: Hand(watched.shell).can_press("Look now"))
        at.cloud.world.faults.add(Fault.from_table({"fault": "slow", "interval_s": 1.0}))
        before = watched.requests
        watched.press("Look now")
        at.wait(lambda: watched.requests > before)
        with qtbot.waitSignal(watched.shell.closed):
            watched.shell.close_now()
        assert at.tasks.shutdown(10)  # every thread has ended, the one that was looking too
        at.cloud.world.faults.clear()
