"""What is recorded as a file for others, as a card of the page "Review: how things stood"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.history_export import MEANINGS, Export
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.file_question import FileQuestion
from cmkwizard.desktop.widgets.inputs import ComboBox
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text


class ExportCard(Card):
    """The form, the file, and what became of it."""

    def __init__(self, model: Export) -> None:
        super().__init__("Hand it on", "Written from the records alone, without asking anybody.")
        self._model = model
        self._question = FileQuestion(self)
        self._said = ""
        row = self.add(QWidget())
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.form: Field[ComboBox] = Field("Fo&rm", ComboBox())
        for form in MEANINGS:
            self.form.editor.addItem(form.heading, form)
        self.export_button = Button("E&xport…", icon="external")
        self.stop_button = Button("Stop writing", icon="cross")
        line.addWidget(self.form, 1)
        line.addWidget(self.export_button, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.meaning = self.add(Text("", "help"))
        self.working = self.add(Text("", "help"))
        self.outcome = self.add(Notice("success"))
        self.form.editor.activated.connect(self._choose)
        self.export_button.clicked.connect(self._ask)
        self.stop_button.clicked.connect(model.stop)
        model.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        model = self._model
        self.form.editor.setCurrentIndex(list(MEANINGS).index(model.form))
        self.form.setEnabled(not model.working)
        self.export_button.setEnabled(not model.working)
        self.meaning.setText(model.meaning)
        self.stop_button.setVisible(bool(model.working))
        self.working.setText(model.working)
        self.working.setVisible(bool(model.working))
        title = "Nothing was written" if model.problem else "Written"
        said = model.problem or model.written
        self.outcome.show_text(said, title=title if said else "", tone="danger" if model.problem else "success")
        if said and said != self._said:
            announce(self, f"{title}. {said}")
        self._said = said

    @Slot(int)
    def _choose(self, row: int) -> None:
        self._model.choose(list(MEANINGS)[row])

    @Slot()
    def _ask(self) -> None:
        form = self._model.form
        kind = (f"{form.heading} (*.{form.suffix})", form.suffix)
        self._question.ask_where("Export", self._model.file_name, self._model.write, kind)
