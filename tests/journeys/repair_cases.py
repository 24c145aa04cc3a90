"""Every cause that Adobe lists for its alerts, as another administrator makes it, and what repairs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cmkwizard.core.alerts import DISABLED, FAILURE, NOTIFICATION, Alert
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from tests.journeys.fix_cases import ADOBE, CLOSED, OFFICER, key, vault
from tests.journeys.fix_support import EXISTING_ANSWERS, KEY, VAULT
from tests.journeys.setup_support import Rehearsal

ROLE = {"principal": ADOBE, "role": CRYPTO_SERVICE_ENCRYPTION_USER, "scope": VAULT}
ROLE_GONE = {"estate": {"roles": [{**ROLE, "remove": True}]}}
OPEN_FOR_ADOBE = [*CLOSED["addresses"], "20.88.123.53/32"]
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Cause:
    """What somebody did to a finished set-up, and the findings that lead back."""

    name: str
    alert: Alert
    world: Table
    """What is changed, as another administrator would."""
    fixed: tuple[str, ...] = ()
    """The findings that the program puts right, in their order."""
    mutations: Mapping[str, int] = field(default_factory=dict)
    """What it makes, and how often."""
    by_hand: Mapping[str, Table] = field(default_factory=dict)
    """The findings that a person puts right with the way that is shown, and what they change."""
    before: Table = field(default_factory=dict)
    """What was so before anything went wrong."""
    reaches: bool = False
    """Whether Adobe's data stores still reach the key meanwhile."""
    text: str = EXISTING_ANSWERS
    answer: str = ""
    """What a person types first, where something is asked."""


KEY_CHANGED = {"role.create": 1, "key.update": 1}
CAUSES = (
    Cause("key disabled", DISABLED, key(enabled=False), ("K04",), KEY_CHANGED),
    Cause("key not yet active", DISABLED, key(starts_in_s=10_000_000), ("K05",), KEY_CHANGED),
    Cause("key expired", DISABLED, key(expires_in_s=-10_000_000), ("K06",), KEY_CHANGED, answer="2039-01-31"),
    Cause(
        "key expired, put right elsewhere",
        DISABLED,
        key(expires_in_s=-10_000_000),
        by_hand={"K06": key(expires_in_s=None)},
    ),
    Cause("wrapping taken away", DISABLED, key(operations=["unwrapKey"]), ("K07",), KEY_CHANGED),
    Cause("both operations taken away", FAILURE, key(operations=["encrypt"]), ("K07",), KEY_CHANGED),
    Cause(
        "key deleted",
        DISABLED,
        key(deleted=True),
        ("K10",),
        {"key.recover": 1},
        before={"estate": {"roles": [OFFICER]}},
    ),
    Cause(
        "key deleted, and nobody has a role on the keys",
        DISABLED,
        key(deleted=True),
        ("I10", "K10"),
        {"role.create": 1, "key.recover": 1},
    ),
    Cause("role removed", DISABLED, ROLE_GONE, ("P05",), {"role.create": 1}),
    Cause(
        "role replaced by another",
        FAILURE,
        {"estate": {"roles": [{**ROLE, "remove": True}, {**ROLE, "role": "Key Vault Reader"}]}},
        ("P05",),
        {"role.create": 1},
    ),
    Cause(
        "vault deleted",
        DISABLED,
        vault(deleted=True),
        ("V03", "P05"),
        {"vault.recover": 1, "role.create": 1},
    ),
    Cause(
        "vault switched to access policies",
        DISABLED,
        vault(rbac=False),
        by_hand={"V08": vault(rbac=True)},
    ),
    Cause(
        "firewall without trusted services",
        FAILURE,
        vault(**{**CLOSED, "addresses": OPEN_FOR_ADOBE}, bypass="None"),
        ("W02",),
        {"vault.update": 1},
    ),
    Cause(
        "firewall without Adobe's address",
        FAILURE,
        vault(**CLOSED, bypass="AzureServices"),
        ("W03",),
        {"vault.update": 1},
        reaches=True,
    ),
    Cause(
        "firewall without either",
        NOTIFICATION,
        vault(**CLOSED, bypass="None"),
        ("W02", "W03"),
        {"vault.update": 2},
    ),
    Cause(
        "public access turned off",
        NOTIFICATION,
        vault(public_access="Disabled", bypass="AzureServices"),
        by_hand={"W01": vault(public_access="Enabled")},
        reaches=True,
    ),
    Cause(
        "app turned off",
        DISABLED,
        {"directory": {"service_principals": {ADOBE: {"enabled": False}}}},
        by_hand={"P01": {"directory": {"service_principals": {ADOBE: {"enabled": True}}}}},
    ),
    Cause(
        "app deleted, and accepted again",
        DISABLED,
        {"directory": {"service_principals": {ADOBE: None}}},
        ("P05",),
        {"role.create": 1},
        by_hand={"P01": {"directory": {"service_principals": {ADOBE: {"consent": "contoso"}}}}},
    ),
    Cause(
        "object id of the app changed",
        FAILURE,
        {"directory": {"service_principals": {ADOBE: {"recreate": True}}}},
        ("P05",),
        {"role.create": 1},
    ),
)


def reaches(rehearsal: Rehearsal) -> bool:
    """Whether Adobe's app and data stores could use the key now: what Adobe would find at a validation."""
    adobe = rehearsal.cloud.world.adobe
    (held,) = adobe.configurations.values()
    anew = msgspec.structs.replace(held, created=adobe.estate.clock.now() - adobe.updating_s, outcome=None)
    return adobe.status(anew) != "FAILED"


def access(rehearsal: Rehearsal) -> dict[str, frozenset[Any]]:
    """Everything by which access to the key is wide or narrow, each as a set: what is missing in one is narrower."""
    estate = rehearsal.cloud.world.estate
    found = {each.name: each for each in [*estate.vaults.values(), *estate.deleted_vaults.values()]}[VAULT]
    network, version = found.network, found.keys[KEY].current
    return {
        "roles": frozenset((each.principal_id, each.role, each.scope.lower()) for each in estate.assignments.values()),
        "operations": frozenset(version.operations),
        "addresses": frozenset(network.addresses if network else ()),
        "networks": frozenset(str(each) for each in (network.networks if network else ())),
        "open": frozenset(
            name
            for name, value in {
                "trusted services": network is None or network.bypass == "AzureServices",
                "all networks": network is None or network.default_action == "Allow",
                "public": found.public_access == "Enabled",
                "roles": found.rbac,
                "vault": VAULT in {each.name for each in estate.vaults.values()},
                "key": found.keys[KEY].deleted_at is None,
                "enabled": version.enabled,
                "started": version.not_before is None or version.not_before <= estate.clock.now(),
                "not ended": version.expires is None or version.expires > estate.clock.now(),
            }.items()
            if value
        ),
        "versions": frozenset(each.id for each in found.keys[KEY].versions),
    }


def narrower(before: Mapping[str, frozenset[Any]], after: Mapping[str, frozenset[Any]]) -> dict[str, frozenset[Any]]:
    """What was there before and is not any more."""
    return {name: lost for name in before if (lost := before[name] - after[name])}
