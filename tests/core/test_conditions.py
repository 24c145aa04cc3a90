"""Azure's conditions: what is understood is decided, and everything else is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.built_in_roles import OWNER, USER_ACCESS_ADMINISTRATOR
from cmkwizard.core.conditions import may_assign
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER as OURS

APP = "a0000000-0000-4000-8000-00000000000a"
WRITE = "ActionMatches{'Microsoft.Authorization/roleAssignments/write'}"
DELETE = "ActionMatches{'Microsoft.Authorization/roleAssignments/delete'}"
ROLE = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
KIND = "@Request[Microsoft.Authorization/roleAssignments:PrincipalType]"
WHO = "@Request[Microsoft.Authorization/roleAssignments:PrincipalId]"
REMOVED = "@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"


def only(test: str) -> str:
    """A condition as the portal writes it: for giving roles, and for removing them."""
    removing = test.replace("@Request", "@Resource")
    parts = (
        f"(\n (\n  !({action})\n )\n OR\n (\n  {part}\n )\n)" for action, part in ((WRITE, test), (DELETE, removing))
    )
    return "\nAND\n".join(parts)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (only(f"{ROLE} ForAnyOfAnyValues:GuidEquals {{{OWNER}, {OURS.upper()}}}"), True),
        (only(f"{ROLE} ForAnyOfAnyValues:GuidEquals {{{OWNER}}}"), False),
        (only(f"{ROLE} ForAnyOfAllValues:GuidNotEquals {{{OWNER}, {USER_ACCESS_ADMINISTRATOR}}}"), True),
        (only(f"{ROLE} ForAnyOfAllValues:GuidNotEquals {{{OWNER}, {OURS}}}"), False),
        (only(f"{ROLE} GuidEquals {OURS}"), True),
        (only(f"{KIND} StringEqualsIgnoreCase 'serviceprincipal'"), True),
        (only(f"{KIND} ForAnyOfAnyValues:StringEqualsIgnoreCase {{'User', 'Group'}}"), False),
        (only(f"{WHO} ForAnyOfAnyValues:GuidEquals {{{APP}}}"), True),
        (only(f"{WHO} ForAnyOfAnyValues:GuidEquals {{{OWNER}}}"), False),
        (only(f"{ROLE} GuidEquals {{{OURS}}} AND {KIND} StringEquals 'User'"), False),
        (only(f"{ROLE} GuidEquals {{{OWNER}}} || {KIND} StringEquals 'ServicePrincipal'"), True),
        (f"({WRITE} && !{DELETE})", True),
        ("!(ActionMatches{'Microsoft.Authorization/*'})", False),
        (f"NOT ({WRITE})", False),
        ("!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/read'})", True),
        # What one of two says for certain counts, whatever the other one says.
        (f"{REMOVED} GuidEquals {{{OURS}}} OR {WRITE}", True),
        (f"@Environment[isPrivateLink] StringEquals 'true' AND {DELETE}", False),
    ],
)
def test_what_is_understood(condition: str, expected: bool) -> None:
    assert may_assign(condition, OURS, APP) is expected


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "gibberish",
        f"{ROLE} GuidEquals",
        f"{ROLE} NumericEquals {{5}}",
        f"({WRITE}",
        f"{WRITE})",
        f"{REMOVED} GuidEquals {{{OURS}}}",
        "@Environment[UtcNow] DateTimeGreaterThan '2026-05-01T13:00:00.000Z'",
        "@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Team] StringEquals 'keys'",
        f"{WRITE} AND {DELETE} OR {WRITE}",
        "Exists @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]",
        "SubOperationMatches{'Blob.List'}",
        "(" * 400,
        "!" * 400,
        f"{ROLE} GuidEquals {ROLE}",
    ],
)
def test_what_is_not_understood_is_not_known(condition: str) -> None:
    assert may_assign(condition, OURS, APP) is None


def test_an_app_that_is_not_there_yet_has_no_id_to_compare() -> None:
    condition = only(f"{WHO} ForAnyOfAnyValues:GuidEquals {{{APP}}}")
    assert may_assign(condition, OURS) is None


@given(st.text(alphabet="()!&|{}'@[]ANDORactionMatches:, -x0", max_size=80))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    assert may_assign(text, OURS, APP) in (True, False, None)


@given(st.lists(st.uuids().map(str), min_size=1, max_size=8), st.booleans())
def test_a_list_of_roles_allows_those_in_it_alone(roles: list[str], ours: bool) -> None:
    named = [*roles, OURS] if ours else roles
    test = f"{ROLE} ForAnyOfAnyValues:GuidEquals {{{', '.join(named)}}}"
    assert may_assign(only(test), OURS) is ours
