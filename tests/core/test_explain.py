"""Pasted text, whatever its form: what is known in it is found, the most exact first, and no secret is said again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.explain import LONGEST, MOST, Explanation, as_text, explain, recognised
from cmkwizard.core.remedies.adobe import KEY_ACCESS_DISABLED, KEY_ACCESS_FAILURE
from cmkwizard.core.remedies.table import REMEDIES

TRACE, CORRELATION = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01", "0d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a02"


def codes(text: str) -> list[str]:
    return [each.code for each in explain(text)]


def only(text: str) -> Explanation:
    found = explain(text)
    assert len(found) == 1, found
    return found[0]


def test_the_inner_code_decides_and_the_outer_one_says_nothing_more() -> None:
    text = '{"error": {"code": "Forbidden", "message": "Caller is not…", "innererror": {"code": "ForbiddenByRbac"}}}'
    assert only(text).code == "ForbiddenByRbac"


def test_a_general_code_of_another_service_is_told_as_well() -> None:
    assert codes("first (Forbidden), then error_code: 403027 of Adobe") == ["403027", "Forbidden"]


def test_the_same_thing_is_explained_once() -> None:
    assert codes("AADSTS50076 and AADSTS50079, AADSTS50076 again") == ["AADSTS50076"]


def test_an_own_address_is_told_apart_from_adobes() -> None:
    text = "Client address is not authorized and caller is not a trusted service.\nClient address: {}\nCaller: appid"
    mine, adobes = only(text.format("203.0.113.7")), only(text.format("20.88.123.53"))
    assert mine.code == adobes.code == "ForbiddenByFirewall"
    assert "203.0.113.7" in mine.cause
    assert "nothing about whether Adobe is let in" in mine.cause
    assert "that is Adobe's address, not yours" in adobes.cause
    assert "20.88.123.53/32" in adobes.remedy


def test_trusted_services_that_are_kept_out_are_more_exact_than_the_firewall() -> None:
    text = (
        "(Forbidden) Request was not allowed by NSP rules and the client address is not authorized and caller was "
        'ignored because bypass is set to None\r\nClient address: 203.0.113.7\nInner error: {"code": '
        '"ForbiddenByFirewall"}'
    )
    found = only(text)
    assert found.code == "bypass is set to None"
    assert "AzureServices" in found.remedy


def test_the_policy_is_named_with_its_assignment_and_scope() -> None:
    text = (
        '{"error":{"code":"RequestDisallowedByPolicy","message":"Resource \'kv\' was disallowed by policy.",'
        '"additionalInfo":[{"type":"PolicyViolation","info":{"policyDefinitionDisplayName":"Allowed locations",'
        '"policyAssignmentDisplayName":"EU only","policyAssignmentScope":"/subscriptions/0b1f4e7a"}}]}}'
    )
    found = only(text)
    assert "“Allowed locations” (assignment “EU only”), assigned at /subscriptions/0b1f4e7a" in found.cause
    assert found.who == "the owner of the Azure Policy"


def test_the_policy_is_named_from_the_older_message_too() -> None:
    text = (
        "(RequestDisallowedByPolicy) Resource 'kv' was disallowed by policy. Policy identifiers: "
        '\'[{"policyAssignment":{"name":"Allowed locations","id":"/subscriptions/x"}}]\'.'
    )
    assert "“Allowed locations”" in only(text).cause


def test_the_lock_is_named_where_the_service_says_it() -> None:
    text = (
        "(ScopeLocked) The scope '/subscriptions/a/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv' cannot "
        "perform write operation because following scope(s) are locked: '/subscriptions/a/resourceGroups/rg'. "
        "Please remove the lock and try again."
    )
    assert only(text).cause.endswith("The lock sits at /subscriptions/a/resourceGroups/rg.")


def test_a_linked_right_is_named() -> None:
    text = (
        "(LinkedAuthorizationFailed) The client 'x' with object id 'y' has permission to perform action "
        "'Microsoft.KeyVault/vaults/write' on scope '/subscriptions/a'; however, it does not have permission to "
        "perform action 'Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action' on the linked "
        "scope(s) '/subscriptions/a/resourceGroups/net' or the linked scope(s) are invalid."
    )
    cause = only(text).cause
    assert "joinViaServiceEndpoint/action on /subscriptions/a/resourceGroups/net." in cause


def test_what_support_asks_for_is_quoted() -> None:
    text = (
        f"AADSTS53003: Access has been blocked by Conditional Access policies. Trace ID: {TRACE} "
        f"Correlation ID: {CORRELATION} Timestamp: 2026-11-24 10:11:12Z"
    )
    found = only(text)
    assert dict(found.ids) == {"Trace id": TRACE, "Correlation id": CORRELATION, "Time": "2026-11-24 10:11:12Z"}
    shown = as_text((found,))
    for part in ("AADSTS53003: ", "Who can do it: an Entra administrator", TRACE, CORRELATION, "2026-11-24 10:11:12Z"):
        assert part in shown


@pytest.mark.parametrize(
    ("text", "seen", "whom"),
    [
        ("AADSTS9999991: Something new happened.", "AADSTS9999991", "Microsoft support"),
        ('{"error": {"code": "BrandNewCode", "message": "Azure says no"}}', "BrandNewCode", "Microsoft support"),
        ('{"error_code": "499999", "message": "New. Adobe Experience Platform"}', "499999", "Adobe support"),
        ("requests.exceptions.ChunkedEncodingError: broken", "ChunkedEncodingError", "whoever looks after"),
        ("It does not work.", "", "whoever looks after"),
    ],
)
def test_an_unknown_error_says_so_and_what_to_send_to_whom(text: str, seen: str, whom: str) -> None:
    found = only(text)
    assert not found.known
    assert not recognised((found,))
    assert found.cause == "This program does not know this error."
    assert seen in found.code
    assert found.who.startswith(whom)
    assert found.remedy.startswith(f"Ask {whom}")
    assert seen in as_text((found,))


def test_nothing_is_explained_where_there_is_nothing() -> None:
    assert explain("") == explain(" \n\t ") == ()


def test_an_alert_warns_of_the_purge_and_promises_nothing() -> None:
    disabled = only("Experience Platform alert\n> Key access\n> disabled\nOrganisation 4D1F@AdobeOrg")
    assert disabled.code == KEY_ACCESS_DISABLED
    assert "purges all data of the organisation" in disabled.cause
    assert "cannot know how much time is left" in disabled.cause
    assert "Adobe support" in disabled.who
    failure = only("Key access failure")
    assert failure.code == KEY_ACCESS_FAILURE
    assert "do not wait" in failure.cause
    assert "whether a purge is under way" in failure.remedy
    for word in ("will be recovered", "is safe", "will not be purged", "guarantee"):
        assert word not in disabled.cause + disabled.remedy + failure.cause + failure.remedy


@pytest.mark.parametrize("quotes", ["Couldn't start an HTTP server", "Couldn\u2019t start\u00a0an  HTTP server"])
def test_what_mail_makes_of_a_text_is_read_all_the_same(quotes: str) -> None:
    assert codes(f"azure.identity: {quotes} on localhost")[0].startswith("Couldn't start")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sign-in error code 50076", "AADSTS50076"),
        ("aadsts700016: app was not found", "AADSTS700016"),
        ("Need admin approval\nAdobe needs permission to access resources", "AADSTS90094"),
        (
            "New-AzKeyVault: The vault name 'kv' is already in use. Vault names are globally unique",
            "VaultAlreadyExists",
        ),
        ('Status=403 Code="Forbidden" InnerError={"code":"ForbiddenByRbac"}', "ForbiddenByRbac"),
        ("500 Server Error: Internal Server Error for url: https://platform.adobe.io/data", "5xx Adobe"),
        ("Oauth token is not valid", "401013"),
        ("User region is missing", "403027"),
        ("The client 'a' does not have authorization to perform action 'x/y/z'", "AuthorizationFailed"),
    ],
)
def test_what_portals_and_other_programs_make_of_an_error_is_read_too(text: str, code: str) -> None:
    assert only(text).code == code


def test_a_right_is_named_where_the_vault_itself_says_it() -> None:
    text = (
        'Message="Caller is not authorized to perform action on resource.\\r\\nCaller: appid=1\\r\\nAction: '
        "'Microsoft.KeyVault/vaults/keys/read'\\r\\nResource: '/subscriptions/s/resourcegroups/rg'\\r\\nVault: "
        'kv;location=westeurope"'
    )
    found = only(text)
    assert "Microsoft.KeyVault/vaults/keys/read on /subscriptions/s/resourcegroups/rg." in found.cause
    assert ("Vault", "kv") in found.ids


@pytest.mark.parametrize(
    "text",
    [
        "The report has 403027 lines.",
        "It took 429 ms.",
        "We waited 404 days for a configuration of Adobe.",
        "All is well with the key.",
    ],
)
def test_a_number_alone_is_no_code(text: str) -> None:
    assert not recognised(explain(text))


@pytest.mark.parametrize("text", ["429", " 407. ", "403027", "http 429", "Status code: 429", '"status": 429', "(429)"])
def test_a_number_that_stands_alone_or_is_called_a_status_is_one(text: str) -> None:
    assert recognised(explain(text))


SECRETS = (
    "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl",
    "client_secret=p8e-canary1234567890",
    '{"refresh_token": "canary-7Qx81Zm-canary"}',
    "https://alice:canary-7Qx81Zm@proxy.example:8080/",
    "request_id: eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl",
    "error: client_secret=canary-7Qx81Zm, code: x",
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["AADSTS7000218: {}", "{} BrandNewError", "{}"])
def test_no_secret_is_said_again(secret: str, around: str) -> None:
    shown = as_text(explain(around.format(secret)))
    assert shown
    for part in ("eyJ", "canary", "c2lnbmF0dXJl"):
        assert part not in shown


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_is_explained_or_called_unknown(text: str) -> None:
    found = explain(text)
    assert bool(found) == bool(text.strip())
    assert len(found) <= MOST
    assert all(each.cause and each.remedy and each.who for each in found)


WORDS = sorted(code for code in REMEDIES if code.isidentifier())


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.sampled_from([" ", "\n", ", ", "\t(", '"']))
def test_known_codes_are_found_in_any_company(found: list[str], between: str) -> None:
    explanations = explain(between.join(found))
    causes = {REMEDIES[code].cause for code in found}
    assert recognised(explanations)
    assert {each.cause for each in explanations} <= causes
    assert {REMEDIES[code].cause for code in found if not REMEDIES[code].general} <= {e.cause for e in explanations}


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    padding = "all is well. " * (LONGEST // 6)
    assert codes(f"AADSTS50076 {padding} ScopeLocked") == ["AADSTS50076", "ScopeLocked"]
