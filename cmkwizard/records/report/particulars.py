"""The particulars of what was recorded, as names and values for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cmkwizard.core.evidence import WORDS, shown
from cmkwizard.records.report.content import Fact

_NAMES = {
    **WORDS,
    "id": "resource id",
    "tenant": "directory",
    "tenant_name": "directory's name",
    "vault_uri": "vault's address",
    "key_identifier": "key identifier",
    "region": "Adobe region",
    "word": "Adobe's own word",
    "op_id": "operation",
    "sku": "tier",
    "removed": "assignment to be removed",
    "sent_at": "sent",
    "others": "who still reaches the key",
    "resolved": "how that is known",
    "problem": "kind of problem",
    "code": "service's code",
    "request_id": "request id",
    "app": "application id",
    "week": "in 7 days",
    "month": "in 30 days",
}
_LEFT_OUT = frozenset({"pack", "pack_file", "preview", "text", "there"})
"""What is too large to be read beside others, a place on somebody's computer, or said in a sentence anyway."""
_EXACT = re.compile(r"/.*|[a-z]+://.*|.*@AdobeOrg|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""Ids and addresses."""


def facts_of(value: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The members of a recorded value, in the order in which they are told; nested ones with their way to them.

    Members without a value are left out, apart from those that say "no", "none" or 0.
    """
    order = {name: place for place, name in enumerate(_NAMES)}
    return tuple(_facts(sorted(value.items(), key=lambda item: order.get(item[0], len(order)))))


def _facts(items: Iterable[tuple[str, Any]], before: str = "") -> Iterator[Fact]:
    for key, value in items:
        name = f"{before}{_NAMES.get(key, key.replace('_', ' ').replace('-', ' '))}"
        if key in _LEFT_OUT or value is None or value == "":
            continue
        if isinstance(value, Mapping):
            yield from _facts(value.items(), f"{name}, ")
        elif isinstance(value, (list, tuple)) and any(isinstance(each, Mapping) for each in value):
            yield from _facts(((str(place), each) for place, each in enumerate(value, 1)), f"{name} ")
        else:
            text = shown(value)
            yield Fact(f"{name[0].upper()}{name[1:]}", text, bool(_EXACT.fullmatch(text)))
