"""Whatever a client sends, it gets an answer of the service; the practice cloud itself never fails."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.practice.azure_support import AUTHORIZATION_API, KEY_VAULT_API, RESOURCES_API, Azure

ODD: tuple[Any, ...] = (None, True, -5, 10**30, "", "ß" * 300, [], [5], [[]], {}, {"a": {"b": []}})
ROLE = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"

Request = tuple[str, str, str, Any, str | None]  # service, method, path, a body that is right, api version


def requests_of(azure: Azure) -> dict[str, Request]:
    vault = azure.vault_path("kv-bodies")
    sku = {"family": "A", "name": "premium"}
    acls = {"bypass": "None", "defaultAction": "Deny", "ipRules": [{"value": "1.2.3.4"}], "virtualNetworkRules": []}
    policy = {"tenantId": azure.tenant, "objectId": str(uuid.uuid4()), "permissions": {"keys": ["get"]}}
    properties = {
        "tenantId": azure.tenant,
        "sku": sku,
        "accessPolicies": [policy],
        "networkAcls": acls,
        "enableRbacAuthorization": True,
        "enablePurgeProtection": True,
        "softDeleteRetentionInDays": 90,
        "publicNetworkAccess": "Enabled",
        "enabledForDeployment": False,
        "createMode": "default",
    }
    key = {"kty": "RSA", "keySize": 3072, "keyOps": ["wrapKey"], "attributes": {"enabled": True, "exp": 1, "nbf": 1}}
    data_key = {"kty": "RSA", "key_size": 2048, "key_ops": ["wrapKey"], "attributes": {"exp": 1}, "tags": {"a": "b"}}
    assignment = {
        "roleDefinitionId": f"/x/{ROLE}",
        "principalId": azure.world.directory.users["victor"].object_ids[azure.tenant],
        "principalType": "User",
        "description": "why",
        "condition": "c",
        "conditionVersion": "2.0",
    }
    authorization = f"{vault}/providers/Microsoft.Authorization"
    rotation = {
        "lifetimeActions": [{"trigger": {"timeAfterCreate": "P1Y"}, "action": {"type": "Rotate"}}],
        "attributes": {"expiryTime": "P2Y"},
    }
    provider = f"/subscriptions/{azure.subscription}/providers/Microsoft.KeyVault"
    graph_query = {"query": "resources", "subscriptions": [], "options": {"$top": 1, "$skipToken": "MA=="}}
    return {
        "group": ("arm", "PUT", azure.group, {"location": "westeurope", "tags": {"a": "b"}}, RESOURCES_API),
        "vault": ("arm", "PUT", vault, {"location": "westeurope", "tags": {}, "properties": properties}, KEY_VAULT_API),
        "vault patch": ("arm", "PATCH", vault, {"tags": {"a": "b"}, "properties": properties}, KEY_VAULT_API),
        "vault key": ("arm", "PUT", f"{vault}/keys/odd", {"properties": key, "tags": {}}, KEY_VAULT_API),
        "name": ("arm", "POST", f"{provider}/checkNameAvailability", {"name": "a", "type": "t"}, KEY_VAULT_API),
        "role": (
            "arm",
            "PUT",
            f"{authorization}/roleAssignments/{uuid.uuid4()}",
            {"properties": assignment},
            AUTHORIZATION_API,
        ),
        "lock": ("arm", "PUT", f"{authorization}/locks/l", {"properties": {"level": "x", "notes": "y"}}, "2020-05-01"),
        "query": ("arm", "POST", "/providers/Microsoft.ResourceGraph/resources", graph_query, "2021-03-01"),
        "key": ("vault", "POST", "/keys/odd/create", data_key, None),
        "key patch": ("vault", "PATCH", "/keys/right", data_key, None),
        "rotation": ("vault", "PUT", "/keys/right/rotationpolicy", rotation, None),
        "wrap": ("vault", "POST", "/keys/right/wrapkey", {"alg": "RSA-OAEP", "value": "AAAA"}, None),
        "unwrap": ("vault", "POST", "/keys/right/unwrapkey", {"alg": "RSA-OAEP", "value": "AAAA"}, None),
        "principal": ("graph", "POST", "/servicePrincipals", {"appId": "x"}, None),
        "objects": ("graph", "POST", "/directoryObjects/getByIds", {"ids": ["x"], "types": ["user"]}, None),
    }


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a body, the whole first."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def replaced(body: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    whole = copy.deepcopy(body)
    part = whole
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = odd
    return whole


def send(azure: Azure, request: Request, body: Any) -> requests.Response:
    service, method, path, _, api = request
    if service == "graph":
        return azure.graph(method, path, body)
    if service == "vault":
        return azure.data(method, "kv-bodies", path, body)
    return azure.call(method, path, body, api=api)


def test_odd_values_in_every_place(azure: Azure) -> None:
    azure.create_vault("kv-bodies")
    azure.grant("alice", "Key Vault Administrator", "kv-bodies")
    azure.data("POST", "kv-bodies", "/keys/right/create", {"kty": "RSA", "key_size": 2048})
    tried = 0
    for name, request in requests_of(azure).items():
        for path in places(request[3]):
            for odd in ODD:
                before = dict(azure.world.applied)
                reply = send(azure, request, replaced(request[3], path, odd))
                where = f"{name} with {odd!r:.40} at {path}: {reply.status_code} {reply.text[:200]}"
                assert reply.status_code < 500, where
                assert reply.status_code < 400 or reply.json()["error"]["code"], where
                assert reply.status_code < 400 or azure.world.applied == before, where
                tried += 1
    assert tried > 500


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_bodies_that_are_no_json(azure: Azure, body: bytes) -> None:
    azure.create_vault("kv-bodies")
    azure.grant("alice", "Key Vault Administrator", "kv-bodies")
    for address, audience, api in (
        (azure.origin + azure.vault_path("kv-bodies"), "https://management.azure.com", KEY_VAULT_API),
        (azure.origin + azure.group, "https://management.azure.com", RESOURCES_API),
        (f"{azure.origin}/graph/v1.0/servicePrincipals", "https://graph.microsoft.com", ""),
        (f"https://kv-bodies.vault.localhost:{azure.world.port}/keys/k/create", "https://vault.azure.net", "7.4"),
    ):
        reply = azure.session.request(
            "PUT" if "subscriptions" in address else "POST",
            address,
            params={"api-version": api} if api else None,
            data=body,
            headers={"Authorization": f"Bearer {azure.token('alice', audience)}", "Content-Type": "application/json"},
        )
        assert reply.status_code == 400, reply.text
        assert reply.json()["error"]["code"]
