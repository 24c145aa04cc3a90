"""What the window shows: banner, step rail, title, page, footer. It knows the page contract, and no page.

All button logic is here: a page says how it stands, and the shell decides what can be pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce, without_mnemonic
from cmkwizard.desktop.notification import Notification
from cmkwizard.desktop.page import Journey, Page
from cmkwizard.desktop.page_model import BannerModel, step_position
from cmkwizard.desktop.widgets.frame import Frame
from cmkwizard.desktop.window import NAME

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

HOME = "home"


class Shell(QWidget):
    """Shows one page at a time and moves between them.

    Signals:
        page_leaves: another page will be shown now.
        page_shown: another page is shown, by its id.
        closed: the window has been closed, for good.
        busy_changed: whether the shown page is busy now.
        explanation_asked: the person wants to paste an error text (that of the signal, where it has one).
    """

    page_leaves = Signal()
    page_shown = Signal(str)
    closed = Signal()
    busy_changed = Signal(bool)
    explanation_asked = Signal(str)

    def __init__(self, banner: BannerModel, journey: Journey, home: Callable[[], Page]) -> None:
        super().__init__()
        self._journey = journey
        self._home = home
        self._pages: dict[str, Page] = {}
        self._holders: dict[str, QScrollArea] = {}
        self._current = ""
        self._confirmed_close = False
        self._busy = False
        self._question: QMessageBox | None = None
        self.hide_instead: Callable[[], bool] | None = None
        """Asked when a person closes the window; True: it has been hidden, and the program goes on."""
        self.notification = Notification(self)
        self.frame = Frame(banner)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.frame)
        self._connect()

    def show_page(self, page_id: str) -> None:
        """Leave the shown page and show another one (built now when it is shown for the first time)."""
        self.page_leaves.emit()
        page = self._pages.get(page_id) or self._build(page_id)
        if self._current:
            self._pages[self._current].model.leave()
        self._current = page_id
        self.frame.show_message("")
        self.frame.stack.setCurrentWidget(self._holders[page_id])
        page.model.enter()
        self._refresh()
        self._tell_page(page)
        self.page_shown.emit(page_id)

    def close_now(self) -> None:
        """Close without asking: cancels what runs."""
        self._confirmed_close = True
        if self._current and self.page.model.busy is not None:
            self.page.model.cancel()
        self.window().close()

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._pages[self._current]

    @property
    def page_id(self) -> str:
        """Its id; "" before the first one is shown."""
        return self._current

    def _connect(self) -> None:
        frame = self.frame
        frame.back_button.clicked.connect(self._back)
        frame.next_button.clicked.connect(self._next)
        frame.home_button.clicked.connect(self._go_home)
        frame.busy.cancelled.connect(self._cancel)
        frame.errors.again.connect(self._retry)
        frame.rail.step_chosen.connect(self._step_chosen)
        self._journey.changed.connect(self._refresh)
        self._journey.restarted.connect(self._restart)

    def _build(self, page_id: str) -> Page:
        page = self._home() if page_id == HOME else self._journey.build(page_id)
        model = page.model
        model.changed.connect(self._refresh)
        model.finished.connect(self._finished)
        model.page_chosen.connect(self._page_chosen)
        model.notified.connect(self._notified)
        model.explanation_asked.connect(self._explanation_asked)
        self._pages[page_id] = page
        self._holders[page_id] = self.frame.hold(page)
        return page

    @Slot()
    def _restart(self) -> None:
        """Drop every page but home: what they show is about another organisation."""
        self.show_page(HOME)
        for page_id in [each for each in self._pages if each != HOME]:
            page, holder = self._pages.pop(page_id), self._holders.pop(page_id)
            page.model.disconnect(self)
            page.model.retire()
            self.frame.stack.removeWidget(holder)
            holder.deleteLater()

    @Slot()
    def _refresh(self) -> None:
        """Show the page's and the journey's state in everything around the page."""
        if not self._current:
            return
        model, frame = self.page.model, self.frame
        busy = model.busy is not None
        steps = self._journey.steps()
        if busy:
            steps = [replace(step, reachable=False) for step in steps]
        frame.rail.show_steps(steps, self._current)
        frame.title.setText(model.title)
        frame.purpose.setText(model.purpose)
        at_home = self._current == HOME
        frame.home_button.setEnabled(not busy and not at_home)
        frame.back_button.setVisible(not at_home)
        frame.back_button.setEnabled(not busy)
        frame.next_button.setVisible(bool(model.next_text))
        frame.next_button.setText(model.next_text)
        frame.next_button.setAccessibleName(without_mnemonic(model.next_text))
        frame.next_button.setEnabled(model.valid and not busy)
        frame.next_button.set_look("danger" if model.irreversible else "primary")
        frame.next_button.enter_presses = model.enter_goes_on and not model.irreversible
        frame.footer.setVisible(not at_home or bool(model.next_text) or busy)
        frame.errors.show_problem(model.error)
        frame.show_remark(self._journey.remark)
        frame.busy.show_busy(model.busy)
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)

    def _tell_page(self, page: Page) -> None:
        model = page.model
        position = step_position(self._journey.steps(), self._current)
        where = f"Step {position} of {len(self._journey.steps())}" if position else ""
        self.window().setWindowTitle(f"{where} · {model.title} — {NAME}" if where else f"{model.title} — {NAME}")
        target = self.frame.back_button if model.irreversible else page.initial_focus()
        if target is None or not target.isEnabled():
            target = self.frame.next_button if self.frame.next_button.isEnabled() else self.frame.rail
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, f"{where}: {model.title}. {model.purpose}" if where else f"{model.title}. {model.purpose}")

    @Slot()
    def _next(self) -> None:
        model = self.page.model
        if not (model.valid and model.busy is None and model.next_text):
            return
        model.error = None
        if model.proceed():
            self._advance()

    @Slot()
    def _finished(self) -> None:
        if self._current and self.sender() is self.page.model:
            self._advance()

    def _advance(self) -> None:
        self.show_page(self._journey.page_after(self._current) or HOME)

    @Slot()
    def _back(self) -> None:
        if self.page.model.busy is None and self._current != HOME:
            self.show_page(self._journey.page_before(self._current) or HOME)

    @Slot()
    def _go_home(self) -> None:
        if self.page.model.busy is None:
            self.show_page(HOME)

    @Slot(str)
    def _step_chosen(self, page_id: str) -> None:
        if self.page.model.busy is None:
            self.show_page(page_id)

    @Slot(str)
    def _page_chosen(self, page_id: str) -> None:
        if self.sender() is self.page.model and self.page.model.busy is None:
            self.show_page(page_id)

    @Slot()
    def _explanation_asked(self) -> None:
        self.explanation_asked.emit("")

    @Slot()
    def _cancel(self) -> None:
        self.page.model.cancel()

    @Slot()
    def _retry(self) -> None:
        model = self.page.model
        model.error = None
        model.retry()

    @Slot(str, str)
    def _notified(self, title: str, text: str) -> None:
        self.tell(title, text, shown=self.sender() is self.page.model)

    def tell(self, title: str, text: str, *, shown: bool = False) -> None:
        """Tell a person of something, wherever they look. ``shown``: the page that is shown says it itself."""
        self.notification.tell(title, text)
        if not shown:
            self.frame.show_message(f"{title}. {text}")
        announce(self, f"{title}. {text}", urgent=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is Next, but at the point of no return; Esc asks whether to close."""
        key = event.key()
        model = self.page.model if self._current else None
        enter = model is not None and model.enter_goes_on and not model.irreversible
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and enter:
            if not event.isAutoRepeat() and self.frame.next_button.isVisible():
                self.frame.next_button.click()
        elif key == Qt.Key.Key_Escape:
            self._ask_to_close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide instead where the program goes on without its window; else ask first while work runs."""
        if not self._confirmed_close and self.hide_instead is not None and self.hide_instead():
            event.ignore()
            return
        if self._current and self.page.model.busy is not None and not self._confirmed_close:
            event.ignore()
            self._ask_to_close()
            return
        if self._current:
            self.page.model.leave()
        event.accept()
        self.closed.emit()

    def _ask_to_close(self) -> None:
        if self._question is not None:
            self._question.raise_()
            return
        if self.hide_instead is not None and self.hide_instead():
            return
        model = self.page.model if self._current else None
        busy = model.busy if model else None
        done = f"{model.done_text} " if model and busy and model.done_text else ""
        from PySide6.QtWidgets import QMessageBox

        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setWindowTitle(f"Close {NAME}?")
        question.setText(f"{busy.text}\nClose while this runs?" if busy else "Close the wizard?")
        goes_on = "continues where you are now" if model is None or model.resumes else "begins at Home, not here"
        stays = f"What has been done stays done, and the next start {goes_on}."
        question.setInformativeText(f"{done}{stays}")
        close = question.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
        stay = question.addButton("Keep it open", QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(stay)
        question.setEscapeButton(stay)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._question = question
        question.finished.connect(lambda _result: self._answered(question.clickedButton() is close))
        question.open()

    def _answered(self, close: bool) -> None:
        self._question = None
        if close:
            QTimer.singleShot(0, self, self.close_now)
