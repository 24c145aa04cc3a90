"""What the control interface is told by mistake is refused, and leaves the practice cloud as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.scenarios import BadScenario, build_world, load_scenario
from tests.practice.client import Client


@pytest.mark.parametrize(
    "body",
    [
        '{"advance_s": NaN}', '{"advance_s": Infinity}', '{"advance_s": 1e300}', '{"advance_s": -1}',
        '{"advance_s": "10"}', '{"advance_s": true}', '{"advance_s": null}', '{"advance_s": 1, "speed": 2}',
        "{}", "[]", "7",
    ],
)  # fmt: skip
def test_a_time_that_is_none_stops_nothing(client: Client, body: str) -> None:
    headers = {"Authorization": f"Bearer {client.ready['control_token']}"}
    refused = client.send("POST", client.ready["control"] + "/clock", data=body, headers=headers)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "BadClock"
    assert client.control("POST", "/clock", {"advance_s": 1}).json()["advanced_s"] == 1


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf"), 1e7])
def test_a_clock_that_could_not_be_read_is_not_made(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be more than 0"):
        PracticeClock(speed)


@pytest.mark.parametrize("since", ["abc", "-1", "", "1.5", "%C2%B2", "9" * 5000])
def test_a_place_in_the_log_is_a_whole_number(client: Client, since: str) -> None:
    assert client.control("GET", f"/log?since={since}").status_code == 400


@pytest.mark.parametrize(
    "table",
    [
        {"fault": ["slow"]},
        {"fault": "status", "code": "503"},
        {"fault": "status", "code": 503, "message": 5},
        {"fault": "status", "code": 429, "retry_after": [1]},
        {"fault": "slow", "times": "x"},
        {"fault": "slow", "times": True},
        {"fault": "slow", "method": 5},
        {"fault": "slow", "path": 5},
        {"fault": "slow", "interval_s": "x"},
        {"fault": "slow", "interval_s": -1},
        {"fault": "slow", "skip": -1},
        {"fault": "huge", "size": -1},
        {"fault": "redirect", "code": 200},
        {"fault": "redirect", "location": 5},
        {"fault": "reset", "apply": "yes"},
        {"fault": "slow", "struck": 3},
    ],
)
def test_a_fault_of_the_wrong_kind_strikes_nobody(client: Client, table: dict[str, Any]) -> None:
    refused = client.control("POST", "/faults", table)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "BadFault"
    assert client.control("GET", "/faults").json() == []


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        ({"estate": {"vaultz": {}}}, "vaultz"),
        ({"directory": {"weather": 1}}, "weather"),
        ({"estate": {"keys": {"kv/key": {"enable": False}}}}, "enable"),
        ({"estate": {"roles": [{"principal": "nobody", "role": "Owner", "scope": "nowhere"}]}}, "nowhere"),
    ],
)
def test_a_change_that_nobody_would_see_is_named(client: Client, patch: dict[str, Any], named: str) -> None:
    before = client.state()["estate"]
    refused = client.control("PATCH", "/world", patch)
    assert refused.status_code == 404
    assert named in refused.json()["error"]["message"]
    assert client.state()["estate"] == before


@pytest.mark.parametrize(
    ("text", "named"), [("[estate.vaultz.one]\nlocation = 'x'\n", "vaultz"), ("[person]\nuser = 'bob'\n", "bob")]
)
def test_a_scenario_with_a_slip_of_the_pen_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "my scenario ä.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadScenario, match=named):
        build_world(load_scenario(str(path)))
