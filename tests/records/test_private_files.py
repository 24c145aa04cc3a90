"""Folders and files of our own: links are traps, shared folders stay as they are, settings say what is allowed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cmkwizard.core.choices import AzureChoice, Choices, VaultChoice
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.folder import Records
from cmkwizard.records.log_file import start_logging
from cmkwizard.records.private_files import make_private_folder, read_private, write_private
from cmkwizard.records.settings import Settings, read_settings, write_settings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and modes as on Unix")
TRAPS = ("records.sqlite", "records.sqlite-wal", "records.sqlite-shm", "writer.lock")


@pytest.mark.parametrize("name", TRAPS)
def test_a_link_where_a_file_of_ours_belongs_is_refused(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = tmp_path / "records"
    folder.mkdir(mode=0o700)
    (folder / name).symlink_to(victim)
    records = Records(folder)
    with pytest.raises(Problem) as refused:  # noqa: PT012
        records.lock("window")
        records.journal.intend("vault", "Create", {}, profile="p", tenant="t", actor="a")
    assert refused.value.kind is Kind.STORAGE
    assert "link" in refused.value.message
    records.close()
    assert victim.read_text() == "precious"


def test_written_files_take_the_place_of_a_link_and_do_not_follow_it(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for name in ("writer.json", "draft-practice.toml", "settings.toml", "tokens-practice.bin"):
        (tmp_path / name).symlink_to(victim)
        with pytest.raises(Problem, match="symbolic link"):
            read_private(tmp_path / name)
        write_private(tmp_path / name, b"own")
        assert (tmp_path / name).read_bytes() == b"own"
        assert not (tmp_path / name).is_symlink()
    assert victim.read_text() == "precious"


def test_a_linked_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(Problem, match="symbolic link"):
        make_private_folder(tmp_path / "link")
    assert list((tmp_path / "real").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Problem, match="not a folder"):
        make_private_folder(tmp_path / "file")


def test_an_empty_folder_is_closed_to_others_and_a_shared_one_is_left_alone(tmp_path: Path) -> None:
    empty, shared = tmp_path / "empty", tmp_path / "shared"
    for folder in (empty, shared):
        folder.mkdir()
        folder.chmod(0o755)
    (shared / "somebody's").write_text("x")
    make_private_folder(empty)
    assert stat.S_IMODE(empty.stat().st_mode) == 0o700
    with pytest.raises(Problem, match="holds other things"):
        make_private_folder(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(Problem, match="another account"):
        make_private_folder(tmp_path)


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    write_private(path, b"before")
    with pytest.raises(Problem):
        write_private(tmp_path / "nowhere" / "settings.toml", b"after")
    assert path.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]


def test_a_draft_comes_back_and_a_broken_one_starts_anew(tmp_path: Path) -> None:
    drafts = Records(tmp_path).drafts
    choices = Choices(azure=AzureChoice(tenant="t"), vault=VaultChoice(name="v", create=False))
    drafts.save("practice", choices, "vault")
    draft = drafts.load("practice")
    assert draft is not None
    assert (draft.choices, draft.page) == (choices, "vault")
    assert drafts.load("public") is None
    for content in (b"\xff", b"[", b"page = 1", b'page = "x"\nsurprise = 1', b'page = "x"\n[vault]\nname = 1', b""):
        write_private(tmp_path / "draft-practice.toml", content)
        assert drafts.load("practice") is None
    drafts.clear("practice")
    drafts.clear("practice")
    assert list(tmp_path.iterdir()) == []


def test_settings_come_back(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    settings = Settings(client_id="00000000-0000-0000-0000-000000000001", theme="dark", device_code=True)
    write_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("surprise = 1", "surprise cannot be used. The keys are client_id, tenant"),
        ('theme = "pink"', "theme cannot be used. It is one of system, light, dark"),
        ("tenant = 1", "tenant cannot be used. It is a text in quotes"),
        ('device_code = "yes"', "device_code cannot be used. It is true or false"),
        ('client_id = "me"', "client_id cannot be used. It is an application (client) id"),
        ("theme", "is not TOML"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "settings.toml").write_text(content)
    with pytest.raises(Problem) as refused:
        read_settings(tmp_path)
    assert refused.value.kind is Kind.INVALID
    assert words in refused.value.message


def test_a_log_file_is_for_its_owner_alone_and_never_a_link(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to(tmp_path / "victim")
    with pytest.raises(Problem, match="symbolic link"):
        start_logging(tmp_path / "log", "debug")
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_not_read_and_not_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "thing")
    with pytest.raises(Problem, match="is not a file"):
        read_private(tmp_path / "thing")
