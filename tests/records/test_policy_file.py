"""Where the organisation's policy is found: the computer's file wins, and an unreadable one is never passed over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cmkwizard.core.people import ORGANISATION
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.policy_file import PolicyPlaces, default_places, read_policy

POSIX = pytest.mark.skipif(os.name != "posix", reason="owners and modes as on Unix")


@pytest.fixture
def places(tmp_path: Path) -> PolicyPlaces:
    for folder in ("machine", "user"):
        (tmp_path / folder).mkdir()
    return PolicyPlaces(tmp_path / "machine" / "policy.toml", tmp_path / "user" / "policy.toml")


def refusal(places: PolicyPlaces) -> Problem:
    with pytest.raises(Problem) as refused:
        read_policy(places)
    assert (refused.value.kind, refused.value.who) == (Kind.INVALID, ORGANISATION)
    return refused.value


def test_without_a_file_nothing_is_restricted(places: PolicyPlaces) -> None:
    assert read_policy(places) == OrganisationPolicy()
    places.machine.parent.rmdir()
    assert read_policy(places) == OrganisationPolicy()


def test_the_persons_file_is_read_where_the_computer_has_none(places: PolicyPlaces) -> None:
    places.user.write_text("[required]\nhsm = true\n")
    policy = read_policy(places)
    assert (policy.file, policy.required.hsm, policy.writable) == (str(places.user), True, "")


def test_the_computers_file_wins_as_a_whole(places: PolicyPlaces) -> None:
    places.machine.write_text("[required]\nkey_size = 4096\n")
    places.user.write_text("[required]\nhsm = true\n")
    policy = read_policy(places)
    assert (policy.file, policy.required.key_size, policy.required.hsm) == (str(places.machine), 4096, False)


def test_a_mark_at_the_start_is_read_over(places: PolicyPlaces) -> None:
    places.machine.write_bytes(b"\xef\xbb\xbf[required]\nhsm = true\n")
    assert read_policy(places).required.hsm


def test_a_faulty_file_of_the_computer_is_not_passed_over(places: PolicyPlaces) -> None:
    places.machine.write_text("[required]\nhsm = 1\n")
    places.user.write_text("")
    assert refusal(places).message == f"{places.machine}: line 2: required.hsm: this must be true or false."


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * 100_001])
def test_what_is_no_text_or_far_too_long_is_refused(places: PolicyPlaces, content: bytes) -> None:
    places.machine.write_bytes(content)
    assert str(places.machine) in refusal(places).message


def test_a_folder_in_place_of_the_file_is_refused(places: PolicyPlaces) -> None:
    places.machine.mkdir()
    assert str(places.machine) in refusal(places).message


@POSIX
def test_a_pipe_is_refused_and_not_waited_for(places: PolicyPlaces) -> None:
    os.mkfifo(places.machine)
    assert "it is not a file" in refusal(places).message


@POSIX
def test_a_link_that_leads_nowhere_is_refused(places: PolicyPlaces) -> None:
    places.machine.symlink_to(places.machine.parent / "gone")
    assert "leads nowhere" in refusal(places).message


@POSIX
def test_a_file_that_may_not_be_read_is_refused(places: PolicyPlaces) -> None:
    places.machine.parent.rmdir()
    places.machine.parent.write_text("a file where the folder belongs")
    assert str(places.machine) in refusal(places).message


@POSIX
@pytest.mark.parametrize("name", ["policy.toml", "."])
def test_a_computers_file_that_others_can_write_says_so(places: PolicyPlaces, name: str) -> None:
    places.machine.write_text("")
    open_to_all = places.machine.parent / name
    open_to_all.chmod(0o777 if name == "." else 0o666)
    found = read_policy(places).writable
    assert found
    if os.geteuid() == 0:
        assert found == f"Accounts other than root may write {open_to_all}, and so change the policy."
        open_to_all.chmod(0o755 if name == "." else 0o644)
        assert read_policy(places).writable == ""
        os.chown(open_to_all, 4711, 0)
        assert read_policy(places).writable.startswith(f"{open_to_all} belongs to an account other than root")


def test_no_environment_variable_moves_the_computers_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = default_places()
    assert before.machine.name == before.user.name == "policy.toml"
    for name in ("XDG_CONFIG_DIRS", "XDG_CONFIG_HOME", "HOME", "PROGRAMDATA", "ALLUSERSPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("WIN_PD_OVERRIDE_COMMON_APPDATA", str(tmp_path))
    assert default_places().machine == before.machine
    assert not before.machine.is_relative_to(tmp_path)
