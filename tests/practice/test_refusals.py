"""The sign-in refuses as a scenario or another administrator has it, in the shapes of the real one."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msal  # type: ignore[import-untyped]
import pytest
import requests

from cmkwizard.practice.refusals import _CODES
from tests.practice.azure_support import AZURE_CLI
from tests.practice.client import ARM_SCOPE, Client, location

VERIFIER = secrets.token_urlsafe(48)
ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
SHAPE = re.compile(
    r"AADSTS(\d+): .+ Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \d{4}-\d\d-\d\d .+Z"
)


def patch(client: Client, directory: dict[str, Any], status: int = 200) -> None:
    reply = client.control("PATCH", "/world", {"directory": directory})
    assert reply.status_code == status, reply.text


def refuse(client: Client, refusal: object, user: str = "alice") -> None:
    patch(client, {"users": {user: {"refusal": refusal}}})


def pressed(client: Client, user: str = "alice", **query: str) -> requests.Response:
    upn = client.world.directory.users[user].upn
    return client.press(client.authorize(verifier=VERIFIER, **query), user=upn)


def renew(client: Client, tokens: dict[str, Any], **form: str) -> requests.Response:
    asked = {"grant_type": "refresh_token", "client_id": AZURE_CLI, "refresh_token": tokens["refresh_token"], **form}
    return client.token(**{"scope": ARM_SCOPE, **asked})


@pytest.mark.parametrize("code", sorted(_CODES))
def test_every_code_comes_from_the_token_endpoint_and_by_the_browser(client: Client, code: int) -> None:
    tokens = client.sign_in()
    refuse(client, {"code": code, "at": ["token", "sign_in"]})
    reply = renew(client, tokens, **{"client-request-id": "x"})
    body = reply.json()
    assert reply.status_code == 400
    assert body["error_codes"] == [code]
    told = SHAPE.fullmatch(body["error_description"])
    assert told
    assert told[1] == str(code)
    assert body["trace_id"] in body["error_description"]
    assert body["correlation_id"] in body["error_description"]
    back = location(pressed(client, **{"client-request-id": "11111111-2222-3333-4444-555555555555"}))
    assert SHAPE.fullmatch(back["error_description"])
    assert back["error_description"].startswith(f"AADSTS{code}: ")
    assert "Correlation ID: 11111111-2222-3333-4444-555555555555" in back["error_description"]
    assert (back["state"], bool(back["error"])) == ("the-state", True)


def test_microsofts_library_understands_a_blocked_renewal(client: Client) -> None:
    app = msal.PublicClientApplication(
        AZURE_CLI,
        authority=f"{client.profile['authority']}/organizations",
        instance_discovery=False,
        http_client=client.session,
    )
    tokens = client.sign_in()
    app.token_cache.add({"response": tokens, "client_id": AZURE_CLI, "scope": [ARM_SCOPE]})
    refuse(client, "AADSTS53003")
    result = app.acquire_token_by_refresh_token(tokens["refresh_token"], [ARM_SCOPE])
    assert (result["error"], result["error_codes"], result["suberror"]) == ("invalid_grant", [53003], "message_only")
    assert "capolids" in json.loads(result["claims"])["access_token"]


def test_a_refusal_is_of_one_person_until_it_is_lifted(client: Client) -> None:
    refuse(client, "AADSTS50105", "victor")
    assert "code" in location(pressed(client))
    assert location(pressed(client, "victor"))["error"] == "access_denied"
    refuse(client, None, "victor")
    assert "code" in location(pressed(client, "victor"))


def test_a_refusal_may_strike_a_number_of_times(client: Client) -> None:
    tokens = client.sign_in()
    refuse(client, {"code": 70043, "times": 1})
    assert renew(client, tokens).json()["error_codes"] == [70043]
    assert renew(client, tokens).status_code == 200


def test_a_refusal_may_be_of_one_tenant(client: Client) -> None:
    tokens = client.sign_in()
    patch(client, {"refusals": [{"code": 50076, "at": "silent", "tenant": "fabrikam"}]})
    assert renew(client, tokens).status_code == 200
    elsewhere = renew(client, tokens, tenant="fabrikam").json()
    assert (elsewhere["error"], elsewhere["suberror"]) == ("invalid_grant", "basic_action")
    patch(client, {"refusals": []})
    assert renew(client, tokens, tenant="fabrikam").status_code == 200


def test_a_page_keeps_the_person(client: Client) -> None:
    refuse(client, {"code": 53000, "at": "page"})
    page = pressed(client)
    assert page.status_code == 400
    assert "53000" in page.text


def test_consent_is_refused_when_it_is_pressed(client: Client) -> None:
    refuse(client, "AADSTS90095")
    address = f"/contoso/oauth2/authorize?response_type=code&client_id={ADOBE}&redirect_uri={landing(client)}"
    consent = client.press(client.send("GET", client.profile["authority"] + address), user="alice@contoso.example")
    back = location(client.press(consent, decision="accept"))
    assert back["error_description"].startswith("AADSTS90095: ")
    assert client.state()["directory"]["service_principals"][0]["name"] == "Contoso automation"
    assert "consent.grant" not in client.state()["applied"]


def landing(client: Client) -> str:
    return f"{client.profile['authority']}/experience"


@pytest.mark.parametrize(
    ("directory", "status"),
    [
        ({"users": {"alice": {"refusal": "AADSTS1"}}}, 400),
        ({"users": {"alice": {"refusal": {"code": 53003, "at": "breakfast"}}}}, 400),
        ({"users": {"alice": {"refusal": {"code": 53003, "colour": 1}}}}, 404),
        ({"users": {"alice": {"colour": 1}}}, 404),
        ({"users": {"alice": {"roles": ["Emperor"]}}}, 404),
        ({"refusals": [{"code": 53003, "user": "nobody"}]}, 404),
    ],
)
def test_a_slip_of_the_pen_is_told(client: Client, directory: dict[str, Any], status: int) -> None:
    patch(client, directory, status)


def test_a_scenario_may_refuse(start_cloud: Callable[..., Client], tmp_path: Path) -> None:
    scenario = tmp_path / "blocked.toml"
    scenario.write_text('[[directory.refusals]]\ncode = "AADSTS530035"\nuser = "alice"\n')
    client = start_cloud(str(scenario))
    assert location(pressed(client))["error_description"].startswith("AADSTS530035: ")
    assert "code" in location(pressed(client, "victor"))
