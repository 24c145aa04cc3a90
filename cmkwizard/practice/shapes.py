"""Reading what clients send: JSON of the right shape, or a refusal that names the part that is not."""

from __future__ import annotations

from typing import Any

from cmkwizard.practice.web import BadBody, Call


def body_table(call: Call) -> dict[str, Any]:
    """The body as a JSON object. Raises BadBody."""
    try:
        body = call.json()
    except RecursionError:
        raise BadBody("the body is nested too deeply") from None
    if not isinstance(body, dict):
        raise BadBody("a JSON object is expected")
    return body


def table(value: object, name: str) -> dict[str, Any]:
    """An object; empty when it is absent. Raises BadBody."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadBody(f"'{name}' must be an object")
    return value


def tables(value: object, name: str) -> list[dict[str, Any]]:
    """A list of objects; empty when it is absent. Raises BadBody."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadBody(f"'{name}' must be a list")
    return [table(each, name) for each in value]


def texts(value: object, name: str) -> list[str]:
    """A list of strings; empty when it is absent. Raises BadBody."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadBody(f"'{name}' must be a list of strings")
    return value


def text(value: object, name: str) -> str:
    """A string; empty when it is absent. Raises BadBody."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadBody(f"'{name}' must be a string")
    return value


def whole(value: object, name: str) -> int | None:
    """A whole number; None when it is absent. Raises BadBody."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BadBody(f"'{name}' must be a whole number")
    return value


def flag(value: object, name: str) -> bool | None:
    """True or false; None when it is absent. Raises BadBody."""
    if value is not None and not isinstance(value, bool):
        raise BadBody(f"'{name}' must be true or false")
    return value


def tags(value: object) -> dict[str, str]:
    """The tags of a resource. Raises BadBody."""
    found = table(value, "tags")
    if not all(isinstance(each, str) for each in found.values()):
        raise BadBody("'tags' must be an object with strings")
    return dict(found)
