"""What support asks for, found in an error's text: ids, time, and the names of the policy, lock, scope or address.

Read from JSON, from prose and from headers alike, by labels. Every pattern starts with a literal word and is bounded,
so that the time grows with the text's length alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_BETWEEN = r"""[\\"']{0,4}[ \t]{0,4}[:=][ \t]{0,4}[\\"']{0,4}[ \t]{0,2}"""
_LOOSE = r"""[\\"']{0,4}[ \t]{0,4}[:=]?[ \t]{0,4}[\\"']{0,4}[ \t]{0,2}"""
_NAME = r"[^\\\"'\r\n<>{}]{1,200}"
_SCOPE = r"/(?:subscriptions|providers)/[^\s\\\"'<>{},;]{1,400}"
MOST = 3
"""How many of one name are quoted at most: a pasted log may hold thousands."""


class SupportId(NamedTuple):
    """One of them: what it is called, and its value."""

    name: str
    value: str


# The name, a word without which (in lower case) there is none, and the pattern. An id's own word goes first: a
# correlation id is written "x-ms-correlation-request-id" as well.
_PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (name, word, re.compile(pattern, re.IGNORECASE))
    for name, word, pattern in (
        ("Policy", "policydefinition", rf"policyDefinitionDisplayName{_BETWEEN}({_NAME})"),
        ("Policy assignment", "policyassignment", rf"policyAssignmentDisplayName{_BETWEEN}({_NAME})"),
        (
            "Policy assignment",
            "policyassignment",
            rf"policyAssignment\\?[\"']{{0,2}}[ \t]{{0,4}}:[ \t]{{0,4}}{{\\?[\"']name{_BETWEEN}({_NAME})",
        ),
        ("Policy scope", "policyassignment", rf"policyAssignmentScope{_BETWEEN}({_SCOPE})"),
        ("Lock", "locked", rf"scope\(s\) are locked:[ \t]{{0,4}}[\\\"']{{0,4}}({_SCOPE})"),
        ("Linked action", "linked", r"perform action(?:\(s\))? '([\w./*-]{3,200})' on the linked"),
        ("Action", "action", r"perform action(?:\(s\))? '([\w./*-]{3,200})'"),
        ("Action", "action", r"action:[ \t]{0,4}'([\w./*-]{3,200})'"),
        ("Scope", "over scope", rf"over scope[s]?(?:\(s\))?[ \t]{{0,4}}'({_SCOPE})"),
        ("Scope", "resource:", rf"resource:[ \t]{{0,4}}'({_SCOPE})"),
        ("Linked scope", "linked scope", rf"linked scope\(s\)[ \t]{{0,4}}'({_SCOPE})"),
        ("Client address", "address", rf"client address{_BETWEEN}([0-9a-f.:]{{3,45}})"),
        ("Client address", "address", rf"callerIPAddress{_BETWEEN}([0-9a-f.:]{{3,45}})"),
        ("Vault", "vault", rf"(?<![a-mo-z])vault{_BETWEEN}([a-z][a-z0-9-]{{1,23}})(?=;location=)"),
        ("Correlation id", "correlation", rf"correlation[ _-]?(?:request[ _-]?)?id{_LOOSE}({_GUID})"),
        ("Trace id", "trace", rf"trace[ _-]?id{_LOOSE}({_GUID})"),
        ("Activity id", "activity", rf"activity[ _-]?id{_LOOSE}({_GUID})"),
        ("Client request id", "client", rf"client[ _-]?request[ _-]?id{_LOOSE}({_GUID})"),
        (
            "Request id",
            "request",
            rf"(?<!correlation.)(?<!client.)(?<![a-z])(?:x[_-])?(?:ms[_-])?request[ _-]?id{_BETWEEN}([\w.:-]{{8,80}})",
        ),
        ("Time", "timestamp", rf"timestamp{_LOOSE}(\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{{1,9}})?Z?)"),
    )
)


def support_ids(text: str) -> tuple[SupportId, ...]:
    """What in ``text`` is worth quoting, in the order of the list above, each once; at most :data:`MOST` of a name."""
    found: dict[SupportId, None] = {}
    folded = text.lower()
    for name, word, pattern in _PATTERNS:
        for match in pattern.finditer(text) if word in folded else ():
            if sum(each.name == name for each in found) >= MOST:
                break
            found[SupportId(name, match[1].strip(" .,"))] = None
    return tuple(found)


def value_of(ids: tuple[SupportId, ...], name: str) -> str:
    """The first value of this name; empty when there is none."""
    return next((each.value for each in ids if each.name == name), "")
