"""The evidence report on paper: its pages are rendered and read as an auditor would read them."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.requirements.table import REQUIREMENTS
from cmkwizard.desktop.report_pdf import write_pdf
from cmkwizard.records.report.content import ReportContent
from cmkwizard.records.report.page import report_html
from tests.report_support import INTACT, NOW, ORGANISATION, Past, write_past

MM = 72 / 25.4


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    made = Past(tmp_path / "records")
    write_past(made)
    yield made
    made.records.close()


def texts(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in document]


def picture(path: Path, page: int) -> QImage:
    bitmap = pypdfium2.PdfDocument(path)[page].render(scale=1.0)
    shape = (bitmap.width, bitmap.height, bitmap.stride)
    return QImage(bytes(bitmap.buffer), *shape, QImage.Format.Format_BGR888).copy()


def counted(image: QImage, colour: str) -> int:
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))


def headings(content: ReportContent) -> list[str]:
    page = report_html(content)
    return [html.unescape(each) for each in re.findall(r"<h[23][^>]*>([^<]*)</h[23]>", page)]


def written(content: ReportContent, tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    write_pdf(content, path)
    return path


def test_pages_are_a4_with_title_heading_and_numbers(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    path = written(past.report(INTACT), tmp_path)
    document = pypdfium2.PdfDocument(path)
    assert document.get_metadata_value("Title") == f"Customer-managed key of {ORGANISATION}: evidence report"
    pages = texts(path)
    assert len(pages) >= 8
    for number, (page, text) in enumerate(zip(document, pages, strict=True), 1):
        assert page.get_size() == pytest.approx((210 * MM, 297 * MM), abs=1.5)
        assert f"Page {number} of {len(pages)}" in text
        assert "Made 2026-11-24 16:20:11 UTC" in text
    assert all(f"{ORGANISATION}: evidence report" in text for text in pages[1:])
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_says_what_the_html_says(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    content = past.report(INTACT)
    text = " ".join(texts(written(content, tmp_path)))
    for row in REQUIREMENTS:
        assert f"{row.id} {row.required}"[:24] in text, row.id
    for words in ("Müller & Söhne GmbH", "Fail No lock protects", "Rehearsal INC-4711", *headings(content)):
        assert words in text, words
    assert "COMPLETED, seen 3 hours ago" in text
    assert "203.0.113.7/32" in text


def test_the_timeline_is_drawn_with_its_words(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    path = written(past.report(INTACT), tmp_path)
    pages = texts(path)
    (number,) = [place for place, text in enumerate(pages) if "3. Timeline" in text]
    assert "Status at Adobe COMPLETED" in pages[number], "letters, not pixels, on the page of its heading"
    image = picture(path, number)
    assert counted(image, "#17693c") > 500
    assert counted(image, "#b3261e") > 5
    assert counted(image, "#000000") == 0, "nothing is drawn without a colour"


def test_tables_go_on_with_their_headings_and_whole_rows(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    for number in range(120):
        past.done("lock", f"Act {number:03d} begins.", 50 - number * 0.04, "done", {"note": f"Act {number:03d} ends."})
    pages = texts(written(past.report(INTACT), tmp_path))
    long = [text for text in pages if re.search(r"Act \d+ begins", text)]
    assert len(long) > 3
    for text in long:
        assert text.count("Action and what shows it") == 1
        assert re.findall(r"Act (\d+) begins", text)[-30:] == re.findall(r"Act (\d+) ends", text)[-30:], "no row is cut"
    every = [number for text in long for number in re.findall(r"Act (\d+) begins", text)]
    assert every[-120:] == [f"{number:03d}" for number in range(120)], "each once, in order"


def test_no_heading_is_the_last_on_a_page(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    content = past.report(INTACT)
    every = headings(content)
    ends = []
    for lines in range(14):  # other lengths, other ends of pages
        longer = replace(content, exceptions=("One more line.",) * lines + content.exceptions)
        for text in texts(written(longer, tmp_path)):
            body = re.split(r"Customer-managed key of \S+: evidence report|Made [\d: -]+ UTC by cmkwizard", text)
            ends.append(body[-3 if len(body) > 2 else 0].rstrip())
    assert len(ends) > 100
    for end in ends:
        assert not end.endswith(tuple(every)), end[-80:]


def test_what_is_taller_than_a_page_is_cut_and_nothing_is_lost(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    words = {f"member {number:03d}": f"value {number:03d}" for number in range(200)}
    past.done("lock", "Something with two hundred members", 1, "done", words)
    text = " ".join(texts(written(past.report(INTACT), tmp_path)))
    missing = [number for number in range(200) if f"Member {number:03d}: value {number:03d}" not in text]
    assert len(missing) <= 4, "at most the line at the foot of each page"


def test_hostile_texts_are_letters_on_paper(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    hostile = "</td></table><img src='file:///etc/hostname'><h1>Forged</h1>\u202eevil"
    past.done("lock", hostile, 1, "done", {})
    text = " ".join(texts(written(past.report(INTACT), tmp_path)))
    assert "<h1>Forged</h1>" in text
    assert "\u202e" not in text


def test_a_practice_clouds_pages_say_so_each(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    pages = texts(written(replace(past.report(INTACT), profile="practice"), tmp_path))
    assert all("PRACTICE" in text for text in pages)


def test_nothing_recorded_is_a_report_too(qapp: QApplication, tmp_path: Path) -> None:
    past = Past(tmp_path / "empty")
    text = " ".join(texts(written(past.report(INTACT), tmp_path)))
    past.records.close()
    assert "Nothing is recorded of this set-up." in text


def test_it_is_written_on_a_worker_as_well(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    content, path = past.report(INTACT), tmp_path / "report.pdf"
    worker = threading.Thread(target=write_pdf, args=(content, path))
    worker.start()
    worker.join()
    assert len(texts(path)) >= 8


def test_it_tells_how_far_it_is_and_ends_when_it_is_told_to(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    content, path = past.report(INTACT), tmp_path / "report.pdf"
    told: list[str] = []
    write_pdf(content, path, told.append)
    pages, parts = len(texts(path)), sum("Setting part" in words for words in told)
    assert told[:parts] == [f"Setting part {number} of {parts}…" for number in range(1, parts + 1)]
    assert told[parts:] == [f"Drawing page {number} of {pages}…" for number in range(1, pages + 1)]

    def stop(words: str) -> None:
        if words.startswith("Drawing page 2 "):
            raise Cancelled

    before = path.read_bytes()
    with pytest.raises(Cancelled):
        write_pdf(replace(content, exceptions=("Another line.",)), path, stop)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [path.name]


def test_a_folder_that_is_not_there_is_a_problem_in_words(qapp: QApplication, past: Past, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        write_pdf(past.report(INTACT), tmp_path / "nowhere" / "report.pdf")
    assert caught.value.kind is Kind.STORAGE


def test_without_a_screen_it_brings_its_own(past: Past, tmp_path: Path) -> None:
    past.records.close()
    program = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from cmkwizard.records.folder import Records\n"
        "from cmkwizard.records.report.gathering import evidence_report\n"
        "from cmkwizard.records.verification import verify\n"
        "from cmkwizard.desktop.report_pdf import write_pdf\n"
        "records = Records(Path(sys.argv[1]))\n"
        f"now = datetime.fromisoformat({NOW.isoformat()!r})\n"
        f"content = evidence_report(records.history, 'public', {ORGANISATION!r}, now, verify(records, None))\n"
        "write_pdf(content, Path(sys.argv[2]))\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('azure', 'msal', 'requests')"
        " or name == 'PySide6.QtWidgets'])\n"
    )
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "records"), str(tmp_path / "own.pdf")],
        capture_output=True,
        text=True,
        timeout=600,
        env={name: value for name, value in os.environ.items() if name not in hidden},
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "[]\n", "")
    assert len(texts(tmp_path / "own.pdf")) >= 8
