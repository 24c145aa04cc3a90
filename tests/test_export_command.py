"""`export` on a plane: each format from the records alone, whole or not at all, and safe to open."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pypdfium2
import pytest

from cmkwizard.core.history import What
from tests.journeys.as_code_support import ORGANISATION, VALUES
from tests.past_support import OTHER, cut_off, recorded

FORMATS = ("html", "pdf", "json", "csv", "az", "bicep", "terraform")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "records"


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_written_without_a_network(folder: Path, tmp_path: Path, form: str) -> None:
    recorded(folder)
    output = tmp_path / f"out.{form}"
    never = "azure msal requests urllib3" + ("" if form == "pdf" else " PySide6 shiboken6")
    done = cut_off("export", "--format", form, "--output", output, "--data-dir", folder, never=never)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert str(output) in done.stdout
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    if form == "pdf":
        text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(output))
    else:
        text = output.read_text(encoding="utf-8")
    assert "kv-cmk" in text.lower()
    if form in ("html", "pdf", "json"):
        assert "not verifiable" in text.lower(), "without a keyring the file says what was not verified"


def test_json_holds_every_entry(folder: Path, tmp_path: Path) -> None:
    recorded(folder)
    output = tmp_path / "records.json"
    cut_off("export", "--format", "json", "--output", output, "--data-dir", folder)
    told = json.loads(output.read_text(encoding="utf-8"))
    assert len(told["entries"]) == len(VALUES) + 2
    assert told["format"] == "cmkwizard-history/1"
    assert {each["what"]: each["value"] for each in told["entries"][2:]} == VALUES


def test_no_cell_of_the_table_is_a_formula(folder: Path, tmp_path: Path) -> None:
    words = ('=HYPERLINK("http://evil.example","x")', "+1", "-1", "@SUM(A1)", "\t=1", "＝1", 'a"b,c\nd')
    for word in words:
        recorded(folder, {What.STATUS: {"word": word}}, word)
    output = tmp_path / "records.csv"
    cut_off("export", "--format", "csv", "--output", output, "--data-dir", folder)
    rows = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8"), newline="")))
    assert len(rows) == 3 * len(words)
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r＝" and cell]
    assert {row["organisation"].removeprefix("'") for row in rows} == set(words)


def test_of_several_set_ups_the_named_one_is_exported(folder: Path, tmp_path: Path) -> None:
    recorded(folder)
    recorded(folder, {**VALUES, What.DEPLOYMENT: {**VALUES[What.DEPLOYMENT], "organisation": OTHER}}, OTHER)
    output = tmp_path / "out.html"
    done = cut_off("export", "--format", "html", "--output", output, "--organisation", OTHER, "--data-dir", folder)
    assert done.returncode == 0
    assert OTHER in output.read_text(encoding="utf-8")
    done = cut_off("export", "--format", "az", "--output", output, "--data-dir", folder)
    assert "Choose with --organisation" in done.stdout
    done = cut_off("export", "--format", "az", "--output", output, "--organisation", "nobody", "--data-dir", folder)
    assert done.returncode == 2
    assert ORGANISATION in done.stderr


def test_a_named_organisation_is_found_in_a_rehearsal_too(folder: Path, tmp_path: Path) -> None:
    recorded(folder)
    rehearsed = {**VALUES, What.DEPLOYMENT: {**VALUES[What.DEPLOYMENT], "organisation": OTHER}}
    recorded(folder, rehearsed, OTHER, profile="practice")
    output = tmp_path / "out.html"
    done = cut_off("export", "--format", "html", "--output", output, "--organisation", OTHER, "--data-dir", folder)
    assert (done.returncode, done.stderr) == (0, "")
    text = output.read_text(encoding="utf-8")
    assert OTHER in text
    assert "PRACTICE" in text
    cut_off("export", "--format", "html", "--output", output, "--data-dir", folder)
    assert ORGANISATION in output.read_text(encoding="utf-8"), "without a name the real clouds come first"


def test_what_the_records_do_not_hold_is_named_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    for form in ("html", "pdf", "az"):
        done = cut_off("export", "--format", form, "--output", output, "--data-dir", folder)
        assert done.returncode == 1
        assert "Nothing is recorded" in done.stderr
    recorded(folder, {What.DEPLOYMENT: VALUES[What.DEPLOYMENT]})
    done = cut_off("export", "--format", "bicep", "--output", output, "--data-dir", folder)
    assert done.returncode == 1
    assert "do not hold the vault" in done.stderr
    assert not output.exists()


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(folder: Path, tmp_path: Path) -> None:
    recorded(folder)
    before = (folder / "records.sqlite").read_bytes()
    refused = (folder / "records.sqlite", tmp_path / "missing" / "out.json", tmp_path)
    for output in refused:
        done = cut_off("export", "--format", "json", "--output", output, "--data-dir", folder)
        assert done.returncode in (1, 5)
        assert done.stderr.startswith("error: ")
        assert str(output) in done.stderr
    assert (folder / "records.sqlite").read_bytes() == before
    output = tmp_path / "kept.json"
    output.write_text("mine")
    recorded(folder, {What.DEPLOYMENT: {"organisation": ORGANISATION}})
    cut_off("export", "--format", "terraform", "--output", output, "--data-dir", tmp_path / "nothing")
    assert output.read_text() == "mine"


def test_an_unknown_format_names_the_known_ones(folder: Path, tmp_path: Path) -> None:
    done = cut_off("export", "--format", "docx", "--output", tmp_path / "x", "--data-dir", folder)
    assert done.returncode == 2
    assert all(form in done.stderr for form in FORMATS)
