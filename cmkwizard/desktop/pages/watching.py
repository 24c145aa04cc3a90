"""The watch on Home: what it has to tell stands above everything else, and its switches in a card of their own."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.core.watch_alerts import AlertKind, Urgency
from cmkwizard.desktop.accessibility import name
from cmkwizard.desktop.models.kept_alerts import ShownAlert
from cmkwizard.desktop.models.staying import StayingModel
from cmkwizard.desktop.models.watch_state import WatchState
from cmkwizard.desktop.models.watching import WatchingModel
from cmkwizard.desktop.pages.home import HomePage
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.icon import IconLabel, IconName, Tint
from cmkwizard.desktop.widgets.inputs import CheckBox
from cmkwizard.desktop.widgets.notice import Notice, Tone
from cmkwizard.desktop.widgets.removal import remove
from cmkwizard.desktop.widgets.text import Text

_ICONS: dict[WatchState, tuple[IconName, Tint]] = {
    WatchState.WATCHING: ("check", "success"),
    WatchState.LOOKING: ("spinner", "link"),
    WatchState.RESTORING: ("spinner", "link"),
    WatchState.SIGN_IN: ("account", "warning"),
    WatchState.AWAY: ("alert", "warning"),
    WatchState.STOPPED: ("alert", "warning"),
}
_TONES: dict[Urgency, Tone] = {Urgency.CRITICAL: "danger", Urgency.WARNING: "warning", Urgency.NEWS: "success"}
_WAYS = {
    AlertKind.COMPLETED: "Show the status",
    AlertKind.FAILED: "Find and put right…",
    AlertKind.ACCESS: "Find and put right…",
    AlertKind.EXPIRING: "Check the key…",
    AlertKind.DRIFT: "Show what differs…",
    AlertKind.SIGN_IN: "Sign in…",
    AlertKind.UNSEEN: "Check…",
}


class AlertNotice(QWidget):
    """One alert, the way to what helps, and the button that puts it away.

    Signals:
        way_chosen: the person wants the page that helps.
        seen: the person has seen it.
    """

    way_chosen = Signal()
    seen = Signal()

    def __init__(self, shown: ShownAlert, leads: bool) -> None:
        """``leads``: whether a page helps with it."""
        super().__init__()
        self.shown = shown
        alert = shown.alert
        words = f"{alert.sentence} {alert.remedy}".strip()
        words += f"\nWho can do it: {alert.who}." if alert.remedy and alert.who not in ("", "you") else ""
        title = f"{alert.title} – passed since" if shown.passed else alert.title
        self.notice = Notice("info" if shown.passed else _TONES[alert.urgency], words, title)
        self.way_button = Button(_WAYS.get(alert.kind, ""), "quiet")
        self.way_button.setVisible(leads)
        self.seen_button = Button("Seen", "quiet")
        for button in (self.way_button, self.seen_button):
            name(button, f"{button.text()}: {alert.title}")
        self.way_button.clicked.connect(self.way_chosen)
        self.seen_button.clicked.connect(self.seen)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.notice)
        buttons = _row(self.way_button, self.seen_button)
        buttons.setContentsMargins(28, 0, 0, 0)
        lines.addWidget(buttons)


class AlertsPart(QWidget):
    """All alerts that nobody has seen yet.

    Signals:
        page_chosen: a page that helps, by its id, and the alert of Adobe to repair by, or "".
    """

    page_chosen = Signal(str, str)

    def __init__(self, model: WatchingModel) -> None:
        super().__init__()
        self._model = model
        self.notices: list[AlertNotice] = []
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(8)
        self.as_of = Text("", "help")
        self._lines.addWidget(self.as_of)
        model.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        shown = self._model.shown
        if shown != tuple(each.shown for each in self.notices):
            for notice in self.notices:
                remove(notice)
            self.notices = [self._notice(each) for each in shown]
        self.as_of.setText(self._model.as_of_words)
        self.as_of.setVisible(bool(self._model.as_of_words))
        self.setVisible(bool(shown))

    def _notice(self, shown: ShownAlert) -> AlertNotice:
        alert = shown.alert
        page = self._model.page_of(alert)
        notice = AlertNotice(shown, bool(page))
        notice.way_chosen.connect(lambda: self.page_chosen.emit(page, alert.adobe_alert if page == "repair" else ""))
        notice.seen.connect(lambda: self._model.seen(alert.id))
        self._lines.addWidget(notice)
        notice.show()  # Qt itself shows what comes into a layout a turn later
        return notice


class WatchingCard(Card):
    """Whether the watch goes on, and its switches.

    Signals:
        page_chosen: as of :class:`AlertsPart`.
    """

    page_chosen = Signal(str, str)

    def __init__(self, watching: WatchingModel, staying: StayingModel) -> None:
        super().__init__()
        self._watching = watching
        self._staying = staying
        self.icon = IconLabel("dot", "muted", 24)
        self.title_text = Text("", "heading")
        self.add(_row(self.icon, self.title_text, stretch=True))
        self.words = self.add(Text())
        self.about = self.add(Text("", "help"))
        self.look_button = Button("Look &now", icon="refresh")
        self.sign_in_button = Button("Sign in…")
        self.buttons = self.add(_row(self.look_button, self.sign_in_button))
        self.watch_box = self.add(CheckBox("&Watch while this program runs"))
        self.keep_box, self.keep_words = CheckBox("Kee&p watching when the window is closed"), Text("", "help")
        self.add(_explained(self.keep_box, self.keep_words))
        self.login_box, self.login_words = CheckBox("Start at lo&gin in the background"), Text("", "help")
        self.written = Text("", "code").let_copy()
        self.add(_explained(self.login_box, self.login_words, self.written))
        name(self.written, "What is written there")
        self.problem = self.add(Text("", "error"))
        self.look_button.clicked.connect(self._look)
        self.sign_in_button.clicked.connect(self._sign_in)
        self.watch_box.clicked.connect(staying.switch_watch)
        self.keep_box.clicked.connect(staying.switch_keep)
        self.login_box.clicked.connect(staying.switch_login)
        watching.changed.connect(self._show)
        staying.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        watching, staying = self._watching, self._staying
        state = watching.state
        told = state is WatchState.WATCHING and watching.standing > 0
        self.icon.show_icon(*(("alert", "warning") if told else _ICONS.get(state, ("dot", "muted"))))
        self.title_text.setText(state.value)
        self.setAccessibleName(f"Watching: {state.value}")
        self.words.setText(watching.words)
        self.about.setText(watching.about_words)
        self.about.setVisible(bool(watching.about_words))
        self.look_button.setVisible(state is WatchState.WATCHING)
        self.look_button.setEnabled(watching.can_look)
        self.sign_in_button.setVisible(bool(watching.sign_in_page))
        self.buttons.setVisible(state in (WatchState.WATCHING, WatchState.SIGN_IN))
        for box, on, can in (
            (self.watch_box, staying.watch, not staying.busy),
            (self.keep_box, staying.keep, staying.can_keep),
            (self.login_box, staying.login, staying.can_login),
        ):
            box.setChecked(on)
            box.setEnabled(can)
        self.keep_words.setText(staying.keep_words)
        self.login_words.setText(staying.login_words)
        self.written.setText(staying.written)
        self.written.setVisible(bool(staying.written))
        problem = staying.problem
        self.problem.setText(f"{problem.message} {problem.remedy}".strip() if problem else "")
        self.problem.setVisible(problem is not None)

    @Slot()
    def _look(self) -> None:
        self._watching.look_now()

    @Slot()
    def _sign_in(self) -> None:
        self.page_chosen.emit(self._watching.sign_in_page, "")


def show_on_home(home: HomePage, watching: WatchingModel, staying: StayingModel) -> tuple[AlertsPart, WatchingCard]:
    """Put the alerts above what Home shows, and the card below the status."""
    alerts, card = AlertsPart(watching), WatchingCard(watching, staying)
    home.body.insertWidget(home.body.indexOf(home.status_card) + 1, card)
    home.body.insertWidget(0, alerts)
    return alerts, card


def _explained(box: CheckBox, *words: Text) -> QWidget:
    """A box with what it means, set in below it."""
    group = QWidget()
    lines = QVBoxLayout(group)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(2)
    lines.addWidget(box)
    for each in words:
        each.setContentsMargins(30, 0, 0, 4)
        lines.addWidget(each)
    return group


def _row(*parts: QWidget, stretch: bool = False) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    for part in parts:
        line.addWidget(part, 1 if stretch and part is parts[-1] else 0)
    if not stretch:
        line.addStretch(1)
    return row
