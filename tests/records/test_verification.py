"""Verifying the history: every change of the file is seen, and what cannot be told is said."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.history import What
from cmkwizard.records.folder import Records
from cmkwizard.records.secrets import SecretStore
from cmkwizard.records.verification import Verification, VerificationState, verify
from tests.history_support import ORGANISATION, PROFILE
from tests.records import desktop_session
from tests.records.edits import FILES, ROWS, append, roll_back, unguarded
from tests.records.memory_place import MemoryPlace

SEEDS = range(2000)
"""Seeds of edits."""

WHO = {"profile": PROFILE, "tenant": "t", "actor": "a", "setup": ORGANISATION}
WORDS = ("NEW", "NEW", "RUNNING", "RUNNING", "RUNNING", "COMPLETED", "COMPLETED")


@pytest.fixture
def place() -> MemoryPlace:
    return MemoryPlace()


def at_work(folder: Path, secrets: SecretStore | None) -> Records:
    records = Records(folder)
    records.lock("window")
    if secrets is not None:
        records.seal(secrets)
    return records


def work(records: Records, times: int = 1) -> None:
    """What a window writes: what was seen, again and again, and what was done."""
    for number in range(times):
        for word in WORDS:
            value = {"word": word, "organisation": ORGANISATION, "key_identifier": f"https://v/keys/k/{number}"}
            records.observations.add(PROFILE, What.STATUS, value, "GET /customer/config", f"r{number}", verified=True)
        op_id = records.journal.intend("lock", "Lock the vault", {"scope": f"/vaults/{number}"}, **WHO)
        records.journal.finish(op_id, "done", {"id": f"/vaults/{number}/locks/l"})
        vault = {"id": "/vaults/v", "ip_rules": [f"20.0.0.{number // 2}/32"]}
        records.observations.add(PROFILE, What.VAULT, vault, "GET vault", setup=ORGANISATION, verified=True)


def verified(folder: Path, secrets: SecretStore | None) -> Verification:
    records = Records(folder)
    try:
        return verify(records, secrets)
    finally:
        records.close()


def words(found: Verification) -> str:
    return " ".join((*found.problems, found.proves, found.does_not_prove))


class Sealed:
    """A history that was sealed, with some earlier states of its file and another history beside it."""

    def __init__(self, folder: Path, place: MemoryPlace) -> None:
        self.folder, self.place = folder, place
        self.path = folder / "records.sqlite"
        self.earlier: list[Path] = []
        unsealed = at_work(folder, None)
        work(unsealed)
        unsealed.close()
        for number in range(3):
            records = at_work(folder, place.store(folder))
            work(records)
            records.close()
            self.keep(f"after {number}")
            records = at_work(folder, place.store(folder))
            work(records)
            records.close()
        self.held = dict(place.held)
        self.original = self.path.read_bytes()
        self.content = contents(self.path)

    def keep(self, name: str) -> None:
        kept = self.folder.parent / name
        shutil.copy(self.path, kept)
        self.earlier.append(kept)

    def verified(self) -> Verification:
        self.place.held = dict(self.held)
        return verified(self.folder, self.place.store(self.folder))

    def restore(self) -> None:
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self.path.write_bytes(self.original)


def contents(path: Path) -> Any:
    """Everything that can be read from the file."""
    with closing(sqlite3.connect(path)) as connection:
        queries = ("history ORDER BY seq", "span ORDER BY seq", "ledger", "sqlite_schema ORDER BY name")
        return [connection.execute(f"SELECT * FROM {each}").fetchall() for each in queries]  # noqa: S608


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return Sealed(tmp_path_factory.mktemp("sealed") / "records", MemoryPlace())


def test_a_sealed_history_is_intact_and_says_what_that_proves(sealed: Sealed) -> None:
    found = sealed.verified()
    assert (found.state, found.problems) == (VerificationState.INTACT, ())
    assert found.entries == found.sealed + found.unsealed
    assert found.unsealed == 6, "what was written before there was a key"
    assert found.head_at is not None
    assert "nobody could have changed" in found.proves
    assert "tamper-evident" in found.does_not_prove
    assert "tamper-proof" not in words(found)


def edit(sealed: Sealed, seed: int) -> str:
    """Edit the file by the seed; answers what was done."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    kinds = (*ROWS, *FILES, roll_back)
    kind = kinds[seed % len(kinds)]
    if kind is roll_back:
        roll_back(sealed.path, chance, sealed.earlier)
    elif kind in FILES:
        kind(sealed.path, chance)
    else:
        unguarded(sealed.path, chance, kind)  # type: ignore[arg-type]
    return kind.__name__


def test_every_edit_of_the_file_is_seen(sealed: Sealed) -> None:
    missed, without_effect = [], 0
    for seed in SEEDS:
        done = edit(sealed, seed)
        state = sealed.verified().state
        if state is not VerificationState.ALTERED:
            if done in ("flip", "overwrite") and same(sealed):
                without_effect += 1  # between the rows, or in what SQLite counts for itself
            else:
                missed.append((seed, done, state))
        sealed.restore()
    assert missed == []
    assert without_effect < len(SEEDS) // 10
    assert sealed.verified().state is VerificationState.INTACT


