"""The worlds in which each finding can be met that the program can put right, and what putting it right amounts to."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.journeys.fixes.fix import FixPlan, plan_fix
from cmkwizard.journeys.setup.run import SetupRun
from tests.journeys.fix_support import KEY, VAULT, Case, found
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
HSM = answers(
    azure={"resource_group": "rg-experience"},
    vault={"name": "hsm-contoso", "kind": "managed-hsm", "create": False},
    key={"type": "RSA-HSM"},
)
OWNED = f"vaults.{VAULT}"
STAMP = (f"{OWNED}.modified",)
VAULT_WRITE = {"service": "arm", "method": "PATCH", "path": f"/vaults/{VAULT}$"}
NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg-net/providers/microsoft.network/virtualnetworks/v/subnets/s"
CLOSED = {"default_action": "Deny", "addresses": ["203.0.113.0/24", "198.51.100.7/32"], "networks": [NETWORK]}
WORKSPACE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-experience/providers/Microsoft.OperationalInsights/workspaces"
    "/log-experience"
)
WITH_WORKSPACE = str(Path(__file__).with_name("vault-and-workspace.toml"))
OWNER = {"principal": "alice", "role": "Owner", "scope": f"/subscriptions/{SUBSCRIPTION}"}
OFFICER = {"principal": "alice", "role": "Key Vault Crypto Officer", "scope": VAULT}
KEY_WRITE = {"service": "keyvault", "method": "PATCH", "path": f"/keys/{KEY}/"}
CHANGED = {"role.create": 1, "key.update": 1}


def key_changed(name: str) -> tuple[str, ...]:
    one, shown = f"{OWNED}.keys.{KEY}.versions[0]", f"estate.vaults[{VAULT}].keys[{KEY}].versions[0]"
    return ("estate.role_assignments", f"{one}.{name}", f"{one}.updated", f"{shown}.{name}")


def vault(**values: Any) -> dict[str, Any]:
    return {"estate": {"vaults": {VAULT: values}}}


def key(**values: Any) -> dict[str, Any]:
    return {"estate": {"keys": {f"{VAULT}/{KEY}": values}}}


def owned(name: str, shown: str = "") -> tuple[str, ...]:
    return (f"{OWNED}.{name}", *STAMP, f"estate.vaults[{VAULT}].{shown or name}")


CASES = (
    Case(
        "I04",
        {"estate": {"registered": {SUBSCRIPTION: ["Microsoft.Insights"]}}},
        {"provider.register": 1},
        ("estate.subscriptions[Contoso production].registered",),
        "The subscription may hold key vaults",
        {"service": "arm", "method": "POST", "path": "/Microsoft.KeyVault/register$"},
        scenario="happy",
        text=answers(),
    ),
    Case(
        "I10",
        {},
        {"role.create": 1},
        ("estate.role_assignments",),
        "Key Vault Crypto Officer",
        {"service": "arm", "method": "PUT", "path": "/roleAssignments/"},
    ),
    Case(
        "V03",
        {},
        {"vault.recover": 1},
        ("vaults", "estate.vaults", "estate.deleted_vaults", "deleted_vaults"),
        "Adobe's app and everybody else has to be given theirs again",
        {"service": "arm", "method": "PUT", "path": f"/vaults/{VAULT}$"},
        scenario="soft-deleted-name",
    ),
    Case(
        "V06", vault(soft_delete=False), {"vault.update": 1}, owned("soft_delete"), "can be brought back", VAULT_WRITE
    ),
    Case(
        "V07",
        vault(purge_protection=False),
        {"vault.update": 1},
        owned("purge_protection"),
        "cannot be turned off again",
        VAULT_WRITE,
    ),
    Case(
        "V14",
        {},
        {"diagnostics.create": 1},
        ("estate.diagnostics", "diagnostics"),
        "Who did what in the vault",
        {"service": "arm", "method": "PUT", "path": "/diagnosticSettings/"},
        scenario=WITH_WORKSPACE,
        answer=WORKSPACE,
    ),
    Case(
        "W02",
        vault(**CLOSED, bypass="None"),
        {"vault.update": 1},
        owned("network.bypass", "bypass"),
        "The other rules stay: 2 address rules, 1 virtual network rule",
        VAULT_WRITE,
    ),
    Case(
        "W03",
        vault(**CLOSED, bypass="AzureServices"),
        {"vault.update": 1},
        owned("network.addresses", "addresses"),
        "Adobe's monitoring reaches the vault from 20.88.123.53",
        VAULT_WRITE,
    ),
    Case(
        "K01",
        key(deleted=False),
        {"key.create": 1},
        (f"{OWNED}.keys.another-key", f"estate.vaults[{VAULT}].keys[another-key]"),
        "A new RSA key of 3072 bits",
        {"service": "arm", "method": "PUT", "path": "/keys/another-key$"},
        text=answers(**EXISTING, key={"name": "another-key"}),
    ),
    Case("K04", key(enabled=False), CHANGED, key_changed("enabled"), "can be used again", KEY_WRITE),
    Case("K05", key(starts_in_s=10_000_000), CHANGED, key_changed("not_before"), "becomes", KEY_WRITE),
    Case(
        "K06",
        key(expires_in_s=-10_000_000),
        CHANGED,
        key_changed("expires"),
        "Its end date becomes 2039-01-31",
        KEY_WRITE,
        answer="2039-01-31",
    ),
    Case(
        "K07",
        key(operations=["encrypt", "wrapKey"]),
        CHANGED,
        key_changed("operations"),
        "What it permits already stays: encrypt, wrapKey",
        KEY_WRITE,
    ),
    Case(
        "K10",
        {"estate": {"keys": {f"{VAULT}/{KEY}": {"deleted": True}}, "roles": [OFFICER]}},
        {"key.recover": 1},
        (f"{OWNED}.keys.{KEY}.deleted_at", f"estate.vaults[{VAULT}].keys[{KEY}].deleted"),
        "with all its versions",
        {"service": "keyvault", "method": "POST", "path": "/recover$"},
    ),
    Case(
        "P01",
        {},
        {"consent.grant": 1},
        ("directory.",),
        "A person accepts it in the browser",
        {"service": "graph", "method": "GET", "path": "/servicePrincipals"},
    ),
    Case(
        "P05",
        {},
        {"role.create": 1},
        ("estate.role_assignments",),
        "and nothing else",
        {"service": "arm", "method": "PUT", "path": "/roleAssignments/"},
        scenario="role-removed",
    ),
    Case(
        "P07",
        {
            "estate": {"roles": [{"principal": ADOBE, "role": CRYPTO_SERVICE_ENCRYPTION_USER, "scope": VAULT}]},
            "directory": {"service_principals": {ADOBE: {"recreate": True}}},
        },
        {"role.create": 1},
        ("estate.role_assignments",),
        "and nothing else",
        {"service": "arm", "method": "PUT", "path": "/roleAssignments/"},
        scenario="role-removed",
    ),
    Case(
        "P09",
        {"directory": {"service_principals": {ADOBE: {"consent": "contoso"}}}},
        {"local_role.create": 1},
        ("estate.managed_hsms", "hsms"),
        "Managed HSM Crypto Service Encryption User",
        {"service": "keyvault", "method": "PUT", "path": "/roleAssignments/"},
        scenario="managed-hsm",
        text=HSM,
    ),
)
WRITTEN = [case for case in CASES if case.id != "P01"]  # there a person writes, in the browser


def start(rehearse: Rehearse, case: Case, **options: Any) -> Rehearsal:
    rehearsal = rehearse(case.scenario, **options)
    if case.world:
        rehearsal.change(**case.world)
    return rehearsal


def planned(run: SetupRun, case: Case) -> FixPlan:
    finding = found(run, case.id)
    assert finding is not None
    return plan_fix(run, finding, case.answer)


def received(rehearsal: Rehearsal, case: Case) -> int:
    """How often the request that makes the change has arrived."""
    return sum(
        1
        for entry in rehearsal.cloud.world.log.since(0)
        if (entry["service"], entry["method"]) == (case.write["service"], case.write["method"])
        and re.search(case.write["path"], str(entry["path"]), re.IGNORECASE)
    )
