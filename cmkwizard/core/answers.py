"""The answers file of ``cmkwizard setup``: TOML text to choices, every fault at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from cmkwizard.core import identifiers
from cmkwizard.core.choices import AdobeChoice, Choices
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.redact import one_line


@dataclass(frozen=True)
class AnswerFault:
    """One thing wrong with the answers: where, and what is allowed there."""

    key: str
    line: int
    """Counted from 1; for a missing key the line of its table, or the last line when that is missing too."""
    sentence: str

    def __str__(self) -> str:
        key = one_line(self.key)
        return f"line {self.line}: {key}: {self.sentence}" if key else f"line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class _Rule:
    """What one key may hold."""

    type: type
    check: Callable[[Any], str | None] = lambda _: None
    required: bool = False


def _one_of(*allowed: object) -> Callable[[Any], str | None]:
    text = ", ".join(f'"{each}"' if isinstance(each, str) else str(each) for each in allowed)
    return lambda value: None if value in allowed else f"allowed is one of {text}."


def _filled(value: str) -> str | None:
    return None if value.strip() else "This must not be empty."


def _retention(days: int) -> str | None:
    return None if 7 <= days <= 90 else "allowed are 7 to 90 days."


_TYPES = {str: "text in quotes", bool: "true or false", int: "a whole number"}
_RULES: dict[str, dict[str, _Rule]] = {
    "azure": {
        "tenant": _Rule(str, identifiers.directory_problem),
        "subscription": _Rule(str, _filled, required=True),
        "resource_group": _Rule(str, identifiers.group_name_problem, required=True),
        "location": _Rule(str, identifiers.location_problem),
    },
    "vault": {
        "name": _Rule(str, identifiers.vault_name_problem, required=True),
        "create": _Rule(bool),
        "sku": _Rule(str, _one_of("standard", "premium")),
        "retention_days": _Rule(int, _retention),
        "network": _Rule(str, _one_of("public", "restricted")),
    },
    "key": {
        "name": _Rule(str, identifiers.key_name_problem, required=True),
        "type": _Rule(str, _one_of("RSA", "RSA-HSM")),
        "size": _Rule(int, _one_of(3072, 4096)),
    },
    "adobe": {
        "organisation": _Rule(str, identifiers.organisation_problem, required=True),
        "client_id": _Rule(str, identifiers.client_id_problem, required=True),
        "region": _Rule(str, identifiers.region_problem),
        "configuration": _Rule(str, identifiers.configuration_name_problem, required=True),
        "scopes": _Rule(str, _filled),
    },
    "acknowledge": {"irreversible": _Rule(bool)},
}
_NAME = r"""([\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_HEADER = re.compile(rf"\s*\[\[?\s*{_NAME}\s*\]")
_LONG_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'', re.DOTALL)
_KEY_LINE = re.compile(rf"\s*{_NAME}(?:\s*\.\s*{_NAME})?\s*=")
_AT_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


def line_of(text: str, key: str) -> int:
    """The line of a dotted key of an answers file, of its table when it is missing, or the last line."""
    return _Lines(text).of(key)


def read_answers(text: str) -> Choices:
    """Read the answers.

    Raises:
        Problem: INVALID; the message holds one line for each fault, naming the key, its line and what is allowed.
    """
    faults = []
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults = [_syntax_fault(str(error), text)]
    else:
        faults = _faults(tables, _Lines(text))
    if faults:
        raise Problem(
            Kind.INVALID,
            "\n".join(map(str, sorted(faults, key=lambda fault: fault.line))),
            "Correct the answers file and run the command again. Nothing was sent.",
        )
    return msgspec.convert(tables, Choices)


def _syntax_fault(message: str, text: str) -> AnswerFault:
    place = _AT_LINE.search(message)
    line = int(place[1]) if place and place[1] else max(1, text.rstrip().count("\n") + 1)
    return AnswerFault("", line, f"this is not TOML: {_AT_LINE.sub('', message).strip()}.")


def _name(written: str) -> str:
    """A bare or quoted key as TOML reads it."""
    return next(iter(tomllib.loads(f"{written} = 0"))) if written else ""


class _Lines:
    """Where tables and keys stand in the text; ``tomllib`` does not say."""

    def __init__(self, text: str) -> None:
        self._places: dict[str, int] = {}
        self._last = 1
        table = ""
        text = _LONG_TEXT.sub(lambda found: "\n" * found[0].count("\n"), text)  # no keys are in it
        for number, line in enumerate(text.split("\n"), 1):
            self._last = number
            if header := _HEADER.match(line):
                table = _name(header[1])
                self._places.setdefault(table, number)
            elif key := _KEY_LINE.match(line):
                parts = [part for part in (table, _name(key[1]), _name(key[2] or "")) if part]
                for depth in range(1, len(parts) + 1):
                    self._places.setdefault(".".join(parts[:depth]), number)

    def of(self, key: str) -> int:
        """The line of a dotted key, or of the table it belongs to, or the last line."""
        return self._places.get(key) or self._places.get(key.partition(".")[0]) or self._last


def _faults(tables: Mapping[str, Any], lines: _Lines) -> list[AnswerFault]:
    found: list[AnswerFault] = []
    for name, content in tables.items():
        if name not in _RULES:
            allowed = ", ".join(f"[{each}]" for each in _RULES)
            found.append(AnswerFault(name, lines.of(name), f"unknown; allowed are the tables {allowed}."))
        elif not isinstance(content, dict):
            found.append(AnswerFault(name, lines.of(name), f"this is a table: write [{name}] on a line of its own."))
    for name, rules in _RULES.items():
        content = tables.get(name, {})
        if isinstance(content, dict):
            found += _table_faults(name, content, rules, lines)
    return found or _combination_faults(tables, lines)


def _table_faults(
    name: str, content: Mapping[str, Any], rules: Mapping[str, _Rule], lines: _Lines
) -> list[AnswerFault]:
    found = []
    for key, value in content.items():
        path = f"{name}.{key}"
        rule = rules.get(key)
        if rule is None:
            found.append(AnswerFault(path, lines.of(path), f"unknown; allowed in [{name}] are {', '.join(rules)}."))
        elif type(value) is not rule.type:
            found.append(AnswerFault(path, lines.of(path), f"this must be {_TYPES[rule.type]}."))
        elif sentence := rule.check(value):
            found.append(AnswerFault(path, lines.of(path), sentence))
    for key, rule in rules.items():
        if rule.required and key not in content:
            allowed = rule.check("") or f"this must be {_TYPES[rule.type]}."
            found.append(AnswerFault(f"{name}.{key}", lines.of(f"{name}.{key}"), f"missing. {allowed}"))
    return found


def _combination_faults(tables: Mapping[str, Any], lines: _Lines) -> list[AnswerFault]:
    vault, key, azure = tables["vault"], tables["key"], tables["azure"]
    create = vault.get("create", True)
    found = []
    if create and not azure.get("location"):
        sentence = 'missing. A new vault needs an Azure region, such as "westeurope".'
        found.append(AnswerFault("azure.location", lines.of("azure.location"), sentence))
    if create and key.get("type") == "RSA-HSM" and vault.get("sku", "premium") != "premium":
        sentence = 'a key of type "RSA-HSM" needs vault.sku = "premium".'
        found.append(AnswerFault("key.type", lines.of("key.type"), sentence))
    scopes = tables["adobe"].get("scopes", AdobeChoice().scopes)
    if re.search(r"[^\w.,\s-]", scopes):
        found.append(AnswerFault("adobe.scopes", lines.of("adobe.scopes"), "allowed are names with commas between."))
    return found
