"""The answers file of ``cmkwizard setup``: TOML text to choices, every fault at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from cmkwizard.core import identifiers
from cmkwizard.core.choices import APPLICATIONS, AdobeChoice, Choices
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.presets import with_presets
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.toml_tables import (
    Lines,
    Rule,
    TableFault,
    between,
    filled,
    one_of,
    parse,
    table_faults,
)

ANSWER_RULES: dict[str, dict[str, Rule]] = {
    "azure": {
        "tenant": Rule(str, identifiers.directory_problem),
        "subscription": Rule(str, filled, required=True),
        "resource_group": Rule(str, identifiers.group_name_problem, required=True),
        "location": Rule(str, identifiers.location_problem),
    },
    "vault": {
        "name": Rule(str, identifiers.vault_name_problem, required=True),
        "kind": Rule(str, one_of("vault", "managed-hsm")),
        "create": Rule(bool),
        "sku": Rule(str, one_of("standard", "premium")),
        "retention_days": Rule(int, between(7, 90, "days")),
        "network": Rule(str, one_of("public", "restricted")),
    },
    "key": {
        "name": Rule(str, identifiers.key_name_problem, required=True),
        "type": Rule(str, one_of("RSA", "RSA-HSM")),
        "size": Rule(int, one_of(3072, 4096)),
    },
    "adobe": {
        "organisation": Rule(str, identifiers.organisation_problem, required=True),
        "client_id": Rule(str, identifiers.client_id_problem, required=True),
        "region": Rule(str, identifiers.region_problem),
        "configuration": Rule(str, identifiers.configuration_name_problem, required=True),
        "scopes": Rule(str, filled),
    },
    "analytics": {
        "applications": Rule(list, one_of(*APPLICATIONS)),
        "resource_group": Rule(str, identifiers.group_name_problem),
        "vault": Rule(str, identifiers.vault_name_problem),
        "key": Rule(str, identifiers.key_name_problem),
    },
    "acknowledge": {"irreversible": Rule(bool)},
}
"""The tables of the answers file and their keys."""
_NO_POLICY = OrganisationPolicy()


def line_of(text: str, key: str) -> int:
    """The line of a dotted key of an answers file, of its table when it is missing, or the last line."""
    return Lines(text).of(key)


def read_answers(text: str, policy: OrganisationPolicy = _NO_POLICY) -> Choices:
    """Read the answers. What they leave out, the policy's presets fill in.

    Raises:
        Problem: INVALID; the message holds one line for each fault, naming the key, its line and what is allowed.
    """
    tables = parse(text)
    if isinstance(tables, TableFault):
        faults = [tables]
    else:
        tables = with_presets(tables, policy)
        lines = Lines(text)
        faults = table_faults(tables, ANSWER_RULES, lines) or _combination_faults(tables, lines)
    if faults:
        raise Problem(
            Kind.INVALID,
            "\n".join(map(str, sorted(faults, key=lambda fault: fault.line))),
            "Correct the answers file and run the command again. Nothing was sent.",
        )
    return msgspec.convert(tables, Choices)


def _combination_faults(tables: Mapping[str, Any], lines: Lines) -> list[TableFault]:
    vault, key, azure = tables["vault"], tables["key"], tables["azure"]
    create = vault.get("create", True)
    found = []
    if create and not azure.get("location"):
        sentence = 'missing. A new vault needs an Azure region, such as "westeurope".'
        found.append(TableFault("azure.location", lines.of("azure.location"), sentence))
    if create and key.get("type") == "RSA-HSM" and vault.get("sku", "premium") != "premium":
        sentence = 'a key of type "RSA-HSM" needs vault.sku = "premium".'
        found.append(TableFault("key.type", lines.of("key.type"), sentence))
    if create and vault.get("kind") == "managed-hsm":
        sentence = "a Managed HSM is used as it is, never made: write vault.create = false."
        found.append(TableFault("vault.kind", lines.of("vault.kind"), sentence))
    scopes = tables["adobe"].get("scopes", AdobeChoice().scopes)
    if re.search(r"[^\w.,\s-]", scopes):
        found.append(TableFault("adobe.scopes", lines.of("adobe.scopes"), "allowed are names with commas between."))
    return found + _analytics_faults(tables.get("analytics", {}), vault["name"], lines)


def _analytics_faults(analytics: Mapping[str, Any], first_vault: str, lines: Lines) -> list[TableFault]:
    if not analytics.get("applications"):
        return []
    found = []
    for key in ("vault", "key"):
        if key not in analytics:
            sentence = f"missing. The applications need a {key} of their own."
            found.append(TableFault(f"analytics.{key}", lines.of(f"analytics.{key}"), sentence))
    if analytics.get("vault", "").lower() == first_vault.lower():
        sentence = "this must be another vault than vault.name: it is used for Customer Journey Analytics alone."
        found.append(TableFault("analytics.vault", lines.of("analytics.vault"), sentence))
    return found
