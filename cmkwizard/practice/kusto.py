"""A small part of the Kusto Query Language, enough to answer a question about rows: where, extend, project, summarize.

What is not understood is refused as Azure Monitor refuses it, a name that no column has included. Source: Microsoft
Learn, Kusto Query Language (query operators, scalar and aggregation functions).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

Row = Mapping[str, Any]
Expression = Callable[[Sequence[Row]], Any]
"""From the rows of a group; outside of a summary the group is one row."""

_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\")|(?P<span>\d+[dhms]\b)|(?P<number>\d+)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>==|=~|!=|>=|<=|[|(),.=<>]))"
)
_SPANS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
_AGGREGATES = frozenset({"count", "countif", "max", "min"})


class QueryRefused(Exception):
    """The query makes no sense. ``code`` is Azure Monitor's: SyntaxError or SemanticError."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Table(NamedTuple):
    """Rows, and the columns that they can have."""

    columns: tuple[str, ...]
    rows: Sequence[Row]


class _Token(NamedTuple):
    kind: str
    text: str


def answer(query: str, tables: Mapping[str, Table], now: datetime) -> Table:
    """What a query says of the tables. ``now``: what ``ago`` counts from.

    Raises:
        QueryRefused: it is not understood, or names what is not there.
    """
    reader = _Reader(_tokens(query), tables, now)
    found = reader.query()
    reader.expect("end", "")
    return found


