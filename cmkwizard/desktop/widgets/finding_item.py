"""One finding: what was found, what to do, who can do it, and the buttons that apply to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.core.people import others
from cmkwizard.desktop.accessibility import announce, name
from cmkwizard.desktop.finding_rows import FindingRow, HowTo, RowState
from cmkwizard.desktop.theme import colours
from cmkwizard.desktop.widgets.action_list import broken_command
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.button import Button, Look
from cmkwizard.desktop.widgets.icon import IconLabel, IconName, Tint
from cmkwizard.desktop.widgets.text import Text

_ICONS: dict[RowState, tuple[IconName, Tint]] = {
    RowState.BLOCKS: ("cross", "danger"),
    RowState.WARNING: ("alert", "warning"),
    RowState.NOTE: ("info", "link"),
    RowState.NOT_KNOWN: ("dot", "muted"),
    RowState.MET: ("check", "success"),
    RowState.NOT_NEEDED: ("skip", "muted"),
}
_ICON = 20


class FindingItem(QFrame):
    """Shows one row. What is rarely looked at is made when it is asked for.

    Signals:
        fix_chosen: "Fix…" was pressed.
    """

    fix_chosen = Signal()

    def __init__(self, row: FindingRow, opener: Callable[[str], bool]) -> None:
        super().__init__()
        self.row = row
        self._opener = opener
        self._guide: QWidget | None = None
        self._details: Text | None = None
        self._copied: Text | None = None
        self.parted = True
        """Whether a line parts it from what is above."""
        self.setAccessibleName(row.read_aloud)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 12, 0, 12)
        outer.setSpacing(12)
        outer.addWidget(IconLabel(*_ICONS[row.state], _ICON), 0, Qt.AlignmentFlag.AlignTop)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        outer.addLayout(self._lines, 1)
        self._build_words()
        if row.state.open:
            self._build_buttons()
        if row.details:
            outer.addWidget(self._details_button(), 0, Qt.AlignmentFlag.AlignTop)

    def _build_words(self) -> None:
        row, finding = self.row, self.row.finding
        self._lines.addWidget(Text(f"{row.state.value} · {finding.id}", "help"))
        self._lines.addWidget(Text(finding.sentence, "strong" if row.state.open else "body"))
        if finding.remedy:
            self._lines.addWidget(Text(finding.remedy))
        if row.who_text:
            self._lines.addWidget(Text(row.who_text, "help"))

    def _build_buttons(self) -> None:
        row = self.row
        buttons: list[Button] = []
        if row.fixable:
            fix = self._button("Fix…", "primary")
            fix.clicked.connect(self.fix_chosen)
            buttons.append(fix)
        if row.how_to is not None:
            guide = self._button("How to fix")
            guide.setCheckable(True)
            guide.toggled.connect(self._show_guide)
            buttons.append(guide)
        if row.request:
            ask = self._button("Copy a request", icon="copy")
            ask.clicked.connect(self._copy_request)
            buttons.append(ask)
        if buttons:
            self._lines.addSpacing(4)
            self._lines.addLayout(self._row(*buttons))

    def _details_button(self) -> Button:
        button = self._button("Why", "quiet")
        button.setCheckable(True)
        button.toggled.connect(self._show_details)
        return button

    def _button(self, text: str, look: Look = "normal", *, icon: IconName | None = None) -> Button:
        button = Button(text, look, icon=icon)
        name(button, f"{text} {self.row.finding.id}: {self.row.finding.required or self.row.finding.sentence}")
        return button

    def _row(self, *parts: QWidget) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        for part in parts:
            line.addWidget(part)
        line.addStretch(1)
        return line

    @Slot(bool)
    def _show_details(self, shown: bool) -> None:
        if self._details is None:
            self._details = Text(self.row.details, "help").let_copy()
            name(self._details, self.row.details)
            self._lines.addWidget(self._details)
        self._details.setVisible(shown)

    @Slot(bool)
    def _show_guide(self, shown: bool) -> None:
        if self._guide is None and self.row.how_to is not None:
            self._guide = _Guide(self.row, self.row.how_to, self._opener)
            self._lines.addWidget(self._guide)
        if self._guide is not None:
            self._guide.setVisible(shown)

    @Slot()
    def _copy_request(self) -> None:
        QGuiApplication.clipboard().setText(self.row.request)
        said = f"Request copied. Send it to {others(self.row.finding.who)}."
        if self._copied is None:
            self._copied = Text(said, "help")
            self._lines.addWidget(self._copied)
            self._copied.show()  # Qt itself shows what comes into a layout a turn later
        announce(self, said)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line above."""
        if not self.parted:
            return
        painter = QPainter(self)
        painter.setPen(QPen(colours(self.palette()).hairline, 1))
        painter.drawLine(0, 0, self.width(), 0)


class _Guide(QFrame):
    """The way through the portal, its address, and the command."""

    def __init__(self, row: FindingRow, how_to: HowTo, opener: Callable[[str], bool]) -> None:
        super().__init__()
        id_ = row.finding.id
        self._commands = how_to.commands
        name(self, f"How to fix {id_}")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(16, 12, 16, 12)
        lines.setSpacing(8)
        if how_to.portal:
            portal = Text(how_to.portal).let_copy()
            name(portal, how_to.portal)
            lines.addWidget(portal)
        if how_to.address:
            link = AddressLink(
                f"Address for {id_}", opener, open_text="Open in the browser", copy_text="Copy the address"
            )
            link.show_address(how_to.address)
            for button in (link.open_button, link.copy_button):
                name(button, f"{button.text()} for {id_}")
            lines.addWidget(link)
        if how_to.commands:
            commands = Text("\n".join(map(broken_command, how_to.commands.splitlines())), "code").let_copy()
            name(commands, f"Command: {how_to.commands}")
            lines.addWidget(commands)
            copy = Button("Copy the command", icon="copy")
            name(copy, f"Copy the command for {id_}")
            copy.clicked.connect(self._copy)
            lines.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeading)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a ground of its own."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours(self.palette()).window)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._commands)
        announce(self, "Command copied.")
