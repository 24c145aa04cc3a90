"""Signing in anew: `prompt=login`, `max_age`, and what id tokens say of the time of the sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import requests

from cmkwizard.practice.person import PracticePerson
from tests.practice.azure_support import AZURE_CLI
from tests.practice.client import ARM_SCOPE, Client, location

ALICE, VICTOR = "alice@contoso.example", "victor@contoso.example"
VERIFIER = secrets.token_urlsafe(48)


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def redeem(client: Client, back: requests.Response) -> dict[str, Any]:
    reply = client.redeem(location(back)["code"], VERIFIER)
    assert reply.status_code == 200, reply.text
    tokens: dict[str, Any] = reply.json()
    return tokens


def sign_in(client: Client, user: str = ALICE, **query: str) -> dict[str, Any]:
    """Through the sign-in page, in the client's one browser."""
    return redeem(client, client.press(client.authorize(verifier=VERIFIER, **query), user=user))


def auth_time(client: Client, **query: str) -> int:
    return int(claims(sign_in(client, **query)["id_token"])["auth_time"])


def passes(client: Client, **query: str) -> bool:
    """Whether the browser is sent back at once, without any page."""
    return client.authorize(verifier=VERIFIER, prompt="", **query).status_code == 302


def test_a_browser_that_knows_the_person_goes_through_without_a_page(client: Client) -> None:
    sign_in(client)
    assert passes(client)
    assert client.authorize(verifier=VERIFIER, prompt="login").status_code == 200


@pytest.mark.parametrize(
    ("later_s", "max_age", "through"),
    [(0, "0", False), (100, "600", True), (599, "600", True), (602, "600", False), (5, "3", False)],
)
def test_max_age_brings_the_page_back(client: Client, later_s: float, max_age: str, through: bool) -> None:
    sign_in(client)
    client.advance(later_s)
    assert passes(client, max_age=max_age) is through


def test_picking_the_same_account_is_no_new_sign_in_and_a_password_is(client: Client) -> None:
    first = auth_time(client, max_age="7200")
    client.advance(1000)
    assert auth_time(client, max_age="7200") == first
    assert auth_time(client, max_age="600") >= first + 1000
    client.advance(50)
    assert auth_time(client, max_age="7200", prompt="login") >= first + 1050
    client.advance(50)
    assert auth_time(client, max_age="7200", user=VICTOR) >= first + 1100


def test_the_time_is_told_only_where_it_was_asked_for(client: Client) -> None:
    assert "auth_time" not in claims(sign_in(client)["id_token"])
    told = claims(sign_in(client, max_age="600", prompt="login")["id_token"])
    assert told["iat"] - 2 <= told["auth_time"] <= told["iat"]


def test_tokens_end_when_the_age_that_was_asked_for_is_reached_and_refreshed_ones_live_on(client: Client) -> None:
    client.advance(500)
    tokens = sign_in(client, max_age="600", prompt="login")
    assert 590 <= tokens["expires_in"] <= 600
    identity, access = claims(tokens["id_token"]), claims(tokens["access_token"])
    assert identity["auth_time"] + 598 <= identity["exp"] <= identity["auth_time"] + 601
    assert abs(access["exp"] - identity["exp"]) < 2
    assert client.subscriptions(tokens["access_token"]).status_code == 200
    client.advance(601)
    assert client.subscriptions(tokens["access_token"]).status_code == 401
    asked = {"grant_type": "refresh_token", "client_id": AZURE_CLI, "scope": f"{ARM_SCOPE} openid"}
    again = client.token(**asked, refresh_token=tokens["refresh_token"]).json()
    assert again["expires_in"] == 3600
    assert client.subscriptions(again["access_token"]).status_code == 200
    assert "auth_time" not in claims(again["id_token"])


def test_with_an_age_of_nothing_tokens_are_born_expired(client: Client) -> None:
    tokens = sign_in(client, max_age="0", prompt="login")
    assert tokens["expires_in"] == 0
    assert client.subscriptions(tokens["access_token"]).status_code == 401


def test_the_time_can_be_left_out_and_made_older(client: Client) -> None:
    def change(table: Any) -> int:
        return client.control("PATCH", "/world", {"directory": {"auth_time": table}}).status_code

    asked = {"max_age": "600", "prompt": "login"}
    assert change({"told": False}) == 200
    assert "auth_time" not in claims(sign_in(client, **asked)["id_token"])
    assert change({"aged_s": 900}) == 200
    identity = claims(sign_in(client, **asked)["id_token"])
    assert 899 <= identity["iat"] - identity["auth_time"] <= 902
    assert change(None) == 200
    identity = claims(sign_in(client, **asked)["id_token"])
    assert identity["iat"] - identity["auth_time"] <= 2
    assert change({"older": 1}) == 404


@pytest.mark.parametrize("max_age", ["-1", "soon", "1.5", "9" * 12])
def test_an_age_that_is_no_number_is_refused(client: Client, max_age: str) -> None:
    back = client.authorize(verifier=VERIFIER, max_age=max_age)
    assert location(back)["error"] == "invalid_request"


def test_a_scenario_can_say_so_from_the_start(start_cloud: Callable[..., Client], tmp_path: Any) -> None:
    scenario = tmp_path / "silent.toml"
    scenario.write_text('summary = "x"\n[directory.auth_time]\ntold = false\n')
    tokens = sign_in(start_cloud(str(scenario)), max_age="600", prompt="login")
    assert "auth_time" not in claims(tokens["id_token"])


def test_the_practice_person_answers_the_page_again(client: Client) -> None:
    person = PracticePerson(ALICE, True, client.cloud.ca_file)
    for _ in range(2):
        page = client.authorize(verifier=VERIFIER, prompt="login", max_age="600", response_mode="query")
        assert page.status_code == 200
        address = page.request.url
        assert address is not None
        with pytest.raises((OSError, ValueError)):  # nobody listens at the address of this program
            person.walk(address)
    entered = [each for each in client.log() if each["path"].endswith("/login") and each["principal"] == ALICE]
    assert len(entered) == 2
