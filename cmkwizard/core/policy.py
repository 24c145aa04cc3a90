"""What an organisation presets and restricts: the values of its ``policy.toml``."""

from __future__ import annotations

import msgspec


class OrganisationPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation's rules for set-ups. Nothing is restricted by a rule that is not given."""

    file: str = ""
    """Where it was read from; empty: there is none. Not a rule, and never written in the file."""
