"""How the rows of a filter list look: flat header, padded cells, a selection that is more than a colour."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cmkwizard.desktop.theme import colours, scaled
from cmkwizard.desktop.widgets.scroll import use_slim_bars

_PADDING = 14
_ROW = 36


class RowView(QTableView):
    """A table of whole rows, one of which can be selected."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalHeader(_Header(self))
        self.setItemDelegate(_RowDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(1, 0, 1, 1)
        self.viewport().setAutoFillBackground(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMinimumHeight(190)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(_ROW, self.fontMetrics().height() + 16))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        use_slim_bars(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the frame, then the rows."""
        of = colours(self.palette())
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), of.base)
        painter.end()
        super().paintEvent(event)
        painter.begin(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(of.link if focused else of.outline, 2 if focused else 1))
        area = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRect(area)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus around the whole table."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus has gone."""
        super().focusOutEvent(event)
        self.viewport().update()


class _Header(QHeaderView):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFixedHeight(self.fontMetrics().height() + 14)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint a column's title."""
        of = colours(self.palette())
        painter.fillRect(rect, of.window)
        painter.setPen(of.muted)
        painter.setFont(scaled(self.font(), 0.95, bold=True))
        title = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(rect.adjusted(_PADDING, 0, -_PADDING, 0), int(flags), title)


class _RowDelegate(QStyledItemDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a cell; the selected row has a bar at its start, and bold text."""
        of = colours(option.palette)
        rect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, of.accent_soft if chosen else of.hover)
        if chosen and index.column() == 0:
            rtl = option.direction is Qt.LayoutDirection.RightToLeft
            painter.fillRect(QRect(rect.right() - 4 if rtl else rect.left() + 1, rect.top(), 4, rect.height()), of.link)
        font = scaled(option.font, 1.0, bold=chosen)
        painter.setFont(font)
        painter.setPen(of.text)
        area = rect.adjusted(_PADDING, 0, -_PADDING, 0)
        text = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), text)
