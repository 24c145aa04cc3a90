"""Reads a Bicep file with a real parser, into plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

_ESCAPE = re.compile(r"\\(u\{(?P<code>[0-9a-f]+)\}|(?P<plain>[nrt\\'$]))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class Raw:
    """An expression that is no plain value."""

    code: str


@dataclass(frozen=True)
class BicepFile:
    """What a file declares."""

    scope: str
    parameters: dict[str, str]
    resources: dict[str, tuple[str, dict[str, Any]]]
    """Symbol to type (with its version) and body."""
    comments: list[str]


def read_bicep(text: str) -> BicepFile:
    """Fails where the parser finds an error, or something that is not looked for."""
    root = Parser(Language(tree_sitter_bicep.language())).parse(text.encode()).root_node
    assert not root.has_error, _errors(root)
    found = BicepFile("", {}, {}, [])
    scope = ""
    for node in root.named_children:
        words = [_value(each) for each in node.named_children]
        match node.type:
            case "comment":
                found.comments.append(_text(node))
            case "target_scope_assignment":
                scope = words[0]
            case "parameter_declaration":
                found.parameters[words[0].code] = words[2]
            case "resource_declaration":
                found.resources[words[0].code] = (words[1], words[2])
            case other:
                assert other in ("decorators", "output_declaration"), _text(node)
    return BicepFile(scope, found.parameters, found.resources, found.comments)


def _errors(node: Node) -> list[str]:
    here = [_text(node)] if node.is_error or node.is_missing else []
    return here + [each for child in node.children for each in _errors(child)]


def _text(node: Node) -> str:
    assert node.text is not None
    return node.text.decode()


def _value(node: Node) -> Any:
    match node.type:
        case "string":
            parts = {child.type for child in node.named_children}
            assert parts <= {"string_content", "escape_sequence"}, f"interpolated: {_text(node)}"
            return _ESCAPE.sub(_escaped, _text(node)[1:-1])
        case "boolean":
            return _text(node) == "true"
        case "number":
            return int(_text(node))
        case "array":
            return [_value(each) for each in node.named_children]
        case "object":
            pairs = [each.named_children for each in node.named_children]
            return {
                str(_value(pair[0])) if pair[0].type == "string" else _text(pair[0]): _value(pair[1]) for pair in pairs
            }
        case _:
            return Raw(_text(node))


def _escaped(found: re.Match[str]) -> str:
    if found["code"]:
        return chr(int(found["code"], 16))
    return _PLAIN.get(found["plain"], found["plain"])
