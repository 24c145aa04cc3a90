"""The three switches of the watch: while the program runs, when its window is closed, from the login on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.tasks import Task, Tasks

if TYPE_CHECKING:
    from cmkwizard.desktop.models.services import Services
    from cmkwizard.records.settings import Settings

NO_TRAY = (
    "This desktop shows no tray (the row of small icons of running programs), so nothing of a program without a window "
    "could be seen. Some desktops get one by an extension."
)
REHEARSAL = "Nothing of a rehearsal is started at login."
OTHER_PROGRAM = "What is written there starts another program or another copy of this one:"


class StayingModel(QObject):
    """What a person has switched on, and what it takes.

    Signals:
        changed: any property has another value.
    """

    changed = Signal()

    def __init__(
        self, services: Services, tasks: Tasks, tray_there: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        """``tray_there``: whether the desktop shows a tray now."""
        super().__init__(parent)
        self._services = services
        self._tasks = tasks
        self._tray_there = tray_there
        self._entry: str | None = None
        self._wanted: str | None = None
        self._look: Task | None = None
        self.tray = False
        """Whether the desktop showed a tray when it was last asked."""
        self.busy = False
        """Whether a switch is being turned."""
        self.problem: Problem | None = None
        """Why the last switch could not be turned."""

    @property
    def watch(self) -> bool:
        """Whether the program looks at the set-up while it runs."""
        return self._services.settings.watch

    @property
    def keep(self) -> bool:
        """Whether it goes on in the tray when its window is closed."""
        return self._services.settings.keep_watching

    @property
    def can_keep(self) -> bool:
        """Whether that can be switched: off always, on where there is a tray and something goes on."""
        return not self.busy and (self.keep or (self.tray and self.watch))

    @property
    def stays(self) -> bool:
        """Whether closing the window leaves the program running."""
        return self.watch and self.keep and self._tray_there()

    @property
    def keep_words(self) -> str:
        """What it means, or what it lacks."""
        if not self.tray:
            return f"{NO_TRAY} {'So closing the window ends the program.' if self.keep else ''}".strip()
        return "Closing the window leaves an icon in the tray. Its menu shows the window again, and quits."

    @property
    def login(self) -> bool:
        """Whether this very program starts at login."""
        return self._entry is not None and self._entry == self._wanted

    @property
    def can_login(self) -> bool:
        """Whether that can be switched."""
        return not self.busy and self._services.autostart is not None and (self.login or (self.tray and self.watch))

    @property
    def login_words(self) -> str:
        """Where it is written, or what it lacks."""
        place = self._services.autostart
        if place is None:
            return REHEARSAL if self._services.profile.practice else "This operating system has no place for it."
        if self.login:
            return f"Written to {place.place}:"
        if self._entry is not None:
            return f"{OTHER_PROGRAM} {place.place}."
        if not self.tray:
            return "It needs a tray too."
        return f"No window opens: an icon in the tray shows that it watches. It is written to {place.place}."

    @property
    def written(self) -> str:
        """What is written there now; empty: nothing."""
        return (self._entry or "").strip()

    def load(self) -> None:
        """Look again at the tray and at what starts at login."""
        self.tray = self._tray_there()
        if not self.busy:  # a switch that is being turned looks afterwards
            self._look = self._tasks.run(self._read, done=self._read_through, failed=self._failed)

    def switch_watch(self, on: bool) -> None:
        """Look at the set-up while the program runs, or do not."""
        self._keep(replace(self._services.settings, watch=on))

    def switch_keep(self, on: bool) -> None:
        """Go on in the tray when the window is closed, or do not."""
        self._keep(replace(self._services.settings, keep_watching=on))

    def switch_login(self, on: bool) -> None:
        """Start at login in the background, or do not."""
        place = self._services.autostart
        if place is None or self.busy:
            return

        def work(cancel: Cancel) -> tuple[str | None, str | None]:
            if on:
                place.switch_on()
            else:
                place.switch_off()
            return self._read(cancel)

        self._begin()
        self._tasks.run(work, done=self._read_through, failed=self._failed)

    def _keep(self, settings: Settings) -> None:
        if self.busy:
            return
        services = self._services

        def work(cancel: Cancel) -> tuple[str | None, str | None]:
            services.keep_settings(settings)
            return self._read(cancel)

        self._begin()
        self._tasks.run(work, done=self._read_through, failed=self._failed)

    def _begin(self) -> None:
        if self._look is not None:  # of before the switch is turned
            self._look.cancel()
        self.busy, self.problem = True, None
        self.changed.emit()

    def _read(self, _cancel: Cancel) -> tuple[str | None, str | None]:
        place = self._services.autostart
        return (place.read(), place.wanted()) if place is not None else (None, None)

    def _read_through(self, read: tuple[str | None, str | None]) -> None:
        self._entry, self._wanted = read
        self._end()

    def _failed(self, problem: Problem) -> None:
        self.problem = problem
        self._end()

    def _end(self) -> None:
        self.busy = False
        self.changed.emit()
