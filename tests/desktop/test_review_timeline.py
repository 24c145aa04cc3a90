"""The timeline on the page "Review: how things stood": what it shows of the records, and what choosing a point does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.history import What
from cmkwizard.core.history_lanes import MOST_POINTS, LaneKey, Point
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.history_setups import KnownSetup
from cmkwizard.desktop.models.history_timeline import lanes_between
from cmkwizard.records.folder import Records
from tests.desktop.history_support import CONTOSO, Review, key, office, review
from tests.history_support import ORGANISATION, PROFILE, START, STEP, fill

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)


def points(seen: Review, lane: LaneKey) -> tuple[Point, ...]:
    return next((each.points for each in seen.page.timeline.plot.lanes if each.key is lane), ())


def test_it_shows_what_is_recorded_and_a_point_leads_back_to_its_moment(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        at.drift()
        with review(qtbot, at) as seen:
            page = seen.open()
            assert [point.words for point in points(seen, LaneKey.STATUS)] == ["NEW", "RUNNING", "COMPLETED"]
            assert [point.words for point in points(seen, LaneKey.KEY)] == ["version 3f2a07c1", "version 8c4d1e2f"]
            assert [point.label for point in points(seen, LaneKey.ACTIONS)][-1] == "baseline"
            timeline = page.timeline
            first = points(seen, LaneKey.KEY)[0]
            where = timeline.plot.area(first.number).center().toPoint()
            QTest.mouseClick(timeline.plot, Qt.MouseButton.LeftButton, pos=where)
            seen.wait(lambda: seen.model.moment == first.at)
            text = "\n".join(label.text() for label in Hand(page).visible(QLabel))
            assert "This is the past: what was known on" in text
            assert "version 3f2a07c1" in page.entries.heading.text()
            assert [flag.at for flag in timeline.plot.flags if flag.words == "as of"] == [first.at]
            seen.hand.press("Back to the newest state")
            seen.wait(lambda: seen.model.moment is None)
            assert "as of" not in [flag.words for flag in timeline.plot.flags]


def test_what_is_zoomed_to_stays_when_the_records_are_read_again(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        at.drift()
        with review(qtbot, at) as seen:
            timeline = seen.open().timeline
            at_all = timeline.range
            assert at_all is not None
            timeline.show_range(at_all[0], at_all[0] + timedelta(hours=6))
            at.see(What.KEY, key(enabled=False))
            seen.hand.press("Look at the records again")
            seen.settle()
            assert len(points(seen, LaneKey.STATUS)) > 0
            assert timeline.range == (at_all[0], at_all[0] + timedelta(hours=6))
            timeline.show_all()
            seen.wait(lambda: len(points(seen, LaneKey.KEY)) == 3)
            assert points(seen, LaneKey.KEY)[-1].words == "version 3f2a07c1, disabled"


def test_where_entries_are_too_many_the_rare_ones_are_still_told_apart(tmp_path: Path) -> None:
    count = 3 * MOST_POINTS
    fill(tmp_path / "records.sqlite", count)
    records = Records(tmp_path)
    try:
        whole = (START, START + count * STEP)
        lanes = lanes_between(records.history, KnownSetup(PROFILE, ORGANISATION), *whole, lambda: False)
        drawn = [point for lane in lanes for point in lane.points]
        assert len(drawn) <= MOST_POINTS
        assert any(point.count > 1 for point in drawn)
        near = (START, START + 100 * STEP)
        close = lanes_between(records.history, KnownSetup(PROFILE, ORGANISATION), *near, lambda: False)
        assert all(point.count == 1 for lane in close for point in lane.points)
    finally:
        records.close()


def test_a_range_that_is_no_longer_wanted_is_not_read_to_its_end(tmp_path: Path) -> None:
    from cmkwizard.core.problems import Cancelled

    fill(tmp_path / "records.sqlite", 3 * MOST_POINTS)
    records, cancel = Records(tmp_path), Cancel()
    cancel.request()
    try:
        whole = (START, START + 3 * MOST_POINTS * STEP)
        with pytest.raises(Cancelled):
            lanes_between(records.history, KnownSetup(PROFILE, ORGANISATION), *whole, lambda: cancel.requested)
    finally:
        records.close()


def test_without_a_history_nothing_is_drawn(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at, review(qtbot, at) as seen:
        page = seen.open()
        assert not page.picture.isVisible()
        assert page.timeline.range is None


def test_another_set_up_has_a_timeline_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    other = "9A8B7C6D5E4F30211203F4E5@AdobeOrg"
    with office(tmp_path) as at:
        at.set_up()
        at.clock.go_on(days=30)
        at.set_up(other, baseline=False)
        with review(qtbot, at) as seen:
            timeline = seen.open().timeline
            seen.model.choose(next(each for each in seen.model.setups or () if each.setup == CONTOSO))
            seen.wait(lambda: any(point.words == "baseline" for point in points(seen, LaneKey.ACTIONS)))
            before = timeline.range
            seen.model.choose(next(each for each in seen.model.setups or () if each.setup == other))
            assert timeline.range is None, "nothing of the other one is left while it is read"
            seen.wait(lambda: timeline.range is not None and timeline.range != before)
            assert not any(point.words == "baseline" for point in points(seen, LaneKey.ACTIONS))
