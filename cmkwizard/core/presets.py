"""What an organisation's policy fills in where nothing was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from cmkwizard.core.choices import Choices
from cmkwizard.core.policy import OrganisationPolicy


def with_presets(tables: Mapping[str, Any], policy: OrganisationPolicy) -> dict[str, Any]:
    """The tables of an answers file, each key that they leave out as the policy presets it."""
    filled = dict(tables)
    for name, preset in policy.preset.items():
        given = filled.get(name, {})
        if isinstance(given, dict):
            filled[name] = {**preset, **given}
    return filled


def apply_presets(choices: Choices, policy: OrganisationPolicy) -> Choices:
    """The choices, each that was not made (it is as it begins) as the policy presets it."""
    begins = msgspec.to_builtins(Choices())
    made = {
        name: {key: value for key, value in table.items() if value != begins[name][key]}
        for name, table in msgspec.to_builtins(choices).items()
    }
    return msgspec.convert(with_presets(made, policy), Choices)
