"""Answers in JSON become typed values, or a Problem: nothing of an answer that is not as described is used."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from cmkwizard.clouds.errors import malformed
from cmkwizard.clouds.profile import Service

T = TypeVar("T")


def decode(body: bytes, kind: type[T], service: Service, *, write: bool = False) -> T:
    """Read an answer as ``kind`` (a msgspec struct; fields that it does not name are left alone).

    Doubled keys, NaN, wrong types and missing fields are refused. The depth was limited when the answer was received.

    Raises:
        Problem: ``UNTRUSTED``, or ``UNCLEAR`` where the answer is that of a ``write``.
    """
    try:
        content = json.loads(body, object_pairs_hook=_unique, parse_constant=_refused)
        return msgspec.convert(content, kind, strict=True)
    except (ValueError, RecursionError) as error:  # msgspec's ValidationError is a ValueError
        raise malformed(service, write=write, detail=str(error)[:200]) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return content


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
