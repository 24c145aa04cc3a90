"""`status` and `history` on a plane: no network, no keyring, nobody signed in, and no word that is not known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cmkwizard.core.history import What
from cmkwizard.records.folder import Records
from tests.journeys.as_code_support import ORGANISATION, VALUES
from tests.past_support import FIRST, OTHER, cut_off, recorded
from tests.records.desktop_session import UNLOCKED, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "records"


def test_the_status_tells_each_thing_with_its_age_and_its_source(folder: Path) -> None:
    recorded(folder)
    done = cut_off("status", "--data-dir", folder)
    assert (done.returncode, done.stderr) == (0, "")
    first, *_ = done.stdout.splitlines()
    assert first.startswith("As of 2026-11-20 08:00 UTC, "), "what is old says so before anything else"
    for words in ("COMPLETED: ", "Vault: kv-cmk", "Key: experience", "by GET vault, request id request-vault"):
        assert words in done.stdout
    card = json.loads(cut_off("status", "--json", "--data-dir", folder).stdout)
    [setup] = card["setups"]
    assert {name: card[name] for name in ("status", "organisation")} == {
        "status": "COMPLETED",
        "organisation": ORGANISATION,
    }
    vault = setup["things"]["vault"]
    assert (vault["as_of"], vault["source"], vault["request_id"]) == (
        "2026-11-20T08:00:00Z",
        "GET vault",
        "request-vault",
    )
    assert vault["verified"] is True
    assert vault["age_s"] > 0
    assert vault["may_have_changed"]


def test_the_status_tells_of_several_set_ups_and_mixes_none(folder: Path) -> None:
    recorded(folder)
    status = {"word": "FAILED", "configuration": "other"}
    deployment = {**VALUES[What.DEPLOYMENT], "organisation": OTHER, "vault": "kv-other", "configuration": "other"}
    recorded(folder, {What.STATUS: status, What.DEPLOYMENT: deployment}, OTHER)
    cards = json.loads(cut_off("status", "--json", "--data-dir", folder).stdout)["setups"]
    assert {(each["organisation"], each["word"], each["vault"]) for each in cards} == {
        (ORGANISATION, "COMPLETED", "KV-cmk"),
        (OTHER, "FAILED", "kv-other"),
    }
    text = cut_off("status", "--data-dir", folder).stdout
    assert ORGANISATION in text
    assert OTHER in text


def test_the_history_tells_everything_oldest_first(folder: Path) -> None:
    recorded(folder)
    told = json.loads(cut_off("history", "--json", "--data-dir", folder).stdout)
    entries = told["entries"]
    assert [each["number"] for each in entries] == list(range(1, len(VALUES) + 3))
    assert [each["kind"] for each in entries[:3]] == ["intent", "outcome", "observation"]
    assert entries[0]["action"] == "Create the vault"
    assert entries[1]["outcome"] == "done"
    status = next(each for each in entries if each["what"] == "status")
    assert (status["value"]["word"], status["request_id"], status["verified"]) == ("COMPLETED", "request-status", True)
    assert told["verification"] is None
    done = cut_off("history", "--data-dir", folder)
    assert (done.returncode, done.stderr) == (0, "")
    places = [done.stdout.index(words) for words in ("Create the vault", "Status at Adobe", "Locks of the vault")]
    assert places == sorted(places)


def test_nothing_recorded_is_never_called_clean(folder: Path) -> None:
    done = cut_off("history", "--verify", "--data-dir", folder)
    assert done.returncode == 1
    assert "NO HISTORY" in done.stdout
    assert "intact" not in done.stdout.lower()
    assert json.loads(cut_off("history", "--json", "--data-dir", folder).stdout)["entries"] == []
    assert not folder.exists()


def test_without_a_keyring_the_history_is_told_and_said_not_to_be_verifiable(folder: Path) -> None:
    recorded(folder)
    done = cut_off("history", "--verify", "--data-dir", folder)
    assert done.returncode == 5
    assert "Verification: NOT VERIFIABLE" in done.stdout
    assert "Create the vault" in done.stdout
    found = json.loads(cut_off("history", "--verify", "--json", "--data-dir", folder).stdout)["verification"]
    assert found["state"] == "not verifiable"
    assert found["problems"]


def test_a_terminal_is_sent_no_control_characters_of_others(folder: Path) -> None:
    recorded(folder, {What.STATUS: {"word": "COMP\x1b[2JLETED\u202e", "configuration": "\x07"}})
    for command in ("status", "history"):
        told = cut_off(command, "--data-dir", folder).stdout
        assert "COMP" in told
        assert not {"\x1b", "\u202e", "\x07"} & set(told)


SEALED = """
import json, os, subprocess, sys
from pathlib import Path
from cmkwizard.core.history import What
from cmkwizard.records.folder import Records
from cmkwizard.records.secrets import SecretStore
folder = Path(os.environ["FOLDER"])
records, secrets = Records(folder), SecretStore("public", folder)
records.lock("window")
records.seal(secrets)
secrets.open()
records.observations.add("public", What.STATUS, {"word": "NEW"}, "GET config", setup="o", verified=True)
records.observations.add("public", What.STATUS, {"word": "COMPLETED"}, "GET config", setup="o", verified=True)
records.settle()
records.close()
def verified():
    done = subprocess.run([sys.executable, "-m", "cmkwizard", "history", "--verify", "--data-dir", str(folder)],
                          capture_output=True, text=True)
    return [done.returncode, done.stdout, done.stderr]
before = verified()
path = folder / "records.sqlite"
content = path.read_bytes()
assert b'"NEW"' in content
path.write_bytes(content.replace(b'"NEW"', b'"OLD"'))
print(json.dumps([before, verified()]))
"""


def test_a_sealed_history_is_verified_and_one_that_was_edited_is_not(tmp_path: Path) -> None:
    whole, edited = run(SEALED, tmp_path, UNLOCKED, FOLDER=str(tmp_path / "records"))
    assert whole[0] == 0, whole
    assert "Verification: INTACT" in whole[1]
    assert "Anchor of entry 2" in whole[1]
    assert edited[0] == 5
    assert "Verification: ALTERED" in edited[1]
    assert "Anchor" not in edited[1]


def test_the_history_is_read_while_another_instance_writes(folder: Path) -> None:
    recorded(folder)
    records = Records(folder, clock=lambda: FIRST)
    records.lock("window")
    records.observations.add("public", What.STATUS, {"word": "FAILED"}, "GET config", setup=ORGANISATION)
    entries = json.loads(cut_off("history", "--json", "--data-dir", folder).stdout)["entries"]
    records.close()
    assert entries[-1]["value"] == {"word": "FAILED"}
