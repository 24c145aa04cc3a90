"""The watch in the window: whether it goes on, what it saw last, and what it has to tell."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.core.status import Status
from cmkwizard.core.watch_alerts import AlertKind, Urgency, WatchAlert
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.kept_alerts import KeptAlerts, ShownAlert
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report
from cmkwizard.desktop.models.watch_state import HELD_UP, WatchState, as_of_words, look_words, state_words
from cmkwizard.desktop.tasks import Task

if TYPE_CHECKING:
    from cmkwizard.journeys.watching.rounds import Watched

START_MS = 1500
"""After the records are read: the window is in use by then, and the sign-ins take loading."""
SETTLED_MS = 500
"""After a change of the choices, which may be one of many."""
AGAIN_MS = 60_000
"""Before what kept the watch from going on is tried again."""
LEAST_BETWEEN = timedelta(seconds=10)
"""Between two looks that a person asks for (of the cloud's time)."""
_PAGES = {
    AlertKind.COMPLETED: "status",
    AlertKind.FAILED: "repair",
    AlertKind.ACCESS: "repair",
    AlertKind.EXPIRING: "check",
    AlertKind.DRIFT: "history",
    AlertKind.SIGN_IN: "azure",
    AlertKind.UNSEEN: "check",
}


class WatchingModel(QObject):
    """Keeps the watch going as long as it can, and its sentences.

    Signals:
        changed: any property has another value.
        told: a title and a text of what a person should know, wherever they look.
    """

    changed = Signal()
    told = Signal(str, str)

    def __init__(self, setup: SetupState, parent: QObject | None = None, *, start_ms: int = START_MS) -> None:
        super().__init__(parent)
        self.setup = setup
        self.unattended = False
        """Whether nobody sees the window, so that a needed sign-in has to be told."""
        self._kept = KeptAlerts()
        self._watched: Watched | None = None
        self._looks: deque[Watched] = deque()
        """What the workers saw, until it is shown; also what a watch saw that gave way to another meanwhile."""
        self._as_of: datetime | None = None
        self._organisation = ""
        self._task: Task | None = None
        self._about: tuple[object, ...] = ()
        self._problem: Problem | None = None
        self._paused = False
        self._started = False
        self._sign_in_told = False
        self._settle = QTimer(self, singleShot=True, interval=start_ms)
        self._settle.timeout.connect(self._settled)
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self._try_again)
        self._rested = QTimer(self, singleShot=True)
        self._rested.timeout.connect(self.changed)  # from then on a person may ask for a look
        setup.changed.connect(self._setup_changed)

    @property
    def state(self) -> WatchState:
        """Whether the watch goes on, and if not, for want of what."""
        setup = self.setup
        ways = (
            (not setup.services.settings.watch, WatchState.OFF),
            (not setup.submitted, WatchState.NOTHING),
            (not setup.services.records.writing, WatchState.ELSEWHERE),
            (self._problem is not None, WatchState.STOPPED),
            (self._paused, WatchState.PAUSED),
            (setup.restore_problem is not None, WatchState.AWAY),
            (not setup.restored, WatchState.RESTORING),
            (setup.azure is None or setup.adobe is None, WatchState.SIGN_IN),
            (self._watched is None, WatchState.LOOKING),
        )
        return next((state for holds, state in ways if holds), WatchState.WATCHING)

    @property
    def words(self) -> str:
        """What the state means, and what to do where something is to be done."""
        state, setup, watched = self.state, self.setup, self._watched
        if state is WatchState.WATCHING and watched is not None:
            services = setup.services
            due = watched.look.at + timedelta(seconds=watched.again_in_s / services.profile.speed)
            return look_words(watched.look, self.standing, due - services.clock())
        where = "Azure" if setup.azure is None else "Adobe"
        reason = {
            WatchState.AWAY: _said(setup.restore_problem),
            WatchState.STOPPED: _said(self._problem),
            WatchState.SIGN_IN: f"Sign in to {where} to go on.",
        }.get(state, "")
        return state_words(state, reason)

    @property
    def standing(self) -> int:
        """How many things there are to see to, as of the last look."""
        return sum(alert.urgency is not Urgency.NEWS for alert in self._watched.standing) if self._watched else 0

    @property
    def shown(self) -> tuple[ShownAlert, ...]:
        """The alerts that nobody has seen yet, gravest first."""
        return self._kept.shown

    @property
    def about_words(self) -> str:
        """Whose set-up it is about; empty: nobody's yet."""
        organisation = self.setup.choices.adobe.organisation
        if self.state is WatchState.NOTHING or not organisation:
            return ""
        return f"It watches the set-up of {organisation} alone, not what else the records hold."

    @property
    def as_of_words(self) -> str:
        """Of when the alerts are, where nobody has looked since the start."""
        if self._watched is not None or self._as_of is None or not self.shown:
            return ""
        return as_of_words(self._as_of)

    @property
    def can_look(self) -> bool:
        """Whether a person may ask for a look: not while one is going on, nor within ten seconds."""
        if self.state is not WatchState.WATCHING or self._watched is None:
            return False
        services = self.setup.services
        return services.clock() - self._watched.look.at >= LEAST_BETWEEN / services.profile.speed

    def look_now(self) -> None:
        """Look at once, and go on from there."""
        if self.can_look:
            self._begin()

    def page_of(self, alert: WatchAlert) -> str:
        """The page that helps with an alert; empty: none does."""
        if alert.kind is AlertKind.SIGN_IN and self.setup.azure is not None and self.setup.adobe is None:
            return "adobe"
        return _PAGES.get(alert.kind, "")

    @property
    def sign_in_page(self) -> str:
        """Where to sign in, while that is what the watch waits for; else empty."""
        if self.state is not WatchState.SIGN_IN:
            return ""
        return "azure" if self.setup.azure is None else "adobe"

    def seen(self, id_: str) -> None:
        """A person has seen an alert."""
        self._kept.seen(id_)
        self.changed.emit()

    def pause(self, paused: bool) -> None:
        """Leave the clouds alone while something else works in them; afterwards, look anew."""
        if paused != self._paused:
            self._paused = paused
            self.consider()

    def consider(self) -> None:
        """Begin, go on or stop, as things are now; nothing begins while the window is being filled."""
        if not self._started:
            self.changed.emit()
            return
        state = self.state
        if state is WatchState.RESTORING:
            self.setup.restore()
        if state in (WatchState.LOOKING, WatchState.WATCHING):
            self._sign_in_told = False
            if self._task is None or self._about != self._now_about():
                self._begin()
        else:
            self._stop()
        if state is WatchState.SIGN_IN and self.unattended and not self._sign_in_told:
            self._sign_in_told = True
            self.told.emit("Sign in to go on watching", self.words)
        if state not in HELD_UP:
            self._again.stop()
        elif not self._again.isActive():
            self._again.start()
        self.changed.emit()

    @Slot()
    def _setup_changed(self) -> None:
        if self.setup.loaded and not self._settle.isActive():
            self._settle.start()

    @Slot()
    def _settled(self) -> None:
        self._settle.setInterval(SETTLED_MS)
        organisation = self.setup.choices.adobe.organisation
        if organisation != self._organisation:
            self._organisation, self._kept, self._as_of = organisation, KeptAlerts(), None
            self._read_standing(organisation)
        self._started = True
        self.consider()

    def _read_standing(self, organisation: str) -> None:
        """What stood at the last look, from the records alone."""
        services = self.setup.services

        def work(_cancel: Cancel) -> tuple[tuple[WatchAlert, ...], datetime | None]:
            from cmkwizard.core.history import What
            from cmkwizard.journeys.watching.rounds import standing

            profile, observations = services.profile.name, services.observations
            latest = observations.latest(profile, What.ALERTS, organisation)
            return standing(observations, profile, organisation), latest.until if latest else None

        def done(read: tuple[tuple[WatchAlert, ...], datetime | None]) -> None:
            if self._watched is None and self._organisation == organisation:
                alerts, self._as_of = read
                self._kept.looked(alerts)
                self.changed.emit()

        if organisation and self.setup.submitted:
            self.setup.tasks.run(work, done=done, failed=_not_read)

    @Slot()
    def _try_again(self) -> None:
        state, services = self.state, self.setup.services
        if state is WatchState.AWAY:
            self.setup.restore_again()
        elif state is WatchState.ELSEWHERE:
            self.setup.tasks.run(lambda _: services.check_records(), done=self._tried, failed=self._tried)
        elif state is WatchState.STOPPED:
            self._problem = None
            self.consider()

    def _tried(self, _said: Problem | None) -> None:
        self.consider()

    def _now_about(self) -> tuple[object, ...]:
        """What a watch is about: with other choices or another sign-in it begins anew."""
        setup, chosen = self.setup, self.setup.choices
        return chosen.azure, chosen.vault, chosen.key, chosen.adobe, setup.azure, setup.adobe

    def _begin(self) -> None:
        self._stop()
        self._about = self._now_about()
        run = engine.SetupEngine(self.setup)
        looks = self._looks

        def work(cancel: Cancel, report: Report[Watched]) -> None:
            def seen(watched: Watched) -> None:
                looks.append(watched)
                report(watched)

            run.keep_watching(cancel, seen)

        self._task = self.setup.tasks.stream(
            work, progress=self._looked, done=self._ended, failed=self._failed, lane="watch"
        )
        self.changed.emit()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._watched = None

    def _looked(self, watched: Watched) -> None:
        self._watched = watched
        self._rested.start(ceil(LEAST_BETWEEN / timedelta(milliseconds=1) / self.setup.services.profile.speed))
        self._kept.looked(watched.standing)
        known = self.setup.status
        news = [alert for alert in self._told_by(watched) if not _said_by_the_status_page(alert, known)]
        if watched.look.status is not None and watched.look.word:
            self.setup.watched(watched.look.status)
        if news:
            more = f" And {len(news) - 1} more: {'; '.join(each.title for each in news[1:])}." if news[1:] else ""
            self.told.emit(news[0].title, f"{news[0].sentence} {news[0].remedy}".strip() + more)
        self.changed.emit()

    def _told_by(self, watched: Watched) -> list[WatchAlert]:
        """What is new by a look: also what still stands of the looks before it that never came here.

        A look is written down as told before its report arrives, and the report is dropped with its watch.
        """
        told: set[str] = set()
        while self._looks:
            before = self._looks.popleft()
            if before.organisation == watched.organisation:
                told |= {alert.id for alert in before.told}
            if before is watched:
                break
        return [alert for alert in watched.standing if alert.id in told]

    def _ended(self, _nothing: None) -> None:
        self._task = None

    def _failed(self, problem: Problem) -> None:
        self._task = None
        self._problem = problem
        self.consider()


def _said_by_the_status_page(alert: WatchAlert, known: Status) -> bool:
    """Whether the page "Status", which asks more often, has told the same."""
    said = {AlertKind.COMPLETED: Status.COMPLETED, AlertKind.FAILED: Status.FAILED}
    return alert.kind in said and said[alert.kind] is known


def _said(problem: Problem | None) -> str:
    return f"{problem.message} {problem.remedy}".strip() if problem is not None else ""


def _not_read(_problem: Problem) -> None:
    """Home itself says what is wrong with the records."""
