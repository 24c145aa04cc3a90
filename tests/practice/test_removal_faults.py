"""Removing a role assignment under every fault that an act sent once has to live with: in Azure and inside an HSM."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.practice.client import ARM_SCOPE, Client, location

ENCRYPTION_USER = "Key Vault Crypto Service Encryption User"
ALICE = "alice@contoso.example"


def token(client: Client, scope: str) -> str:
    verifier = secrets.token_urlsafe(48)
    back = client.press(client.authorize(verifier=verifier, scope=f"{scope} openid"), user=ALICE)
    return str(client.redeem(location(back)["code"], verifier).json()["access_token"])


def of_the_vault(client: Client) -> tuple[str, str, str, str]:
    """Address, token, service and applied name for removing Adobe's role on the vault."""
    [found] = [each for each in client.state()["estate"]["role_assignments"] if each["role"] == ENCRYPTION_USER]
    path = f"{found['scope']}/providers/Microsoft.Authorization/roleAssignments/{found['name']}?api-version=2022-04-01"
    return client.profile["resource_manager"] + path, token(client, ARM_SCOPE), "arm", "role.delete"


def of_the_hsm(client: Client) -> tuple[str, str, str, str]:
    """The same for a local role of a Managed HSM."""
    hsm = client.world.estate.hsms["hsm-contoso"]
    found = next(each for each in hsm.assignments.values() if each.role.startswith("21dbd100"))
    port = client.world.port
    address = (
        f"https://hsm-contoso.managedhsm.localhost:{port}/providers/Microsoft.Authorization/roleAssignments/"
        f"{found.name}?api-version=7.5"
    )
    return address, token(client, "https://managedhsm.azure.net/.default"), "keyvault", "local_role.delete"


PLACES = [("completed", of_the_vault), ("managed-hsm", of_the_hsm)]


@pytest.mark.parametrize(("scenario", "place"), PLACES)
@pytest.mark.parametrize(
    ("fault", "more", "gone"),
    [
        ("reset", {}, True),
        ("reset", {"apply": False}, False),
        ("timeout_after", {}, True),
        ("timeout_before", {}, False),
        ("refuse", {}, False),
        ("truncated", {}, True),
        ("malformed", {}, True),
        ("status", {"code": 500}, False),
        ("status", {"code": 500, "apply": True}, True),
        ("status", {"code": 429, "retry_after": "1"}, False),
        ("status", {"code": 403}, False),
        ("captive_portal", {}, False),
    ],
)
def test_a_fault_strikes_the_one_request_and_the_log_says_whether_it_took_effect(
    start_cloud: Callable[..., Client],
    scenario: str,
    place: Callable[[Client], tuple[str, str, str, str]],
    fault: str,
    more: dict[str, Any],
    gone: bool,
) -> None:
    client = start_cloud(scenario)
    address, bearer, service, name = place(client)
    client.fault(fault, service=service, method="DELETE", path="/roleAssignments/", times=1, **more)

    def send(method: str, patience_s: float = 60) -> requests.Response | None:
        headers = {"Authorization": f"Bearer {bearer}"}
        try:
            return client.session.request(method, address, headers=headers, timeout=patience_s, allow_redirects=False)
        except requests.RequestException:
            return None

    send("DELETE", 1 if fault.startswith("timeout") else 60)
    assert client.state()["applied"].get(name, 0) == (1 if gone else 0)
    seen = send("GET")
    assert seen is not None
    assert seen.status_code == (404 if gone else 200)
    removals = [each for each in client.log() if each["method"] == "DELETE"]
    assert [each["applied"] for each in removals] == ([name] if gone else [None])
