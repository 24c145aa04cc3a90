"""Worlds in which each requirement on network, account, vault and firewall is not met."""

from __future__ import annotations

import contextlib
import importlib
import webbrowser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmkwizard.core.choices import Choices, VaultChoice
from cmkwizard.core.people import (
    ENTRA_ADMINISTRATOR,
    NETWORK_ADMINISTRATOR,
    POLICY_OWNER,
    SUBSCRIPTION_OWNER,
    VAULT_ADMINISTRATOR,
    YOU,
)
from cmkwizard.core.requirements.finding import Severity
from cmkwizard.practice.cloud import PracticeCloud
from tests.journeys.row_support import FABRIKAM, FIT, NEW, OFFICER, SUBSCRIPTION, VAULT, Row, World, but, estate, vault
from tests.journeys.setup_support import EXISTING

BLOCKER, WARNING, NOTE = Severity
PRODUCTION, READER = "Contoso production", "acdd72a7-3385-48ef-bd42-f606fba81ae7"
TAKEN = {"vault": {"name": VAULT}}
AS_GUEST = {"azure": {"tenant": "Fabrikam", "subscription": "Fabrikam production"}}
ADOBES = ["20.88.123.53/32"]
CLOSED = {"default_action": "Deny", "addresses": ADOBES}
ONLY_READERS = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request"
    f"[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{READER}}}))"
)
MAY_GIVE = [
    {"principal": "alice", "role": "Owner", "scope": PRODUCTION, "remove": True},
    {"principal": "alice", "role": "Contributor", "scope": PRODUCTION},
]


@contextlib.contextmanager
def browsers(found: str) -> Iterator[None]:
    """A computer with this browser and no other; empty: with none."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            patch.delenv(name, raising=False)
        patch.setenv("PATH", "/nonexistent")
        patch.setenv("BROWSER", found)
        importlib.reload(webbrowser)  # it looks for browsers once
        yield
    importlib.reload(webbrowser)


def intercepted(_: PracticeCloud, other: PracticeCloud, __: Path) -> Mapping[str, Any]:
    """Adobe's hosts answer with a certificate of somebody else."""
    profile = other.ready["profile"]
    return {"ims": profile["ims"], "platform": profile["platform"]}


def wrong_vault_name(choices: Choices) -> Choices:
    return msgspec.structs.replace(choices, vault=VaultChoice("kv--contoso"))


