"""The consent address: only what the grammar lists is built anew; nothing else is ever opened."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.core.addresses import ConsentRules, rebuild_consent_address
from cmkwizard.core.problems import Kind, Problem

APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
TENANT = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
HOST = "https://login.microsoftonline.com"
LANDING = "https://experience.adobe.com"
GOOD = f"{HOST}/common/oauth2/authorize?response_type=code&client_id={APP}&redirect_uri={LANDING}&scope=user.read"


def rebuild(text: str, rules: ConsentRules = PUBLIC.consent_rules) -> str:
    return rebuild_consent_address(text, application_id=APP, tenant_id=TENANT, rules=rules)


def test_the_address_is_built_for_the_chosen_tenant() -> None:
    assert rebuild(GOOD) == (
        f"{HOST}/{TENANT}/oauth2/authorize?response_type=code&client_id={APP}"
        "&redirect_uri=https%3A%2F%2Fexperience.adobe.com&scope=user.read"
    )


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("/common/", "/organizations/"),
        GOOD.replace("/common/", f"/{TENANT}/"),
        GOOD.replace("/common/", f"/{TENANT.upper()}/"),
        GOOD.replace("oauth2/authorize", "oauth2/v2.0/authorize"),
        GOOD.replace(APP, APP.upper()),
        GOOD.replace("user.read", "User.Read"),
        GOOD.replace("user.read", "openid+profile+user.read"),
        GOOD.replace("user.read", "openid%20user.read"),
        GOOD.replace(LANDING, "https%3A%2F%2Fexperience.adobe.com%2Fcmk"),
        GOOD.replace(LANDING, "https://adobe.com/"),
        GOOD.replace("response_type=code&", ""),
        f"{HOST}/common/oauth2/authorize?scope=user.read&redirect_uri={LANDING}&client_id={APP}",
    ],
)
def test_what_adobe_may_answer_is_taken(text: str) -> None:
    parts = urlsplit(rebuild(text))
    assert parts.path.split("/")[1] == TENANT
    assert parse_qs(parts.query)["client_id"] == [APP]


BAD = [
    "",
    "https://",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "smb://login.microsoftonline.com/common/oauth2/authorize?client_id=" + APP,
    GOOD.replace("https://login", "http://login"),
    GOOD.replace("https://login", "HTTPS://login"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.com.evil.example"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.com@evil.example"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.com%40evil.example"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.com\\@evil.example"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.com\t.evil.example"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.com\n"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.com:8443"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.com."),
    GOOD.replace("login.microsoftonline.com", "LOGIN.microsoftonline.com"),
    GOOD.replace("login.microsoftonline.com", "login.microsoftonline.co"),
    GOOD.replace("login.microsoftonline.com", "evil.login.microsoftonline.com"),
    GOOD.replace("login.microsoftonline.com", "login-microsoftonline.com"),
    GOOD.replace("login.microsoftonline.com", "lоgin.microsoftonline.com"),
    GOOD.replace("login.microsoftonline.com", "xn--lgin-7qa.microsoftonline.com"),
    GOOD.replace("login.microsoftonline.com", "127.0.0.1"),
    GOOD.replace("https://login", "https://user@login"),
    GOOD.replace("https://login", "https:///login"),
    GOOD.replace("https://login", "https:/login"),
    GOOD.replace("https://login", " https://login"),
    GOOD.replace("https://login", "https://login.evil.example/https://login"),
    GOOD.replace("/common/", "/11111111-1111-4111-8111-111111111111/"),
    GOOD.replace("/common/", "/evil.example/"),
    GOOD.replace("/common/", "/common/../evil/"),
    GOOD.replace("/common/", "/common//"),
    GOOD.replace("/common/", "//common/"),
    GOOD.replace("/authorize", "/authorize/"),
    GOOD.replace("/authorize", "/token"),
    GOOD.replace("/oauth2/authorize", "/adminconsent"),
    GOOD.replace("/oauth2/", "/oauth2/v1.0/"),
    GOOD.replace(APP, "11111111-1111-4111-8111-111111111111"),
    GOOD.replace(APP, ""),
    GOOD.replace(APP, APP + "0"),
    GOOD + f"&client_id={APP}",
    GOOD + "&client_id=11111111-1111-4111-8111-111111111111",
    GOOD + "&prompt=none",
    GOOD + "&prompt=admin_consent",
    GOOD + "&state=1",
    GOOD + "&resource=https://graph.microsoft.com",
    GOOD + "&response_mode=form_post",
    GOOD + "&Client_Id=" + APP,
    GOOD + "&",
    GOOD + "&x",
    GOOD + "#fragment",
    GOOD.replace("user.read", "user.read+Directory.ReadWrite.All"),
    GOOD.replace("user.read", "https://graph.microsoft.com/.default"),
    GOOD.replace("user.read", "offline_access+user.read"),
    GOOD.replace("user.read", ""),
    GOOD.replace("&scope=user.read", ""),
    GOOD.replace("code&", "token&"),
    GOOD.replace("code&", "code+id_token&"),
    GOOD.replace(LANDING, "https://evil.example"),
    GOOD.replace(LANDING, "https://adobe.com.evil.example"),
    GOOD.replace(LANDING, "https://eviladobe.com"),
    GOOD.replace(LANDING, "https://adobe.com@evil.example"),
    GOOD.replace(LANDING, "https://evil.example%2F.adobe.com"),
    GOOD.replace(LANDING, "https://evil.example%23.adobe.com"),
    GOOD.replace(LANDING, "https://evil.example%5c.adobe.com"),
    GOOD.replace(LANDING, "https://-.adobe.com"),
    GOOD.replace(LANDING, "https://.adobe.com"),
    GOOD.replace(LANDING, "https://x.adobe.com:8443"),
    GOOD.replace(LANDING, "http://experience.adobe.com"),
    GOOD.replace(LANDING, "myapp://experience.adobe.com"),
    GOOD.replace(LANDING, "https://experience.adobe.com%3Fnext=https://evil.example"),
    GOOD.replace(LANDING, ""),
    GOOD.replace(f"&redirect_uri={LANDING}", ""),
    GOOD.replace("https://experience", "https%253A%252F%252Fexperience"),
    GOOD.replace("user.read", "user.read%00"),
    GOOD.replace("user.read", "user.read%ff"),
    GOOD.replace("response_type", "response%5ftype"),
    GOOD + "&scope=user.read" + "x" * 4000,
]


@pytest.mark.parametrize("text", BAD)
def test_what_is_not_exactly_such_an_address_is_refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        rebuild(text)
    assert caught.value.kind is Kind.UNTRUSTED
    assert caught.value.remedy


def test_the_corpus_is_large_enough() -> None:
    assert len(set(BAD)) >= 60


def test_a_malformed_application_id_is_no_match_for_itself() -> None:
    with pytest.raises(Problem):
        rebuild_consent_address(
            GOOD.replace(APP, "x"), application_id="x", tenant_id=TENANT, rules=PUBLIC.consent_rules
        )
    with pytest.raises(Problem):
        rebuild_consent_address(GOOD, application_id=APP, tenant_id="common", rules=PUBLIC.consent_rules)


def test_practice_hosts_come_in_through_their_own_rules_alone() -> None:
    practice = ConsentRules(sign_in=("localhost:9443",), landing=("localhost:9443",))
    text = GOOD.replace("login.microsoftonline.com", "localhost:9443").replace(
        LANDING, "https://localhost:9443/experience"
    )
    assert rebuild(text, practice).startswith(f"https://localhost:9443/{TENANT}/oauth2/authorize?")
    for bad, rules in ((text, PUBLIC.consent_rules), (GOOD, practice)):
        with pytest.raises(Problem):
            rebuild(bad, rules)


PIECES = st.sampled_from(
    [
        *["@", "\\", "%40", "%2f", "/", "//", ".", "..", ":", "#", "?", "&", "=", "\t", "\n", "\x00", "%00"],
        *["evil.example", "&scope=Mail.Read", "&client_id=x", "https://", "com", "microsoftonline", "adobe.com"],
        *[";", " ", "+", "İ", "ﬀ"],
    ]
)


@settings(max_examples=2000)
@given(st.data())
def test_no_mutation_leads_out_of_the_grammar(data: st.DataObject) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 6))
        piece = data.draw(st.one_of(PIECES, st.text(max_size=3), st.just("")))
        text = text[:at] + piece + text[at + cut :]
    try:
        address = rebuild(text)
    except Problem as problem:
        assert problem.kind is Kind.UNTRUSTED  # noqa: PT017 - both ways are good
        return
    parts = urlsplit(address)
    query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "login.microsoftonline.com", "")
    assert parts.path in (f"/{TENANT}/oauth2/authorize", f"/{TENANT}/oauth2/v2.0/authorize")
    assert set(query) == {"response_type", "client_id", "redirect_uri", "scope"}
    assert query["client_id"] == [APP]
    assert query["response_type"] == ["code"]
    assert set(query["scope"][0].lower().split()) <= {"user.read", "openid", "profile"}
    landing = urlsplit(query["redirect_uri"][0])
    assert landing.scheme == "https"
    assert landing.netloc == "adobe.com" or landing.netloc.endswith(".adobe.com")
    assert landing.username is None
