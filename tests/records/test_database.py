"""Journal and observations: durable before anything is sent, never changed, and honest when the file is not sound."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.database_problems import DamagedRecords
from cmkwizard.records.folder import Records, RecordsHeld
from cmkwizard.records.schema import APPLICATION_ID, VERSION
from tests.history_support import fill

WHO = {"profile": "practice", "tenant": "t", "actor": "a"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "records"


def written(folder: Path) -> Records:
    records = Records(folder)
    records.lock("window")
    return records


def child(script: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_an_intent_is_open_until_it_is_finished(folder: Path) -> None:
    records = written(folder)
    first = records.journal.intend("vault", "Create the vault", {"name": "v"}, **WHO)
    second = records.journal.intend("key", "Create the key", {}, **(WHO | {"profile": "public"}))
    records.journal.finish(first, "done", {"id": "/v"})
    assert [entry.op_id for entry in records.journal.open_intents()] == [second]
    assert records.journal.open_intents("practice") == []
    done, still_open = records.journal.entries()
    assert (done.outcome, done.evidence, done.desired, done.step) == ("done", {"id": "/v"}, {"name": "v"}, "vault")
    assert (still_open.outcome, still_open.finished_at, still_open.profile) == (None, None, "public")
    assert done.at.tzinfo is UTC
    records.close()


def test_an_outcome_is_written_once_and_is_one_of_five(folder: Path) -> None:
    records = written(folder)
    op_id = records.journal.intend("vault", "Create the vault", {}, **WHO)
    for outcome in ("perhaps", "done"):
        if outcome == "perhaps":
            with pytest.raises(Problem):
                records.journal.finish(op_id, outcome, {})
        else:
            records.journal.finish(op_id, outcome, {})
    with pytest.raises(Problem):
        records.journal.finish(op_id, "failed", {})
    with pytest.raises(Problem):
        records.journal.finish("never intended", "done", {})
    records.close()


def test_rows_are_only_added(folder: Path) -> None:
    records = written(folder)
    op_id = records.journal.intend("vault", "Create the vault", {}, **WHO)
    records.journal.finish(op_id, "done", {})
    for word in ("NEW", "RUNNING", "RUNNING"):
        records.observations.add("practice", "status", {"word": word}, "GET config")
    records.close()
    other = sqlite3.connect(folder / "records.sqlite")
    for change in (
        "UPDATE history SET at = ''",
        "DELETE FROM history",
        "DELETE FROM span",
        "UPDATE span SET until = '' WHERE seq = 3",  # something else was seen since
        "UPDATE span SET times = 1 WHERE seq = 4",
        "UPDATE ledger SET id = ''",
        "DELETE FROM ledger",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            other.execute(change)
    with pytest.raises(sqlite3.IntegrityError):
        other.execute("INSERT INTO span VALUES (9, 'x', 1, x'00', 1, 1, NULL, NULL)")  # STRICT
    assert other.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert other.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


def test_the_latest_observation_is_of_its_profile(folder: Path) -> None:
    records = written(folder)
    for profile, word in (("public", "NEW"), ("practice", "FAILED"), ("public", "RUNNING")):
        records.observations.add(profile, "status", {"word": word}, "GET config", "request-1")
    latest = records.observations.latest("public", "status")
    assert latest is not None
    assert (latest.value, latest.source, latest.request_id) == ({"word": "RUNNING"}, "GET config", "request-1")
    assert records.observations.latest("public", "nothing") is None
    assert records.observations.profiles() == ["public", "practice"]
    records.close()


KILLED = """
import sys
from pathlib import Path
from cmkwizard.records.folder import Records
records = Records(Path(sys.argv[1])); records.lock("setup")
number = 0
while True:
    records.journal.intend("key", "Create the key", {"number": number}, profile="practice", tenant="t", actor="a")
    print(number, flush=True)
    number += 1
"""


def test_a_killed_program_loses_nothing_that_it_acknowledged(folder: Path) -> None:
    acknowledged: list[int] = []
    for _ in range(5):
        process = child(KILLED, folder)
        assert process.stdout is not None
        seen = [int(process.stdout.readline()) for _ in range(8)]
        process.kill()
        seen += [int(line) for line in process.stdout.read().splitlines()]
        process.communicate()
        acknowledged += seen
    records = written(folder)
    numbers = [entry.desired["number"] for entry in records.journal.open_intents()]
    assert records.set_aside is None
    for number in set(acknowledged):
        assert numbers.count(number) >= acknowledged.count(number)
    records.close()


def test_a_second_instance_is_told_who_holds_the_records_and_only_looks(folder: Path) -> None:
    first = child("import sys\n" + KILLED.replace("while True", "while number < 1") + "input()", folder)
    assert first.stdout is not None
    assert first.stdout.readline() == "0\n"
    second = Records(folder)
    with pytest.raises(RecordsHeld, match=rf"Another cmkwizard \(setup, process {first.pid} on ") as held:
        second.lock("window")
    assert held.value.remedy == "Go on there, or close it and start again here."
    assert len(second.journal.entries()) == 1
    with pytest.raises(RecordsHeld):
        second.journal.intend("vault", "Create the vault", {}, **WHO)
    second.close()
    first.send_signal(signal.SIGKILL)
    first.communicate()
    third = written(folder)  # the lock dies with its holder
    assert third.writing
    third.close()


FULL = """
import resource, sys
from pathlib import Path
from cmkwizard.core.problems import Problem
from cmkwizard.records.folder import Records
records = Records(Path(sys.argv[1])); records.lock("setup")
say = lambda: records.journal.intend("vault", "Create", {"x": "y" * 900}, profile="p", tenant="t", actor="a")
say()
size = sum(path.stat().st_size for path in Path(sys.argv[1]).glob("records.sqlite-wal"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20000, resource.RLIM_INFINITY))
count = 1
try:
    while True:
        say(); count += 1
