"""On the page "Review: how things stood": whether the records were altered, anchors, and files for others."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.pages.anchor_window import AnchorWindow
from cmkwizard.desktop.widgets.qr_code import QrCode
from cmkwizard.journeys.export import ExportFormat
from tests.desktop.history_support import (
    CONTOSO,
    FABRIKAM,
    office,
    review,
)
from tests.desktop.test_history_page import said
from tests.desktop.test_pages_set_up import faults_of

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)


def test_verifying_without_a_keyring_says_what_cannot_be_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        with review(qtbot, at) as seen:
            page = seen.open()
            seen.hand.press("Verify")
            seen.wait(lambda: "Cannot be verified here" in said(page.seal))
            text = said(page.seal)
            assert "It is a test." in text, "why there is no key"
            assert "tamper-evident" in text
            assert "Intact" not in text
            seen.wait(lambda: faults_of(seen.window) == [])


def test_what_was_altered_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
    with closing(sqlite3.connect(tmp_path / "records.sqlite")) as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {trigger}")
        file.execute("UPDATE history SET body = replace(body, 'COMPLETED', 'FAILED') WHERE what = 'status'")
        file.commit()
    with office(tmp_path) as at, review(qtbot, at) as seen:
        page = seen.open()
        seen.hand.press("Verify")
        seen.wait(lambda: "Altered: this is not what was written" in said(page.seal))


def test_an_anchor_is_shown_and_found_again(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        with review(qtbot, at) as seen:
            page = seen.open()
            seen.hand.press("Make an anchor…")
            seen.wait(lambda: any(each.isVisible() for each in seen.shell.findChildren(AnchorWindow)))
            (window,) = seen.shell.findChildren(AnchorWindow)
            seen.wait(lambda: faults_of(window) == [])
            Hand(window).press("Copy for the ticket")
            copied = QGuiApplication.clipboard().text().splitlines()
            (code,) = window.findChildren(QrCode)
            assert window.rect().contains(code.geometry()), "all of it is seen"
            Hand(window).press("Close")
            words = " ".join(copied[1:])
            at.drift()
            seen.hand.begin_writing("Anchor to look for").setText(words)
            seen.hand.press("Look for it")
            seen.wait(lambda: "2 entries were added since" in said(page.seal))
            seen.hand.begin_writing("Anchor to look for").setText("one two")
            seen.hand.press("Look for it")
            seen.wait(lambda: "An anchor has twelve words; these are 2." in said(page.seal))


@pytest.mark.parametrize("form", [form for form in ExportFormat if form.suffix in ("html", "pdf", "json", "csv")])
def test_it_is_exported(qtbot: QtBot, tmp_path: Path, form: ExportFormat) -> None:
    with office(tmp_path / "records") as at:
        at.set_up()
        at.set_up(FABRIKAM)
        with review(qtbot, at) as seen:
            page = seen.open()
            seen.hand.choose("Form", form.heading)
            output = tmp_path / f"out.{form.suffix}"
            seen.hand.press("Export…")
            (question,) = page.findChildren(QFileDialog)
            question.selectFile(str(output))
            question.accept()
            seen.wait(lambda: f"{form.heading}: {output}" in said(page.export))
            written = output.read_bytes()
            assert written.startswith(b"%PDF") if form is ExportFormat.PDF else FABRIKAM.encode() in written
            assert CONTOSO.encode() not in written
            assert output.stat().st_mode & 0o077 == 0


def test_an_export_that_lacks_what_it_needs_says_so_and_writes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path / "records") as at:
        at.set_up()
        with review(qtbot, at) as seen:
            page = seen.open()
            seen.hand.choose("Form", ExportFormat.TERRAFORM.heading)
            output = tmp_path / "out.tf"
            seen.model.export.write(str(output))
            seen.wait(lambda: "Nothing was written" in said(page.export))
            assert not output.exists()
            seen.wait(lambda: faults_of(seen.window) == [])


def test_an_export_that_is_stopped_writes_nothing_and_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path / "records") as at:
        at.set_up()
        with review(qtbot, at) as seen:
            page = seen.open()
            output = tmp_path / "out.pdf"
            output.write_bytes(b"as it was")
            free = threading.Event()
            export = seen.model.export
            export.choose(ExportFormat.PDF)
            # What comes before it in the same lane of work goes on until it is let go.
            seen.model.setup.tasks.run(lambda _cancel: free.wait(60), done=print, failed=print, lane="keyring")
            export.write(str(output))
            seen.wait(lambda: "Writing the file…" in said(page.export))
            seen.hand.press("Stop writing")
            free.set()
            seen.wait(lambda: "You stopped it. What was there before is unchanged." in said(page.export))
            seen.wait(lambda: not seen.hand.can_press("Stop writing") and seen.hand.can_press("Export…"))
            assert "Nothing was written" in said(page.export)
            assert output.read_bytes() == b"as it was"
            seen.wait(lambda: faults_of(seen.window) == [])