NETWORK = (
    Row(
        "N01",
        but(FIT, {}, prepared=lambda r: r.fault(fault="refuse", service="graph")),
        "could not be reached. Nothing was changed.",
        NETWORK_ADMINISTRATOR,
        BLOCKER,
    ),
    Row(
        "N02",
        but(FIT, {}, adobe=intercepted),
        "answered with a certificate that is not trusted here, issued by",
        NETWORK_ADMINISTRATOR,
        BLOCKER,
    ),
    Row(
        "N03",
        but(FIT, {}, prepared=lambda r: r.cloud.world.clock.advance(1200)),
        "clock is 20 minutes behind",
        YOU,
        WARNING,
    ),
    Row("N04", FIT, "Secrets cannot be kept on this computer. a rehearsal", YOU, WARNING, unless=None),
    Row(
        "N05",
        but(FIT, {}, computer=lambda: browsers("")),
        "No browser can be opened",
        YOU,
        WARNING,
        unless=but(FIT, {}, computer=lambda: browsers("/bin/true")),
    ),
)
IDENTITY = (
    Row(
        "I01",
        World("wrong-tenant", {"azure": {"subscription": "Fabrikam production"}}),
        "The subscription Fabrikam production belongs to another directory",
        YOU,
        BLOCKER,
        unless=World("wrong-tenant", AS_GUEST),
    ),
    Row(
        "I02",
        World("wrong-tenant", AS_GUEST),
        "is a guest in this directory",
        YOU,
        WARNING,
    ),
    Row(
        "I03",
        but(FIT, estate(subscriptions={PRODUCTION: {"state": "Disabled"}})),
        "The subscription Contoso production is Disabled",
        SUBSCRIPTION_OWNER,
        BLOCKER,
    ),
    Row(
        "I04",
        but(NEW, estate(registered={SUBSCRIPTION: ["Microsoft.Insights"]}), user="val"),
        "Key Vault is not registered, and your account may not register Key Vault",
        SUBSCRIPTION_OWNER,
        BLOCKER,
        unless=but(NEW, {}, user="val"),
    ),
    Row("I05", World("no-rights", {}), "may not create the vault", SUBSCRIPTION_OWNER, BLOCKER, unless=NEW),
    Row(
        "I06",
        World(
            "existing-vault",
            changed=estate(
                roles=[
                    *MAY_GIVE,
                    {
                        "principal": "alice",
                        "role": "Role Based Access Control Administrator",
                        "scope": PRODUCTION,
                        "condition": ONLY_READERS,
                    },
                ]
            ),
        ),
        "but the condition on it does not allow the role Key Vault Crypto Service Encryption User",
        SUBSCRIPTION_OWNER,
        BLOCKER,
        unless=World(
            "existing-vault",
            changed=estate(
                roles=[
                    *MAY_GIVE,
                    {"principal": "alice", "role": "Role Based Access Control Administrator", "scope": PRODUCTION},
                ]
            ),
        ),
    ),
    Row("I07", World("pim-eligible", {}), "as eligible, not active", YOU, BLOCKER, unless=NEW),
    Row("I08", World("consent-needs-admin", {}), "no directory role", ENTRA_ADMINISTRATOR, WARNING, unless=NEW),
    Row(
        "I09",
        but(FIT, estate(groups={"rg-experience": {"state": "Deleting"}})),
        "The resource group rg-experience is being deleted",
        YOU,
        BLOCKER,
    ),
    Row("I10", FIT, f"no right to the keys of the vault {VAULT}", YOU, NOTE, unless=but(FIT, estate(roles=[OFFICER]))),
)
VAULTS = (
    Row("V01", but(NEW, {}, drafted=wrong_vault_name), "does not accept kv--contoso", YOU, BLOCKER, unless=NEW),
    Row("V02", World("name-taken", TAKEN), f"The vault name {VAULT} is taken", YOU, BLOCKER, unless=NEW),
    Row("V03", World("soft-deleted-name", TAKEN), f"still holds the name {VAULT}", YOU, BLOCKER, unless=NEW),
    Row(
        "V04",
        World("happy", {"azure": {"location": "Brazil South"}}),
        "cannot have key vaults in the region brazilsouth",
        YOU,
        BLOCKER,
        unless=NEW,
    ),
    Row(
        "V05",
        but(FIT, {}, prepared=lambda r: setattr(r.vault(VAULT), "tenant", FABRIKAM)),
        "belongs to another directory",
        YOU,
        BLOCKER,
    ),
    Row("V06", but(FIT, vault(soft_delete=False)), "Soft delete is off", VAULT_ADMINISTRATOR, BLOCKER),
    Row("V07", but(FIT, vault(purge_protection=False)), "Purge protection is off", VAULT_ADMINISTRATOR, BLOCKER),
    Row("V08", but(FIT, vault(rbac=False)), "uses access policies", VAULT_ADMINISTRATOR, BLOCKER),
    Row(
        "V09",
        but(FIT, vault(rbac=False, policy={"alice": ["get"], "victor": ["get", "list"]})),
        f"2 access policies of the vault {VAULT} would lose their effect",
        VAULT_ADMINISTRATOR,
        WARNING,
        unless=but(FIT, vault(rbac=False)),
    ),
    Row("V10", but(FIT, vault(sku="dedicated")), "The vault's tier dedicated", YOU, BLOCKER),
    Row("V11", World("locked"), "The lock hands-off (ReadOnly) on", SUBSCRIPTION_OWNER, BLOCKER),
    Row(
        "V12",
        World("policy-denies", {}),
        "“Data stays in North Europe” would refuse the vault",
        POLICY_OWNER,
        WARNING,
        unless=NEW,
    ),
    Row(
        "V13",
        but(FIT, {}, chosen={**EXISTING, "key": {"name": "another-key"}}),
        "also holds the key experience-cmk",
        VAULT_ADMINISTRATOR,
        WARNING,
    ),
    Row("V14", World(), "are not kept anywhere", VAULT_ADMINISTRATOR, WARNING),
    Row(
        "V16",
        but(FIT, {}, chosen={**EXISTING, "vault": {"name": "kv-contoso-gone", "create": False}}),
        "There is no vault kv-contoso-gone in the resource group rg-experience",
        YOU,
        BLOCKER,
    ),
    Row(
        "V17",
        but(FIT, {}, chosen={**EXISTING, "vault": {"name": VAULT, "retention_days": 30}}),
        "with 90 days of retention instead of 30",
        YOU,
        WARNING,
        unless=but(FIT, {}, chosen={**EXISTING, "vault": {"name": VAULT}}),
    ),
)
FIREWALLS = (
    Row("W01", but(FIT, vault(public_access="Disabled")), "Public access to the vault", VAULT_ADMINISTRATOR, WARNING),
    Row(
        "W02",
        but(FIT, vault(**CLOSED, bypass="None")),
        "does not let trusted Microsoft services through",
        VAULT_ADMINISTRATOR,
        BLOCKER,
        unless=but(FIT, vault(**CLOSED)),
    ),
    Row(
        "W03",
        but(FIT, vault(default_action="Deny", addresses=["203.0.113.0/24"])),
        "does not name Adobe's address 20.88.123.53",
        VAULT_ADMINISTRATOR,
        WARNING,
        unless=but(FIT, vault(**CLOSED)),
    ),
    Row("W04", but(FIT, vault(**CLOSED)), "keeps this computer out (its address is", VAULT_ADMINISTRATOR, WARNING),
    Row(
        "W05",
        but(FIT, vault(default_action="Deny", addresses=[*ADOBES, "10.1.0.0/16"])),
        "no public address: 10.1.0.0/16",
        VAULT_ADMINISTRATOR,
        BLOCKER,
        unless=but(FIT, vault(**CLOSED)),
    ),
    Row(
        "W06",
        but(FIT, vault(private_endpoints=["Approved", "Pending"])),
        "is pending",
        VAULT_ADMINISTRATOR,
        NOTE,
        unless=but(FIT, vault(private_endpoints=["Approved"])),
    ),
)
CASES = (*NETWORK, *IDENTITY, *VAULTS, *FIREWALLS)
