"""Puts what is recorded of a set-up into a file: the evidence report, the raw records, or the set-up as code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.history import What
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.history_setups import KnownSetup
from cmkwizard.desktop.models.services import Services
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task
from cmkwizard.journeys.export import ExportFormat, export

if TYPE_CHECKING:
    from cmkwizard.records.verification import Verification

MEANINGS: dict[ExportFormat, str] = {
    ExportFormat.HTML: "For an auditor: summary, requirements, actions, facts and the timeline, with ids to look up.",
    ExportFormat.PDF: "The same report on pages, but without tags for a screen reader: the HTML file has them.",
    ExportFormat.JSON: "Every entry of this set-up, exactly as it is kept, for a program.",
    ExportFormat.CSV: "Every entry of this set-up as a table.",
    ExportFormat.AZ: "What this set-up is, as a script for the Azure CLI that can be run again.",
    ExportFormat.BICEP: "What this set-up is, for your deployment engine.",
    ExportFormat.TERRAFORM: "What this set-up is, for your deployment engine, with blocks that adopt what exists.",
}


class Export(QObject):
    """One export at a time.

    Signals:
        changed: it began, got further, or has ended.
    """

    changed = Signal()

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._key: KnownSetup | None = None
        self.form = ExportFormat.HTML
        self._task: Task | None = None
        self.working = ""
        """How far it is; empty: nothing is written."""
        self.written = ""
        """The file that was written last, with what it is."""
        self.problem = ""

    @property
    def meaning(self) -> str:
        """What the chosen form is for."""
        return MEANINGS[self.form]

    @property
    def file_name(self) -> str:
        """A name to suggest."""
        name = (self._key.setup if self._key else "").partition("@")[0] or "set-up"
        day = self._setup.services.clock().astimezone()
        return f"cmk-{name}-{day:%Y-%m-%d}.{self.form.suffix}"

    def load(self, key: KnownSetup) -> None:
        """Export this set-up from now on."""
        if not key.same(self._key):
            self.written = self.problem = ""
        self._key = key
        self.changed.emit()

    def choose(self, form: ExportFormat) -> None:
        """Choose another form."""
        self.form, self.written, self.problem = form, "", ""
        self.changed.emit()

    def write(self, path: str) -> None:
        """Write the file."""
        key, form, services = self._key, self.form, self._setup.services
        if key is None or self.working:
            return
        from cmkwizard.desktop.report_pdf import write_pdf  # on this thread: it makes Qt classes
        from cmkwizard.records.history import SetupKey

        ended: list[str] = []

        def work(cancel: Cancel, report: Callable[[str], None]) -> str:
            def verify() -> Verification:
                from cmkwizard.records.verification import verify as verify_history

                services.secrets.open()
                return verify_history(services.records, services.secrets, lambda: cancel.requested)

            def progress(words: str) -> None:
                cancel.check()
                report(words)

            now = services.clock().astimezone(UTC)
            export(
                services.records,
                SetupKey(key.profile, key.setup, key.last_at or now),
                form,
                Path(path),
                now=now,
                verify=verify,
                write_pdf=partial(write_pdf, progress=progress),
                platform=_platform(services, key),
                check=cancel.check,
            )
            ended.append(f"{form.heading}: {path}")
            return ended[0]

        def stopped() -> None:  # perhaps too late
            self._done(ended[0]) if ended else self._end(problem="You stopped it. What was there before is unchanged.")

        self.working, self.written, self.problem = "Writing the file…", "", ""
        self._task = self._setup.tasks.stream(
            work, progress=self._got_further, done=self._done, failed=self._failed, stopped=stopped, lane="keyring"
        )
        self.changed.emit()

    def stop(self) -> None:
        """Write no further."""
        if self._task is not None and self.working:
            self._task.cancel()
            self._got_further("Stopping…")

    def _got_further(self, words: str) -> None:
        self.working = words
        self.changed.emit()

    def _done(self, written: str) -> None:
        self._end(written=written)

    def _failed(self, problem: Problem) -> None:
        self._end(problem=f"{problem.message} {problem.remedy}".strip())

    def _end(self, *, written: str = "", problem: str = "") -> None:
        self._task = None
        self.working, self.written, self.problem = "", written, problem
        self.changed.emit()


def _platform(services: Services, key: KnownSetup) -> str:
    """Where the practice cloud of this window has Experience Platform for the set-up's region; "" for the real one."""
    if not services.profile.practice or key.profile != services.profile.name:
        return ""
    deployment = services.observations.latest(key.profile, What.DEPLOYMENT, key.setup)
    region = str(deployment.value.get("region", "")) if deployment else ""
    return services.profile.platform_for(region) if region else ""
