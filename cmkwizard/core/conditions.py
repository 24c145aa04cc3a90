"""Azure's conditions on role assignments: whether one lets its holder give a certain role.

Grammar: "Azure role assignment condition format and syntax" and "Authorization actions and attributes" (Microsoft).
What is not understood makes the answer "not known", never "yes".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cmkwizard.core.roles import ASSIGNMENT_WRITE, Rights, allows

_TOKEN = re.compile(
    r"\s*(?:(?P<sign>&&|\|\||[()!])|(?P<attribute>@\w+\[[^\]]*\])|(?P<set>\{[^{}]*\})|'(?P<text>[^']*)'"
    r"|(?P<word>[A-Za-z0-9_:-]+))"
)
_ATTRIBUTE = re.compile(r"@request\[microsoft\.authorization/roleassignments:(\w+)\]", re.IGNORECASE)
_COMPARISON = re.compile(
    r"(?:For(?:Any|All)Of(?P<reach>Any|All)Values:)?(?:Guid|String)(?P<negated>Not)?Equals(?:IgnoreCase)?",
    re.IGNORECASE,
)
_DEEPEST = 50


class _NotUnderstoodError(Exception):
    pass


def may_assign(condition: str, role: str, principal_id: str = "") -> bool | None:
    """Whether ``condition`` lets its holder give ``role`` to the app with ``principal_id`` (empty: not known yet).

    None: it depends on what is not known here, or the text is not understood.
    """
    values = {"roledefinitionid": role, "principaltype": "ServicePrincipal"}
    if principal_id:
        values["principalid"] = principal_id
    try:
        return _Reader(condition, values).read()
    except _NotUnderstoodError:
        return None


class _Reader:
    """Reads a condition and says what it comes to; None stands for "not known" (Kleene's logic of three values)."""

    def __init__(self, text: str, values: dict[str, str]) -> None:
        self._tokens = list(_split(text))
        self._values = values
        self._at = 0
        self._depth = 0

    def read(self) -> bool | None:
        found = self._either()
        if self._at != len(self._tokens):
            raise _NotUnderstoodError
        return found

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _either(self) -> bool | None:
        """Parts that are joined by one kind of word; both kinds side by side need parentheses to be understood."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotUnderstoodError
        parts, joints = [self._part()], set()
        while (joint := {"and": "and", "&&": "and", "or": "or", "||": "or"}.get(self._peek()[1].lower())) is not None:
            self._take()
            joints.add(joint)
            parts.append(self._part())
        self._depth -= 1
        if len(joints) > 1:
            raise _NotUnderstoodError
        return _any(parts) if joints == {"or"} else _all(parts)

    def _part(self) -> bool | None:
        negated = False
        while self._peek()[1].lower() in ("!", "not"):
            self._take()
            negated = not negated
        kind, text = self._take()
        if text == "(":
            found = self._either()
            if self._take()[1] != ")":
                raise _NotUnderstoodError
        elif kind == "word" and text.lower() == "actionmatches":
            found = allows((Rights(tuple(self._members())),), ASSIGNMENT_WRITE)
        elif kind == "attribute":
            found = self._comparison(text)
        else:
            raise _NotUnderstoodError
        return found if not negated or found is None else not found

    def _comparison(self, attribute: str) -> bool | None:
        kind, operator = self._take()
        comparison = _COMPARISON.fullmatch(operator)
        if kind != "word" or comparison is None:
            raise _NotUnderstoodError
        wanted = self._members()
        name = _ATTRIBUTE.fullmatch(attribute)
        value = self._values.get(name[1].lower()) if name else None
        if value is None:
            return None
        each = [(value.lower() == member.lower()) is not bool(comparison["negated"]) for member in wanted]
        return all(each) if (comparison["reach"] or "").lower() == "all" else any(each)

    def _members(self) -> list[str]:
        kind, text = self._take()
        if kind == "set":
            return [member.strip().strip("'") for member in text[1:-1].split(",")]
        if kind in ("text", "word"):
            return [text]
        raise _NotUnderstoodError


def _split(text: str) -> Iterator[tuple[str, str]]:
    at, text = 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _NotUnderstoodError
        yield next((name, value) for name, value in match.groupdict().items() if value is not None)
        at = match.end()


def _any(parts: Iterable[bool | None]) -> bool | None:
    found = set(parts)
    return True if True in found else None if None in found else False


def _all(parts: Iterable[bool | None]) -> bool | None:
    found = set(parts)
    return False if False in found else None if None in found else True
