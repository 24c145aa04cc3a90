"""The command line as a person or a script meets it: child processes, their words and their exit status."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmkwizard import __version__
from cmkwizard.core.history import What
from cmkwizard.core.state_card import age
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.records.folder import Records
from tests.test_secrets_scan import ANSWERS

HEAVY = (
    "PySide6",
    "azure",
    "msal",
    "keyring",
    "cryptography",
    "msgspec",
    "requests",
    "urllib3",
    "uvicorn",
    "starlette",
)
CARD = {
    *("recorded", "profile", "configuration", "status", "word", "sentence", "vault", "key", "key_identifier"),
    *("tenant", "organisation", "observed_at", "age_s", "setups"),
}


def cmkwizard(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cmkwizard", *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def refused(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """The exit status, and what stands behind `error:` and `do:`; nothing else is on stderr."""
    error, _, do = done.stderr.rstrip("\n").partition("\n")
    assert error.startswith("error: "), done.stderr
    assert not do or do.startswith("do: "), done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    return done.returncode, error.removeprefix("error: "), do.removeprefix("do: ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "records"


def recorded(folder: Path, profile: str = "public", word: str = "RUNNING", ago: timedelta = timedelta()) -> None:
    records = Records(folder, clock=lambda: datetime.now(UTC) - ago)
    records.lock("setup")
    deployment = {
        "tenant": "contoso.example",
        "vault": "contoso-vault",
        "key": "aep",
        "key_identifier": "https://contoso-vault.vault.azure.net/keys/aep/1",
        "organisation": "0123456789ABCDEF01234567@AdobeOrg",
        "configuration": "aep-key",
    }
    records.observations.add(profile, What.DEPLOYMENT, deployment, "GET vault")
    records.observations.add(profile, What.STATUS, {"word": word, "configuration": "aep-key"}, "GET config")
    records.close()


IMPORTS = """
import sys
sys.argv = ["cmkwizard", *sys.argv[1:]]
from cmkwizard.__main__ import main
try:
    main()
except SystemExit:
    pass
sys.stdout = sys.__stderr__
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["status"], ["status", "--json"], ["setup", "--help"], ["explain", "429"]]
)
@pytest.mark.parametrize("filled", [False, True])
def test_what_needs_no_sdk_loads_none(folder: Path, arguments: list[str], filled: bool) -> None:
    if filled:
        recorded(folder)
    command = [sys.executable, "-c", IMPORTS, *arguments, "--data-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    loaded = set(done.stderr.split())
    assert "cmkwizard" in loaded
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)
    assert done.stdout


def test_version_and_both_names_of_the_program(tmp_path: Path) -> None:
    assert cmkwizard("--version").stdout == f"cmkwizard {__version__}\n"
    installed = Path(sys.executable).with_name("cmkwizard")
    if installed.exists():
        done = subprocess.run([installed, "--version"], capture_output=True, text=True)
        assert done.stdout == f"cmkwizard {__version__}\n"


def test_help_offers_what_there_is_and_says_what_the_exit_status_means() -> None:
    text = " ".join(cmkwizard("--help").stdout.split())
    for offered in (
        "setup",
        " check ",
        "explain",
        "hand-off",
        "status",
        "sign-out",
        "practice-cloud",
        "--practice",
        "--tour",
        "--screenshots",
        "--clouds",
        "history",
        "export",
        "--background",
    ):
        assert offered in text
    assert "4 another instance holds the records" in text


def test_status_of_nothing_makes_nothing(folder: Path) -> None:
    done = cmkwizard("status", "--data-dir", folder)
    assert (done.returncode, done.stdout) == (0, "Nothing is recorded yet.\n")
    card = json.loads(cmkwizard("status", "--json", "--data-dir", folder).stdout)
    assert set(card) == CARD
    assert card.pop("recorded") is False
    assert card.pop("setups") == []
    assert set(card.values()) == {None}
    assert not folder.exists()


