"""The evidence report as a PDF: A4 pages with a heading, page numbers and the timeline as a drawing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QMarginsF, QObject, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer

from cmkwizard.desktop.paper_pages import Part, pages_of
from cmkwizard.records.private_files import write_private
from cmkwizard.records.report.content import ReportContent
from cmkwizard.records.report.page import PICTURE, report_for_paper, timeline_svg

_DPI = 300
_MARGIN_MM = 16.0
_BAND_MM = 8.0
"""Height of the line above and of the line below the text."""
_HAIR = 0.5
_SOFT = QColor("#535d6b")
_FAMILIES = ["Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans", "Arial"]
_TIMELINE = QTextFormat.ObjectTypes.UserObject.value + 1


def _told_to_nobody(_words: str) -> None:
    pass


def write_pdf(content: ReportContent, path: Path, progress: Callable[[str], None] = _told_to_nobody) -> None:
    """Write the report as a PDF in place of ``path``: whole or not at all, readable by its owner alone.

    Takes seconds, so a window calls it on a worker. Without a Qt application one is made that shows nothing. The file
    is not a tagged PDF (Qt's ``QPdfWriter`` cannot write one): the HTML report is the one for a screen reader.

    Args:
        content: what it says.
        path: the file.
        progress: gets how far it is, in words, again and again. What it raises ends the work, and nothing is written.

    Raises:
        Problem: of kind ``STORAGE``: it cannot be written.
    """
    application = QGuiApplication.instance() or _hidden_application()
    loop = QEventLoop()  # a text of Qt's sets timers, and a thread of Python's has nothing that runs them
    file = QBuffer()
    file.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(file)
    writer.setResolution(_DPI)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    size, upright = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, upright, margins, QPageLayout.Unit.Millimeter))
    writer.setTitle(content.title)
    writer.setCreator(f"cmkwizard {content.version}")
    painter = QPainter(writer)
    try:
        _Paper(content, writer, painter, progress).draw()
    finally:
        painter.end()
    write_private(path, bytes(file.data().data()))
    del loop, application  # they had to live until here


def _hidden_application() -> QGuiApplication:
    # On Windows and macOS the platform's own plug-in knows the fonts, and needs no window.
    screenless = sys.platform not in ("win32", "darwin") and not os.environ.get("QT_QPA_PLATFORM")
    return QGuiApplication(["cmkwizard", *(("-platform", "offscreen") if screenless else ())])


class _Timeline(QPyTextObject):
    """Draws the timeline where its character stands in the text: as lines and letters, sharp at every size."""

    def __init__(self, drawing: QSvgRenderer, width: float, parent: QObject) -> None:
        super().__init__(parent)
        self._drawing = drawing
        natural = drawing.defaultSize()
        self._size = QSizeF(width, width * natural.height() / max(1, natural.width()))

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: A002, ARG002, N803
        """Qt asks for it."""
        return self._size

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,  # noqa: ARG002
        posInDocument: int,  # noqa: ARG002, N803
        format: QTextFormat,  # noqa: A002, ARG002
    ) -> None:
        """Qt asks for it."""
        self._drawing.render(painter, rect)


class _Paper:
    """The pages of one report."""

    def __init__(
        self, content: ReportContent, writer: QPdfWriter, painter: QPainter, progress: Callable[[str], None]
    ) -> None:
        self._content = content
        self._progress = progress
        self._writer = writer
        self._painter = painter
        self._band = _BAND_MM / 25.4 * _DPI
        self._area = QRectF(0, self._band, writer.width(), writer.height() - 2 * self._band)
        parts = report_for_paper(content)
        self._pieces = [self._piece(html, number, len(parts)) for number, html in enumerate(parts, 1)]
        self._place_timeline()

    def _piece(self, html: str, number: int, parts: int) -> QTextDocument:
        self._progress(f"Setting part {number} of {parts}…")
        piece = QTextDocument()
        piece.documentLayout().setPaintDevice(self._writer)
        piece.setDocumentMargin(0)
        piece.setDefaultFont(_font(9))
        piece.setTextWidth(self._area.width())  # while it is empty: every change lays out all that is there
        piece.setHtml(html)
        return piece

    def _place_timeline(self) -> None:
        svg = timeline_svg(self._content)
        places = ((piece, piece.find(PICTURE)) for piece in self._pieces)
        piece, place = next(((piece, place) for piece, place in places if not place.isNull()), (None, None))
        if not svg or piece is None or place is None:
            return
        drawing = QSvgRenderer(QByteArray(svg.encode()), piece)
        drawing.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        handler = _Timeline(drawing, self._area.width(), piece)
        piece.documentLayout().registerHandler(_TIMELINE, handler)
        shape = QTextCharFormat()
        shape.setObjectType(_TIMELINE)
        QTextCursor(place).insertText(PICTURE, shape)

    def draw(self) -> None:
        """Draw every page."""
        pages = pages_of(self._pieces, self._area.height())
        for number, page in enumerate(pages, 1):
            self._progress(f"Drawing page {number} of {len(pages)}…")
            if number > 1:
                self._writer.newPage()
            top = self._area.top()
            for part in page:
                self._draw_part(part, top)
                top += part.area.height()
            self._draw_bands(number, len(pages))

    def _draw_part(self, part: Part, top: float) -> None:
        self._painter.save()
        self._painter.translate(0, top - part.area.top())
        # Without the edge: a line that only touches it would be in the page's text, and not to be seen.
        part.piece.drawContents(self._painter, part.area.adjusted(0, 0, 0, -_HAIR))
        self._painter.restore()

    def _draw_bands(self, number: int, pages: int) -> None:
        painter, width = self._painter, self._area.width()
        painter.save()
        painter.setFont(_font(7.5))
        painter.setPen(_SOFT)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        if number > 1:
            practice = "PRACTICE · " if self._content.practice else ""
            painter.drawText(QRectF(0, 0, width, self._band), left, f"{practice}{self._content.title}")
        foot = QRectF(0, self._writer.height() - self._band, width, self._band)
        made = f"Made {self._content.made_at:%Y-%m-%d %H:%M:%S} UTC by cmkwizard {self._content.version}"
        painter.drawText(foot, left | Qt.AlignmentFlag.AlignBottom, made)
        painter.drawText(foot, right, f"Page {number} of {pages}")
        painter.restore()


def _font(points: float) -> QFont:
    font = QFont(_FAMILIES)
    font.setPointSizeF(points)
    return font
