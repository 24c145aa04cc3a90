"""Text on the screen: always plain, and free of characters that would make it read differently than it is."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cmkwizard.desktop.theme import colours, scaled

Kind = Literal["body", "title", "heading", "purpose", "help", "error", "strong", "code"]
_SIZES: dict[Kind, float] = {"title": 1.9, "heading": 1.15, "purpose": 1.08, "help": 0.95, "error": 0.95}
_BOLD: tuple[Kind, ...] = ("title", "heading", "strong")


def plain(text: str, longest: int = 2000) -> str:
    """``text`` without control, bidirectional-override and invisible characters, cut at ``longest`` characters.

    Everything that comes from outside goes through here before it is shown. Line breaks stay.
    """
    if len(text) <= longest and text.replace("\n", "").isprintable():
        return text  # nearly always: printable means none of the characters that are taken out below
    import unicodedata

    kept = "".join(c for c in text[: longest + 1] if c == "\n" or unicodedata.category(c) not in _UNSEEN)
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def tooltip(text: str) -> str:
    """``text`` as a tooltip that shows it literally: a tooltip has no plain format, so it is marked up and escaped."""
    if not text:
        return ""
    import html

    return f"<qt>{html.escape(plain(text))}</qt>"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Text(QLabel):
    """A label that shows its text literally and wraps. ``kind`` says what it is; the theme says how that looks."""

    def __init__(self, text: str = "", kind: Kind = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._kind = kind
        if kind in _SIZES or kind in _BOLD:
            self.setFont(scaled(self.font(), _SIZES.get(kind, 1.0), bold=kind in _BOLD))
        if kind == "code":
            font = self.font()
            font.setFamilies(["DejaVu Sans Mono", "Menlo", "Consolas", "monospace"])
            self.setFont(font)
        self._take_colour()
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show ``text``, cleaned by :func:`plain`."""
        super().setText(plain(text))

    def let_copy(self) -> Text:
        """Let the text be selected with mouse and keyboard. Returns itself."""
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return self

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colour()

    def _take_colour(self) -> None:
        if self._kind not in ("purpose", "help", "error"):
            return
        of = colours(QGuiApplication.palette())
        mine = QPalette()  # nothing else in it is set, so that the rest goes on following the application's
        mine.setColor(QPalette.ColorRole.WindowText, of.danger if self._kind == "error" else of.muted)
        self.setPalette(mine)


class OneLine(Text):
    """Text on one line that takes the room it gets and is cut in the middle; all of it is in the tooltip."""

    def __init__(self, text: str = "", kind: Kind = "body", parent: QWidget | None = None) -> None:
        self._whole = ""
        super().__init__("", kind, parent)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    @property
    def whole(self) -> str:
        """The text, cut or not."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show ``text``, as far as there is room."""
        self._whole = plain(text).replace("\n", " ")
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def changeEvent(self, event: QEvent) -> None:
        """Cut anew in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width())
        super().setText(shown)
        self.setToolTip(tooltip(self._whole) if shown != self._whole else "")
