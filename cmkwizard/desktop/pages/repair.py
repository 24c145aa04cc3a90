"""The page "Repair after an alert"."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.repair import OPTIONS, RepairModel
from cmkwizard.desktop.pages.fixing_page import FixingPage
from cmkwizard.desktop.pages.view import bring_into_view
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.notice import Notice, Tone
from cmkwizard.desktop.widgets.options import Options
from cmkwizard.desktop.widgets.text import Text
from cmkwizard.desktop.widgets.text_box import TextBox


class RepairPage(FixingPage):
    """The alert, chosen or pasted; what to do first; its causes in order; whether all is well again."""

    model: RepairModel

    def build(self) -> None:
        """Lay out and connect."""
        self._shown = ""
        self._heading = ""
        self.first = self.add(Notice("warning"))
        self.choice = self.add(Card("Which alert arrived"))
        self.options = self.choice.add(Options("Which alert arrived", OPTIONS))
        self.box = self.choice.add(TextBox("Alert text", lines=3, placeholder="Or paste the alert's text here"))
        self.recognition = self.choice.add(Text())
        self.lack = self.add(Notice("info"))
        self.lack_button = self.add(Button("&Go on to what is missing"))
        lines = self.build_fixing()
        self.summary = Notice("info")
        for part in (self.summary, self._build_actions(), self.findings):
            lines.addWidget(part)
        self.options.chosen.connect(self._choose)
        self.box.editor.textChanged.connect(self._paste)
        self.lack_button.clicked.connect(self._go_on)
        self.again_button.clicked.connect(self._look)
        self.copy_button.clicked.connect(self._copy)

    def show_model(self) -> None:
        """Show how it stands."""
        model = self.model
        code = model.alert.code if model.alert is not None else ""
        self.first.show_text(model.first_words, title=model.first_title, tone="danger" if model.urgent else "warning")
        self.choice.setVisible(model.fixing is None)
        self.options.choose(code)
        self.options.setEnabled(model.busy is None)
        self.recognition.setText(model.recognition)
        self.recognition.setVisible(bool(model.recognition))
        self.lack.show_text(model.lack_words)
        self.lack_button.setVisible(bool(model.lack_words))
        self.summary.show_text(model.summary, title=model.heading, tone=self._tone())
        self.checked.setText(model.checked_text)
        self.checked.setAccessibleName(model.checked_text)
        self.again_button.setEnabled(model.busy is None)
        self.copy_button.setEnabled(model.repair is not None)
        self.findings.show_sections(model.sections)
        self.show_fixing(self.summary, self.again_button)
        self.overview.setVisible(model.fixing is None and bool(code) and not model.lack_words)
        self._say(code)

    def initial_focus(self) -> QWidget:
        """The choice, or what is to be done again."""
        model = self.model
        if model.alert is None:
            return self.options.button(OPTIONS[0][0])
        return self.lack_button if model.lack_words else self.again_button

    def _say(self, code: str) -> None:
        """Say what to do first when an alert was chosen, and how it stands when that is new."""
        model = self.model
        if code and code != self._shown:
            announce(self, f"{model.first_title}. {model.first_words}", urgent=model.urgent)
            bring_into_view(self.first)
        elif code and model.busy is None and model.heading != self._heading:
            announce(self, f"{model.heading}. {model.summary}")
        self._shown = code
        self._heading = model.heading

    def _tone(self) -> Tone:
        model = self.model
        if model.repair is None:
            return "info"
        if model.repair.causes:
            return "danger"
        return "success" if model.verified else "warning"

    def _build_actions(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.checked = Text("", "help")
        self.again_button = Button("Check &again", icon="refresh")
        self.copy_button = Button("Cop&y all of it", icon="copy")
        line.addWidget(self.checked, 1)
        line.addWidget(self.copy_button)
        line.addWidget(self.again_button)
        return row

    @Slot(str)
    def _choose(self, code: str) -> None:
        self.model.choose(code)

    @Slot()
    def _paste(self) -> None:
        self.model.paste(self.box.text)

    @Slot()
    def _go_on(self) -> None:
        self.model.go_to_what_is_lacking()

    @Slot()
    def _look(self) -> None:
        self.model.look()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.text)
        announce(self, "All of it is copied.")
