"""Who is signed in: whether the account is at home in the directory, and whether it is a personal one."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from cmkwizard.clouds.azure.accounts import account_of_token
from tests.clouds.conftest import Practice

HOME, OTHER = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01", "c9e4b7a0-52d8-4e1f-8b3c-6a7d9f0e1b02"
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
PERSON = "a11ce000-3f5b-4d0e-9c8a-5b1d7e2f3a01"
CASES: dict[str, tuple[dict[str, str], str, tuple[bool, bool]]] = {
    "at home": ({"upn": "a@contoso.example"}, "", (False, False)),
    "at home, said twice": ({"idp": f"https://sts.windows.net/{HOME}/"}, f"{PERSON}.{HOME}", (False, False)),
    "another directory vouches": ({"idp": f"https://sts.windows.net/{OTHER}/"}, "", (True, False)),
    "at home elsewhere": ({"upn": "a@contoso.example"}, f"{PERSON}.{OTHER}", (True, False)),
    "an invited name": ({"upn": "a_example.com#EXT#@contoso.example"}, "", (True, False)),
    "a personal guest": ({"idp": "live.com"}, "", (True, True)),
    "a personal name": ({"unique_name": "live.com#a@outlook.com"}, "", (True, True)),
    "a personal home": ({"upn": "a@outlook.com"}, f"{PERSON}.{PERSONAL}", (True, True)),
    "in the directory of personal accounts": ({"tid": PERSONAL}, f"{PERSON}.{PERSONAL}", (False, True)),
}


@pytest.mark.parametrize("case", CASES)
def test_where_an_account_is_at_home(practice: Practice, case: str) -> None:
    claims, home, expected = CASES[case]
    content: dict[str, Any] = {"tid": HOME, "oid": PERSON, "name": "Alice", **claims}
    account = account_of_token(jwt.encode(content, "x" * 32), practice.profile, home)
    assert (account.guest, account.personal) == expected
    assert account.home_id == home or account.home_id.startswith(f"{PERSON}.")
