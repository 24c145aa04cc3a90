"""Files that people write in TOML: what each key may hold, and every fault at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cmkwizard.core.redact import one_line

Check = Callable[[Any], str | None]
"""Answers None for a good value, else a sentence that says what is allowed."""


@dataclass(frozen=True)
class TableFault:
    """One thing wrong with a file: where, and what is allowed there."""

    key: str
    line: int
    """Counted from 1; for a missing key the line of its table, or the last line when that is missing too."""
    sentence: str

    def __str__(self) -> str:
        key = one_line(self.key)
        return f"line {self.line}: {key}: {self.sentence}" if key else f"line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class Rule:
    """What one key may hold; of a list, what each of its texts may be."""

    type: type
    check: Check = lambda _: None
    required: bool = False

    def fault(self, value: Any) -> str | None:
        """What is wrong with the value."""
        if type(value) is not self.type or (isinstance(value, list) and not all(type(each) is str for each in value)):
            return f"this must be {_TYPES[self.type]}."
        values = value if isinstance(value, list) else [value]
        return next((sentence for each in values if (sentence := self.check(each))), None)


@dataclass(frozen=True)
class AnyKeys:
    """A table whose keys are free names."""

    name: Check
    rule: Rule


Rules = Mapping[str, "Rule | AnyKeys | Rules"]
"""Of a table (or of the whole file): its keys, and the tables in it."""

_TYPES = {
    str: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    list: "a list of texts in quotes, in square brackets",
}
_NAME = r"""(?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"({_NAME}(?:\s*\.\s*{_NAME})*)"
_HEADER = re.compile(rf"\s*\[\[?\s*{_DOTTED}\s*\]")
_LONG_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'', re.DOTALL)
_KEY_LINE = re.compile(rf"\s*{_DOTTED}\s*=")
_AT_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


def one_of(*allowed: object) -> Check:
    """Allow these values alone."""
    text = ", ".join(f'"{each}"' if isinstance(each, str) else str(each) for each in allowed)
    return lambda value: None if value in allowed else f"allowed is one of {text}."


def between(least: int, most: int, unit: str) -> Check:
    """Allow whole numbers from ``least`` to ``most``."""
    return lambda value: None if least <= value <= most else f"allowed are {least} to {most} {unit}."


def filled(value: str) -> str | None:
    """Allow every text with something in it."""
    return None if value.strip() else "This must not be empty."


def parse(text: str) -> dict[str, Any] | TableFault:
    """The tables of a file, or why it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _AT_LINE.search(message)
        line = int(place[1]) if place and place[1] else max(1, text.rstrip().count("\n") + 1)
        return TableFault("", line, f"this is not TOML: {_AT_LINE.sub('', message).strip()}.")


class Lines:
    """Where tables and keys stand in the text; ``tomllib`` does not say."""

    def __init__(self, text: str) -> None:
        self._places: dict[str, int] = {}
        self._last = 1
        table: list[str] = []
        text = _LONG_TEXT.sub(lambda found: "\n" * found[0].count("\n"), text)  # no keys are in it
        for number, line in enumerate(text.split("\n"), 1):
            self._last = number
            if header := _HEADER.match(line):
                table = _names(header[1])
                self._note(table, number)
            elif key := _KEY_LINE.match(line):
                self._note([*table, *_names(key[1])], number)

    def of(self, key: str) -> int:
        """The line of a dotted key, or of the table it belongs to, or the last line."""
        while key:
            if key in self._places:
                return self._places[key]
            key = key.rpartition(".")[0]
        return self._last

    def _note(self, parts: list[str], number: int) -> None:
        for depth in range(1, len(parts) + 1):
            self._places.setdefault(".".join(parts[:depth]), number)


def table_faults(tables: Mapping[str, Any], rules: Rules, lines: Lines) -> list[TableFault]:
    """Everything in ``tables`` that the rules do not allow, and what they require and is missing."""
    return _faults("", tables, rules, lines)


def _faults(path: str, content: Mapping[str, Any], rules: Rules, lines: Lines) -> list[TableFault]:
    found: list[TableFault] = []
    for key, value in content.items():
        place = f"{path}.{key}" if path else key
        rule = rules.get(key)
        if rule is None:
            found.append(TableFault(place, lines.of(place), _unknown(path, rules)))
        elif isinstance(rule, Rule):
            if sentence := rule.fault(value):
                found.append(TableFault(place, lines.of(place), sentence))
        elif not isinstance(value, dict):
            found.append(TableFault(place, lines.of(place), f"this is a table: write [{place}] on a line of its own."))
        elif isinstance(rule, AnyKeys):
            found += _any_keys_faults(place, value, rule, lines)
        else:
            found += _faults(place, value, rule, lines)
    for key, rule in rules.items():
        place = f"{path}.{key}" if path else key
        if isinstance(rule, Rule):
            if rule.required and key not in content:
                allowed = rule.check("") or f"this must be {_TYPES[rule.type]}."
                found.append(TableFault(place, lines.of(place), f"missing. {allowed}"))
        elif not isinstance(rule, AnyKeys) and key not in content:
            found += _faults(place, {}, rule, lines)
    return found


def _any_keys_faults(path: str, content: Mapping[str, Any], free: AnyKeys, lines: Lines) -> list[TableFault]:
    found = []
    for key, value in content.items():
        place = f"{path}.{key}"
        if sentence := free.name(key) or free.rule.fault(value):
            found.append(TableFault(place, lines.of(place), sentence))
    return found


def _unknown(path: str, rules: Rules) -> str:
    if all(not isinstance(rule, Rule) for rule in rules.values()):
        inner = ", ".join(f"[{path}.{each}]" if path else f"[{each}]" for each in rules)
        return f"unknown; allowed are the tables {inner}."
    return f"unknown; allowed in [{path}] are {', '.join(rules)}."


def _names(written: str) -> list[str]:
    """The parts of a dotted key, as TOML reads them."""
    names: list[str] = []
    inner: Any = tomllib.loads(f"{written} = 0")
    while isinstance(inner, dict):
        name, inner = next(iter(inner.items()))
        names.append(name)
    return names
