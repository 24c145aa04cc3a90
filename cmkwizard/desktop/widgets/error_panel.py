"""What went wrong: what it means, what to do, who can do it, and the ids that support asks for."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.core.problems import Problem, Reference
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.theme import RADIUS, colours
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.icon import IconLabel
from cmkwizard.desktop.widgets.text import Text


class ErrorPanel(QFrame):
    """Hidden until a problem is shown.

    Signals:
        again: "Try again" was pressed.
        support_text_asked: the text for support is to be copied.
        bundle_asked: the support bundle is to be saved.
        explanation_asked: the service's own text is to be explained, beside any other.
    """

    again = Signal()
    support_text_asked = Signal()
    bundle_asked = Signal()
    explanation_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self.shown_at = datetime.now(UTC)
        """When the problem was first shown."""
        self._message = Text("", "strong").let_copy()
        self._remedy = Text("")
        self._who = Text("", "help")
        self._details = Text("", "code").let_copy()
        self.again_button = Button("&Try again", icon="refresh")
        self.details_button = Button("&Details", "quiet")
        self.details_button.setCheckable(True)
        self.copy_button = Button("Copy for support", "quiet", icon="copy")
        self.bundle_button = Button("Save support bundle…", "quiet")
        self.explain_button = Button("Paste any error…", "quiet")
        self.again_button.clicked.connect(self._again)
        self.details_button.toggled.connect(self._toggle)
        self.copy_button.clicked.connect(self.support_text_asked)
        self.bundle_button.clicked.connect(self.bundle_asked)
        self.explain_button.clicked.connect(self._explain)
        self._lay_out()
        self.hide()

    def show_problem(self, problem: Problem | None) -> None:
        """Show a problem; None hides the panel."""
        if problem is self._problem:
            return
        self._problem = problem
        self.shown_at = datetime.now(UTC)
        self.setVisible(problem is not None)
        if problem is None:
            return
        self._message.setText(problem.message)
        self._message.setAccessibleName(self._message.text())
        self._remedy.setText(problem.remedy)
        self._remedy.setVisible(bool(problem.remedy))
        self._who.setText(f"Who can do it: {problem.who}")
        self._who.setVisible(bool(problem.who) and problem.who != "you")
        details = _details(problem)
        self._details.setText(details)
        self._details.setAccessibleName(f"Details: {details}")
        self.details_button.setChecked(False)
        self._toggle(False)
        self.setAccessibleName(f"Problem: {problem.message}")
        announce(self, f"Problem: {problem.message} {problem.remedy}", urgent=True)

    @property
    def problem(self) -> Problem | None:
        """The problem that is shown."""
        return self._problem

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 14, 14, 12)
        row.setSpacing(14)
        row.addWidget(IconLabel("alert", "danger", 22), 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(6)
        for text in (self._message, self._remedy, self._who, self._details):
            lines.addWidget(text)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.again_button, self.details_button, self.copy_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        lines.addLayout(buttons)
        more = QHBoxLayout()
        more.setSpacing(8)
        for button in (self.bundle_button, self.explain_button):
            more.addWidget(button)
        more.addStretch(1)
        lines.addLayout(more)
        row.addLayout(lines, 1)

    @Slot()
    def _again(self) -> None:
        self.again.emit()

    @Slot(bool)
    def _toggle(self, shown: bool) -> None:
        self._details.setVisible(shown and bool(self._details.text()))
        self.bundle_button.setVisible(shown)
        self.explain_button.setVisible(shown)

    @Slot()
    def _explain(self) -> None:
        reference = self._problem.reference if self._problem is not None else Reference()
        said = "\n".join(f"{name}: {value}" for name, value in reference.ids)
        self.explanation_asked.emit("\n".join(filter(None, (reference.code, reference.raw, said))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground and edge."""
        of = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(of.danger_soft)
        painter.setPen(QPen(of.danger, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _details(problem: Problem) -> str:
    reference = problem.reference
    ids = [each for each in reference.ids if each.value != reference.request_id]
    lines = (
        ("Service", reference.service),
        ("Code", reference.code),
        ("Request id", reference.request_id),
        *ids,
        ("Answer", reference.raw),
    )
    return "\n".join(f"{label}: {value}" for label, value in lines if value)