def test_status_tells_the_last_known_state_with_its_age(folder: Path) -> None:
    recorded(folder, ago=timedelta(hours=3, minutes=5))
    done = cmkwizard("status", "--data-dir", folder)
    assert done.returncode == 0
    assert "RUNNING: Adobe is checking that it can reach the key and the vault." in done.stdout
    for words in ("aep-key", "contoso-vault", "contoso.example", "@AdobeOrg", "3 hours ago"):
        assert words in done.stdout
    assert "PRACTICE" not in done.stdout
    card = json.loads(cmkwizard("--data-dir", folder, "status", "--json").stdout)
    assert set(card) == CARD
    assert (card["status"], card["word"], card["vault"], card["key"]) == ("RUNNING", "RUNNING", "contoso-vault", "aep")
    assert 3 * 3600 + 300 <= card["age_s"] < 3 * 3600 + 360
    assert datetime.fromisoformat(card["observed_at"]).tzinfo is not None


def test_status_shows_a_word_of_adobe_that_nobody_knows_as_it_came(folder: Path) -> None:
    recorded(folder, word="ALMOST_COMPLETED")
    card = json.loads(cmkwizard("status", "--json", "--data-dir", folder).stdout)
    assert (card["status"], card["word"]) == ("UNKNOWN", "ALMOST_COMPLETED")
    assert "ALMOST_COMPLETED: Adobe answered with a status that this program does not know." in (
        cmkwizard("status", "--data-dir", folder).stdout
    )


def test_status_marks_practice_and_prefers_the_real_clouds(folder: Path, tmp_path: Path) -> None:
    recorded(folder, profile="practice", word="COMPLETED")
    text = cmkwizard("status", "--data-dir", folder).stdout
    assert text.startswith("PRACTICE: ")
    recorded(folder, profile="public", word="NEW")
    recorded(folder, profile="practice", word="FAILED")
    assert json.loads(cmkwizard("status", "--json", "--data-dir", folder).stdout)["word"] == "NEW"
    clouds = tmp_path / "clouds.json"
    clouds.write_text('{"name": "practice"}')
    orders: list[list[str | Path]] = [
        ["--clouds", clouds, "status", "--json"],
        ["status", "--json", "--clouds", clouds],
    ]
    for order in orders:
        assert json.loads(cmkwizard(*order, "--data-dir", folder).stdout)["word"] == "FAILED"


def test_status_reads_while_another_instance_writes(folder: Path) -> None:
    recorded(folder)
    records = Records(folder)
    records.lock("window")
    records.observations.add("public", What.STATUS, {"word": "COMPLETED"}, "GET config")
    assert "COMPLETED: " in cmkwizard("status", "--data-dir", folder).stdout
    records.close()


def test_status_of_damaged_records_says_so(folder: Path) -> None:
    recorded(folder)
    (folder / "records.sqlite").write_bytes(b"not a database" * 100)
    code, error, do = refused(cmkwizard("status", "--data-dir", folder))
    assert code == 5
    assert "damaged" in error
    assert do


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "less than a minute"), (60, "1 minute"), (7200, "2 hours"), (9e5, "10 days")]
)
def test_ages_are_told_in_their_largest_unit(seconds: float, words: str) -> None:
    assert age(int(seconds)) == words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["status", "--log-level", "loud"], "invalid choice: 'loud'"),
        (["--tour"], "--tour walks the set-up on a practice cloud only"),
        (["--practice", "--screenshots", "x"], "--screenshots needs --tour"),
        (["--practice", "nonsense", "--tour"], "no scenario 'nonsense'"),
        (["setup", "--practice", "nonsense"], "no scenario 'nonsense'"),
        (["setup", "--practice", "--clouds", "x.json"], "--practice brings its own clouds"),
        (["setup", "--clouds", "nowhere.json"], "nowhere.json cannot be read"),
        (["status", "--clouds", "nowhere.json"], "nowhere.json cannot be read"),
        (["status", "--log-file", "nowhere/log"], "nowhere/log cannot be used"),
        (["practice-cloud"], "required: --ready-file"),
        (["practice-cloud", "--ready-file", "x", "--scenario", "nonsense"], "no scenario 'nonsense'"),
        (["practice-cloud", "--ready-file", "x", "--port", "70000"], "--port: allowed are 0 to 65535"),
        (["practice-cloud", "--ready-file", "x", "--port", "-1"], "--port"),
        (["practice-cloud", "--ready-file", "x", "--speed", "nan"], "--speed: allowed is more than 0"),
        (["--practice", "happy", "status"], "--practice goes with the window and with setup"),
        (["--practice", "list", "sign-out"], "--practice goes with the window and with setup"),
        (["--tour", "setup", "--practice"], "--tour, --screenshots and --background are for the window"),
        (["--screenshots", "x", "status"], "--tour, --screenshots and --background are for the window"),
        (["histories"], "invalid choice: 'histories'"),
    ],
)
def test_wrong_usage_is_said_in_one_sentence_with_a_remedy(tmp_path: Path, arguments: list[str], words: str) -> None:
    code, error, do = refused(cmkwizard(*arguments, "--data-dir", tmp_path / "records"))
    assert code == 2
    assert words in error
    assert error.endswith(".")
    assert do.endswith(".")


