"""Cloud profiles: a file never leads off this computer, and names decide where things go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.clouds.profile import PUBLIC, Profile, Service, profile_from, read_profile
from cmkwizard.core.problems import Kind, Problem

GOOD: dict[str, Any] = {
    "name": "practice",
    "authority": "https://localhost:9443",
    "resource_manager": "https://localhost:9443",
    "graph": "https://localhost:9443/graph",
    "vault_suffixes": [".vault.localhost"],
    "ims": "https://localhost:9443/ims",
    "platform": {"VA7": "https://localhost:9443/platform", "NLD2": "https://localhost:9443/platform-nld2"},
    "ca_file": "ca.pem",
    "browser": "http://localhost:9444",
    "speed": 60,
    "a key of the future": True,
}


def changed(**changes: Any) -> dict[str, Any]:
    return {**GOOD, **changes}


def test_a_practice_profile_is_read_from_a_file_and_from_a_ready_file(tmp_path: Path) -> None:
    path = tmp_path / "clouds.json"
    (tmp_path / "ca.pem").touch()
    good = changed(ca_file=str(tmp_path / "ca.pem"))
    for content in (good, {"profile": good, "control": "https://localhost:9443/practice"}):
        path.write_text(json.dumps(content))
        profile = read_profile(path)
        assert profile.practice
        assert profile.speed == 60
        assert profile.platform_for("nld2") == "https://localhost:9443/platform-nld2"


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": "https://login.microsoftonline.com"},
        {"authority": "https://localhost.evil.example"},
        {"authority": "https://localhost@evil.example"},
        {"authority": "https://evil.example#localhost"},
        {"authority": "http://localhost:9443"},
        {"authority": "https://localhost:99999999"},
        {"authority": "https://"},
        {"authority": "https://local\thost:9443"},
        {"authority": "https://localhost:9443\n"},
        {"graph": "https://localhost:9443/a b"},
        {"vault_suffixes": []},
        {"platform": {}},
        {"authority": "https://128.0.0.1"},
        {"authority": "https://0.0.0.0"},
        {"resource_manager": "https://10.0.0.1"},
        {"graph": "https://[::2]/graph"},
        {"ims": "//evil.example"},
        {"platform": {"VA7": "https://platform.adobe.io"}},
        {"platform": "https://localhost"},
        {"vault_suffixes": [".vault.azure.net"]},
        {"vault_suffixes": [".notlocalhost"]},
        {"vault_suffixes": ["localhost"]},
        {"vault_suffixes": [""]},
        {"logs": "https://api.loganalytics.azure.com"},
        {"logs": "http://localhost:9443/logs"},
        {"browser": "http://evil.example"},
        {"browser": "file:///etc/passwd"},
        {"name": "public"},
        {"name": ""},
        {"name": 7},
        {"speed": 0},
        {"speed": -1},
        {"speed": "fast"},
        {"ca_file": 1},
    ],
)
def test_a_profile_that_leads_off_this_computer_or_is_malformed_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        profile_from(changed(**changes))
    assert caught.value.kind is Kind.INVALID


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_every_loopback_host_is_good(host: str) -> None:
    assert profile_from(changed(authority=f"https://{host}:1")).practice


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "null", "[" * 100_000])
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "clouds.json"
    path.write_text(text)
    with pytest.raises(Problem) as caught:
        read_profile(path)
    assert caught.value.kind is Kind.INVALID


def test_a_missing_file_is_a_problem_of_storage(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        read_profile(tmp_path / "nothing.json")
    assert caught.value.kind is Kind.STORAGE


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("VA7", "https://platform.adobe.io"),
        ("va7", "https://platform.adobe.io"),
        ("NLD2", "https://platform-nld2.adobe.io"),
        ("AUS5", "https://platform-aus5.adobe.io"),
        ("IND22", "https://platform-ind22.adobe.io"),
    ],
)
def test_the_public_platform_address_is_built_from_the_code(region: str, address: str) -> None:
    assert PUBLIC.platform_for(region) == address
    assert PUBLIC.services_at(f"{address}/data") == {Service.PLATFORM}


@pytest.mark.parametrize(
    "region",
    [
        *["", " ", ".", "/", "VA", "7", "VA77", "NLD", "NLD222", "NLDX2", "N2LD", "NLD2.", "NLD2/", "NLD2#", "NLD2?"],
        *["x.evil.io", "NLD2.evil.io", "nld2@evil.io", "nld2\\evil", "nld2%2f", "https://evil.io", "-nld2", "nld2-"],
        *[
            "nld2:443",
            "nld2\n",
            "nl d2",
            "ＮＬＤ2",
            "nld２",
            "νld2",
            "nld2\x00",
            "..",
            "nld2;",
            "nld2,va7",
            "*",
            "NLD2'",
        ],
        *["$NLD2", "{NLD2}", "NLD2|", "<NLD2>"],
    ],
)
def test_no_region_leads_to_a_foreign_host(region: str) -> None:
    try:
        address = PUBLIC.platform_for(region)
    except Problem as problem:
        assert problem.kind is Kind.INVALID  # noqa: PT017 - both ways are good
        return
    assert address == "https://platform-nld2.adobe.io"  # what surrounds a good code is not part of it


def test_a_region_that_the_practice_cloud_lacks_is_named() -> None:
    with pytest.raises(Problem, match="AUS5"):
        profile_from(GOOD).platform_for("AUS5")


@pytest.mark.parametrize(
    ("url", "services"),
    [
        ("https://localhost:9443/subscriptions", {Service.SIGN_IN, Service.RESOURCE_MANAGER}),
        ("https://localhost:9443/graph/v1.0/me", {Service.GRAPH}),
        ("https://localhost:9443/graph", {Service.GRAPH}),
        ("https://localhost:9443/platform-nld2/data", {Service.PLATFORM}),
        ("https://mine.vault.localhost:9443/keys", {Service.VAULT}),
        ("https://localhost:9444/subscriptions", set()),
        ("https://vault.localhost:9443/keys", set()),
        ("https://a.b.vault.localhost:9443/keys", set()),
        ("https://management.azure.com/subscriptions", set()),
        ("https://platform.adobe.io/data", set()),
        ("not an address", set()),
        ("https://localhost:notaport/", set()),
        ("https://[/", set()),
    ],
)
def test_a_practice_profile_knows_its_own_places_alone(url: str, services: set[Service]) -> None:
    assert profile_from(GOOD).services_at(url) == services


def test_each_public_service_has_its_own_place() -> None:
    expected = {
        "https://login.microsoftonline.com/t/oauth2/v2.0/token": Service.SIGN_IN,
        "https://management.azure.com/subscriptions": Service.RESOURCE_MANAGER,
        "https://graph.microsoft.com/v1.0/me": Service.GRAPH,
        "https://mine.vault.azure.net/keys": Service.VAULT,
        "https://ims-na1.adobelogin.com/ims/token/v3": Service.IMS,
        "https://platform-va7.adobe.io/data": Service.PLATFORM,
        "https://api.loganalytics.azure.com/v1/workspaces/w/query": Service.LOGS,
    }
    assert {url: PUBLIC.services_at(url) for url in expected} == {url: {each} for url, each in expected.items()}


@pytest.mark.parametrize(
    ("scope", "service"),
    [
        ("https://management.azure.com/.default", Service.RESOURCE_MANAGER),
        ("https://graph.microsoft.com/.default", Service.GRAPH),
        ("https://vault.azure.net/.default", Service.VAULT),
        ("https://api.loganalytics.io/.default", Service.LOGS),
        ("https://vault.localhost:9443/.default", Service.VAULT),
        ("https://vault.evil.example/.default", None),
        ("https://storage.azure.com/.default", None),
        ("openid", None),
    ],
)
def test_a_scope_names_its_service(scope: str, service: Service | None) -> None:
    assert profile_from(GOOD).service_of_scope(scope) is service


def test_the_browser_gets_the_plain_address_of_the_practice_pages() -> None:
    profile = profile_from(GOOD)
    assert (
        profile.browser_address("https://localhost:9443/t/authorize?a=b#c") == "http://localhost:9444/t/authorize?a=b#c"
    )
    assert profile.browser_address("https://localhost:9999/t") == "https://localhost:9999/t"
    assert PUBLIC.browser_address("https://login.microsoftonline.com/t") == "https://login.microsoftonline.com/t"


def test_consent_rules_are_replaced_as_a_whole() -> None:
    assert PUBLIC.consent_rules.sign_in == ("login.microsoftonline.com",)
    practice: Profile = profile_from(GOOD)
    assert practice.consent_rules.sign_in == practice.consent_rules.landing == ("localhost:9443",)
    assert practice.consent_rules.landing_domains == ()


@pytest.mark.parametrize("named", ["nothing.pem", ".", "a\x00b"])
def test_a_certificate_authority_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path, named: str) -> None:
    path = tmp_path / "clouds.json"
    path.write_text(json.dumps(changed(ca_file=f"{tmp_path}/{named}")))
    with pytest.raises(Problem, match=r"its ca_file .* cannot be read") as caught:
        read_profile(path)
    assert caught.value.kind is Kind.INVALID
