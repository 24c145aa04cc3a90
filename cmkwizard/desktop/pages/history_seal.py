"""Whether the records were altered, as a card of the page "Review: how things stood"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.history_seal import Seal
from cmkwizard.desktop.pages.anchor_window import AnchorWindow
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.inputs import LineEdit
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text

if TYPE_CHECKING:
    from cmkwizard.records.anchor import Anchor

_HELP = (
    "Where it can, this program seals every entry with a key that lies in this computer's safe place, apart from the "
    "file. Verifying reads all entries and asks that place. An anchor is twelve words to be kept outside this computer."
)


class SealCard(Card):
    """The verdict, what it shows and does not show, and anchors."""

    def __init__(self, model: Seal) -> None:
        super().__init__("Were the records altered?", _HELP)
        self._model = model
        self._said = ""
        self.add(self._build_buttons())
        self.working = self.add(Text("", "help"))
        self.problem = self.add(Notice("danger"))
        self.verdict = self.add(Notice("info"))
        self.meaning = self.add(Text("", "help").let_copy())
        self.add(self._build_anchor())
        self.found = self.add(Notice("info"))
        model.changed.connect(self._show)
        model.anchored.connect(self._anchored)
        self._show()

    def _build_buttons(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.verify_button = Button("&Verify", icon="shield")
        self.stop_button = Button("Stop verif&ying", icon="cross")
        self.anchor_button = Button("Make an &anchor…", icon="lock")
        for button in (self.verify_button, self.stop_button, self.anchor_button):
            line.addWidget(button)
        line.addStretch(1)
        self.verify_button.clicked.connect(self._model.verify)
        self.stop_button.clicked.connect(self._model.stop)
        self.anchor_button.clicked.connect(self._model.make_anchor)
        return row

    def _build_anchor(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.words = Field("A&nchor to look for", LineEdit(placeholder="Its twelve words"))
        self.find_button = Button("Loo&k for it", icon="search")
        line.addWidget(self.words, 1)
        line.addWidget(self.find_button)
        line.setAlignment(self.find_button, Qt.AlignmentFlag.AlignBottom)
        self.words.editor.textChanged.connect(self._typed)
        self.words.editor.returnPressed.connect(self._find)
        self.find_button.clicked.connect(self._find)
        return row

    @Slot()
    def _show(self) -> None:
        model = self._model
        idle = not model.working
        self.setVisible(not model.absent)
        self.verify_button.setEnabled(idle)
        self.stop_button.setVisible(not idle)
        self.anchor_button.setEnabled(idle)
        self.working.setText(model.working)
        self.working.setVisible(not idle)
        self.problem.show_text(model.problem)
        self.verdict.show_text(model.verdict, title=model.heading, tone=model.tone)
        self.meaning.setText(model.meaning)
        self.meaning.setVisible(bool(model.meaning))
        self.found.show_text(model.found_words, tone="warning" if isinstance(model.found, str) else "success")
        self._typed()
        said = model.problem or model.found_words or model.heading
        if said != self._said and said:
            announce(self, said)
        self._said = said

    @Slot()
    def _typed(self) -> None:
        self.find_button.setEnabled(bool(self.words.editor.text().strip()) and not self._model.working)

    @Slot()
    def _find(self) -> None:
        if self.find_button.isEnabled():
            self._model.find_anchor(self.words.editor.text())

    @Slot(object, object)
    def _anchored(self, made: Anchor, rows: tuple[tuple[bool, ...], ...]) -> None:
        AnchorWindow(made, rows, self).open()