def test_a_cloud_profile_that_leads_off_this_computer_is_refused(tmp_path: Path) -> None:
    profile: dict[str, Any] = {
        **dict.fromkeys(("authority", "resource_manager", "graph", "ims"), "https://localhost:1"),
        "name": "practice",
        "vault_suffixes": [".vault.localhost"],
        "platform": {"VA7": "https://platform.adobe.io"},
    }
    (tmp_path / "clouds.json").write_text(json.dumps(profile))
    code, error, do = refused(cmkwizard("setup", "--clouds", tmp_path / "clouds.json", "--data-dir", tmp_path / "r"))
    assert code == 2
    assert "platform.adobe.io is not on this computer" in error
    assert do


def test_scenarios_are_listed_with_what_they_are_for() -> None:
    done = cmkwizard("--practice", "list")
    assert done.returncode == 0
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert names[0] == "happy"
    assert {"existing-vault", "no-rights", "slow-roles", "consent-declined", "adobe-no-permission", "job-fails"} <= set(
        names
    )
    assert all(len(line.split(maxsplit=1)) == 2 for line in done.stdout.splitlines())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux a screen is named by the environment")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device to write to")
@pytest.mark.parametrize("arguments", [["--practice", "list"], ["status", "--json"]])
def test_output_that_cannot_be_written_is_said(folder: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "cmkwizard", *arguments, "--data-dir", str(folder)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr == "error: The output cannot be written: No space left on device.\ndo: Send it elsewhere.\n"


@pytest.mark.skipif(os.name == "nt", reason="no pipe there tells that nobody reads")
@pytest.mark.parametrize("arguments", [["--practice", "list"], ["status", "--json"]])
def test_output_that_nobody_reads_ends_it_in_silence(folder: Path, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cmkwizard", *arguments, "--data-dir", str(folder)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_without_a_screen_the_window_says_so(folder: Path) -> None:
    code, error, do = refused(cmkwizard("--data-dir", folder, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM=""))
    assert code == 1
    assert "no screen" in error
    assert "cmkwizard setup" in do


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_set_up_says_so_and_leaves_no_rehearsal_behind(tmp_path: Path, number: signal.Signals) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(ANSWERS)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "cmkwizard", "setup", "--practice", "job-slow", "--yes", "--answers", str(answers)]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert any('"step": "completion"' in line for line in process.stdout)
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert errors == "error: Stopped.\ndo: Start the same command again: it goes on with what is missing.\n"
    assert list(temporary.iterdir()) == []


def test_a_stopped_check_says_that_nothing_was_changed(folder: Path, tmp_path: Path) -> None:
    answers, ready, browser, opened = (tmp_path / name for name in ("answers.toml", "ready", "browser.py", "opened"))
    answers.write_text(ANSWERS)
    os.mkfifo(opened)
    browser.write_text("import sys\nopen(sys.argv[1], 'w').write('opened')\n")
    with PracticeCloud("happy") as cloud:
        ready.write_text(json.dumps(cloud.ready))
        command = [sys.executable, "-m", "cmkwizard", "check", "--answers", str(answers), "--clouds", str(ready)]
        with subprocess.Popen(
            [*command, "--data-dir", str(folder)],
            env={**os.environ, "BROWSER": f"{sys.executable} {browser} {opened} %s"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert opened.read_text() == "opened"  # it waits for the person now
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=120)
    assert (process.returncode, out) == (1, "")
    assert errors == "error: Stopped.\ndo: Nothing was changed. Start the same command again.\n"


def test_signing_out_of_nothing(folder: Path) -> None:
    done = cmkwizard("sign-out", "--data-dir", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "No credential is stored.\n", "")
    assert not folder.exists()


def test_signing_out_says_when_the_keyring_keeps_what_it_holds(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "secrets-public.json").write_text('["token-key"]')
    (folder / "tokens-public.bin").write_bytes(b"sealed")
    code, error, do = refused(cmkwizard("sign-out", "--data-dir", folder))
    assert code == 5
    assert "safe place" in error
    assert "run cmkwizard sign-out" in do
    assert not (folder / "tokens-public.bin").exists()
    assert (folder / "secrets-public.json").exists()


def test_signing_out_names_the_file_that_cannot_be_removed_and_removes_the_others(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "tokens-practice.bin").mkdir()
    (folder / "tokens-public.bin").write_bytes(b"sealed")
    code, error, do = refused(cmkwizard("sign-out", "--data-dir", folder))
    assert code == 5
    assert f"{folder / 'tokens-practice.bin'}" in error
    assert do
    assert not (folder / "tokens-public.bin").exists()


@pytest.mark.parametrize("arguments", [["sign-out"], ["setup", "--clouds"]])
def test_a_second_instance_is_told_who_holds_the_records(folder: Path, arguments: list[str], practice: Path) -> None:
    records = Records(folder)
    records.lock("window")
    (folder / "secrets-public.json").write_text('["token-key"]')
    extra = [practice] if arguments[-1] == "--clouds" else []
    code, error, do = refused(cmkwizard(*arguments, *extra, "--data-dir", folder))
    assert code == 4
    assert f"Another cmkwizard (window, process {os.getpid()} on " in error
    assert do
    records.close()


@pytest.fixture
def practice(tmp_path: Path) -> Any:
    """The ready file of a practice cloud that runs as the command line starts it."""
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "cmkwizard", "practice-cloud", "--ready-file", str(ready)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as cloud:
        try:
            while not ready.exists():
                with pytest.raises(subprocess.TimeoutExpired):
                    cloud.wait(0.05)
            yield ready
        finally:
            cloud.send_signal(signal.SIGINT)
            output, errors = cloud.communicate()
            assert (cloud.returncode, output, errors) == (0, "", "")
            assert not ready.exists()


def test_a_practice_cloud_runs_until_it_is_interrupted(practice: Path) -> None:
    content = json.loads(practice.read_text())
    assert stat.S_IMODE(practice.stat().st_mode) == 0o600
    assert {"profile", "control", "control_token", "proxy", "users", "adobe"} <= set(content)
    assert {"organisation", "client_id", "client_secret"} <= set(content["adobe"])


def test_a_port_in_use_is_said(practice: Path, tmp_path: Path) -> None:
    port = json.loads(practice.read_text())["profile"]["authority"].rpartition(":")[2]
    code, error, do = refused(cmkwizard("practice-cloud", "--port", port, "--ready-file", tmp_path / "second.json"))
    assert code == 1
    assert f"cannot start: --port {port}: " in error
    assert do == "Choose another --port."


def test_a_second_practice_cloud_leaves_the_ready_file_of_the_first(practice: Path) -> None:
    before = practice.read_text()
    port = json.loads(before)["profile"]["authority"].rpartition(":")[2]
    code, _, _ = refused(cmkwizard("practice-cloud", "--port", port, "--ready-file", practice))
    assert code == 1
    assert practice.read_text() == before


def test_a_ready_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    ready = tmp_path / "nowhere" / "ready.json"
    code, error, do = refused(cmkwizard("practice-cloud", "--ready-file", ready))
    assert code == 1
    assert f"cannot start: --ready-file {ready}: No such file or directory" in error
    assert do == "Choose another --ready-file."


def test_a_command_behind_a_bare_practice_is_the_command(tmp_path: Path) -> None:
    """And a mark at the start of the answers, which some editors write, is no fault."""
    (tmp_path / "answers.toml").write_text(ANSWERS, encoding="utf-8-sig")
    done = cmkwizard("--practice", "setup", "--answers", tmp_path / "answers.toml", "--plan")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["result"] == "PLANNED"


def test_what_a_file_is_called_cannot_make_a_second_error(tmp_path: Path) -> None:
    status, error, do = refused(cmkwizard("setup", "--answers", tmp_path / "a\nerror: b"))
    assert (status, "error: b cannot be read" in error, bool(do)) == (2, True, True)
    _, error, _ = refused(cmkwizard("status", "--clouds", tmp_path / "a\nerror: b"))
    assert "a error: b cannot be read" in error
