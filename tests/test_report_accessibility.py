"""The evidence report in a real browser: an accessibility checker finds nothing, its style applies, no text runs."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from PySide6.QtGui import QColor, QImage

from cmkwizard.records.report.content import ReportContent
from cmkwizard.records.report.page import report_html
from tests.report_support import Past, write_past

CHROMIUM = (
    *["chromium", "--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--hide-scrollbars"],
    *["--disable-background-networking", "--disable-component-update", "--disable-sync", "--password-store=basic"],
)
DARK = "--blink-settings=preferredColorScheme=0"
RUN_AXE = """
axe.run({resultTypes: ["violations"]}).then(found => {
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify({
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    width: innerWidth,
    checked: found.passes.length,
    violations: found.violations.map(each => [each.id, each.impact, each.nodes.map(node => node.html)]),
  });
  document.body.append(told);
});
"""

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="this machine lacks chromium")


def browse(page: Path, *options: str) -> str:
    """What Chromium says on its output about a page of this machine."""
    folder = page.parent
    # A home of its own: nothing of the person who runs the tests is read or changed.
    environment = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    command = [*CHROMIUM, f"--user-data-dir={folder / 'profile'}", *options, page.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, cwd=folder)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def axe(page: Path, *options: str) -> dict[str, Any]:
    """What the checker finds in a copy of a page that lets the checker run."""
    copy = page.with_name("checked.html")
    text = page.read_text(encoding="utf-8")
    open_to_axe = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert open_to_axe != text
    copy.write_text(open_to_axe.replace("</body>", f"<script>{AXE_SCRIPT}{RUN_AXE}</script></body>"), encoding="utf-8")
    shown = browse(copy, "--virtual-time-budget=60000", *options, "--dump-dom")
    told = re.search(r'<pre id="found">(.*?)</pre>', shown, re.DOTALL)
    assert told is not None, "the checker did not run"
    found: dict[str, Any] = json.loads(html.unescape(told[1]))
    return found


@pytest.fixture
def content(tmp_path: Path) -> Iterator[ReportContent]:
    past = Past(tmp_path / "records")
    write_past(past)
    yield past.report()
    past.records.close()


def saved(content: ReportContent, tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(report_html(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("options", "dark", "width"),
    [
        (["--window-size=1280,900"], False, 1280),
        (["--window-size=1280,900", DARK], True, 1280),
        (["--window-size=500,900"], False, 500),
    ],
    ids=["light", "dark", "narrow"],
)
def test_the_checker_finds_nothing(
    content: ReportContent, tmp_path: Path, options: list[str], width: int, *, dark: bool
) -> None:
    found = axe(saved(content, tmp_path), *options)
    assert found["violations"] == []
    assert (found["dark"], found["width"]) == (dark, width)
    assert found["checked"] > 20


def test_the_checker_finds_nothing_in_an_empty_report_of_a_practice_cloud(tmp_path: Path) -> None:
    past = Past(tmp_path / "records", profile="practice")
    found = axe(saved(past.report(), tmp_path))
    past.records.close()
    assert found["violations"] == []


def test_the_checker_would_find_what_is_wrong(content: ReportContent, tmp_path: Path) -> None:
    page = saved(content, tmp_path)
    text = (
        page.read_text(encoding="utf-8")
        .replace('<html lang="en">', "<html>")
        .replace("--soft: #535d6b", "--soft: #ccc")
    )
    page.write_text(text, encoding="utf-8")
    assert {each[0] for each in axe(page)["violations"]} >= {"html-has-lang", "color-contrast"}


def test_its_own_style_applies_and_no_other(content: ReportContent, tmp_path: Path) -> None:
    """The policy in the page names the style by its digest: were it wrong, the page would have no colours."""
    page = saved(replace(content, profile="practice"), tmp_path)

    def yellow() -> int:
        browse(page, "--window-size=800,600", f"--screenshot={tmp_path / 'shown.png'}")
        image = QImage(str(tmp_path / "shown.png"))
        wanted = QColor("#ffd75e").rgb()
        return sum(image.pixel(x, 4) == wanted for x in range(image.width()))

    assert yellow() > 700
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</style>", " .ribbon { background: #123456 }</style>"), encoding="utf-8")
    assert yellow() == 0


def test_no_text_runs_in_the_browser(tmp_path: Path) -> None:
    hit = "<script>document.title='hit'</script><img src=x onerror=\"document.title='hit'\">"
    past = Past(tmp_path / "records", organisation=f"53A2271B{hit}@AdobeOrg")
    write_past(past)
    past.done(hit, f"'\"><svg onload=\"document.title='hit'\">{hit}", 1, "done", {hit: hit}, {hit: hit}, hit)
    page = saved(past.report(), tmp_path)
    past.records.close()
    shown = browse(page, "--virtual-time-budget=2000", "--dump-dom")
    title = re.search(r"<title>(.*?)</title>", shown, re.DOTALL)
    assert title is not None
    assert html.unescape(title[1]).startswith("Customer-managed key of 53A2271B")
    assert "<script" not in shown
    assert "<img" not in shown
    assert axe(page)["violations"] == []
