"""Signing in: strict where Entra ID is strict, and understood by Microsoft's own library."""

from __future__ import annotations

import json
import secrets
from typing import Any

import jwt
import msal  # type: ignore[import-untyped]
import pytest
import requests

from tests.practice.azure_support import AZURE_CLI
from tests.practice.client import ARM_SCOPE, REDIRECT, Client, location, only_form

VERIFIER = secrets.token_urlsafe(48)
OTHER_CLIENT = "5e0d8c3a-9f41-4d7b-a2c6-3b8e1f7d9a05"


def refusal(reply: requests.Response) -> tuple[int, str, int]:
    body = reply.json()
    assert body["error_description"].startswith(f"AADSTS{body['error_codes'][0]}: ")
    assert body["trace_id"] in body["error_description"]
    return reply.status_code, body["error"], body["error_codes"][0]


def msal_app(client: Client, tenant: str = "organizations", **options: Any) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(
        AZURE_CLI,
        authority=f"{client.profile['authority']}/{tenant}",
        instance_discovery=False,
        http_client=client.session,
        client_capabilities=["CP1"],
        **options,
    )


def msal_sign_in(client: Client, app: msal.PublicClientApplication) -> dict[str, Any]:
    flow = app.initiate_auth_code_flow([ARM_SCOPE], redirect_uri=REDIRECT, response_mode="form_post")
    page = client.session.get(flow["auth_uri"])
    back = client.press(page, user="alice@contoso.example")
    form = only_form(back)
    assert form.action == REDIRECT
    result: dict[str, Any] = app.acquire_token_by_auth_code_flow(flow, form.fields)
    return result


def test_microsofts_library_signs_in_and_renews(client: Client) -> None:
    app = msal_app(client)
    result = msal_sign_in(client, app)
    assert result["id_token_claims"]["preferred_username"] == "alice@contoso.example"
    assert client.subscriptions(result["access_token"]).status_code == 200
    account = app.get_accounts()[0]
    for scope in ("https://graph.microsoft.com/.default", "https://vault.azure.net/.default"):
        other = app.acquire_token_silent_with_error([scope], account)
        assert other
        assert other["access_token"] != result["access_token"]
    cached = app.acquire_token_silent_with_error([ARM_SCOPE], account)
    assert cached
    assert cached["access_token"] == result["access_token"]


def test_microsofts_library_reads_the_guest_tenant(client: Client) -> None:
    cache = msal.TokenCache()
    account = msal_sign_in(client, msal_app(client, token_cache=cache)) and None
    guest = msal_app(client, client.world.directory.tenant_id("fabrikam"), token_cache=cache)
    account = guest.get_accounts()[0]
    result = guest.acquire_token_silent_with_error([ARM_SCOPE], account)
    assert result is not None
    claims = jwt.decode(result["access_token"], options={"verify_signature": False})
    assert claims["tid"] == client.world.directory.tenant_id("fabrikam")


def test_microsofts_library_signs_in_with_a_device_code(client: Client) -> None:
    app = msal_app(client)
    flow = app.initiate_device_flow([ARM_SCOPE])
    page = client.session.get(flow["verification_uri"])
    confirm = client.press(client.press(page, code=flow["user_code"]), user="alice@contoso.example")
    assert "Are you signing in to Microsoft Azure CLI?" in confirm.text
    client.press(confirm, decision="accept")
    assert "access_token" in app.acquire_token_by_device_flow(flow)


def test_device_code_waits_and_can_be_declined(client: Client) -> None:
    reply = client.send(
        "POST", "/organizations/oauth2/v2.0/devicecode", data={"client_id": AZURE_CLI, "scope": ARM_SCOPE}
    ).json()
    asked = {"grant_type": "device_code", "client_id": AZURE_CLI, "device_code": reply["device_code"]}
    assert refusal(client.token(**asked)) == (400, "authorization_pending", 70016)
    page = client.press(client.send("GET", reply["verification_uri"]), code=reply["user_code"])
    client.press(client.press(page, user="alice@contoso.example"), decision="cancel")
    assert refusal(client.token(**asked)) == (400, "authorization_declined", 65004)


