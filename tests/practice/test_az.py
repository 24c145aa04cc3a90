"""The stock Azure CLI, unmodified, does on the practice cloud what it does on Azure."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.person import PracticePerson
from tests.practice.az_support import PATIENCE_S, Az, install

pytestmark = pytest.mark.slow

AUTOMATION = "b07a0000-1c2d-4e3f-8a9b-0c1d2e3f4a05"
AUTOMATION_OBJECT = "b07a0000-5d6e-4f70-9b8c-7d6e5f4a3b06"
AUTOMATION_SECRET = "practice-automation-secret"
ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
ALICE = "alice@contoso.example"


@pytest.fixture(scope="module")
def program() -> Path:
    return install()


@pytest.fixture
def cloud() -> Iterator[PracticeCloud]:
    """A practice cloud in which a vault is ready as soon as it is made."""
    with PracticeCloud() as cloud:
        cloud.world.estate.vault_delay_s = 0.0
        cloud.world.estate.role_delay_s = 0.0
        yield cloud


@pytest.fixture
def new_az(program: Path, cloud: PracticeCloud, tmp_path: Path) -> Callable[[], Az]:
    """Somebody's Azure CLI, not signed in."""
    return lambda: Az(program, cloud, tmp_path)


@pytest.fixture
def automation(new_az: Callable[[], Az]) -> Az:
    """The Azure CLI of an automation account that owns the subscription."""
    az = new_az()
    login = ("login", "--service-principal", "--username", AUTOMATION, "--password", AUTOMATION_SECRET)
    [account] = az.run(*login, "--tenant", tenant(az))
    assert account["user"] == {"name": AUTOMATION, "type": "servicePrincipal"}
    return az


@pytest.fixture
def alice(new_az: Callable[[], Az]) -> Az:
    """The Azure CLI of a person who signed in with a device code."""
    az = new_az()
    process = az.start("login", "--use-device-code", "--tenant", tenant(az))
    assert process.stderr is not None
    invitation = process.stderr.readline()
    found = re.search(r"enter the code (\w+)", invitation)
    assert found, invitation
    browser = az.cloud.ready["profile"]["browser"]
    PracticePerson(ALICE, True, az.cloud.ca_file).walk(f"{browser}/common/oauth2/deviceauth?otc={found[1]}")
    output, problem = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, problem
    assert json.loads(output)[0]["user"] == {"name": ALICE, "type": "user"}
    return az


def tenant(az: Az) -> str:
    return az.cloud.world.directory.tenant_id("contoso")


def test_signing_in_with_the_browser(new_az: Callable[[], Az], tmp_path: Path) -> None:
    az = new_az()
    # Takes the place of the browser, as the variable BROWSER lets everyone choose theirs. The sign-in page is served
    # on the plain port as well, so the address is the one Azure has, on another host.
    script = tmp_path / "browser.py"
    script.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from cmkwizard.practice.person import PracticePerson\n"
        f"page = sys.argv[1].replace('https://login.microsoftonline.com', {az.cloud.ready['profile']['browser']!r})\n"
        f"PracticePerson({ALICE!r}, True, {str(az.cloud.ca_file)!r}).walk(page)\n"
    )
    script.chmod(0o700)
    az.environment["BROWSER"] = f"{script} %s &"
    [account] = az.run("login", "--tenant", tenant(az))
    assert account["user"] == {"name": ALICE, "type": "user"}
    assert az.run("account", "show")["tenantId"] == tenant(az)
    az.run("logout")
    assert "az login" in az.refused("account", "show")


def test_accounts_and_groups(automation: Az) -> None:
    [account] = automation.run("account", "list")
    assert (account["name"], account["state"]) == ("Contoso production", "Enabled")
    assert automation.run("account", "show")["id"] == account["id"]
    created = automation.run("group", "create", "--name", "rg-az", "--location", "westeurope")
    assert created["properties"]["provisioningState"] == "Succeeded"
    assert automation.run("group", "show", "--name", "rg-az")["location"] == "westeurope"
    assert automation.run("group", "exists", "--name", "RG-AZ") is True


def make_vault(az: Az, name: str = "kv-az") -> str:
    created = az.run(
        *("keyvault", "create", "--name", name, "--resource-group", "rg-experience", "--location", "westeurope"),
        *("--sku", "premium", "--enable-purge-protection", "true", "--enable-rbac-authorization", "true"),
    )
    return str(created["id"])


