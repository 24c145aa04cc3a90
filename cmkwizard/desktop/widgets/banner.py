"""Who is acting and where, on every page; and that nothing is real on a practice cloud."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.theme import colours, fill, scaled
from cmkwizard.desktop.widgets.icon import IconLabel, IconName
from cmkwizard.desktop.widgets.text import OneLine, Text, plain

PRACTICE_TEXT = "PRACTICE – nothing here is real: no tenant, no vault and no data is touched"
_UNKNOWN = {"account": "Not signed in", "tenant": "–", "subscription": "Not chosen", "organisation": "Not connected"}
_LABELS: dict[str, tuple[str, IconName]] = {
    "account": ("Account", "account"),
    "tenant": ("Tenant", "building"),
    "subscription": ("Subscription", "subscription"),
    "organisation": ("Adobe organisation", "organisation"),
}


class Banner(QFrame):
    """Four labelled chips over the window, below the practice mark where there is one."""

    def __init__(self, model: BannerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._chips = {key: Chip(label, icon) for key, (label, icon) in _LABELS.items()}
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        if model.practice:
            lines.addWidget(PracticeMark())
        row = QHBoxLayout()
        row.setContentsMargins(24, 10, 24, 10)
        row.setSpacing(20)
        for chip in self._chips.values():
            row.addWidget(chip, 1)
        lines.addLayout(row)
        model.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        for key, chip in self._chips.items():
            value = str(getattr(self._model, key))
            chip.show_value(value or _UNKNOWN[key], known=bool(value))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the line below."""
        of = colours(self.palette())
        painter = QPainter(self)
        fill(painter, self.rect(), of.surface)
        painter.setPen(QPen(of.hairline, 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


class Chip(QWidget):
    """A small label, and a value below it that is cut in the middle when the window is narrow."""

    def __init__(self, label: str, icon: IconName) -> None:
        super().__init__()
        self._name = label
        self._icon = IconLabel(icon, "muted", 20)
        self._label = Text(label, "help")
        self._label.setWordWrap(False)
        self._value = OneLine("", "strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._icon)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._label)
        column.addWidget(self._value)
        row.addLayout(column, 1)

    def show_value(self, value: str, *, known: bool) -> None:
        """Show a value; one that is not known yet is dimmed and says so in its words."""
        shown = plain(value, 300)
        self._value.setEnabled(known)
        self._icon.show_icon_tint("link" if known else "muted")
        self.setAccessibleName(f"{self._name}: {shown}")
        self._value.setAccessibleName(self.accessibleName())
        self._value.setText(shown)


class PracticeMark(QWidget):
    """Striped, and in words: this is a practice cloud."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(scaled(self.font(), 1.0, bold=True))
        self.setFixedHeight(self.fontMetrics().height() + 14)
        self.setAccessibleName(PRACTICE_TEXT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint stripes at both sides of the words."""
        of = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill(painter, self.rect(), of.practice)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.practice_stripe)
        height, step = float(self.height()), 28.0
        x = -height
        while x < self.width():
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x, height),
                        QPointF(x + step / 2, height),
                        QPointF(x + step / 2 + height, 0),
                        QPointF(x + height, 0),
                    ]
                )
            )
            x += step
        width = self.fontMetrics().horizontalAdvance(PRACTICE_TEXT) + 40
        ground = QRectF((self.width() - width) / 2, 0, width, height)
        painter.fillRect(ground, of.practice)
        painter.setPen(of.on_practice)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), PRACTICE_TEXT)