def same(sealed: Sealed) -> bool:
    try:
        return bool(contents(sealed.path) == sealed.content)
    except sqlite3.Error:
        return False


def test_entries_that_somebody_appends_without_the_key_are_not_proved(sealed: Sealed) -> None:
    unguarded(sealed.path, random.Random(1), append)  # noqa: S311
    found = sealed.verified()
    sealed.restore()
    assert found.state is VerificationState.NOT_VERIFIABLE
    assert "1 entry was written without a seal" in words(found)
    assert "could have added them" in words(found)


def test_a_history_of_another_folder_is_seen_in_place_of_this_one(sealed: Sealed, tmp_path: Path) -> None:
    other = Sealed(tmp_path / "records", MemoryPlace())
    shutil.copy(other.path, sealed.path)
    found = sealed.verified()
    sealed.restore()
    assert found.state is VerificationState.ALTERED
    assert "another file is in its place" in words(found)


def test_entries_of_another_file_do_not_fit_in_even_with_the_same_key(sealed: Sealed, tmp_path: Path) -> None:
    twin, place = tmp_path / "records", MemoryPlace()
    at_work(twin, place.store(twin)).close()
    key = next(value for name, value in sealed.held.items() if name.endswith("/key"))
    place.held = {name: key for name in place.held if name.endswith("/key")}
    records = at_work(twin, place.store(twin))
    work(records)
    records.close()
    with closing(sqlite3.connect(twin / "records.sqlite")) as connection:
        row = connection.execute("SELECT * FROM history WHERE seq = 1").fetchone()

    def splice(connection: sqlite3.Connection, _chance: random.Random, _last: int) -> None:
        connection.execute("DELETE FROM history WHERE seq = 1")
        connection.execute(f"INSERT INTO history VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608

    unguarded(sealed.path, random.Random(1), splice)  # noqa: S311
    found = sealed.verified()
    sealed.restore()
    assert found.state is VerificationState.ALTERED


def test_without_a_keyring_nothing_is_proved_and_damage_is_still_seen(sealed: Sealed) -> None:
    for secrets in (None, SecretStore(PROFILE, sealed.folder, session_reason="There is no safe place.")):
        found = verified(sealed.folder, secrets)
        assert found.state is VerificationState.NOT_VERIFIABLE
        assert (found.entries, found.sealed) == (len(sealed.content[0]), 0)
        assert "does not prove that nobody changed it" in found.proves
        assert ("not asked" if secrets is None else "There is no safe place.") in words(found)
    for damage in ("UPDATE history SET source = 'x' WHERE seq = 3", "DELETE FROM span WHERE seq = 2"):
        unguarded(sealed.path, random.Random(1), lambda connection, *_, damage=damage: connection.execute(damage))  # noqa: S311
        assert verified(sealed.folder, None).state is VerificationState.ALTERED
        sealed.restore()


def test_a_key_or_an_end_that_is_gone_from_the_keyring_is_told(sealed: Sealed) -> None:
    for entry, said in (("key", "holds no key for this history"), ("head", "does not know where the history ended")):
        place = MemoryPlace()
        place.held = {name: value for name, value in sealed.held.items() if not name.endswith(entry)}
        found = verified(sealed.folder, place.store(sealed.folder))
        assert found.state is VerificationState.NOT_VERIFIABLE
        assert said in words(found)


def test_no_history_is_never_called_clean(tmp_path: Path, place: MemoryPlace) -> None:
    folder = tmp_path / "records"
    for secrets in (None, place.store(folder)):
        found = verified(folder, secrets)
        assert (found.state, found.entries) == (VerificationState.NO_HISTORY, 0)
        assert "does not mean that nothing happened" in found.proves
        assert "clean" not in words(found)
    assert not folder.exists()


def test_a_file_that_is_gone_while_the_keyring_remembers_it_is_no_fresh_start(sealed: Sealed) -> None:
    sealed.path.unlink()
    found = sealed.verified()
    sealed.restore()
    assert found.state is VerificationState.ALTERED
    assert "the file is not there" in words(found)


def test_what_was_lost_is_still_told_after_the_program_went_on(tmp_path: Path, place: MemoryPlace) -> None:
    folder = tmp_path / "records"
    records = at_work(folder, place.store(folder))
    work(records)
    records.close()
    earlier = (folder / "records.sqlite").read_bytes()
    records = at_work(folder, place.store(folder))
    work(records, 2)
    records.close()
    (folder / "records.sqlite").write_bytes(earlier)
    for _ in range(2):
        records = at_work(folder, place.store(folder))
        work(records, 3)
        found = verify(records, place.store(folder))
        records.close()
        assert found.state is VerificationState.ALTERED
        assert sum("put back to an earlier state" in each for each in found.problems) == 1


def test_entries_from_before_there_was_a_key_are_held_by_the_first_sealed_one(
    tmp_path: Path, place: MemoryPlace
) -> None:
    folder = tmp_path / "records"
    records = at_work(folder, None)
    work(records)
    assert verify(records, None).state is VerificationState.NOT_VERIFIABLE
    records.seal(place.store(folder))
    found = verify(records, place.store(folder))
    assert (found.state, found.sealed) == (VerificationState.INTACT, 0)
    records.close()
    change = "UPDATE history SET body = replace(body, 'NEW', 'OLD') WHERE seq = 1"
    unguarded(folder / "records.sqlite", random.Random(1), lambda connection, *_: connection.execute(change))  # noqa: S311
    assert verified(folder, place.store(folder)).state is VerificationState.ALTERED


def test_a_session_without_a_keyring_in_between_is_told_until_the_next_seal(tmp_path: Path, place: MemoryPlace) -> None:
    folder = tmp_path / "records"
    records = at_work(folder, place.store(folder))
    work(records)
    records.close()
    records = at_work(folder, None)
    work(records)
    records.close()
    found = verified(folder, place.store(folder))
    assert found.state is VerificationState.NOT_VERIFIABLE
    assert "written without a seal" in words(found)
    records = at_work(folder, place.store(folder))
    work(records)
    records.close()
    found = verified(folder, place.store(folder))
    assert (found.state, found.unsealed) == (VerificationState.INTACT, 5), "the vault was seen as before"


def test_a_new_key_does_not_pass_for_the_one_that_is_gone(tmp_path: Path, place: MemoryPlace) -> None:
    folder = tmp_path / "records"
    records = at_work(folder, place.store(folder))
    work(records)
    records.close()
    place.held.clear()
    records = at_work(folder, place.store(folder))
    work(records)
    records.close()
    found = verified(folder, place.store(folder))
    assert found.state is VerificationState.NOT_VERIFIABLE
    assert "6 entries were sealed with a key that is gone" in words(found)
    change = "UPDATE history SET key_id = 'another' WHERE seq = 1"
    unguarded(folder / "records.sqlite", random.Random(1), lambda connection, *_: connection.execute(change))  # noqa: S311
    unseal = "UPDATE history SET key_id = NULL WHERE seq = 2"
    unguarded(folder / "records.sqlite", random.Random(1), lambda connection, *_: connection.execute(unseal))  # noqa: S311
    assert verified(folder, place.store(folder)).state is VerificationState.ALTERED


def test_entries_are_written_and_sealed_although_the_keyring_refuses_meanwhile(tmp_path: Path) -> None:
    class Refusing(MemoryPlace):
        def set_password(self, service: str, username: str, password: str, /) -> None:
            if service in self.held:
                raise OSError("locked meanwhile")
            super().set_password(service, username, password)

    folder, place = tmp_path / "records", Refusing()
    records = at_work(folder, place.store(folder))
    work(records)
    records.close()
    found = verified(folder, place.store(folder))  # the file is ahead of what the keyring knows, and nobody else can be
    assert (found.state, found.entries, found.sealed) == (VerificationState.INTACT, 6, 6)


KILLED = """
import sys
from pathlib import Path
from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.records.folder import Records
from cmkwizard.wiring import build
records = Records(Path(sys.argv[1])); records.lock("setup")
services = build(PUBLIC, records)
assert services.secrets.open() == "keyring", services.secrets.reason
for number in range(10_000):
    services.observations.add("public", "status", {"word": "RUNNING", "look": number // 2}, "GET /customer/config")
    print(number, flush=True)
"""
SESSION = f"""
import json, os, subprocess, sys
from pathlib import Path
from cmkwizard.records.folder import Records
from cmkwizard.records.secrets import SecretStore
from cmkwizard.records.verification import verify
folder, found = Path(os.environ["DATA"]), []
def verified():
    seen = verify(Records(folder), SecretStore("practice", folder))
    return [seen.state, seen.entries, seen.sealed, " ".join(seen.problems)]
for lines in (1, 2, 7, 7, 7):
    process = subprocess.Popen([sys.executable, "-c", {KILLED!r}, str(folder)], stdout=subprocess.PIPE, text=True)
    for _ in range(lines):
        process.stdout.readline()
    process.kill(); process.communicate()
    found.append(verified())
SecretStore("public", folder).forget_all()
found.append(verified())
print(json.dumps(found))
"""


def test_a_killed_program_leaves_an_intact_history_with_a_real_keyring(tmp_path: Path) -> None:
    found = desktop_session.run(SESSION, tmp_path, desktop_session.UNLOCKED)
    assert len(found) == 6, "signing out does not take the key of the history along"
    for state, entries, sealed, problems in found:
        assert (state, problems) == ("intact", "")
        assert entries == sealed > 0