def test_vaults(automation: Az) -> None:
    # This command of the CLI asks about managed HSMs alone.
    assert automation.run("keyvault", "check-name", "--name", "kv-az")["nameAvailable"] is True
    assert automation.run("keyvault", "check-name", "--name", "-")["reason"] == "AccountNameInvalid"
    make_vault(automation)
    shown = automation.run("keyvault", "show", "--name", "kv-az")["properties"]
    assert shown["vaultUri"] == "https://kv-az.vault.azure.net/"
    assert (shown["enablePurgeProtection"], shown["enableRbacAuthorization"]) == (True, True)
    assert [each["name"] for each in automation.run("keyvault", "list")] == ["kv-az"]
    firewall = ("--default-action", "Deny", "--bypass", "AzureServices")
    updated = automation.run("keyvault", "update", "--name", "kv-az", "--resource-group", "rg-experience", *firewall)
    assert updated["properties"]["networkAcls"]["defaultAction"] == "Deny"
    automation.run("keyvault", "delete", "--name", "kv-az")
    assert [each["name"] for each in automation.run("keyvault", "list-deleted")] == ["kv-az"]
    assert "MethodNotAllowed" in automation.refused("keyvault", "purge", "--name", "kv-az")
    automation.run("keyvault", "recover", "--name", "kv-az")
    assert automation.run("keyvault", "list-deleted") == []
    assert automation.cloud.world.applied == {
        "vault.create": 1,
        "vault.update": 1,
        "vault.delete": 1,
        "vault.recover": 1,
    }


def test_keys(automation: Az, tmp_path: Path) -> None:
    scope = make_vault(automation)
    place = ("--vault-name", "kv-az", "--name", "aep")
    wanted = ("--kty", "RSA", "--size", "3072", "--ops", "wrapKey", "unwrapKey")
    assert "ForbiddenByRbac" in automation.refused("keyvault", "key", "create", *place, *wanted)
    assignee = ("--assignee-object-id", AUTOMATION_OBJECT, "--assignee-principal-type", "ServicePrincipal")
    automation.run("role", "assignment", "create", *assignee, "--role", "Key Vault Crypto Officer", "--scope", scope)
    first = automation.run("keyvault", "key", "create", *place, *wanted)["key"]
    second = automation.run("keyvault", "key", "create", *place, *wanted)["key"]
    assert first["keyOps"] == ["wrapKey", "unwrapKey"]
    assert automation.run("keyvault", "key", "show", *place)["key"]["kid"] == second["kid"] != first["kid"]
    [listed] = automation.run("keyvault", "key", "list", "--vault-name", "kv-az")
    assert listed["kid"] == "https://kv-az.vault.azure.net/keys/aep"
    versions = automation.run("keyvault", "key", "list-versions", *place)
    assert {each["kid"] for each in versions} == {first["kid"], second["kid"]}
    changed = automation.run("keyvault", "key", "set-attributes", *place, "--enabled", "false", "--tags", "a=b")
    assert (changed["attributes"]["enabled"], changed["tags"]) == (False, {"a": "b"})
    policy = tmp_path / "policy.json"
    action = {"trigger": {"timeAfterCreate": "P18M"}, "action": {"type": "Rotate"}}
    policy.write_text(json.dumps({"lifetimeActions": [action], "attributes": {"expiryTime": "P2Y"}}))
    automation.run("keyvault", "key", "rotation-policy", "update", *place, "--value", str(policy))
    assert automation.run("keyvault", "key", "rotation-policy", "show", *place)["expiresIn"] == "P2Y"
    automation.run("keyvault", "key", "delete", *place)
    assert "KeyNotFound" in automation.refused("keyvault", "key", "show", *place)
    assert len(automation.run("keyvault", "key", "list-deleted", "--vault-name", "kv-az")) == 1
    automation.run("keyvault", "key", "recover", *place)
    assert automation.run("keyvault", "key", "show", *place)["key"]["kid"] == second["kid"]


def test_the_application_and_its_role(alice: Az) -> None:
    scope = make_vault(alice)
    created = alice.run("ad", "sp", "create", "--id", ADOBE)
    alice.cloud.world.clock.advance(alice.cloud.world.directory.replication_s)
    shown = alice.run("ad", "sp", "show", "--id", ADOBE)
    assert (shown["id"], shown["appId"]) == (created["id"], ADOBE)
    [role] = alice.run("role", "definition", "list", "--name", "Key Vault Crypto Service Encryption User")
    assert role["name"] == "e147488a-f6f5-4113-8e2d-b22465e65bf6"
    grant = ("--assignee", ADOBE, "--role", role["roleName"], "--scope", scope)
    assert alice.run("role", "assignment", "create", *grant)["principalId"] == shown["id"]
    listed = alice.run("role", "assignment", "list", "--scope", scope)
    assert [(each["roleDefinitionName"], each["principalName"]) for each in listed] == [(role["roleName"], ADOBE)]
    inherited = alice.run("role", "assignment", "list", "--scope", scope, "--include-inherited")
    assert {"Owner", "Reader"} < {each["roleDefinitionName"] for each in inherited}
    alice.run("role", "assignment", "delete", *grant)
    assert alice.run("role", "assignment", "list", "--scope", scope) == []


def test_locks(automation: Az) -> None:
    scope = make_vault(automation)
    automation.run("lock", "create", "--name", "keep", "--lock-type", "CanNotDelete", "--resource", scope)
    assert [each["name"] for each in automation.run("lock", "list")] == ["keep"]
    assert "ScopeLocked" in automation.refused("keyvault", "delete", "--name", "kv-az")
    automation.run("lock", "delete", "--name", "keep", "--resource", scope)
    assert automation.run("lock", "list") == []
    automation.run("keyvault", "delete", "--name", "kv-az")
