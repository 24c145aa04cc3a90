"""The history: what is seen again costs nothing, what changed is kept, and all of it is read back whole."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.problems import Cancelled
from cmkwizard.records.folder import Records
from cmkwizard.records.sealing import SealPlace
from cmkwizard.records.verification import VerificationState, verify
from tests.history_support import ORGANISATION, PROFILE, START, STEP, fill
from tests.records.memory_place import MemoryPlace

GOLDEN = Path(__file__).parent / "golden"
SECOND = "FFEEDDCCBBAA998877665544@AdobeOrg"
WHO = {"profile": PROFILE, "tenant": "t", "actor": "a"}


class Ticking:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def written(folder: Path) -> Records:
    records = Records(folder, Ticking())
    records.lock("window")
    return records


def see(records: Records, word: str, setup: str = ORGANISATION, request_id: str = "") -> None:
    value = {"word": word, "organisation": setup}
    records.observations.add(PROFILE, What.STATUS, value, "GET /customer/config", request_id, verified=True)


@pytest.fixture
def long(tmp_path: Path) -> Records:
    fill(tmp_path / "records.sqlite", 1000)
    return Records(tmp_path)


def test_what_is_seen_again_grows_a_span_and_no_entry(tmp_path: Path) -> None:
    records = written(tmp_path / "r")
    for number in range(500):
        see(records, "RUNNING", request_id=f"request-{number}")
    (entry,) = records.history.page()
    assert (entry.times, entry.until - entry.at) == (500, timedelta(minutes=499))
    assert (entry.first_request_id, entry.request_id, entry.verified) == ("request-0", "request-499", True)
    latest = records.observations.latest(PROFILE, What.STATUS)
    assert latest is not None
    assert (latest.at, latest.until, latest.request_id) == (entry.at, entry.until, "request-499")
    records.close()


def test_another_value_source_or_certainty_is_an_entry_of_its_own(tmp_path: Path) -> None:
    records = written(tmp_path / "r")
    for value, source, sure in (
        ("A", "x", True),
        ("B", "x", True),
        ("B", "y", True),
        ("B", "y", False),
        ("A", "x", True),
    ):
        records.observations.add(PROFILE, What.ROLE, {"id": value}, source, setup=ORGANISATION, verified=sure)
    entries = records.history.page(PROFILE, ORGANISATION)
    assert [(each.number, each.value["id"], each.times) for each in entries] == [
        (5, "A", 1),
        (4, "B", 1),
        (3, "B", 1),
        (2, "B", 1),
        (1, "A", 1),
    ]
    records.close()


def test_several_set_ups_stand_side_by_side(tmp_path: Path) -> None:
    records = written(tmp_path / "r")
    for word, setup in (("NEW", ORGANISATION), ("FAILED", SECOND), ("NEW", ORGANISATION), ("RUNNING", SECOND)):
        see(records, word, setup)
    records.journal.intend("vault", "Create the vault", {}, **WHO)
    history = records.history
    assert [key.setup for key in history.setups()] == ["", SECOND, ORGANISATION]
    assert [each.times for each in history.page(PROFILE, ORGANISATION)] == [2]
    assert history.state(PROFILE, SECOND)[What.STATUS].value["word"] == "RUNNING"
    assert history.state(PROFILE, ORGANISATION)[What.STATUS].value["word"] == "NEW"
    newest = [records.observations.latest(PROFILE, What.STATUS, each) for each in (None, ORGANISATION, "nobody")]
    assert [each.setup if each else None for each in newest] == [SECOND, ORGANISATION, None]
    assert [history.count(), history.count(PROFILE, SECOND), history.count(PROFILE, "")] == [4, 2, 1]
    records.close()


def test_intents_and_outcomes_are_entries_of_their_set_up(tmp_path: Path) -> None:
    records = written(tmp_path / "r")
    op_id = records.journal.intend("submission", "Hand the key in", {"organisation": ORGANISATION}, **WHO)
    records.journal.finish(op_id, "done", {"status": "NEW"})
    done, intent = records.history.page(PROFILE, ORGANISATION)
    assert (intent.kind, intent.action, intent.op_id, intent.actor) == (EntryKind.INTENT, "Hand the key in", op_id, "a")
    assert (done.kind, done.outcome, done.value, done.op_id) == (EntryKind.OUTCOME, "done", {"status": "NEW"}, op_id)
    assert records.history.entry(1) == intent
    assert records.history.entry(3) is None
    records.close()


def test_pages_meet_without_a_gap_from_both_ends(long: Records) -> None:
    history = long.history
    backwards: list[int] = []
    forwards: list[int] = []
    while page := history.page(PROFILE, ORGANISATION, before=backwards[-1] if backwards else None, limit=170):
        backwards += [each.number for each in page]
    while page := history.page(after=forwards[-1] if forwards else 0, limit=170):
        forwards += [each.number for each in page]
    assert forwards == backwards[::-1] == list(range(1, 1001))
    assert [each.number for each in history.iterate(PROFILE, ORGANISATION)] == forwards


def test_filters_by_kind_what_time_and_text(long: Records) -> None:
    history, entries = long.history, list(long.history.iterate())
    actions = history.page(kinds=(EntryKind.INTENT, EntryKind.OUTCOME), limit=5000)
    assert [each.number for each in actions][::-1] == [each.number for each in entries if each.kind != "observation"]
    keys = history.page(PROFILE, ORGANISATION, whats=(What.KEY,), after=0, limit=7)
    assert [each.number for each in keys] == [each.number for each in entries if each.what == "key"][:7]
    since, until = START + STEP * 100, START + STEP * 120
    assert [each.number for each in history.page(since=since, until=until)][::-1] == list(range(101, 122))
    assert history.page(since=START + STEP * 5000) == history.page(until=START - STEP) == []
    for text, expected in (("no LOCK (14)", [14]), ("no lock (1_)", []), ("%", []), ("nowhere", [])):
        assert [each.number for each in history.page(text=text)] == expected
    found = history.page(text="20.88.3.8", whats=(What.VAULT,))
    assert found
    assert all("20.88.3.8" in str(each.value) for each in found)
    with pytest.raises(Cancelled):
        history.density(PROFILE, ORGANISATION, START, until, 10, stop=lambda: True)


def test_a_long_search_tells_how_far_it_is_and_what_it_found_so_far(tmp_path: Path) -> None:
    fill(tmp_path / "r" / "records.sqlite", 3500)
    records = Records(tmp_path / "r")
    every = list(records.history.iterate())
    for text, after in (("no lock (3", None), ("NO LOCK (3", 0), ("nowhere", None), ("done", None)):
        told: list[tuple[datetime, list[int]]] = []

        def progress(at: datetime, some: list[HistoryEntry], told: list[tuple[datetime, list[int]]] = told) -> None:
            told.append((at, [each.number for each in some]))

        found = [each.number for each in records.history.page(text=text, after=after, limit=5000, progress=progress)]
        in_order = every[::-1] if after is None else every
        assert [at for at, _ in told] == [in_order[999].at, in_order[2999].at]
        before = [number for _, some in told for number in some]
        assert found[: len(before)] == before, "each once, in the order in which they are looked at"
        assert before == [number for number in found if number in {each.number for each in in_order[:3000]}]
        if "lock" in text.lower():
            said = [each.number for each in every if f"No lock ({each.number})" in str(each.value)]
            assert sorted(found) == [number for number in said if str(number).startswith("3")]
    outcomes = [each.number for each in every if each.outcome == "done"]
    assert found[::-1] == outcomes, "an outcome is found by its word"
    assert [each.number for each in records.history.page(text="done", limit=3)] == outcomes[:-4:-1]
    records.close()


def test_a_text_is_found_as_it_was_written(tmp_path: Path) -> None:
    records = written(tmp_path / "r")
    for text in ('Müller "GmbH"', "back\\slash", "tab\there", "100 %"):
        records.observations.add(PROFILE, What.TICKET, {"text": text}, "set-up")
        assert [each.value["text"] for each in records.history.page(text=text)] == [text]
    assert records.history.page(text="back\\x") == []
    records.close()


def test_the_state_of_a_moment_is_what_was_seen_last_until_then(long: Records) -> None:
    history, entries = long.history, list(long.history.iterate())
    for number in (1, 2, 77, 500, 1000):
        at = START + STEP * (number - 1)
        expected = {each.what: each.number for each in entries[:number] if each.kind == "observation"}
        state = history.state(PROFILE, ORGANISATION, at)
        assert {what: entry.number for what, entry in state.items()} == expected
    assert history.state(PROFILE, ORGANISATION, START - STEP) == {}
    assert history.state(PROFILE, ORGANISATION) == history.state(PROFILE, ORGANISATION, START + STEP * 1000)


def test_a_baseline_is_found(tmp_path: Path) -> None:
    records = written(tmp_path / "r")
    see(records, "COMPLETED")
    assert records.history.baseline(PROFILE, ORGANISATION) is None
    records.observations.add(PROFILE, What.BASELINE, {"status": {"word": "COMPLETED"}}, "check", setup=ORGANISATION)
    see(records, "FAILED")
    baseline = records.history.baseline(PROFILE, ORGANISATION)
    assert baseline is not None
    assert baseline.number == 2
    records.close()


def test_density_counts_every_entry_once(long: Records) -> None:
    entries = list(long.history.iterate())
    buckets = long.history.density(PROFILE, ORGANISATION, START, entries[-1].at, 37)
    assert sum(each.count for each in buckets) == 1000
    for each in buckets:
        inside = [entry for entry in entries if (entry.kind, entry.what) == (each.kind, each.what)]
        inside = [entry for entry in inside if each.start <= entry.at < each.end]
        assert (len(inside), inside[0].number) == (each.count, each.first_number)


def test_a_clock_that_was_set_back_hides_nothing_new(tmp_path: Path) -> None:
    records = written(tmp_path / "r")
    clock = records._clock
    assert isinstance(clock, Ticking)
    see(records, "NEW")
    clock.now -= timedelta(days=400)
    see(records, "RUNNING")
    assert records.history.state(PROFILE, ORGANISATION)[What.STATUS].value["word"] == "RUNNING"
    latest = records.observations.latest(PROFILE, What.STATUS)
    assert latest is not None
    assert latest.value["word"] == "RUNNING"
    records.close()


def copied(folder: Path, version: int) -> Path:
    folder.mkdir(mode=0o700)
    return Path(shutil.copy(GOLDEN / f"v{version}.sqlite", folder / "records.sqlite"))


def test_records_of_version_1_are_taken_over_with_a_backup_first(tmp_path: Path) -> None:
    path = copied(tmp_path / "r", 1)
    before = path.read_bytes()
    looking = Records(tmp_path / "r")
    entries = list(looking.history.iterate())
    looking.close()
    assert path.read_bytes() == before, "who only reads changes nothing"

    moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    records = Records(tmp_path / "r", lambda: moment)
    records.lock("window")
    assert list(records.history.iterate()) == entries
    backup = tmp_path / "r" / "records.v1-20261124T093000000000Z.sqlite"
    assert backup.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(backup)) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
        assert old.execute("SELECT count(*) FROM observation").fetchone() == (11,)

    assert [each.number for each in entries] == list(range(1, 31))
    assert len(records.journal.entries()) == 10
    assert [each.step for each in records.journal.open_intents()] == ["fix-lock"]
    assert records.observations.profiles() == ["public", "practice"]
    statuses = [each.value["word"] for each in entries if each.what == "status" and each.profile == "public"]
    assert statuses == ["NEW", "RUNNING", "RUNNING", "RUNNING", "COMPLETED", "COMPLETED"]
    assert {each.setup for each in entries if each.what == "status"} == {ORGANISATION, "PRACTICE@AdobeOrg"}
    assert not any(each.verified for each in entries)
    assert records.history.state("public", ORGANISATION)[What.TICKET].value["text"].startswith("Please enable")
    found = verify(records, None)
    assert (found.state, found.entries, found.unsealed) == (VerificationState.NOT_VERIFIABLE, 30, 30)
    see(records, "COMPLETED")
    assert records.history.count() == 31
    records.close()


def test_records_of_version_1_that_were_damaged_are_kept_aside(tmp_path: Path) -> None:
    path = copied(tmp_path / "r", 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER observation_keeps_update")
        connection.execute("UPDATE observation SET value = 'no JSON' WHERE number = 3")
    records = written(tmp_path / "r")
    assert records.history.count() == 0
    assert records.set_aside is not None
    records.close()


def test_records_of_version_2_open_and_verify(tmp_path: Path) -> None:
    folder, place = tmp_path / "r", MemoryPlace()
    copied(folder, 2)
    secrets = place.store(folder)
    entry = SealPlace(secrets, folder)._entry
    secrets.set(entry("key"), base64.b64encode(hashlib.sha256(b"golden").digest()).decode())
    secrets.set(entry("head"), (GOLDEN / "v2.head.json").read_text())
    records = Records(folder)
    assert [(key.profile, key.setup) for key in records.history.setups()][:2] == [
        ("public", ORGANISATION),
        ("public", SECOND),
    ]
    state = records.history.state("public", ORGANISATION)
    assert (state[What.STATUS].times, state[What.STATUS].value["word"]) == (4, "COMPLETED")
    assert (state[What.VAULT].times, state[What.VAULT].value["default_action"]) == (2, "allow")
    found = verify(records, secrets)
    assert (found.state, found.sealed, found.unsealed) == (VerificationState.INTACT, 8, 30)
    records.close()
    records = written(folder)
    records.seal(secrets)
    see(records, "FAILED")
    assert verify(records, secrets).state is VerificationState.INTACT
    records.close()
    assert json.loads(place.held[f"cmkwizard/{entry('head')}"])["seq"] == 39
