"""What helps when something went wrong: the window that explains errors, and the text and the bundle for support."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from cmkwizard.core.problems import Problem
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.widgets.file_question import ZIP, FileQuestion

if TYPE_CHECKING:
    from cmkwizard.core.support_case import SupportCase
    from cmkwizard.desktop.explain_window import ExplainWindow


class Support(QObject):
    """Answers the shell when a person asks for help with an error. What it needs is loaded when it is first asked."""

    def __init__(self, shell: Shell, tasks: Tasks) -> None:
        super().__init__(shell)
        self._shell = shell
        self._tasks = tasks
        self._window: ExplainWindow | None = None
        self._files = FileQuestion(shell)
        panel = shell.frame.errors
        shell.explanation_asked.connect(self.explain)
        panel.explanation_asked.connect(self.explain)
        panel.support_text_asked.connect(self._copy_problem)
        panel.bundle_asked.connect(self._bundle_problem)

    @Slot(str)
    def explain(self, text: str = "") -> None:
        """Show the window for pasted errors, with ``text`` in it."""
        if self._window is None:
            from cmkwizard.desktop.explain_window import ExplainWindow
            from cmkwizard.desktop.models.explaining import ExplainingModel

            model = ExplainingModel(self._tasks, self)
            self._window = window = ExplainWindow(model, self._shell)
            window.support_text_asked.connect(self._copy_pasted)
            window.bundle_asked.connect(self._bundle_pasted)
            window.repair_asked.connect(self.repair)
        self._window.show_text(text)

    @Slot()
    def _copy_problem(self) -> None:
        found = self._problem()
        if found is not None:
            self._copy(*found)

    @Slot()
    def _bundle_problem(self) -> None:
        found = self._problem()
        if found is not None:
            self._ask_where(*found)

    @Slot()
    def _copy_pasted(self) -> None:
        if self._window is not None:
            self._copy(self._window.model.case, self._window.model.at)

    @Slot()
    def _bundle_pasted(self) -> None:
        if self._window is not None:
            self._ask_where(self._window.model.case, self._window.model.at)

    @Slot(str)
    def repair(self, code: str) -> None:
        """Show the page on which the causes of Adobe's alert ``code`` are put right, unless something runs."""
        from cmkwizard.desktop.models.repair import RepairModel

        if self._shell.page.model.busy is not None:
            self._say("Something is still running here. Wait until it has ended, or cancel it; then press again.")
            return
        self._shell.show_page("repair")
        model = self._shell.page.model
        if isinstance(model, RepairModel):
            model.choose(code)
        self._shell.window().activateWindow()

    def _problem(self) -> tuple[SupportCase, datetime] | None:
        from cmkwizard.core.support_case import case_of_problem

        panel = self._shell.frame.errors
        if panel.problem is None:
            return None
        return case_of_problem(panel.problem), panel.shown_at

    def _copy(self, case: SupportCase, at: datetime) -> None:
        from cmkwizard.records.support_bundle import text_for_support

        QGuiApplication.clipboard().setText(text_for_support(case, at))
        announce(self._shell, "The text for support is copied.")

    def _ask_where(self, case: SupportCase, at: datetime) -> None:
        name = f"cmkwizard-support-{at:%Y%m%d-%H%M%S}.zip"
        self._files.ask_where("Save the support bundle", name, lambda path: self._save(Path(path), case, at), ZIP)

    def _save(self, path: Path, case: SupportCase, at: datetime) -> None:
        from cmkwizard.records.log_file import log_path
        from cmkwizard.records.support_bundle import save_support_bundle

        log = log_path()
        what = "with the log" if log else "without a log: start the program with --log-file to have one"
        self._tasks.run(
            lambda _: save_support_bundle(path, case, at, log),
            done=lambda _: self._say(f"The support bundle is saved as {path} ({what}). No secret is in it."),
            failed=self._not_saved,
        )

    def _not_saved(self, problem: Problem) -> None:
        self._say(f"{problem.message} {problem.remedy}")

    def _say(self, text: str) -> None:
        self._shell.frame.show_message(text)
        announce(self._shell, text)
