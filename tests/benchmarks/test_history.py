"""The review page over a history of many years against one of a day: its first paint, its timeline, its filter."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.history_lanes import MOST_POINTS, Lane, lanes_of
from cmkwizard.desktop.pages.view import bring_into_view
from cmkwizard.desktop.widgets.history_timeline import HistoryTimeline
from tests.benchmarks.report import Ratio, report
from tests.desktop.history_support import Review, office, review
from tests.history_support import START, STEP, fill

FEW, MANY = 100, 1_000_000
RUNS = 5
TYPED = "kv-adobe"
PAINT_AIM = "<= 1.5"
STROKE_AIM = "<= 16 ms"
DRAWN_AIM = "<= 16 ms a frame"


@contextmanager
def opened(qtbot: QtBot, folder: Path, entries: int) -> Iterator[Review]:
    with office(folder) as at:
        at.clock.now = START + entries * STEP
        gc.disable()  # a cycle that is found by a worker would take widgets of an earlier window with it
        try:
            with review(qtbot, at) as seen:
                yield seen
        finally:
            gc.enable()
            gc.collect()


def ms_until(seen: Review, act: Callable[[], object], done: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    seen.wait(done)
    return (time.perf_counter() - started) * 1000


def first_paint(seen: Review) -> tuple[float, float]:
    """Milliseconds until state card and newest entries are painted, and until the timeline is there as well."""

    def ready() -> bool:
        model = seen.model
        return model.card is not None and not model.entries.loading and seen.page.entries.table.model().rowCount() > 0

    seen.wait(lambda: seen.hand.can_press("Review how things stood"))
    started = time.perf_counter()
    seen.hand.press("Review how things stood")
    seen.wait(lambda: seen.shell.page_id == "history" and ready())
    seen.page.repaint()
    painted = (time.perf_counter() - started) * 1000
    seen.wait(lambda: seen.model.timeline.lanes is not None)
    return painted, (time.perf_counter() - started) * 1000


def in_sight(table: QTableView) -> bool:
    bring_into_view(table)
    return not table.viewport().visibleRegion().isEmpty()


def strokes(seen: Review) -> list[float]:
    """Milliseconds for which each key holds the window up, painting included."""
    editor, table = seen.page.entries.search.editor, seen.page.entries.table
    seen.wait(lambda: in_sight(table))  # what is out of sight is not painted
    took = []
    for letter in TYPED:
        started = time.perf_counter()
        QTest.keyClicks(editor, letter)
        editor.repaint()
        table.viewport().repaint()
        took.append((time.perf_counter() - started) * 1000)
    assert editor.text() == TYPED
    assert in_sight(table)
    editor.clear()
    seen.settle()
    return took


def searched(seen: Review) -> tuple[float, float]:
    """Milliseconds until something is said of a search for what nobody wrote, and until it has ended."""
    editor, entries = seen.page.entries.search.editor, seen.model.entries
    started = time.perf_counter()
    editor.setText("nobody wrote this")
    seen.wait(lambda: entries.status.startswith(("Searching: ", "No entry matches.")))
    first = (time.perf_counter() - started) * 1000
    seen.wait(lambda: entries.status == "No entry matches.")
    return first, (time.perf_counter() - started) * 1000


@pytest.mark.benchmark
def test_review_page(qtbot: QtBot, tmp_path: Path) -> None:
    """Interleaved runs, each in a window of its own, the first of each dropped; medians compared."""
    sizes = {"few": FEW, "many": MANY}
    for name, count in sizes.items():
        fill(tmp_path / name / "records.sqlite", count)
    paints: dict[str, list[float]] = {name: [] for name in sizes}
    timelines: dict[str, list[float]] = {name: [] for name in sizes}
    keys: dict[str, list[float]] = {name: [] for name in sizes}
    hearings: dict[str, list[float]] = {name: [] for name in sizes}
    searches: dict[str, list[float]] = {name: [] for name in sizes}
    for run in range(RUNS + 1):
        for name, count in sizes.items():
            with opened(qtbot, tmp_path / name, count) as seen:
                paint, timeline = first_paint(seen)
                seen.settle()
                stroke = strokes(seen)
                hearing, search = searched(seen)
                if run:
                    paints[name].append(paint)
                    timelines[name].append(timeline)
                    keys[name] += stroke
                    hearings[name].append(hearing)
                    searches[name].append(search)
    few = f"of {FEW} entries"
    median = statistics.median
    report(
        Ratio(
            "ms to the review's first paint of 1,000,000", median(paints["many"]), median(paints["few"]), few, PAINT_AIM
        )
    )
    report(Ratio("ms to its timeline", median(timelines["many"]), median(timelines["few"]), few, "within a second"))
    report(
        Ratio("ms for a key stroke in its search, median", median(keys["many"]), median(keys["few"]), few, STROKE_AIM)
    )
    report(Ratio("ms for a key stroke in its search, longest", max(keys["many"]), max(keys["few"]), few, STROKE_AIM))
    for what, took in (("the first word of", hearings), ("the end of", searches)):
        report(Ratio(f"ms to {what} a search for nothing", median(took["many"]), median(took["few"]), few, "-"))


def crowded() -> tuple[tuple[Lane, ...], datetime, datetime]:
    """As many points as are ever drawn, in all lanes."""
    last = datetime(2026, 11, 1, tzinfo=UTC)
    first, whats = last - timedelta(days=3650), (What.STATUS, What.KEY, What.VAULT, What.ROLE, What.APP, What.FINDINGS)
    step = (last - first) / (MOST_POINTS * 4)
    words = ("COMPLETED", "FAILED", "RUNNING")
    entries = [
        HistoryEntry(
            n, at, at + step * 4, 3, EntryKind.OBSERVATION, "public", "", whats[n % 6], {"word": words[n // 6 % 3]}
        )
        for n in range(1, MOST_POINTS * 4)
        for at in [first + n * step]
    ]
    return lanes_of(entries, first, last), first, last


@pytest.mark.benchmark
def test_timeline_frames(qtbot: QtBot) -> None:
    """A frame of the fullest timeline against one with a point in each lane; and the first, with all that it loads."""
    full, first, last = crowded()
    assert sum(len(lane.points) for lane in full) > MOST_POINTS / 2
    sparse = tuple(Lane(lane.key, lane.title, lane.points[:1]) for lane in full)
    took: dict[str, list[float]] = {"full": [], "sparse": []}
    firsts: dict[str, float] = {}
    for name, lanes in (("sparse", sparse), ("full", full)):
        shown = HistoryTimeline("History")
        qtbot.addWidget(shown)
        shown.resize(1080, 520)
        started = time.perf_counter()
        shown.show_lanes(lanes, first, last)
        with qtbot.waitExposed(shown):
            shown.show()
        shown.plot.repaint()
        firsts[name] = (time.perf_counter() - started) * 1000
        for _ in range(20):
            shown.zoom_in()
            took[name].append(repainted(shown.plot))
            shown.show_all()
            took[name].append(repainted(shown.plot))
    report(
        Ratio("ms to the first frame of the fullest timeline", firsts["full"], firsts["sparse"], "nearly empty", "-")
    )
    for word, pick in (("median", statistics.median), ("longest", max)):
        what = f"ms for a frame of the fullest timeline, {word}"
        report(Ratio(what, pick(took["full"]), pick(took["sparse"]), "nearly empty", DRAWN_AIM))


def repainted(widget: QWidget) -> float:
    started = time.perf_counter()
    widget.repaint()
    return (time.perf_counter() - started) * 1000
