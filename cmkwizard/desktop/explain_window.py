"""The window in which any error text can be pasted. It blocks nothing: the other one can be used beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.core.explain import Explanation
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.explaining import ExplainingModel
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.removal import remove
from cmkwizard.desktop.widgets.scroll import ScrollArea
from cmkwizard.desktop.widgets.text import Text
from cmkwizard.desktop.widgets.text_box import TextBox

_MARGIN = 24


class ExplainWindow(QDialog):
    """A box for the text, the explanations below it as a person types, and what can be copied.

    Signals:
        support_text_asked: the text for support is to be copied.
        bundle_asked: the support bundle is to be saved.
        repair_asked: the causes of the alert of Adobe with this code are to be put right.
    """

    support_text_asked = Signal()
    bundle_asked = Signal()
    repair_asked = Signal(str)

    def __init__(self, model: ExplainingModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.setWindowTitle(f"{model.title} — cmkwizard")
        self.resize(720, 620)
        self.box = TextBox("Error text", lines=6, placeholder="Paste it here")
        self.summary = Text("", "strong")
        self.repair_button = Button("Put its causes &right…", "primary", icon="search")
        self._ids = Text("", "code").let_copy()
        self.copy_button = Button("&Copy the explanation", icon="copy")
        self.support_button = Button("Copy for &support", "quiet")
        self.bundle_button = Button("Save support &bundle…", "quiet")
        self.close_button = Button("C&lose", "quiet")
        self._results = QVBoxLayout()
        self._cards: list[ExplanationCard] = []
        self._lay_out()
        self.box.editor.textChanged.connect(self._edited)
        self.copy_button.clicked.connect(self._copy)
        self.support_button.clicked.connect(self.support_text_asked)
        self.bundle_button.clicked.connect(self.bundle_asked)
        self.close_button.clicked.connect(self.close)
        self.repair_button.clicked.connect(self._ask_repair)
        model.changed.connect(self._show_model)
        self._show_model()

    def show_text(self, text: str) -> None:
        """Come to the front, with ``text`` in the box (empty: as it was left)."""
        if text:
            self.box.editor.setPlainText(text)
        if self.isVisible():
            self.raise_()
        self.show()
        self.activateWindow()
        self.box.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        lines = QVBoxLayout(self)
        lines.setContentsMargins(_MARGIN, 20, _MARGIN, 16)
        lines.setSpacing(12)
        lines.addWidget(Text(self.model.title, "heading"))
        lines.addWidget(Text(self.model.purpose, "help"))
        lines.addWidget(self.box)
        lines.addWidget(self.summary)
        lines.addWidget(self.repair_button, 0, Qt.AlignmentFlag.AlignLeading)
        ground = QWidget()
        self._results.setContentsMargins(0, 0, 4, 0)
        self._results.setSpacing(12)
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(self._results)
        inside.addWidget(self._ids)
        inside.addStretch(1)
        lines.addWidget(ScrollArea(ground), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.copy_button, self.support_button, self.bundle_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        lines.addLayout(buttons)

    @Slot()
    def _edited(self) -> None:
        self.model.edit(self.box.text)

    @Slot()
    def _show_model(self) -> None:
        explanations = self.model.explanations
        for card in self._cards:
            remove(card)
        self._cards = [ExplanationCard(each) for each in explanations]
        for card in self._cards:
            self._results.addWidget(card)
            card.show()  # Qt itself shows what comes into a layout a turn later
        ids = explanations[0].ids if explanations else ()
        self._ids.setText("\n".join(f"{name}: {value}" for name, value in ids))
        self._ids.setAccessibleName(f"For support: {self._ids.text()}")
        self._ids.setVisible(bool(ids))
        self.summary.setText(self.model.summary)
        self.summary.setVisible(bool(self.model.summary))
        self.repair_button.setVisible(self.model.alert is not None)
        for button in (self.copy_button, self.support_button, self.bundle_button):
            button.setEnabled(bool(explanations))
        if self.model.summary:
            announce(self, self.model.summary)

    @Slot()
    def _ask_repair(self) -> None:
        if self.model.alert is not None:
            self.repair_asked.emit(self.model.alert.code)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.as_text)
        announce(self, "Explanation copied.")


class ExplanationCard(Card):
    """One explanation: the code, the cause, what to do, who can do it, and who says so."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(explanation.code if explanation.known else "")
        self.setAccessibleName(f"{explanation.code}: {explanation.cause}" if explanation.code else explanation.cause)
        self.body.setSpacing(8)
        self.add(Text(explanation.cause, "strong" if not explanation.known else "body").let_copy())
        if explanation.code and not explanation.known:
            self.add(Text(f"Codes in the text: {explanation.code}", "code").let_copy())
        self.add(Text(explanation.remedy).let_copy())
        self.add(Text(f"Who can do it: {explanation.who}", "help"))
        if explanation.source:
            self.add(Text(f"Source: {explanation.source}", "help"))
