"""A pasted error text and what is known about it, explained a moment after the last key."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cmkwizard.core.alerts import Alert, alert_among
from cmkwizard.core.explain import Explanation, as_text, explain, recognised
from cmkwizard.core.problems import Problem
from cmkwizard.core.support_case import SupportCase, case_of_text
from cmkwizard.desktop.tasks import Task, Tasks

PAUSE_MS = 250
"""After the last key."""


class ExplainingModel(QObject):
    """What is explained, and the sentences around it. The text stays in this window: it is sent nowhere.

    Signals:
        changed: there are other explanations, or none any more.
    """

    changed = Signal()

    title = "Paste any error"
    purpose = (
        "A code, a message of a portal, the output of az, a traceback, an alert of Adobe: what is known about it is "
        "looked up on this computer. Nothing is sent, and what looks like a secret is left out."
    )

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._task: Task | None = None
        self._text = ""
        self.explanations: tuple[Explanation, ...] = ()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._begin)

    @property
    def summary(self) -> str:
        """How much is known, in a sentence; empty while there is no text."""
        if not self.explanations:
            return ""
        if not recognised(self.explanations):
            return "This program does not know this error."
        count = len(self.explanations)
        return "One error is known in this text." if count == 1 else f"{count} errors are known in this text."

    @property
    def alert(self) -> Alert | None:
        """The gravest alert of Adobe in the text; None: there is none in it."""
        return alert_among(self.explanations)

    @property
    def as_text(self) -> str:
        """The explanations, to be copied."""
        return as_text(self.explanations)

    @property
    def case(self) -> SupportCase:
        """What is sent to support."""
        return case_of_text(self._text)

    @property
    def at(self) -> datetime:
        """When: the time of the text itself stands among its ids."""
        return datetime.now(UTC)

    def edit(self, text: str) -> None:
        """Another text is there; it is explained when no key follows for a moment."""
        if text != self._text:
            self._text = text
            self._pause.start()

    @Slot()
    def _begin(self) -> None:
        if self._task is not None:
            self._task.cancel()
        text = self._text
        self._task = self._tasks.run(lambda _: explain(text), done=self._explained, failed=self._failed)

    def _explained(self, explanations: tuple[Explanation, ...]) -> None:
        if explanations != self.explanations:
            self.explanations = explanations
            self.changed.emit()

    def _failed(self, problem: Problem) -> None:
        self._explained((Explanation("", problem.message, problem.remedy, problem.who, known=False),))
