"""Microsoft Graph in the practice cloud: service principals, people and the organisation."""

from __future__ import annotations

from tests.practice.azure_support import ARM, Azure, error_code

ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
BY_APP = f"/servicePrincipals(appId='{ADOBE}')"


def test_an_app_is_absent_until_it_is_added_and_replicated(azure: Azure) -> None:
    azure.world.directory.replication_s = 30
    assert error_code(azure.graph("GET", BY_APP)) == (404, "Request_ResourceNotFound")
    created = azure.graph("POST", "/servicePrincipals", {"appId": ADOBE})
    assert created.status_code == 201
    assert azure.graph("GET", BY_APP).status_code == 404
    azure.world.clock.advance(30)
    found = azure.graph("GET", f"{BY_APP}?$select=id,appId,displayName,accountEnabled,appOwnerOrganizationId").json()
    assert found.pop("@odata.context")
    assert found == {
        "id": created.json()["id"],
        "appId": ADOBE,
        "displayName": "acp3c5fmultitenantapp",
        "accountEnabled": True,
        "appOwnerOrganizationId": azure.world.directory.tenant_id("adobe"),
    }
    for condition in (f"appId eq '{ADOBE}'", f"servicePrincipalNames/any(c:c eq '{ADOBE}')"):
        listed = azure.graph("GET", f"/servicePrincipals?$filter={condition}").json()["value"]
        assert [each["id"] for each in listed] == [found["id"]]
    assert azure.world.applied == {"service_principal.create": 1}


def test_adding_twice_is_a_conflict_or_nothing(azure: Azure) -> None:
    assert error_code(azure.graph("PATCH", BY_APP, {}))[0] == 404
    missing = {"Prefer": "create-if-missing"}
    assert azure.graph("PATCH", BY_APP, {}, headers=missing).status_code == 201
    assert azure.graph("PATCH", BY_APP, {}, headers=missing).status_code == 204
    again = azure.graph("POST", "/servicePrincipals", {"appId": ADOBE})
    assert error_code(again) == (409, "Request_MultipleObjectsWithSameKeyValue")
    unknown = azure.graph("POST", "/servicePrincipals", {"appId": "00000000-0000-0000-0000-000000000000"})
    assert error_code(unknown) == (400, "Request_BadRequest")


def test_adding_needs_a_directory_role(azure: Azure) -> None:
    refused = azure.graph("POST", "/servicePrincipals", {"appId": ADOBE}, who="victor")
    assert error_code(refused) == (403, "Authorization_RequestDenied")
    assert azure.world.applied == {}


def test_people_and_the_organisation(azure: Azure) -> None:
    assert azure.graph("GET", "/me", who="victor").json()["userPrincipalName"] == "victor@contoso.example"
    assert azure.graph("GET", "/users/alice@contoso.example").json()["displayName"] == "Alice Archer"
    named = azure.graph("GET", "/users?$filter=startswith(displayName,'Vic')").json()["value"]
    assert [each["displayName"] for each in named] == ["Victor Vale"]
    assert azure.graph("GET", "/organization").json()["value"][0]["displayName"] == "Contoso"
    alice = azure.world.directory.users["alice"].object_ids[azure.tenant]
    body = {"ids": [alice, ADOBE], "types": ["user", "group", "servicePrincipal"]}
    found = azure.graph("POST", "/directoryObjects/getByIds", body).json()["value"]
    assert [(each["@odata.type"], each["id"]) for each in found] == [("#microsoft.graph.user", alice)]


def test_what_is_not_there_is_refused_in_graphs_shape(azure: Azure) -> None:
    assert azure.graph("GET", f"/applications?$filter=appId eq '{ADOBE}'").json()["value"] == []
    for path in (f"/applications/{ADOBE}", "/users/nobody", "/servicePrincipals/x", "/directoryObjects/x"):
        assert error_code(azure.graph("GET", path)) == (404, "Request_ResourceNotFound")
    assert azure.graph("GET", "/nothing").json()["error"]["code"]
    wrong = azure.call("GET", f"{azure.origin}/graph/v1.0/me", api=None, audience=ARM)
    assert error_code(wrong) == (401, "InvalidAuthenticationToken")


def test_long_lists_come_in_pages(azure: Azure) -> None:
    first = azure.graph("GET", "/users?$top=1").json()
    assert len(first["value"]) == 1
    rest = azure.call("GET", first["@odata.nextLink"], api=None, audience="https://graph.microsoft.com").json()
    assert rest["value"][0]["id"] != first["value"][0]["id"]
