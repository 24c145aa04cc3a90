"""Policies of the organisation that are kept in one world, and broken by one of their rules."""

from __future__ import annotations

import os
from typing import Any

from cmkwizard.core.people import ORGANISATION, SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.requirements.finding import Severity, Verdict
from tests.journeys.row_support import CONTOSO, FABRIKAM, FIT, NEW, SUBSCRIPTION, Row, World, but, key, vault
from tests.journeys.setup_support import Rehearsal

BLOCKER, WARNING, NOTE = Severity
CHOOSER = f"{YOU}, or {ORGANISATION}"
OTHERS = {"O09": VAULT_ADMINISTRATOR, "O15": VAULT_ADMINISTRATOR}
PLACE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-experience/providers/Microsoft.OperationalInsights/workspaces"
RULES: dict[str, dict[str, Any]] = {
    "allowed": {
        "tenants": [CONTOSO],
        "locations": ["westeurope"],
        "kinds": ["vault"],
        "tiers": ["premium"],
    },
    "names": {
        "vault": "kv-contoso-.*",
        "key": "experience-.*",
        "resource_group": "rg-.*",
        "configuration": "experience-.*",
    },
    "tags": {"owner": "security"},
    "required": {
        "key_size": 3072,
        "restricted_network": True,
        "retention_days": 90,
        "rotation_days": 365,
        "audit_log": f"{PLACE}/log-contoso",
        "lock": True,
    },
}


def policy(**changed: dict[str, Any]) -> str:
    """All rules, some of them changed."""
    lines: list[str] = []
    for name, rules in RULES.items():
        lines.append(f"[{name}]")
        lines += [f"{rule} = {_written(value)}" for rule, value in {**rules, **changed.get(name, {})}.items()]
    return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, (int, list)) else f'"{value}"'


KEPT = but(
    but(FIT, vault(default_action="Deny", addresses=["20.88.123.53"], tags={"owner": "security"})),
    key(rotation={"after": "P180D"}),
    policy=policy(),
)
"""Every rule is kept."""


def broken(id_: str, says: str, severity: Severity = BLOCKER, **changed: dict[str, Any]) -> Row:
    return Row(id_, but(KEPT, {}, policy=policy(**changed)), says, OTHERS.get(id_, CHOOSER), severity, unless=KEPT)


def open_to_all(rehearsal: Rehearsal) -> None:
    rehearsal.policy_file.parent.mkdir()
    rehearsal.policy_file.touch()
    rehearsal.policy_file.chmod(0o666)  # who writes it again leaves that as it is


CASES = (
    broken("O01", f"The directory is {CONTOSO}.", allowed={"tenants": [FABRIKAM]}),
    broken(
        "O02",
        "is in westeurope. Your organisation allows the regions northeurope",
        allowed={"locations": ["northeurope"]},
    ),
    broken("O03", "is of the kind “vault”", allowed={"kinds": ["managed-hsm"]}),
    broken("O04", "is of the tier “premium”", allowed={"tiers": ["standard"]}),
    broken("O05", "The name of the vault is", names={"vault": "vault-.*"}),
    broken("O06", "The name of the key is", names={"key": "cmk-.*"}),
    broken("O07", "The name of the resource group is", names={"resource_group": "group-.*"}),
    broken("O08", "The name of the configuration is", names={"configuration": "cmk-.*"}),
    broken("O09", "lacks the tags cost=1", WARNING, tags={"cost": "1"}),
    broken("O10", "has 3072 bits", required={"key_size": 4096}),
    Row(
        "O11",
        but(NEW, {}, policy="[required]\nhsm = true\n"),
        "would be of the type RSA.",
        CHOOSER,
        BLOCKER,
        unless=World("happy", {"key": {"type": "RSA-HSM"}}, policy="[required]\nhsm = true\n"),
    ),
    Row("O12", but(KEPT, vault(default_action="Allow")), "is open to all networks", CHOOSER, BLOCKER, unless=KEPT),
    Row(
        "O13",
        but(KEPT, vault(retention_days=30)),
        "keeps what is deleted for 30 days",
        CHOOSER,
        BLOCKER,
        unless=KEPT,
    ),
    Row(
        "O14",
        but(KEPT, key(rotation={"after": "P2Y"})),
        "is rotated after 730 days",
        VAULT_ADMINISTRATOR,
        BLOCKER,
        unless=KEPT,
    ),
    broken("O15", "do not go there", required={"audit_log": f"{PLACE}/log-other"}),
    Row(
        "O16",
        but(KEPT, {"estate": {"locks": [{"name": "keep", "scope": "kv-contoso-experience", "remove": True}]}}),
        "No lock protects the vault",
        SUBSCRIPTION_OWNER,
        WARNING,
        unless=KEPT,
    ),
    Row(
        "O17",
        but(KEPT, {}, prepared=open_to_all),
        "Your organisation's policy binds nobody so",
        "an administrator of this computer",
        WARNING,
        unless=KEPT if os.name == "posix" and os.geteuid() == 0 else FIT,  # who is no administrator owns every file
        then=Verdict.MET if os.name == "posix" and os.geteuid() == 0 else Verdict.NOT_NEEDED,
    ),
)