def test_all_tokens_carry_who_where_and_for_what(client: Client) -> None:
    tokens = client.sign_in(
        nonce="the-nonce", max_age="7200", claims=json.dumps({"access_token": {"xms_cc": {"values": ["CP1"]}}})
    )
    contoso = client.world.directory.tenant_id("contoso")
    access = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert (access["aud"], access["tid"], access["upn"], access["idtyp"]) == (
        "https://management.azure.com", contoso, "alice@contoso.example", "user",
    )  # fmt: skip
    identity = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert (identity["aud"], identity["nonce"], identity["tid"]) == (AZURE_CLI, "the-nonce", contoso)
    assert identity["auth_time"] <= identity["iat"]
    assert (tokens["foci"], tokens["expires_in"], tokens["token_type"]) == ("1", 3600, "Bearer")
    assert tokens["client_info"]


def test_wrong_verifier_is_refused_and_burns_the_code(client: Client) -> None:
    code = client.code(verifier=VERIFIER)
    assert refusal(client.redeem(code, "x" * 43)) == (400, "invalid_grant", 501481)
    assert refusal(client.redeem(code, VERIFIER)) == (400, "invalid_grant", 54005)


def test_a_code_is_good_once(client: Client) -> None:
    code = client.code(verifier=VERIFIER)
    assert client.redeem(code, VERIFIER).status_code == 200
    assert refusal(client.redeem(code, VERIFIER)) == (400, "invalid_grant", 54005)


def test_a_code_dies_after_ten_minutes(client: Client) -> None:
    code = client.code(verifier=VERIFIER)
    client.advance(601)
    assert refusal(client.redeem(code, VERIFIER)) == (400, "invalid_grant", 70008)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"redirect_uri": "http://localhost:8401"}, (400, "invalid_client", 500112)),
        ({"client_id": OTHER_CLIENT}, (400, "invalid_grant", 70000)),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, (400, "unauthorized_client", 700016)),
        ({"scope": "https://somewhere.example/.default"}, (400, "invalid_resource", 500011)),
        ({"scope": f"{ARM_SCOPE} https://graph.microsoft.com/.default"}, (400, "invalid_scope", 28000)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"code": ""}, (400, "invalid_request", 900144)),
        ({"claims": "[]"}, (400, "invalid_request", 50148)),
    ],
)
def test_token_requests_that_are_refused(
    client: Client, changed: dict[str, str], expected: tuple[int, str, int]
) -> None:
    code = client.code(verifier=VERIFIER)
    assert refusal(client.redeem(changed.pop("code", code), VERIFIER, **changed)) == expected


def test_a_code_belongs_to_its_tenant(client: Client) -> None:
    code = client.code(verifier=VERIFIER, tenant="contoso")
    assert refusal(client.redeem(code, VERIFIER, tenant="fabrikam")) == (400, "invalid_grant", 70000)


def test_an_unknown_tenant_is_refused(client: Client) -> None:
    reply = client.send("GET", "/nowhere.example/v2.0/.well-known/openid-configuration")
    assert refusal(reply) == (400, "invalid_request", 90002)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"redirect_uri": "http://evil.example"}, "is not one of those registered"),
        ({"redirect_uri": "http://localhost:8400/other"}, "is not one of those registered"),
        ({"redirect_uri": "https://localhost:8400"}, "is not one of those registered"),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "was not found in the directory"),
        ({"tenant": "nowhere.example"}, "not found"),
    ],
)
def test_authorize_never_leaves_for_an_unproven_address(client: Client, changed: dict[str, str], sentence: str) -> None:
    reply = client.authorize(verifier=VERIFIER, **changed)
    assert reply.status_code == 400
    assert sentence in reply.text
    assert "text/html" in reply.headers["Content-Type"]


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"code_challenge": ""}, 9002325),
        ({"code_challenge_method": "plain"}, 501491),
        ({"response_type": "token"}, 900144),
    ],
)
def test_authorize_tells_the_program_what_it_lacks(client: Client, changed: dict[str, str], number: int) -> None:
    back = location(client.authorize(verifier=VERIFIER, **changed))
    assert back["error"] == "invalid_request"
    assert back["error_description"].startswith(f"AADSTS{number}")
    assert back["state"] == "the-state"


