"""The page "Check"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.check import CheckModel
from cmkwizard.desktop.pages.fixing_page import FixingPage
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.inputs import ComboBox, LineEdit
from cmkwizard.desktop.widgets.notice import Notice, Tone
from cmkwizard.desktop.widgets.text import Text


class CheckPage(FixingPage):
    """How it stands, a filter, and the findings under the headings of their groups."""

    model: CheckModel

    def build(self) -> None:
        """Lay out and connect."""
        lines = self.build_fixing()
        self.summary = Notice("info")
        self.filters = self._build_filters()
        self.absence = Text()
        for part in (self.summary, self._build_actions(), self.filters, self.absence, self.findings):
            lines.addWidget(part)
        self.again_button.clicked.connect(self._look)
        self.share_button.clicked.connect(self._share)
        self.copy_button.clicked.connect(self._copy)
        self.filter.editor.activated.connect(self._choose_filter)
        self.words.editor.textChanged.connect(self._edit_words)

    def show_model(self) -> None:
        """Show what the last check found, or the one finding that is being put right."""
        self._show_findings()
        self.show_fixing(self.summary, self.again_button)

    def _show_findings(self) -> None:
        model = self.model
        self.summary.show_text(model.summary, title=model.heading, tone=self._tone())
        self.checked.setText(model.checked_text)
        self.checked.setAccessibleName(model.checked_text)
        self.again_button.setEnabled(model.busy is None)
        self.copy_button.setEnabled(bool(model.rows))
        self.filters.setVisible(bool(model.rows))
        self._show_filters()
        set_text(self.words.editor, model.words)
        self.absence.setText(model.absence)
        self.absence.setVisible(bool(model.absence))
        self.findings.show_sections(model.sections, model.visible)

    def _tone(self) -> Tone:
        if self.model.report is None:
            return "info"
        if self.model.blocked:
            return "danger"
        return "warning" if self.model.half_read else "success"

    def initial_focus(self) -> QWidget | None:
        """The way on, or what is to be done again."""
        return None if self.model.valid else self.again_button

    def _build_actions(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.checked = Text("", "help")
        self.again_button = Button("Check &again", icon="refresh")
        self.copy_button = Button("Cop&y all findings", icon="copy")
        self.share_button = Button("Share the &work…", "quiet", icon="account")
        line.addWidget(self.checked, 1)
        line.addWidget(self.share_button)
        line.addWidget(self.copy_button)
        line.addWidget(self.again_button)
        return row

    def _build_filters(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        self.filter = Field("&Show", ComboBox())
        self.words = Field("&Filter", LineEdit(placeholder="Words to look for, such as firewall"))
        line.addWidget(self.filter, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.words, 2, Qt.AlignmentFlag.AlignTop)
        return row

    def _show_filters(self) -> None:
        combo, filters = self.filter.editor, self.model.filters
        for place, (key, text) in enumerate(filters):
            if place == combo.count():
                combo.addItem(text, key)
            elif combo.itemText(place) != text:
                combo.setItemText(place, text)
        combo.setCurrentIndex(combo.findData(self.model.filter))

    @Slot()
    def _share(self) -> None:
        self.model.share()

    @Slot()
    def _look(self) -> None:
        self.model.look()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.text)
        announce(self, "All findings copied.")

    @Slot(int)
    def _choose_filter(self, place: int) -> None:
        self.model.choose_filter(str(self.filter.editor.itemData(place)))

    @Slot(str)
    def _edit_words(self, words: str) -> None:
        self.model.edit_words(words)
