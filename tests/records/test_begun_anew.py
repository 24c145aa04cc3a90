"""Verifying a history that was begun anew after damage, and one whose folder was moved."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from cmkwizard.records.verification import VerificationState
from tests.records.edits import unguarded
from tests.records.memory_place import MemoryPlace
from tests.records.test_verification import at_work, verified, words, work

DAMAGE = b"not a database" * 1000


@pytest.fixture
def place() -> MemoryPlace:
    return MemoryPlace()


@pytest.fixture
def folder(tmp_path: Path, place: MemoryPlace) -> Path:
    folder = tmp_path / "records"
    session(folder, place)
    return folder


def session(folder: Path, place: MemoryPlace) -> Path | None:
    """A window that works and is closed; answers which file it put aside."""
    records = at_work(folder, place.store(folder))
    work(records)
    records.close()
    return records.set_aside


def damaged(folder: Path, place: MemoryPlace) -> Path:
    (folder / "records.sqlite").write_bytes(DAMAGE)
    aside = session(folder, place)
    assert aside is not None
    return aside


def change(folder: Path) -> None:
    query = "UPDATE history SET source = 'x' WHERE seq = 2"
    unguarded(folder / "records.sqlite", random.Random(1), lambda connection, *_: connection.execute(query))  # noqa: S311


def test_what_was_written_since_a_file_was_put_aside_is_verified(folder: Path, place: MemoryPlace) -> None:
    aside = damaged(folder, place)
    for _ in range(2):
        found = verified(folder, place.store(folder))
        assert (found.state, found.entries, found.sealed) == (
            VerificationState.INCOMPLETE,
            found.entries,
            found.entries,
        )
        (told,) = found.problems
        assert f"put it aside as {aside.name}, which lies beside this one" in told
        assert "had 6 entries" in told
        assert "Since then: All entries" in found.proves
        assert "nobody could have changed" in found.proves
        session(folder, place)
    aside.unlink()
    assert "which is not there any more" in words(verified(folder, place.store(folder)))


def test_a_second_damage_is_told_beside_the_first(folder: Path, place: MemoryPlace) -> None:
    names = [damaged(folder, place).name, damaged(folder, place).name]
    found = verified(folder, place.store(folder))
    assert found.state is VerificationState.INCOMPLETE
    assert [name in told for name, told in zip(names, found.problems, strict=True)] == [True, True]


def test_a_change_after_the_new_beginning_is_no_less_altered(folder: Path, place: MemoryPlace) -> None:
    damaged(folder, place)
    change(folder)
    assert verified(folder, place.store(folder)).state is VerificationState.ALTERED


def test_a_file_put_back_in_place_of_the_new_one_is_altered_for_good(folder: Path, place: MemoryPlace) -> None:
    old = (folder / "records.sqlite").read_bytes()
    damaged(folder, place)
    (folder / "records.sqlite").write_bytes(old)
    assert verified(folder, place.store(folder)).state is VerificationState.ALTERED
    session(folder, place)
    assert verified(folder, place.store(folder)).state is VerificationState.ALTERED


def test_a_file_that_somebody_removed_is_not_called_put_aside(folder: Path, place: MemoryPlace) -> None:
    (folder / "records.sqlite").unlink()
    assert verified(folder, place.store(folder)).state is VerificationState.ALTERED
    session(folder, place)
    found = verified(folder, place.store(folder))
    assert found.state is VerificationState.INCOMPLETE
    assert "removed or replaced by somebody or something else" in words(found)
    assert "put it aside" not in words(found)


def test_a_file_that_was_put_aside_without_a_keyring_is_not_forgotten(folder: Path, place: MemoryPlace) -> None:
    (folder / "records.sqlite").write_bytes(DAMAGE)
    records = at_work(folder, None)
    work(records)
    records.close()
    session(folder, place)
    found = verified(folder, place.store(folder))
    assert found.state is VerificationState.INCOMPLETE
    assert "had 6 entries" in words(found)


def test_an_end_that_the_keyring_forgot_is_no_alteration(folder: Path, place: MemoryPlace) -> None:
    place.held = {name: value for name, value in place.held.items() if not name.endswith("/head")}
    session(folder, place)
    found = verified(folder, place.store(folder))
    assert found.state is VerificationState.NOT_VERIFIABLE
    assert "did not know where the history ended" in words(found)


def test_a_folder_that_was_moved_stays_verifiable(folder: Path, place: MemoryPlace) -> None:
    moved = folder.rename(folder.with_name("elsewhere"))
    found = verified(moved, place.store(moved))
    assert (found.state, found.sealed) == (VerificationState.INTACT, found.entries)
    session(moved, place)
    found = verified(moved, place.store(moved))
    assert (found.state, found.sealed) == (VerificationState.INTACT, found.entries)
    again = moved.rename(folder.with_name("and again"))
    assert verified(again, place.store(again)).state is VerificationState.INTACT
    change(again)
    assert verified(again, place.store(again)).state is VerificationState.ALTERED


def test_where_a_folder_was_moved_from_its_file_is_missed(folder: Path, place: MemoryPlace) -> None:
    folder.rename(folder.with_name("elsewhere"))
    found = verified(folder, place.store(folder))
    assert found.state is VerificationState.ALTERED
    assert "the file is not there" in words(found)


def test_a_moved_folder_takes_along_what_was_lost(folder: Path, place: MemoryPlace) -> None:
    aside = damaged(folder, place)
    moved = folder.rename(folder.with_name("elsewhere"))
    session(moved, place)
    found = verified(moved, place.store(moved))
    assert found.state is VerificationState.INCOMPLETE
    assert f"{aside.name}, which lies beside this one" in words(found)


def test_a_copy_from_earlier_is_not_taken_for_the_newest_state(folder: Path, place: MemoryPlace) -> None:
    copy = folder.with_name("backup")
    shutil.copytree(folder, copy)
    session(folder, place)
    session(folder, place)
    found = verified(copy, place.store(copy))
    assert found.state is VerificationState.ALTERED
    assert "put back to an earlier state" in words(found)
    assert verified(folder, place.store(folder)).state is VerificationState.INTACT


def test_copies_that_both_go_on_are_each_held_to_their_own_end(folder: Path, place: MemoryPlace) -> None:
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    session(copy, place)
    session(folder, place)
    for each in (copy, folder):
        assert verified(each, place.store(each)).state is VerificationState.INTACT
    (copy / "records.sqlite").unlink()
    assert verified(copy, place.store(copy)).state is VerificationState.ALTERED