def _tokens(text: str) -> list[_Token]:
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise QueryRefused("SyntaxError", f"Query could not be parsed at '{text[place : place + 20]}'")
        found.append(_Token(str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return [*found, _Token("end", "")]


class _Reader:
    """Reads and answers at once, one operator after the other."""

    def __init__(self, tokens: list[_Token], tables: Mapping[str, Table], now: datetime) -> None:
        self._tokens = tokens
        self._place = 0
        self._tables = tables
        self._now = now
        self._columns: tuple[str, ...] = ()
        self._summing = False

    # Tokens

    def _is(self, *texts: str) -> bool:
        token = self._tokens[self._place]
        return token.kind != "string" and token.text in texts

    def _take(self, *texts: str) -> bool:
        found = self._is(*texts)
        self._place += found
        return found

    def expect(self, kind: str, text: str | None = None) -> str:
        """The next token's text. Raises QueryRefused when it is of another kind, or another text."""
        token = self._tokens[self._place]
        if token.kind != kind or text not in (None, token.text):
            raise QueryRefused("SyntaxError", f"Query could not be parsed at '{token.text}'")
        self._place += kind != "end"
        return token.text

    # Operators

    def query(self) -> Table:
        """A source and the operators behind it."""
        table = self._union() if self._take("union") else self._named()
        operators = {"where": self._where, "extend": self._extend, "project": self._project}
        while self._take("|"):
            name = self.expect("name")
            if name == "summarize":
                table = self._summarize(table)
            elif name in operators:
                self._columns = table.columns
                table = operators[name](table)
            else:
                raise QueryRefused("SyntaxError", f"Query could not be parsed at '{name}'")
        return table

    def _union(self) -> Table:
        for each in ("isfuzzy", "=", "true"):
            if not self._take(each):
                raise QueryRefused("SyntaxError", f"Query could not be parsed at '{self._tokens[self._place].text}'")
        parts: list[Table] = []
        while True:
            self.expect("sign", "(")
            if self._tokens[self._place].text in self._tables:
                parts.append(self.query())
                self.expect("sign", ")")
            else:
                self._skip()
            if not self._take(","):
                break
        columns = dict.fromkeys(name for part in parts for name in part.columns)
        return Table(tuple(columns), [row for part in parts for row in part.rows])

    def _skip(self) -> None:
        """Leave out what asks a table that is not there, up to the closing bracket."""
        depth = 1
        while depth:
            depth += self._is("(") - self._is(")")
            if self._is("") and self._tokens[self._place].kind == "end":
                raise QueryRefused("SyntaxError", "Query could not be parsed at ''")
            self._place += 1

    def _named(self) -> Table:
        name = self.expect("name")
        if name not in self._tables:
            raise QueryRefused("SemanticError", f"Failed to resolve table or column expression named '{name}'")
        return self._tables[name]

    def _where(self, table: Table) -> Table:
        holds = self._expression()
        return Table(table.columns, [row for row in table.rows if holds([row])])

    def _extend(self, table: Table) -> Table:
        for name, value in self._assignments():
            table = Table((*table.columns, name), [{**row, name: value([row])} for row in table.rows])
        return table

    def _project(self, table: Table) -> Table:
        made = self._assignments()
        return Table(tuple(n for n, _ in made), [{n: value([row]) for n, value in made} for row in table.rows])

    def _summarize(self, table: Table) -> Table:
        self._columns, self._summing = table.columns, True
        sums = self._assignments()
        self._summing = False
        keys = self._assignments() if self._take("by") else []
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in table.rows:
            groups.setdefault(tuple(value([row]) for _, value in keys), []).append(row)
        rows = [
            {**{name: part for (name, _), part in zip(keys, group, strict=True)}, **{n: v(rows) for n, v in sums}}
            for group, rows in groups.items()
        ]
        return Table(tuple(name for name, _ in (*keys, *sums)), rows)

    def _assignments(self) -> list[tuple[str, Expression]]:
        found = []
        while True:
            name = self._tokens[self._place].text
            if self._tokens[self._place + 1] == _Token("sign", "="):
                self.expect("name")
                self._place += 1
            found.append((name, self._expression()))
            if not self._take(","):
                return found

    # Expressions

    def _expression(self) -> Expression:
        parts = [self._comparison()]
        while self._take("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else lambda rows: all(part(rows) for part in parts)

    def _comparison(self) -> Expression:
        left = self._operand()
        sign = self._tokens[self._place].text
        if self._take("in"):
            self.expect("sign", "(")
            among = self._arguments()
            return lambda rows: left(rows) in [each(rows) for each in among]
        if not self._take("==", "=~", "!=", ">=", "<=", ">", "<"):
            return left
        right = self._operand()
        return lambda rows: _compare(sign, left(rows), right(rows))

    def _operand(self) -> Expression:
        token = self._tokens[self._place]
        self._place += 1
        value: Any
        match token.kind:
            case "string":
                value = json.loads(token.text)
            case "number":
                value = int(token.text)
            case "span":
                value = timedelta(seconds=int(token.text[:-1]) * _SPANS[token.text[-1]])
            case "name" if self._take("("):
                return self._call(token.text)
            case "name":
                return self._column(token.text)
            case _:
                raise QueryRefused("SyntaxError", f"Query could not be parsed at '{token.text}'")
        return lambda _rows: value

    def _column(self, name: str) -> Expression:
        """A column, or with dots a part of its dynamic value."""
        if name not in self._columns:
            raise QueryRefused("SemanticError", f"Failed to resolve column or scalar expression named '{name}'")
        path = [name]
        while self._take("."):
            path.append(self.expect("name"))
        return lambda rows: _part(rows[0], path)

    def _arguments(self) -> list[Expression]:
        found = []
        while not self._take(")"):
            found.append(self._expression())
            if not self._is(")"):
                self.expect("sign", ",")
        return found

    def _call(self, name: str) -> Expression:
        if name == "column_ifexists":
            column = json.loads(self.expect("string"))
            self.expect("sign", ",")
            [default] = self._arguments()
            return (lambda rows: rows[0].get(column)) if column in self._columns else default
        if name in _AGGREGATES and not self._summing:
            raise QueryRefused("SemanticError", f"Function '{name}' cannot be invoked in current context")
        arguments = self._arguments()
        function = _FUNCTIONS.get(name)
        if function is None:
            raise QueryRefused("SemanticError", f"Unknown function: '{name}'")
        now = self._now
        return lambda rows: function(now, rows, *arguments)


def _compare(sign: str, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    match sign:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "=~":
            return str(left).lower() == str(right).lower()
        case ">":
            return bool(left > right)
        case ">=":
            return bool(left >= right)
        case "<":
            return bool(left < right)
        case _:
            return bool(left <= right)


def _part(row: Row, path: list[str]) -> Any:
    value: Any = row
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _int(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _extract(pattern: str, group: int, text: str) -> str:
    found = re.search(pattern, text)
    return found[group] if found else ""


def _each(rows: Sequence[Row], value: Expression) -> Iterable[Any]:
    return (value([row]) for row in rows)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "tostring": lambda _now, rows, value: _text(value(rows)),
    "toint": lambda _now, rows, value: _int(value(rows)),
    "extract": lambda _now, rows, pattern, group, text: _extract(pattern(rows), group(rows), text(rows)),
    "ago": lambda now, rows, span: now - span(rows),
    "count": lambda _now, rows: len(rows),
    "countif": lambda _now, rows, holds: sum(map(bool, _each(rows, holds))),
    "max": lambda _now, rows, value: max(_each(rows, value)),
    "min": lambda _now, rows, value: min(_each(rows, value)),
}