except Problem as problem:
    print(problem.kind, problem.message, problem.remedy, sep="|")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(count, len(records.journal.entries()), sep="|")
say()
print(len(records.journal.entries()))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of file size exist only on Unix")
def test_a_full_disk_is_a_problem_before_anything_is_sent(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    problem, counts, after = done.stdout.splitlines()
    kind, message, remedy = problem.split("|")
    assert kind == "storage"
    assert "full" in message
    assert remedy.startswith("Make room")
    added, stored = map(int, counts.split("|"))
    assert added == stored, "what was refused is not there, what was acknowledged is"
    assert int(after) == stored + 1, "it goes on once there is room"


@contextmanager
def somebody_without_rights() -> Iterator[None]:
    """Root may write everywhere: for this test it is nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="modes of files exist only on Unix")
def test_records_on_a_disk_that_cannot_be_written_are_read() -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "records"
        records = written(folder)
        records.observations.add("public", "status", {"word": "RUNNING"}, "GET /config")
        records.close()
        (folder / "records.sqlite").chmod(0o444)
        folder.chmod(0o555)
        with somebody_without_rights():
            reader = Records(folder)
            latest = reader.observations.latest("public", "status")
            reader.close()
        folder.chmod(0o755)
    assert latest is not None
    assert latest.value == {"word": "RUNNING"}


def test_records_that_never_got_a_table_hold_nothing(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    connection = sqlite3.connect(folder / "records.sqlite")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    reader = Records(folder)
    assert reader.recorded
    assert reader.observations.profiles() == []
    assert reader.journal.entries() == []
    reader.close()


def test_records_in_use_by_another_program_are_a_problem(folder: Path) -> None:
    records = written(folder)
    records.journal.entries()
    other = sqlite3.connect(folder / "records.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Problem, match="in use by another program") as refused:
        records.journal.intend("vault", "Create the vault", {}, **WHO)
    assert refused.value.kind is Kind.STORAGE
    other.close()
    records.journal.intend("vault", "Create the vault", {}, **WHO)
    assert len(records.journal.entries()) == 1
    records.close()


def test_records_of_a_newer_program_are_only_read(folder: Path) -> None:
    records = written(folder)
    records.journal.intend("vault", "Create the vault", {}, **WHO)
    records.close()
    path = folder / "records.sqlite"
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA user_version = {VERSION + 1}")
    other.close()
    before = path.read_bytes()
    records = written(folder)
    assert len(records.journal.entries()) == 1
    with pytest.raises(Problem, match="newer version"):
        records.journal.intend("vault", "Create the vault", {}, **WHO)
    records.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["text", "another program's", "a page", "cut", "a name", "a number"])
def test_a_damaged_file_is_kept_aside_under_a_dated_name(folder: Path, damage: str) -> None:
    records = written(folder)
    for number in range(50):
        records.journal.intend("vault", "Create the vault", {"number": number, "more": "x" * 500}, **WHO)
    records.close()
    path = folder / "records.sqlite"
    content = path.read_bytes()
    if damage == "another program's":
        path.unlink()
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE own (a)")
        other.close()
    else:
        path.write_bytes(
            {
                "text": b"not a database" * 100,
                "a page": content[:4096] + b"\xff" * 4096 + content[8192:],
                "cut": content[:9000],
                "a name": content.replace(b"history_kinds", b"history_\xf1inds", 1),  # SQLite quotes what is no text
                "a number": content[:44] + b"\0\0\0\x09" + content[48:],  # the format of its schema
            }[damage]
        )
    damaged = path.read_bytes()
    looking = Records(folder)
    with pytest.raises(DamagedRecords, match="damaged"):
        looking.journal.entries()
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    records = Records(folder, clock=lambda: now)
    records.lock("window")
    assert records.journal.entries() == []
    assert records.set_aside == folder / "records.bad-20261124T093000000000Z.sqlite"
    assert records.set_aside.read_bytes() == damaged
    records.close()


@pytest.mark.skipif(os.name != "posix", reason="modes of files exist only on Unix")
def test_everything_is_for_its_owner_alone_even_without_a_mask(folder: Path) -> None:
    script = (
        "import os\nos.umask(0)\n"
        + KILLED.replace("while True", "while number < 1")
        + (
            "from cmkwizard.core.choices import Choices\nfrom cmkwizard.records.settings import *\n"
            "records.drafts.save('practice', Choices(), 'key'); write_settings(records.folder, Settings())\n"
            "print('all is written', flush=True); input()"
        )
    )
    process = child(script, folder)
    assert process.stdout is not None
    process.communicate("\n")
    process = child(script, folder)
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(2)] == ["0\n", "all is written\n"]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    process.communicate("\n")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(modes) >= 7
    assert set(modes.values()) == {0o600}, modes


def test_damage_in_the_middle_of_a_large_file_is_met_later_and_put_aside_at_the_next_start(folder: Path) -> None:
    path = folder / "records.sqlite"
    fill(path, 12_000)
    assert path.stat().st_size > 8_000_000
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 100_000)
    records = written(folder)
    with pytest.raises(DamagedRecords) as caught:
        list(records.history.iterate())
    assert "anew" in caught.value.remedy
    assert records.set_aside is None
    records.close()
    again = written(folder)
    again.open()
    assert again.set_aside is not None
    assert again.set_aside.stat().st_size > 8_000_000
    assert list(again.history.iterate()) == []
    again.close()
    third = written(folder)
    third.open()
    assert third.set_aside is None
    third.close()
