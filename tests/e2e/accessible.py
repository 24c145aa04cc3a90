"""What a screen reader sees, and what it can press: the accessibility tree of running programs.

Runs on the system's Python, which has ``gi``; standard library beside that. A look is repeated after every change that
the programs announce, until it finds what it wants or its time is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

Node = Any
LOOK_AGAIN_MS = 200
"""A program may change its tree without announcing it."""
ANSWER_MS = 15_000
PATIENCE_S = 120.0
"""For how long anything is waited for: a shared machine can be many times slower than a quiet one."""
CHANGES = ("object:state-changed", "object:children-changed", "object:text-changed", "object:property-change", "window")


class NotShown(AssertionError):
    """What was looked for did not come in time; the message lists what was shown instead."""


def application(name: str, timeout: float = PATIENCE_S) -> Node:
    """The running program that registered under ``name``."""

    def look() -> Node | None:
        desktop = Atspi.get_desktop(0)
        programs = (desktop.get_child_at_index(i) for i in range(desktop.get_child_count()))
        return next((p for p in programs if p and p.get_name() == name and p.get_child_count()), None)

    found = _until(look, timeout, lambda: f"no program named {name!r}")
    # The library's own memory of children and states is brought up to date by events, which may come late or never.
    found.set_cache_mask(Atspi.Cache.NONE)
    found.clear_cache()
    return found


def find(root: Node, role: str, name: str, *, starts: bool = False, timeout: float = PATIENCE_S) -> Node:
    """The first shown node with this role and name (or a name that starts so)."""

    def fits(node: Node) -> bool:
        seen = node.get_name() or ""
        named = seen.startswith(name) if starts else seen == name
        return bool(named and node.get_role_name() == role and is_(node, "SHOWING"))

    return _until(
        lambda: next((n for n in shown(root) if _alive(fits, n)), None),
        timeout,
        lambda: f"no {role} {name!r}; shown: {outline(root)}",
    )


def enabled(root: Node, role: str, name: str, *, timeout: float = PATIENCE_S) -> Node:
    """Like :func:`find`, for a node that can be used now."""
    return _until(
        lambda: next(
            (
                n
                for n in shown(root)
                if _alive(lambda m: m.get_role_name() == role and m.get_name() == name, n)
                and is_(n, "SHOWING")
                and is_(n, "SENSITIVE")
            ),
            None,
        ),
        timeout,
        lambda: f"no {role} {name!r} that can be used; shown: {outline(root)}",
    )


def press(node: Node) -> None:
    """Do the node's main action, as a screen reader's user does."""
    actions = node.get_action_iface()
    names = [actions.get_action_name(i).lower() for i in range(actions.get_n_actions())]
    wanted = next(names.index(n) for n in ("press", "toggle", "click", "jump") if n in names)
    assert actions.do_action(wanted), f"{node.get_name()!r} refused its action"


def write(node: Node, text: str) -> None:
    """Replace the text of an editable node."""
    assert node.get_editable_text_iface().set_text_contents(text), f"{node.get_name()!r} cannot be edited"


def read(node: Node) -> str:
    """The text of a node that holds text."""
    text = node.get_text_iface()
    return str(text.get_text(0, text.get_character_count()))


def is_(node: Node, state: str) -> bool:
    """Whether the node has an accessibility state such as ``SHOWING`` or ``CHECKED``."""
    return bool(node.get_state_set().contains(getattr(Atspi.StateType, state)))


def shown(root: Node) -> Iterator[Node]:
    """The node and all below it that are shown."""
    try:
        yield root
        children = [root.get_child_at_index(i) for i in range(root.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        if child is not None and _alive(lambda c: is_(c, "SHOWING") or is_(c, "VISIBLE"), child):
            yield from shown(child)


def outline(root: Node) -> str:
    """Roles and names of what is shown, for a failure's message."""
    pairs = ((n.get_role_name(), n.get_name()) for n in shown(root) if _alive(lambda m: m.get_name(), n))
    return "; ".join(f"{role} {name!r}" for role, name in pairs)


def _alive(look: Callable[[Node], Any], node: Node) -> Any:
    try:
        return look(node)
    except GLib.Error:  # the node went away while it was looked at: the next look will see what is there now
        return None


def _until(look: Callable[[], Node | None], timeout: float, complaint: Callable[[], str]) -> Node:
    deadline = time.monotonic() + timeout
    while True:
        found = _alive(lambda _: look(), None)
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise NotShown(complaint())
        _wait_for_a_change()


def _wait_for_a_change() -> None:
    again = GLib.timeout_add(LOOK_AGAIN_MS, lambda: GLib.SOURCE_CONTINUE)
    GLib.MainContext.default().iteration(True)
    GLib.source_remove(again)


# A program that is busy for a second is not gone: without this a call is given up after 0.8 s, and nothing seems shown.
Atspi.set_timeout(ANSWER_MS, ANSWER_MS)
_listener = Atspi.EventListener.new(lambda _event: None)
for _change in CHANGES:
    _listener.register(_change)