def test_cancel_at_the_sign_in_page(client: Client) -> None:
    back = location(client.press(client.authorize(verifier=VERIFIER), cancel="cancel"))
    assert (back["error"], back["state"]) == ("access_denied", "the-state")


def test_a_page_is_good_once(client: Client) -> None:
    page = client.authorize(verifier=VERIFIER)
    client.press(page, user="alice@contoso.example")
    assert "no longer valid" in client.press(page, user="alice@contoso.example").text


def test_login_hint_comes_first(client: Client) -> None:
    page = client.authorize(verifier=VERIFIER, login_hint="victor@contoso.example")
    assert only_form(page).buttons[0] == ("user", "victor@contoso.example")
    assert "suggested by the program" in page.text


def test_who_is_signed_in_is_not_asked_again_unless_wanted(client: Client) -> None:
    client.sign_in()
    assert "code" in location(client.authorize(verifier=VERIFIER, prompt=""))
    assert "code" in location(client.authorize(verifier=VERIFIER, prompt="none"))
    assert "Pick an account" in client.authorize(verifier=VERIFIER).text
    client.send("GET", "/common/oauth2/v2.0/logout")
    assert location(client.authorize(verifier=VERIFIER, prompt="none"))["error"] == "login_required"


def test_a_person_without_account_in_the_tenant_is_told(client: Client) -> None:
    page = client.press(client.authorize(verifier=VERIFIER, tenant="fabrikam"), user="victor@contoso.example")
    assert page.status_code == 400
    assert "does not exist in the directory Fabrikam" in page.text


def test_refresh_tokens_renew_for_the_family_until_revoked(client: Client) -> None:
    asked = {"grant_type": "refresh_token", "refresh_token": client.sign_in()["refresh_token"], "scope": ARM_SCOPE}
    renewed = client.token(client_id=AZURE_CLI, **asked)
    assert renewed.status_code == 200
    assert "refresh_token" not in renewed.json()  # offline_access was not asked for
    assert client.token(client_id=OTHER_CLIENT, **asked).status_code == 200
    client.control("PATCH", "/world", {"directory": {"revoke_refresh_tokens": True}})
    assert refusal(client.token(client_id=AZURE_CLI, **asked)) == (400, "invalid_grant", 50173)


def test_refresh_tokens_end_when_nobody_uses_them(client: Client) -> None:
    token = client.sign_in()["refresh_token"]
    asked = {"grant_type": "refresh_token", "client_id": AZURE_CLI, "scope": ARM_SCOPE + " offline_access"}
    client.advance(89 * 86400)
    renewed = client.token(**asked, refresh_token=token).json()["refresh_token"]
    client.advance(2 * 86400)
    assert refusal(client.token(**asked, refresh_token=token)) == (400, "invalid_grant", 700082)
    assert client.token(**asked, refresh_token=renewed).status_code == 200


def test_client_credentials(client: Client) -> None:
    asked = {
        "grant_type": "client_credentials",
        "client_id": "b07a0000-1c2d-4e3f-8a9b-0c1d2e3f4a05",
        "client_secret": "practice-automation-secret",
        "scope": ARM_SCOPE,
    }
    token = client.token(tenant="contoso", **asked).json()["access_token"]
    assert client.subscriptions(token).status_code == 200
    assert client.log()[-1]["principal"] == "Contoso automation"
    wrong = {**asked, "client_secret": "guess"}
    assert refusal(client.token(tenant="contoso", **wrong)) == (401, "invalid_client", 7000215)
    assert refusal(client.token(**asked)) == (400, "invalid_request", 50059)


def test_audience_and_life_of_a_token_are_checked(client: Client) -> None:
    graph = client.sign_in(scope="https://graph.microsoft.com/.default openid")["access_token"]
    assert client.subscriptions(graph).status_code == 401
    token = client.sign_in()["access_token"]
    assert client.subscriptions(token).status_code == 200
    client.advance(3599)
    assert client.subscriptions(token).status_code == 200
    client.advance(2)
    assert client.subscriptions(token).json()["error"]["code"] == "ExpiredAuthenticationToken"
    assert client.subscriptions(token[:-4] + "AAAA").status_code == 401


