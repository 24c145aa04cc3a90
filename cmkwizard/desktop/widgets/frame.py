"""What surrounds every page: banner above, rail at the left, title over the page, footer below. Layout only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.theme import colours, fill
from cmkwizard.desktop.widgets.banner import Banner
from cmkwizard.desktop.widgets.busy_strip import BusyStrip
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.error_panel import ErrorPanel
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.scroll import ScrollArea
from cmkwizard.desktop.widgets.step_rail import StepRail
from cmkwizard.desktop.widgets.text import Text

MARGIN = 32
PAGE_WIDTH = 780
"""Lines longer than this are hard to read."""


class Frame(QWidget):
    """Holds the parts; the shell connects them."""

    def __init__(self, banner: BannerModel) -> None:
        super().__init__()
        self.banner = Banner(banner)
        self.rail = StepRail()
        self.home_button = Button("&Home", "quiet", icon="home")
        self.title = Text("", "title")
        self.purpose = Text("", "purpose")
        self.errors = ErrorPanel()
        self.message = Notice("info")
        self.remark = Text("", "help")
        self.remark.hide()
        self.stack = QStackedWidget()
        self.back_button = Button("&Back", icon="arrow-left")
        self.next_button = Button("&Next", "primary")
        self.busy = BusyStrip()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.banner)
        columns = QHBoxLayout()
        columns.setSpacing(0)
        columns.addWidget(self._side())
        columns.addLayout(self._content(), 1)
        lines.addLayout(columns, 1)

    def hold(self, page: QWidget) -> ScrollArea:
        """Put a page into a scroll area of its own on the stack."""
        ground = QWidget()
        row = QHBoxLayout(ground)
        row.setContentsMargins(MARGIN, 4, MARGIN, 20)
        page.setMaximumWidth(PAGE_WIDTH)
        row.addWidget(page, 1)
        row.addStretch(0)
        holder = ScrollArea(ground)
        self.stack.addWidget(holder)
        return holder

    def show_message(self, text: str) -> None:
        """Say something above the page; "" takes it away."""
        self.message.show_text(text)

    def show_remark(self, text: str) -> None:
        """Say something quietly below the steps; "" takes it away."""
        self.remark.setText(text)
        self.remark.setVisible(bool(text))

    def _side(self) -> QWidget:
        side = _Side()
        lines = QVBoxLayout(side)
        lines.setContentsMargins(8, 14, 8, 14)
        lines.setSpacing(8)
        home = QHBoxLayout()
        home.setContentsMargins(4, 0, 0, 0)
        home.addWidget(self.home_button)
        home.addStretch(1)
        lines.addLayout(home)
        lines.addWidget(self.rail, 1)
        lines.addWidget(self.remark)
        return side

    def _content(self) -> QVBoxLayout:
        lines = QVBoxLayout()
        lines.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 24, MARGIN, 16)
        head.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.title)
        words.addWidget(self.purpose)
        head.addLayout(words)
        for part in (self.message, self.errors):
            part.setMaximumWidth(PAGE_WIDTH)
            head.addWidget(part)
        lines.addLayout(head)
        lines.addWidget(self.stack, 1)
        self.footer = self._footer()
        lines.addWidget(self.footer)
        return lines

    def _footer(self) -> QWidget:
        footer = _Footer()
        row = QHBoxLayout(footer)
        row.setContentsMargins(MARGIN, 12, MARGIN, 12)
        row.setSpacing(20)
        row.addWidget(self.back_button)
        row.addWidget(self.busy, 1)
        row.addWidget(self.next_button)
        return footer


class _Side(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(248)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rail's ground and the line beside it."""
        of = colours(self.palette())
        painter = QPainter(self)
        fill(painter, self.rect(), of.rail)
        painter.setPen(QPen(of.hairline, 1))
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = 0 if rtl else self.width() - 1
        painter.drawLine(x, 0, x, self.height())


class _Footer(QWidget):
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line above."""
        painter = QPainter(self)
        fill(painter, self.rect(), self.palette().color(QPalette.ColorRole.Window))
        painter.setPen(QPen(colours(self.palette()).hairline, 1))
        painter.drawLine(0, 0, self.width(), 0)
