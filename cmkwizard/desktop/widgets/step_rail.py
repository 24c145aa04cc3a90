"""The journey's steps at the left: number or tick, title, and how the step stands in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QCursor, QFont, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cmkwizard.desktop.page_model import RailStep, StepState
from cmkwizard.desktop.theme import Colours, colours, scaled
from cmkwizard.desktop.widgets.icon import IconName, icon_pixmap
from cmkwizard.desktop.widgets.scroll import SlimScrollBar

Index = QModelIndex | QPersistentModelIndex
_ROW = 50
"""High, where there is room; in a low window as much as two lines of text need."""
_MARK = 26
_MARKS: dict[StepState, IconName] = {StepState.DONE: "check", StepState.ATTENTION: "alert"}


class _Steps(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.steps: tuple[RailStep, ...] = ()
        self.current = ""

    def show(self, steps: Sequence[RailStep], current: str) -> None:
        """Take new steps."""
        if len(steps) != len(self.steps):
            self.beginResetModel()
            self.steps, self.current = tuple(steps), current
            self.endResetModel()
        elif (tuple(steps), current) != (self.steps, self.current):
            self.steps, self.current = tuple(steps), current
            self.dataChanged.emit(self.index(0), self.index(len(steps) - 1))

    def state(self, row: int) -> StepState:
        """How a step stands, the shown page included."""
        step = self.steps[row]
        return StepState.CURRENT if step.id == self.current else step.state

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many steps there are."""
        return 0 if parent.isValid() else len(self.steps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The title, and what is read aloud."""
        step = self.steps[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return step.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"Step {index.row() + 1}, {step.title}: {self.state(index.row()).value}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A step that cannot be reached yet is disabled."""
        step = self.steps[index.row()]
        if step.reachable or step.id == self.current:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemNeverHasChildren


class StepRail(QListView):
    """Shows the steps; a click, Space or Enter on one that can be reached asks for its page.

    Signals:
        step_chosen: the id of the page that is asked for.
    """

    step_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = _Steps(self)
        self.setModel(self._steps)
        self.setItemDelegate(_StepDelegate(self._steps, self))
        self.setAccessibleName("Steps")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(SlimScrollBar(self))
        # A viewport of our own: to wrap the one that Qt makes, PySide6 would go through all its widgets.
        self._ground = QWidget()
        self._ground.setAutoFillBackground(False)
        self.setViewport(self._ground)
        self.clicked.connect(self._chosen)
        self.activated.connect(self._chosen)

    def show_steps(self, steps: Sequence[RailStep], current: str) -> None:
        """Show the steps, ``current`` being the page that is shown (or "" on a page that is no step)."""
        self._steps.show(steps, current)
        row = next((n for n, step in enumerate(steps) if step.id == current), None)
        if row is None:
            self.selectionModel().clear()
        else:
            self.setCurrentIndex(self._steps.index(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the steps as much room as there is now."""
        self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    def is_hovered(self, index: Index) -> bool:
        """Whether the mouse is over a step."""
        return self._ground.underMouse() and self.indexAt(self._ground.mapFromGlobal(QCursor.pos())) == index

    @Slot(QModelIndex)
    def _chosen(self, index: QModelIndex) -> None:
        step = self._steps.steps[index.row()]
        if step.reachable and step.id != self._steps.current:
            self.step_chosen.emit(step.id)


class _StepDelegate(QStyledItemDelegate):
    """Numbers and ticks are painted, not written into the titles: they mirror rightly and are not read twice."""

    def __init__(self, steps: _Steps, rail: StepRail) -> None:
        super().__init__(rail)
        self._steps = steps
        self._rail = rail

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Room for two lines of text, and for all steps in the rail where that is possible."""
        line = QFontMetrics(option.font).height()
        room = self._rail.viewport().height() // max(1, len(self._steps.steps))
        return QSize(120, min(max(_ROW, line * 2 + 18), max(room, line * 2 + 4)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint ground, mark, title and state."""
        of = colours(option.palette)
        step, state = self._steps.steps[index.row()], self._steps.state(index.row())
        rtl = option.direction is Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect.adjusted(8, 2, -8, -2)
        _paint_ground(
            painter,
            QRectF(row),
            of,
            current=state is StepState.CURRENT,
            hovered=step.reachable and self._rail.is_hovered(index),
            focused=self._rail.hasFocus() and self._rail.currentIndex() == index,
        )
        left = row.right() - 10 - _MARK if rtl else row.left() + 10
        mark = QRect(left, row.center().y() - _MARK // 2 + 1, _MARK, _MARK)
        _paint_mark(painter, mark, index.row() + 1, state, option, of)
        wide = _MARK + 22
        inset = min(7, max(0, (row.height() - QFontMetrics(option.font).height() * 2) // 2 + 1))
        text = row.adjusted(8, inset, -wide, -inset) if rtl else row.adjusted(wide, inset, -8, -inset)
        dim = not step.reachable and state is StepState.TO_DO
        bold = state is StepState.CURRENT
        _paint_words(painter, text, (step.title, state.value), scaled(option.font, 1.0, bold=bold), of, dim=dim)
        painter.restore()


def _paint_ground(painter: QPainter, row: QRectF, of: Colours, *, current: bool, hovered: bool, focused: bool) -> None:
    if current or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.surface if current else of.hover)
        painter.drawRoundedRect(row, 8, 8)
    if focused:
        painter.setPen(QPen(of.link, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(row.adjusted(1, 1, -1, -1), 7, 7)


def _paint_mark(
    painter: QPainter, mark: QRect, number: int, state: StepState, option: QStyleOptionViewItem, of: Colours
) -> None:
    fill, line, ink = {
        StepState.DONE: (of.success_soft, of.success, of.success),
        StepState.CURRENT: (of.accent, of.accent, of.on_accent),
        StepState.ATTENTION: (of.warning_soft, of.warning, of.warning),
        StepState.TO_DO: (of.rail, of.outline, of.muted),
    }[state]
    painter.setBrush(fill)
    painter.setPen(QPen(line, 1.4))
    painter.drawEllipse(QRectF(mark).adjusted(0.7, 0.7, -0.7, -0.7))
    icon = _MARKS.get(state)
    if icon is None:
        painter.setFont(scaled(option.font, 0.92, bold=True))
        painter.setPen(ink)
        painter.drawText(mark, int(Qt.AlignmentFlag.AlignCenter), str(number))
        return
    size = 14
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(mark.center() - QPoint(size // 2 - 1, size // 2 - 1), icon_pixmap(icon, ink, size, ratio))


def _paint_words(
    painter: QPainter, area: QRect, words: tuple[str, str], font: QFont, of: Colours, *, dim: bool
) -> None:
    half = area.height() // 2
    below = scaled(font, 0.86)
    below.setWeight(QFont.Weight.Normal)
    top, bottom = area.adjusted(0, 0, 0, -half), area.adjusted(0, half, 0, 0)
    for text, place, face, ink in (
        (words[0], top, font, of.muted if dim else of.text),
        (words[1], bottom, below, of.muted),
    ):
        painter.setFont(face)
        painter.setPen(ink)
        shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), shown)
