"""Adobe's side: strict about headers and bodies, and a job that follows the practice clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.practice.client import Client

VAULT, KEY = "kv-contoso-experience", "experience-cmk"
StartCloud = Callable[..., Client]


@pytest.fixture
def ready(start_cloud: StartCloud) -> Client:
    """A cloud in which everything is done but the hand-in."""
    client = start_cloud("completed")
    client.world.adobe.configurations.clear()
    return client


def identifier(client: Client) -> str:
    version = client.state()["estate"]["vaults"][0]["keys"][0]["versions"][0]["id"]
    return f"https://{VAULT}.vault.localhost:{client.world.port}/keys/{KEY}/{version}"


def body(client: Client, name: str = "Config1", **config: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": "BYOK_CONFIG",
        "imsOrgId": client.ready["adobe"]["organisation"],
        "configData": {"providerType": "AZURE_KEYVAULT", "keyVaultKeyIdentifier": identifier(client), **config},
    }


def hand_in(client: Client, name: str = "Config1") -> None:
    reply = client.platform("POST", "/customer/config", json=body(client, name))
    assert reply.status_code == 200, reply.text


def status(client: Client, name: str = "Config1") -> str:
    reply = client.platform("GET", f"/customer/config/{name}?configType=BYOK_CONFIG")
    assert reply.status_code == 200, reply.text
    return str(reply.json()["status"])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": "wrong"}, (400, "invalid_client")),
        ({"scope": "openid,everything"}, (400, "invalid_scope")),
        ({"scope": ""}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
)
def test_ims_refuses(client: Client, changed: dict[str, str], expected: tuple[int, str]) -> None:
    reply = client.ims(**changed)
    assert (reply.status_code, reply.json()["error"]) == expected


def test_ims_takes_forms_alone(client: Client) -> None:
    reply = client.send("POST", client.profile["ims"] + "/token/v3", json={"grant_type": "client_credentials"})
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


def test_an_ims_token_lives_a_day(client: Client) -> None:
    token = client.ims().json()
    assert (token["token_type"], token["expires_in"]) == ("bearer", 86399)
    headers = client.adobe_headers(Authorization=f"Bearer {token['access_token']}")
    assert client.platform("GET", "/byok/app-registration", headers=headers).status_code == 200
    client.advance(86399)
    refused = client.platform("GET", "/byok/app-registration", headers=headers)
    assert (refused.status_code, refused.json()["error_code"]) == (401, "401013")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"Authorization": None}, (403, "403010")),
        ({"Authorization": "Bearer guess"}, (401, "401013")),
        ({"x_api_key": None}, (403, "403000")),
        ({"x_api_key": "c0ffee1234567890abcdef1234567890"}, (403, "403003")),
        ({"x_gw_ims_org_id": None}, (400, "400003")),
        ({"x_gw_ims_org_id": "4d1f@AdobeOrg"}, (403, "403027")),
        ({"x_gw_ims_org_id": "000000000000000000000000@AdobeOrg"}, (403, "403025")),
    ],
)
def test_the_gateway_refuses(client: Client, changed: dict[str, str | None], expected: tuple[int, str]) -> None:
    reply = client.platform("GET", "/byok/app-registration", headers=client.adobe_headers(**changed))
    assert (reply.status_code, reply.json()["error_code"]) == expected


def test_the_wrong_region_is_refused(client: Client) -> None:
    reply = client.platform("GET", "/byok/app-registration", region="NLD2")
    assert (reply.status_code, reply.json()["error_code"]) == (403, "403027")


def test_without_the_permission(start_cloud: StartCloud) -> None:
    reply = start_cloud("adobe-no-permission").platform("GET", "/byok/app-registration")
    assert (reply.status_code, reply.json()["title"]) == (403, "ForbiddenError")


def test_unknown_routes_answer_in_adobes_shape(client: Client) -> None:
    reply = client.platform("GET", "/byok/other")
    assert (reply.status_code, reply.json()["title"], reply.json()["status"]) == (404, "NotFound", 404)
    assert client.platform("DELETE", "/customer/config/Config1").status_code == 405


def test_the_hand_in_answers_two_statuses(ready: Client) -> None:
    reply = ready.platform("POST", "/customer/config", json=body(ready)).json()
    assert (reply["status"], reply["config"]["status"]) == ("CREATED", "NEW")
    assert reply["config"]["configData"]["keyVaultKeyIdentifier"] == identifier(ready)
    assert reply["config"]["configData"]["keyVaultUri"] == f"https://{VAULT}.vault.localhost:{ready.world.port}"
    assert ready.state()["applied"] == {"configuration.create": 1}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda wish: wish.pop("name"), "exactly name, type, imsOrgId and configData"),
        (lambda wish: wish.update(status="NEW"), "exactly name, type, imsOrgId and configData"),
        (lambda wish: wish.update(name=""), "name must be"),
        (lambda wish: wish.update(type="CONFIG"), "BYOK_CONFIG"),
        (lambda wish: wish.update(imsOrgId="000000000000000000000000@AdobeOrg"), "must equal the header"),
        (lambda wish: wish["configData"].update(providerType="AWS"), "AZURE_KEYVAULT"),
        (lambda wish: wish["configData"].update(keyVaultUri="x"), "exactly providerType"),
        (lambda wish: wish["configData"].update(keyVaultKeyIdentifier=7), "full address"),
        (
            lambda wish: wish["configData"].update(
                keyVaultKeyIdentifier=wish["configData"]["keyVaultKeyIdentifier"].rpartition("/")[0]
            ),
            "with its version",
        ),
        (
            lambda wish: wish["configData"].update(
                keyVaultKeyIdentifier=f"https://{VAULT}.vault.azure.net/keys/{KEY}/{'a' * 32}"
            ),
            "full address",
        ),
    ],
)
def test_the_hand_in_is_checked(ready: Client, change: Callable[[dict[str, Any]], None], sentence: str) -> None:
    wish = body(ready)
    change(wish)
    reply = ready.platform("POST", "/customer/config", json=wish)
    assert reply.status_code == 400
    assert sentence in reply.json()["detail"]
    assert ready.state()["applied"] == {}


def test_the_hand_in_needs_the_content_type(ready: Client) -> None:
    reply = ready.platform("POST", "/customer/config", data=json.dumps(body(ready)))
    assert (reply.status_code, reply.json()["detail"]) == (400, "A valid content-type must be specified")
    headers = {**ready.adobe_headers(), "Content-Type": "application/json"}
    assert ready.platform("POST", "/customer/config", data="{", headers=headers).status_code == 400


def test_one_configuration_for_an_organisation(ready: Client) -> None:
    hand_in(ready)
    for name in ("Config1", "Config2"):
        assert ready.platform("POST", "/customer/config", json=body(ready, name)).status_code == 409
    assert ready.state()["applied"] == {"configuration.create": 1}


def test_the_job_follows_the_clock(ready: Client) -> None:
    hand_in(ready)
    assert status(ready) == "NEW"
    for seconds, expected in ((20, "RUNNING"), (40, "UPDATE_EXISTING_RESOURCES"), (60, "COMPLETED")):
        ready.advance(seconds)
        assert status(ready) == expected


def test_the_clock_can_run_fast(start_cloud: StartCloud) -> None:
    client = start_cloud("completed", speed=10_000)
    client.world.adobe.configurations.clear()
    hand_in(client)
    while status(client) != "COMPLETED":
        pass
    assert client.profile["speed"] == 10_000


def test_what_the_status_tells(ready: Client) -> None:
    hand_in(ready)
    answer = ready.platform("GET", "/customer/config/Config1?configType=BYOK_CONFIG").json()
    assert set(answer) == {"name", "type", "status", "configData", "imsOrgId", "subscriptionId", "id", "rowType"}
    assert (answer["name"], answer["rowType"]) == ("Config1", "BYOK_KEY")
    assert answer["subscriptionId"] == next(iter(ready.world.estate.subscriptions))
    assert ready.platform("GET", "/customer/config/config1?configType=BYOK_CONFIG").status_code == 404
    assert ready.platform("GET", "/customer/config/Config1").status_code == 400


@pytest.mark.parametrize(
    ("patch", "failure"),
    [
        ({"adobe": {"failure_reason": "told so"}}, "told so"),
        ({"estate": {"keys": {f"{VAULT}/{KEY}": {"enabled": False}}}}, "the key is not usable now"),
        ({"estate": {"keys": {f"{VAULT}/{KEY}": {"expires_in_s": 5}}}}, "the key is not usable now"),
        ({"estate": {"keys": {f"{VAULT}/{KEY}": {"deleted": True}}}}, "the key does not exist"),
        ({"estate": {"keys": {f"{VAULT}/{KEY}": {"operations": ["sign"]}}}}, "does not allow wrapKey"),
        ({"estate": {"vaults": {VAULT: {"rbac": False}}}}, "lacks purge protection or role-based access"),
        ({"estate": {"vaults": {VAULT: {"default_action": "Deny", "bypass": "None"}}}}, "firewall"),
        ({"estate": {"vaults": {VAULT: {"deleted": True}}}}, "the vault cannot be reached"),
        (
            {"directory": {"service_principals": {"e463a445-c6ac-4ca2-b36a-b5146fcf6a52": {"enabled": False}}}},
            "not in the vault's tenant",
        ),
        (
            {
                "estate": {
                    "roles": [
                        {"principal": "e463a445-c6ac-4ca2-b36a-b5146fcf6a52", "scope": VAULT, "remove": True},
                    ]
                }
            },
            "holds no effective role",
        ),
    ],
)
def test_the_job_fails_when_the_key_cannot_be_used(ready: Client, patch: dict[str, Any], failure: str) -> None:
    hand_in(ready)
    reply = ready.control("PATCH", "/world", patch)
    assert reply.status_code == 200, reply.text
    ready.advance(60)
    assert status(ready) == "FAILED"
    assert failure in ready.state()["adobe"]["configurations"][0]["failure"]


def test_a_role_that_is_not_effective_in_time_fails_the_job(ready: Client) -> None:
    app, scope = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52", VAULT
    role = "Key Vault Crypto Service Encryption User"
    hand_in(ready)
    late = {"principal": app, "scope": scope, "role": role, "delay_s": 61}
    ready.control("PATCH", "/world", {"estate": {"roles": [{**late, "remove": True}]}})
    ready.control("PATCH", "/world", {"estate": {"roles": [late]}})
    ready.advance(600)  # asked late, but the validation happened when it was due
    assert status(ready) == "FAILED"


def test_after_a_failure_another_key_may_be_handed_in(start_cloud: StartCloud) -> None:
    client = start_cloud("completed")
    client.control("PATCH", "/world", {"adobe": {"failure_reason": "told so"}})
    client.world.adobe.configurations.clear()
    hand_in(client)
    client.advance(60)
    assert status(client) == "FAILED"
    client.control("PATCH", "/world", {"adobe": {"failure_reason": ""}})
    hand_in(client, "Config2")
    client.advance(120)
    assert (status(client), status(client, "Config2")) == ("FAILED", "COMPLETED")


def test_scenarios_of_the_job(start_cloud: StartCloud) -> None:
    assert start_cloud("job-fails").world.adobe.failure_reason
    slow = start_cloud("job-slow")
    assert slow.world.adobe.completed_s > 24 * 3600
    assert status(start_cloud("completed"), "experience-platform") == "COMPLETED"


def test_quirks_of_the_published_samples(tmp_path: Any, start_cloud: StartCloud) -> None:
    scenario = tmp_path / "quirks.toml"
    quirks = 'name = "application"\nname_case = "ignored"\nsubscription_id = "undefined"\nkey_version = "7c1d50lo"\n'
    scenario.write_text(f'summary = "As in the samples"\n[adobe.quirks]\n{quirks}')
    client = start_cloud(str(scenario))
    client.control("PATCH", "/world", {"estate": {}})
    wish = {
        "name": "Config1",
        "type": "BYOK_CONFIG",
        "imsOrgId": client.ready["adobe"]["organisation"],
        "configData": {
            "providerType": "AZURE_KEYVAULT",
            "keyVaultKeyIdentifier": f"https://some-vault.vault.localhost:{client.world.port}/keys/k/{'a' * 32}",
        },
    }
    assert client.platform("POST", "/customer/config", json=wish).status_code == 200
    answer = client.platform("GET", "/customer/config/config1?configType=BYOK_CONFIG").json()
    assert answer["name"] == client.world.adobe.app_name
    assert answer["subscriptionId"] == "undefined"
    assert answer["configData"]["keyVersion"] == "7c1d50lo"


def test_rate_limit(start_cloud: StartCloud) -> None:
    client = start_cloud()
    client.control("PATCH", "/world", {"adobe": {"rate_limit": {"calls": 2, "per_s": 60, "retry_after": 7}}})
    headers = client.adobe_headers()
    replies = [client.platform("GET", "/byok/app-registration", headers=headers) for _ in range(3)]
    assert [each.status_code for each in replies] == [200, 200, 429]
    assert (replies[2].json()["error_code"], replies[2].headers["Retry-After"]) == ("429050", "7")
    client.advance(61)
    assert client.platform("GET", "/byok/app-registration", headers=headers).status_code == 200