def test_discovery(client: Client) -> None:
    contoso = client.world.directory.tenant_id("contoso")
    found = client.send("GET", "/contoso.onmicrosoft.example/v2.0/.well-known/openid-configuration").json()
    assert found["issuer"] == f"{client.profile['authority']}/{contoso}/v2.0"
    asked = f"{client.profile['authority']}/common/oauth2/v2.0/authorize"
    instance = client.send("GET", "/common/discovery/instance", params={"authorization_endpoint": asked}).json()
    assert client.send("GET", instance["tenant_discovery_endpoint"]).status_code == 200


def test_an_unknown_route_answers_in_entras_shape(client: Client) -> None:
    assert client.send("GET", "/common/oauth2/v2.0/nothing").json()["error"] == "NotFound"
    assert client.send("GET", "/common/oauth2/v2.0/token").status_code == 405


# Consent for Adobe's application


def consent_page(client: Client, user: str = "alice", tenant: str = "common") -> requests.Response:
    address = client.platform("GET", "/byok/app-registration").json()["applicationRedirectUrl"]
    page = client.send("GET", address.replace("/common/", f"/{tenant}/"))
    return client.press(page, user=client.world.directory.users[user].upn)


def principals(client: Client) -> list[tuple[str, bool]]:
    adobe = client.world.adobe.app_id
    return [
        (each["tenant"], each["consented"])
        for each in client.state()["directory"]["service_principals"]
        if each["app_id"] == adobe
    ]


def test_consent_names_everything_and_creates_the_principal(client: Client) -> None:
    page = consent_page(client)
    for text in ("acp3c5fmultitenantapp", "Adobe Inc.", "User.Read", "Contoso", "PRACTICE", client.world.adobe.app_id):
        assert text in page.text
    back = client.press(page, decision="accept")
    assert back.headers["Location"].startswith(f"{client.profile['authority']}/experience?code=")
    assert principals(client) == [(client.world.directory.tenant_id("contoso"), True)]
    assert client.state()["applied"] == {"consent.grant": 1}
    assert client.log()[-1]["applied"] == "consent.grant"
    assert "code" in location(client.send("GET", consent_address(client)))  # a second time there is nothing to ask


def consent_address(client: Client) -> str:
    address: str = client.platform("GET", "/byok/app-registration").json()["applicationRedirectUrl"]
    return address


def test_consent_lands_in_the_tenant_of_the_address(client: Client) -> None:
    fabrikam = client.world.directory.tenant_id("fabrikam")
    directory = client.world.directory
    directory.users["alice"].roles[fabrikam] = ["Cloud Application Administrator"]
    client.press(consent_page(client, tenant=fabrikam), decision="accept")
    assert principals(client) == [(fabrikam, True)]


def test_consent_declined(client: Client) -> None:
    back = location(client.press(consent_page(client), decision="cancel"))
    assert back["error"] == "access_denied"
    assert back["error_description"].startswith("AADSTS65004")
    assert principals(client) == []
    assert client.state()["applied"] == {}
    assert "was not accepted" in client.send("GET", "/experience", params=back).text


def test_consent_needs_an_administrator(client: Client) -> None:
    page = consent_page(client, "victor")
    assert "An administrator must approve this" in page.text
    assert client.press(page, decision="accept").status_code == 403
    assert location(client.press(page, decision="cancel"))["error_description"].startswith("AADSTS90094")
    assert principals(client) == []


def test_browsers_meet_no_certificate_warning(client: Client) -> None:
    browser = client.profile["browser"]
    address = consent_address(client).replace(client.profile["authority"], browser, 1)
    page = client.press(client.send("GET", address), user="alice@contoso.example")
    back = client.press(page, decision="accept")
    assert back.headers["Location"].startswith(f"{browser}/experience?")
    assert client.send("GET", back.headers["Location"]).status_code == 200


def test_the_browser_port_serves_pages_alone(client: Client) -> None:
    browser = client.profile["browser"]
    for path in ("/subscriptions?api-version=2022-12-01", "/practice/state", "/graph/v1.0/me", "/ims/token/v3"):
        assert client.send("GET", browser + path).status_code == 421
    assert client.send("POST", browser + "/common/oauth2/v2.0/token", data={}).status_code == 404
