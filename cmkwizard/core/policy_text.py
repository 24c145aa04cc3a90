"""An organisation's policy file: TOML text to policy, every fault at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from cmkwizard.core import identifiers
from cmkwizard.core.answers import ANSWER_RULES
from cmkwizard.core.log_places import log_place
from cmkwizard.core.name_patterns import pattern_problem
from cmkwizard.core.people import ORGANISATION
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.toml_tables import AnyKeys, Lines, Rule, Rules, TableFault, between, one_of, parse, table_faults

MOST_TAGS = 49
"""Azure Resource Manager: 50 tags on a resource; one is the program's own."""
_TAG_NAME = re.compile(r"[^<>%&\\?/\x00-\x1f\x7f]{1,512}")
_RESERVED = ("microsoft", "azure", "windows", "cmkwizard")


def _place(location: str) -> str | None:
    return identifiers.location_problem(location) or (None if location.strip() else "This must not be empty.")


def _tag_name(name: str) -> str | None:
    if _TAG_NAME.fullmatch(name) and not name.lower().startswith(_RESERVED):
        return None
    return (
        "the name of a tag has 1 to 512 characters without < > % & \\ ? / and does not begin with "
        f"{', '.join(_RESERVED)}."
    )


def _tag_value(value: str) -> str | None:
    return None if len(value) <= 256 and value.isprintable() else "the value of a tag has up to 256 characters."


def _log_place(text: str) -> str | None:
    if log_place(text) is not None:
        return None
    return (
        "this is the resource id of a Log Analytics workspace, a storage account or an event hub's authorisation rule."
    )


POLICY_RULES: Rules = {
    "allowed": {
        "tenants": Rule(list, identifiers.guid_problem),
        "locations": Rule(list, _place),
        "kinds": Rule(list, one_of("vault", "managed-hsm")),
        "tiers": Rule(list, one_of("standard", "premium")),
    },
    "names": {each: Rule(str, pattern_problem) for each in ("vault", "key", "resource_group", "configuration")},
    "tags": AnyKeys(_tag_name, Rule(str, _tag_value)),
    "required": {
        "key_size": Rule(int, one_of(3072, 4096)),
        "hsm": Rule(bool),
        "restricted_network": Rule(bool),
        "retention_days": Rule(int, between(7, 90, "days")),
        "rotation_days": Rule(int, between(28, 3650, "days")),
        "audit_log": Rule(str, _log_place),
        "lock": Rule(bool),
    },
    "sign_in": {"client_id": Rule(str, identifiers.guid_problem)},
    "revocation": {
        "two_persons": Rule(bool),
        # A request is good for 24 hours: with more, nobody could ever act on one.
        "cooling_off_minutes": Rule(int, between(0, 1380, "minutes")),
        "arming_delay_seconds": Rule(int, between(0, 600, "seconds")),
    },
    # Nobody can understand beforehand, for somebody else, that it cannot be undone.
    "preset": {
        table: {key: replace(rule, required=False) for key, rule in rules.items()}
        for table, rules in ANSWER_RULES.items()
        if table != "acknowledge"
    },
}
"""The tables of the policy file and their keys."""


def read_policy_text(text: str, file: str, *, writable: str = "") -> OrganisationPolicy:
    """Read the text of the policy file ``file``.

    Args:
        text: TOML.
        file: its path, for people.
        writable: see :attr:`OrganisationPolicy.writable`.

    Raises:
        Problem: INVALID; the message holds one line for each fault, naming the file, the line, the key and what is
            allowed.
    """
    tables = parse(text)
    if isinstance(tables, TableFault):
        faults = [tables]
    else:
        lines = Lines(text)
        faults = table_faults(tables, POLICY_RULES, lines) or _whole_faults(tables, lines)
    if faults:
        raise Problem(
            Kind.INVALID,
            "\n".join(f"{file}: {fault}" for fault in sorted(faults, key=lambda fault: fault.line)),
            "Have the policy file corrected. Nothing is set up while it cannot be understood.",
            who=ORGANISATION,
        )
    policy = msgspec.convert(tables, OrganisationPolicy)
    return msgspec.structs.replace(policy, file=file, writable=writable)


def _whole_faults(tables: Mapping[str, Any], lines: Lines) -> list[TableFault]:
    found = [
        TableFault(f"allowed.{key}", lines.of(f"allowed.{key}"), "this must not be empty: leave it out to allow all.")
        for key, values in tables.get("allowed", {}).items()
        if not values
    ]
    if len(tables.get("tags", {})) > MOST_TAGS:
        found.append(TableFault("tags", lines.of("tags"), f"allowed are up to {MOST_TAGS} tags."))
    return found
