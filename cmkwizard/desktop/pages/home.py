"""Home: three cards."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.core.status import Status
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.icon import IconLabel, IconName, Tint
from cmkwizard.desktop.widgets.text import Text

_STATUS_ICONS: dict[Status | None, tuple[IconName, Tint]] = {
    None: ("dot", "muted"),
    Status.COMPLETED: ("check", "success"),
    Status.FAILED: ("alert", "danger"),
    Status.UNKNOWN: ("alert", "warning"),
}


class HomePage(Page):
    """Set up (or continue), check, and review the status."""

    model: HomeModel

    def build(self) -> None:
        """Lay out the cards."""
        setup = self.add(Card())
        setup.add(_headed("key", "link", heading := Text("Set-up", "heading")))
        heading.setAccessibleName("Set-up")
        self.start_words = setup.add(Text())
        self.start_button = Button("", "primary")
        self.another_button = Button("Set up another &organisation", "quiet", icon="organisation")
        setup.add(_at_the_start(self.start_button, self.another_button))
        self.kept = setup.add(Text("", "help"))
        check = self.add(Card())
        check.add(_headed("search", "link", Text("Check", "heading")))
        self.check_words = check.add(Text())
        self.check_button = Button("")
        check.add(_at_the_start(self.check_button))
        status = self.status_card = self.add(Card())
        self.status_icon = IconLabel("dot", "muted", 24)
        self.status_title = Text("", "heading")
        status.add(_row(self.status_icon, self.status_title))
        self.status_words = status.add(Text())
        self.facts = status.add(Text("", "help"))
        self.others = status.add(Text("", "help"))
        self.review_button = Button("&Review status")
        self.history_button = Button("Re&view how things stood", icon="clock")
        status.add(_at_the_start(self.review_button, self.history_button))
        self.explain_button = Button("Paste any error…", "quiet", icon="search")
        self.share_button = Button("Carr&y out a plan file…", "quiet", icon="account")
        self.repair_button = Button("An Adobe a&lert arrived…", "quiet", icon="alert")
        self.add(_at_the_start(self.repair_button, self.explain_button, self.share_button))
        self.revoke_button = Button("Take Adobe's access away…", "quiet")
        self.revoke_button.enter_presses = False
        self.give_back_button = Button("After access was taken away…", "quiet", icon="clock")
        self.add(_at_the_start(self.revoke_button, self.give_back_button))
        self.revoke_button.clicked.connect(self._revoke)
        self.give_back_button.clicked.connect(self._give_back)
        self.repair_button.clicked.connect(self._repair)
        self.share_button.clicked.connect(self._share)
        self.explain_button.clicked.connect(self.model.explanation_asked)
        self.start_button.clicked.connect(self._start)
        self.another_button.clicked.connect(self._begin_another)
        self.check_button.clicked.connect(self._check)
        self.review_button.clicked.connect(self._review)
        self.history_button.clicked.connect(self._look_back)

    def show_model(self) -> None:
        """Show what the records say."""
        model = self.model
        self.start_words.setText(model.start_words)
        self.start_button.setText(model.start_text)
        self.start_button.updateGeometry()
        self.check_words.setText(model.check_words)
        self.check_button.setText(model.check_text)
        self.check_button.updateGeometry()
        icon = _STATUS_ICONS.get(model.last.status, ("spinner", "link"))
        self.status_icon.show_icon(*(("alert", "danger") if model.last.removal else icon))
        self.status_title.setText(model.status_title)
        self.status_words.setText(model.status_words)
        self.facts.setText("\n".join(f"{label}: {value}" for label, value in model.last.rows))
        self.facts.setVisible(bool(model.last.rows))
        self.another_button.setVisible(model.can_begin_another)
        self.kept.setText(model.kept_words)
        self.kept.setVisible(bool(model.kept_words))
        self.others.setText("\n".join(("Other set-ups on this computer:", *model.last.others)))
        self.others.setVisible(bool(model.last.others))
        self.review_button.setVisible(model.can_review)

    def initial_focus(self) -> QWidget:
        """The way on."""
        return self.start_button

    @Slot()
    def _start(self) -> None:
        self.model.start()

    @Slot()
    def _begin_another(self) -> None:
        self.model.begin_another()

    @Slot()
    def _check(self) -> None:
        self.model.check()

    @Slot()
    def _look_back(self) -> None:
        self.model.look_back()

    @Slot()
    def _share(self) -> None:
        self.model.share()

    @Slot()
    def _repair(self) -> None:
        self.model.repair()

    @Slot()
    def _revoke(self) -> None:
        self.model.revoke()

    @Slot()
    def _give_back(self) -> None:
        self.model.give_back()

    @Slot()
    def _review(self) -> None:
        self.model.review()


def _headed(icon: IconName, tint: Tint, text: Text) -> QWidget:
    return _row(IconLabel(icon, tint, 24), text)


def _row(*parts: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    for part in parts[:-1]:
        line.addWidget(part)
    line.addWidget(parts[-1], 1)
    return row


def _at_the_start(*buttons: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 4, 0, 0)
    for button in buttons:
        line.addWidget(button)
    line.addStretch(1)
    return row
