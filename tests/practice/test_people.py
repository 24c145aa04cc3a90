"""Who people are: their directory roles, guests, personal accounts; and applications that come, go and come again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.practice.azure_support import Azure, error_code
from tests.practice.client import Client, location

ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
ANALYTICS = "251e3919-1940-4296-bb8b-6b9a5e8a4805"
OWN_ROLES = "/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=roleTemplateId,displayName"
ENCRYPTION_USER = "Key Vault Crypto Service Encryption User"


def change(azure: Azure, directory: dict[str, Any]) -> dict[str, Any]:
    client = Client(azure.cloud)
    reply = client.control("PATCH", "/world", {"directory": directory})
    client.session.close()
    assert reply.status_code == 200, reply.text
    state: dict[str, Any] = reply.json()
    return state


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("alice", ["62e90394-69f5-4237-9190-012177145e10"]),
        ("erin", ["158c047a-c907-4556-b7ef-446551a6b5f7"]),
        ("val", []),
        ("ada", []),
    ],
)
def test_own_directory_roles(azure: Azure, who: str, expected: list[str]) -> None:
    found = azure.graph("GET", OWN_ROLES, who=who).json()["value"]
    assert [each["roleTemplateId"] for each in found] == expected


def test_roles_change(azure: Azure) -> None:
    change(azure, {"users": {"val": {"roles": ["Application Administrator", "Privileged Role Administrator"]}}})
    found = azure.graph("GET", OWN_ROLES, who="val").json()["value"]
    assert [each["roleTemplateId"] for each in found] == [
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "e8611ab8-c189-46e8-94e1-60213ab1f814",
    ]


def test_each_of_the_three_holds_their_part_alone(azure: Azure) -> None:
    vault = {
        "location": "westeurope",
        "properties": {"tenantId": azure.tenant, "sku": {"family": "A", "name": "premium"}},
    }
    place = azure.vault_path("kv-three")
    assert azure.graph("POST", "/servicePrincipals", {"appId": ADOBE}, who="val").status_code == 403
    assert azure.graph("POST", "/servicePrincipals", {"appId": ADOBE}, who="erin").status_code == 201
    for who in ("erin", "ada"):
        assert azure.call("PUT", place, vault, who=who).status_code == 403
    assert azure.call("PUT", place, vault, who="val").status_code == 200
    assert azure.call("GET", place, who="ada").status_code == 200
    assert azure.call("GET", place, who="erin").status_code == 403


def test_an_application_that_came_again_has_left_its_role_behind(azure: Azure) -> None:
    change(azure, {"service_principals": {ADOBE: {"consent": "contoso"}}})
    azure.create_vault("kv-orphan")
    azure.grant(ADOBE, ENCRYPTION_USER, "kv-orphan")
    old = azure.world.directory.service_principal(azure.tenant, ADOBE)
    assert old
    assert old.consented
    change(azure, {"service_principals": {ADOBE: {"recreate": True}}})
    new = azure.world.directory.service_principal(azure.tenant, ADOBE)
    assert new
    assert new.object_id != old.object_id
    assert [each.principal_id for each in azure.estate.assignments.values() if "kv-orphan" in each.scope] == [
        old.object_id
    ]
    azure.world.clock.advance(azure.world.directory.replication_s)
    shown = azure.graph("GET", f"/servicePrincipals(appId='{ADOBE}')?$select=id,verifiedPublisher").json()
    assert (shown["id"], shown["verifiedPublisher"]["displayName"]) == (new.object_id, "Adobe Inc. (stand-in)")
    known = azure.graph("POST", "/directoryObjects/getByIds", {"ids": [old.object_id, new.object_id]}).json()["value"]
    assert [each["id"] for each in known] == [new.object_id]
    change(azure, {"service_principals": {ADOBE: {"enabled": False}}})
    assert azure.graph("GET", f"/servicePrincipals(appId='{ADOBE}')").json()["accountEnabled"] is False
    change(azure, {"service_principals": {ADOBE: None}})
    missing = azure.graph("GET", f"/servicePrincipals(appId='{ADOBE}')")
    assert error_code(missing) == (404, "Request_ResourceNotFound")


def claims(tokens: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Access token, id token, home account."""
    access, identity = (
        jwt.decode(tokens[each], options={"verify_signature": False}) for each in ("access_token", "id_token")
    )
    return access, identity, json.loads(base64.urlsafe_b64decode(tokens["client_info"] + "=="))


def test_tokens_tell_guests_from_members(client: Client) -> None:
    contoso, fabrikam = (client.world.directory.tenant_id(each) for each in ("contoso", "fabrikam"))
    access, identity, home = claims(client.sign_in())
    assert (access["upn"], "idp" in access, "idp" in identity) == ("alice@contoso.example", False, False)
    access, identity, home = claims(client.sign_in(tenant="fabrikam"))
    assert (access["tid"], access["unique_name"], "upn" in access) == (fabrikam, "alice@contoso.example", False)
    assert access["idp"] == identity["idp"] == f"https://sts.windows.net/{contoso}/"
    assert home["utid"] == contoso


def test_graph_names_guests_by_their_origin(azure: Azure) -> None:
    fabrikam = azure.world.directory.tenant_id("fabrikam")
    me = azure.graph("GET", "/me", tenant=fabrikam).json()
    assert me["userPrincipalName"] == "alice_contoso.example#EXT#@fabrikam.onmicrosoft.example"


def test_a_personal_account(start_cloud: Callable[..., Client], tmp_path: Path) -> None:
    scenario = tmp_path / "personal.toml"
    scenario.write_text('[directory.users.alice]\npersonal = true\nupn = "alice@outlook.example"\n')
    client = start_cloud(str(scenario))
    access, identity, home = claims(client.sign_in())
    assert (access["idp"], access["unique_name"]) == ("live.com", "live.com#alice@outlook.example")
    assert (identity["idp"], identity["preferred_username"]) == ("live.com", "alice@outlook.example")
    assert home["utid"] == "9188040d-6c67-4c5b-b112-36a304b66dad"


def test_journey_analytics_is_admitted_by_its_own_address(client: Client) -> None:
    address = (
        f"/common/oauth2/authorize?response_type=code&client_id={ANALYTICS}"
        "&redirect_uri=https://experience.adobe.com&scope=user.read"
    )
    consent = client.press(client.send("GET", client.profile["authority"] + address), user="erin@contoso.example")
    assert "Customer Journey Analytics" in consent.text
    back = client.press(consent, decision="accept")
    assert "code" in location(back)
    assert back.headers["Location"].startswith(f"{client.profile['authority']}/experience?"), "stays on this machine"
    assert client.state()["applied"] == {"consent.grant": 1}
    added = [each for each in client.state()["directory"]["service_principals"] if each["app_id"] == ANALYTICS]
    assert [each["consented"] for each in added] == [True]
