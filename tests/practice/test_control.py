"""The control interface, the log, the ready file and the scenarios."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.scenarios import BadScenario, build_world, list_scenarios, load_scenario
from tests.practice.client import Client

StartCloud = Callable[..., Client]


def test_the_control_token_is_needed(client: Client) -> None:
    assert client.control("GET", "/state", token="guess").status_code == 401
    assert client.send("GET", client.ready["control"] + "/state").status_code == 401


def test_the_log_tells_every_request_but_its_own(client: Client) -> None:
    client.ims()
    client.subscriptions("guess")
    first, second = client.log()
    assert (first["n"], first["service"], first["method"], first["path"]) == (1, "ims", "POST", "/token/v3")
    assert (first["status"], first["principal"]) == (200, client.ready["adobe"]["client_id"])
    assert (second["service"], second["status"], second["principal"], second["fault"]) == ("arm", 401, None, None)
    assert client.log(since=1) == [second]
    assert client.log(since=2) == []
    assert set(first) >= {"n", "at", "service", "method", "host", "path", "status", "principal", "applied", "fault"}


def test_secrets_are_in_neither_log_nor_state(client: Client) -> None:
    tokens = client.sign_in()
    client.subscriptions(tokens["access_token"])
    client.ims()
    told = json.dumps([client.log(), client.state()])
    for secret in (tokens["access_token"], tokens["refresh_token"], client.ready["adobe"]["client_secret"]):
        assert secret not in told


def test_the_clock_moves_forward_alone(client: Client) -> None:
    before = client.state()["now"]
    client.advance(1000)
    assert client.state()["now"] >= before + 1000
    assert client.control("POST", "/clock", {"advance_s": -1}).status_code == 400
    assert client.control("POST", "/clock", {}).status_code == 400


def test_dates_follow_the_wall_and_not_the_speed(start_cloud: StartCloud) -> None:
    client = start_cloud(speed=100_000)
    before = int(time.time())
    reply = client.ims()
    assert client.world.clock.now() > time.time() + 60
    date = parsedate_to_datetime(reply.headers["Date"]).timestamp()
    assert before <= date <= time.time()


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({}, 400),
        ({"weather": {}}, 400),
        ([], 400),
        ({"adobe": {"weather": 1}}, 404),
        ({"directory": {"users": {"nobody": {"roles": []}}}}, 404),
        ({"directory": {"service_principals": {"no-such-application": None}}}, 404),
        ({"estate": {"keys": {"no/key": {}}}}, 404),
        ({"directory": {"users": {"alice": {"roles": []}}, "tenants": {"contoso": {"user_consent": True}}}}, 200),
    ],
)
def test_the_world_can_be_changed(client: Client, patch: object, expected: int) -> None:
    reply = client.control("PATCH", "/world", patch)
    assert reply.status_code == expected, reply.text


def test_a_change_is_seen(client: Client) -> None:
    client.control("PATCH", "/world", {"directory": {"users": {"alice": {"roles": ["Security Reader"]}}}})
    alice = next(each for each in client.state()["directory"]["users"] if each["key"] == "alice")
    assert list(alice["roles"].values()) == [["Security Reader"]]


def test_control_answers_in_json(client: Client) -> None:
    assert client.control("GET", "/nothing").json()["error"]["code"] == "NotFound"
    assert client.control("PUT", "/clock").status_code == 405
    headers = {"Authorization": f"Bearer {client.ready['control_token']}"}
    assert client.send("POST", client.ready["control"] + "/faults", data="{", headers=headers).status_code == 400


@pytest.mark.parametrize("name", [name for name, _ in list_scenarios()])
def test_every_scenario_makes_a_world(name: str) -> None:
    scenario = load_scenario(name)
    world = build_world(scenario)
    assert scenario.summary
    assert world.directory.user_named(scenario.default_user)
    assert json.dumps(world.snapshot())


def test_scenarios_of_the_first_journeys_are_there() -> None:
    names = [name for name, _ in list_scenarios()]
    assert names[0] == "happy"
    assert {
        "existing-vault", "no-rights", "slow-roles", "consent-declined", "adobe-no-permission", "job-fails", "job-slow",
        "throttled", "big-tenant", "completed",
    } <= set(names)  # fmt: skip


def test_the_big_tenant_is_big() -> None:
    world = build_world(load_scenario("big-tenant"))
    assert (len(world.estate.subscriptions), len(world.estate.vaults)) == (300, 10_000)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("summary = ", "Invalid value"),
        ("weather = 1", "unknown: weather"),
        ("[adobe]\nweather = 1", "weather"),
        ("[[faults]]\nfault = 'rain'", "fault must be one of"),
        ("[estate.groups.g]\nsubscription = 'nope'\nlocation = 'x'", "nope"),
    ],
)
def test_a_wrong_scenario_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(BadScenario, match=sentence):
        build_world(load_scenario(str(path)))


def test_an_unknown_scenario_lists_those_there_are() -> None:
    with pytest.raises(BadScenario, match="happy, "):
        load_scenario("rainy")


def test_the_ready_file_content(client: Client) -> None:
    ready = client.ready
    assert set(ready) == {"profile", "control", "control_token", "proxy", "users", "adobe"}
    assert set(ready["adobe"]) == {"organisation", "client_id", "client_secret"}
    assert ready["users"][0] == {
        "name": "alice@contoso.example",
        "tenant": client.world.directory.tenant_id("contoso"),
    }
    profile = ready["profile"]
    assert profile["name"] == "practice"
    assert profile["vault_suffixes"] == [".vault.localhost", ".managedhsm.localhost"]
    assert profile["platform"]["VA7"] == profile["authority"] + "/platform"
    assert Path(profile["ca_file"]).read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_stop_waits_for_no_connection_and_leaves_nothing(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    cloud = PracticeCloud(folder=tmp_path / "ca").start()
    client = Client(cloud)
    client.subscriptions("guess")  # leaves a connection open, which the cloud keeps for an hour
    cloud.stop()
    cloud.stop()
    client.session.close()
    assert set(threading.enumerate()) <= before


def test_a_taken_port_is_told(client: Client) -> None:
    with pytest.raises(OSError, match="in use"):
        PracticeCloud(port=client.world.port).start()


@pytest.mark.skipif(sys.platform == "win32", reason="only on POSIX are signals sent and modes kept so")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serving_writes_the_ready_file_and_ends_on_a_signal(tmp_path: Path, ending: signal.Signals) -> None:
    ready_file = tmp_path / "ready.json"
    program = (
        "from pathlib import Path; from cmkwizard.practice.cloud import serve;"
        f"serve('happy', 0, Path({str(ready_file)!r}), 5)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    try:
        while not ready_file.exists():
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01)
        assert stat.S_IMODE(ready_file.stat().st_mode) == 0o600
        ready = json.loads(ready_file.read_text())
        assert ready["profile"]["speed"] == 5
        assert Path(ready["profile"]["ca_file"]).exists()
        process.send_signal(ending)
        assert process.wait(60) == 0
        assert not ready_file.exists()
        assert not Path(ready["profile"]["ca_file"]).exists()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
