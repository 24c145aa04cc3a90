"""The window on a practice copy of a recorded set-up: the whole way of taking access away, as it would be for real."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from cmkwizard.journeys.rehearsal import record_copy, recorded_setup, rehearsal_scenario
from cmkwizard.records.folder import Records
from tests.desktop.rehearsal import rehearsal
from tests.desktop.revocation_support import Visitor
from tests.journeys.test_rehearsal_scenario import DEPLOYED, remember


def test_the_window_shows_the_copy_under_its_names_and_walks_to_the_end(qtbot: QtBot, tmp_path: Path) -> None:
    real = Records(tmp_path / "real")
    real.lock("window")
    remember(real)
    setup = recorded_setup(real)
    real.close()
    scenario = tmp_path / "copy.toml"
    scenario.write_text(rehearsal_scenario(setup), encoding="utf-8")
    with rehearsal(qtbot, tmp_path / "practice", str(scenario)) as at:
        record_copy(at.services.records, at.services.profile.name, setup)
        at.restore()
        visitor = Visitor(at)
        visitor.begin()
        visitor.sign_in()
        visitor.see_impact()
        assert DEPLOYED["vault"] in visitor.words
        assert DEPLOYED["organisation"] in visitor.words
        visitor.confirm(tmp_path / "way-back.json", organisation=DEPLOYED["organisation"], vault=DEPLOYED["vault"])
        visitor.take_away()
        assert at.applied == {"role.delete": 1}
