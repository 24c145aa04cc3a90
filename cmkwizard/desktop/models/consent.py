"""Consent: a person accepts Adobe's app in the browser; then the app gets its role on the vault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.core.requirements.table import judge
from cmkwizard.desktop.finding_rows import FindingRow
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.report_rows import report_rows
from cmkwizard.desktop.models.running import RunningModel
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report
from cmkwizard.desktop.page_model import Busy

if TYPE_CHECKING:
    from cmkwizard.core.facts import App, Registration
    from cmkwizard.core.survey import Survey
    from cmkwizard.journeys.step import StepEvent

STEPS = (("consent", "Adobe's app in your directory"), ("role", "The app's role on the vault"))


class ConsentModel(RunningModel):
    """Reads which app Adobe uses, shows it, opens the checked address, waits for the app, gives it its role."""

    id = "consent"
    steps = STEPS
    start_text = "Give co&nsent in the browser"
    busy_text = "Waiting for consent in the browser…"
    late_text = "Adobe's app has not appeared: consent was not given, or was declined in the browser."

    def __init__(self, setup: SetupState, opener: Callable[[str], bool], parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self._opener = opener
        self._opening = True
        self.address = ""
        self.registration: Registration | None = None
        self.app: App | None = None

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What is going to be accepted: name and value of each detail."""
        registration, app = self.registration, self.app
        if registration is None:
            return ()
        parts = urlsplit(self.address)
        scope = " ".join(parse_qs(parts.query).get("scope", []))
        known = [
            ("App", app.name if app else registration.name),
            ("Application id", registration.application_id),
            ("Publisher", app.publisher if app else ""),
            ("Owner's directory", app.owner_tenant if app else ""),
            (
                "Directory",
                f"{self.setup.account.tenant_name} · {self.setup.account.tenant_id}" if self.setup.account else "",
            ),
            ("Opens at", parts.netloc),
            ("May", f"sign you in and read your basic profile ({scope})" if scope else ""),
        ]
        return tuple((label, value) for label, value in known if value)

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """That somebody else may have to accept the app, where the last check says so."""
        survey = self._survey()
        if survey is None or self.app is not None:
            return ()
        found = [each for each in judge(survey, ("I08",)) if each.stands]
        return report_rows(found, survey, fixes=False, address=self.address)

    @property
    def request(self) -> str:
        """What to send to an administrator who can accept the app; empty while there is no address."""
        survey = self._survey()
        if survey is None or not self.address or self.app is not None:
            return ""
        from cmkwizard.journeys.guides.guide import request_text

        return next((request_text(each, survey, self.address) for each in judge(survey, ("P01",))), "")

    def _survey(self) -> Survey | None:
        """The facts of the last check, with what this page has read since."""
        report = self.setup.report
        if report is None or self.registration is None:
            return None
        return replace(report.survey, registration=self.registration, app=self.app)

    @property
    def summary(self) -> str:
        """How it stands, in a sentence."""
        if self.over:
            return "Adobe's app is in your directory and holds its role on the vault."
        if self.app is not None:
            return (
                "The app is in your directory. It only needs its role on the vault, and Azure some time to spread it."
            )
        if self.busy is not None and self.registration is not None:
            return "Accept the app in the browser. Meanwhile your directory is asked until it shows the app."
        return "You need the rights of an administrator for this, or send the address to one."

    def begin(self) -> None:
        """Ask Adobe which app it is, and the directory whether it is there."""
        super().begin()
        if self.registration is None or not self.over:
            self._look()

    def wait_only(self, *, asked: bool = False) -> None:
        """Another administrator accepts: only wait for the app. ``asked``: with the message that was just copied."""
        self._opening = False
        self.start()
        if asked:
            self.notice = "The request is copied: send it to an administrator. This page waits until the app is there."
            self.changed.emit()

    def proceed(self) -> bool:
        """Open the browser and wait, or go on when it is over."""
        self._opening = True
        return super().proceed()

    def open_address(self, address: str) -> bool:
        """Open the checked address in the browser; whether one took it."""
        try:
            return self._opener(address)
        except Problem as problem:
            self.error = problem
            return False

    def start(self) -> None:
        """Run consent and role; the browser is opened here, on the GUI thread, once the address is known."""
        run = engine.SetupEngine(self.setup)
        opening = self._opening
        self.notice = ""

        def work(cancel: Cancel, report: Report[StepEvent | str]) -> engine.Seen:
            return run.apply([key for key, _ in self.steps], cancel, report, on_address=report)

        def progress(value: StepEvent | str) -> None:
            if not isinstance(value, str):
                self._event(value)
            elif opening and not self.open_address(value):
                self.notice = "No browser could be opened. Copy the address below into a browser."
                self.changed.emit()

        self._tick.start()
        self.perform_stream(self.busy_text, work, self._ended, progress, failed=self._failed, writes=True)
        self._check()

    def _look(self) -> None:
        run = engine.SetupEngine(self.setup)
        self.perform("Asking Adobe which app it uses…", run.consent, self._looked)

    def _looked(self, found: engine.Consent) -> None:
        self.registration, self.app, self.address = found.registration, found.app, found.address
        self._check()

    def _event(self, event: StepEvent) -> None:
        if event.step == "role" and self.setup.run is not None:
            self.app = self.setup.run.seen.app
            if self.busy is not None:
                self.busy = Busy("Waiting until the role is in effect…")
        super()._event(event)

    def _ended(self, seen: engine.Seen) -> None:
        self.app = seen.app
        super()._ended(seen)

    def _check(self) -> None:
        super()._check()
        if not self.over and self.app is not None:
            self.next_text = "Check the role &now" if self.stages.all_there else "Give the role &now"
        self.valid = self.over or self.registration is not None
