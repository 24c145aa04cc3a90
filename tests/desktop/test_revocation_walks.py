"""Names that are not the ones shown: typed on purpose, or met at random, they take nothing away."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.desktop.rehearsal import Rehearsal
from tests.desktop.revocation_support import ACT, VAULT, Visitor, Walker, completed, deletions

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)
WALKS, WALKS_IN_A_WINDOW = 500, 100


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[Rehearsal]:
    with completed(qtbot, tmp_path / "records") as made:
        yield made


def near_misses(name: str) -> list[str]:
    """What is nearly the name, and is not."""
    return [
        "",
        name[:-1],
        name[1:],
        f"{name} ",
        f" {name}",
        f"{name}\u200b",
        f"{name}.",
        name.swapcase(),
        name.replace("o", "\u043e", 1),  # as it looks, in Cyrillic
        name.replace("0", "O", 1) if "0" in name else name.replace("e", "3", 1),
        name.replace("-", "\u2010", 1) if "-" in name else name.replace("@", "\uff20", 1),
        name[::-1],
    ]


@pytest.mark.parametrize("seed", range(WALKS // WALKS_IN_A_WINDOW))
def test_a_random_walk_without_the_names_removes_nothing(at: Rehearsal, tmp_path: Path, seed: int) -> None:
    visitor = Visitor(at)
    chance = random.Random(seed)  # noqa: S311 - a walk, not a secret
    organisation = at.setup.choices.adobe.organisation
    pack = tmp_path / "way-back.json"
    seen: Counter[str] = Counter()
    for walk in range(WALKS_IN_A_WINDOW):
        walker = Walker(visitor, chance, pack)
        right = chance.choice((organisation, VAULT, ""))  # one of the two may even be right
        for label, name in (("Organisation", organisation), ("Vault name", VAULT)):
            walker.names[label] = [name] if right == name else near_misses(name)
        walker.walk()
        seen += walker.seen
        assert deletions(at) == [], f"walk {walk}"
    assert min(seen[page] for page in ("revoke", "impact", "confirm")) >= WALKS_IN_A_WINDOW / 10, seen
    assert seen["brink"] >= WALKS_IN_A_WINDOW, "nothing but a name was missing, as often as there were walks"
    assert not pack.exists()


def test_names_that_are_nearly_right_are_refused_and_said(at: Rehearsal, tmp_path: Path) -> None:
    visitor = Visitor(at)
    visitor.begin()
    visitor.sign_in()
    visitor.see_impact()
    visitor.confirm(tmp_path / "way-back.json")
    assert visitor.hand.can_press(ACT)
    organisation = at.setup.choices.adobe.organisation
    for label, name in (("Organisation", organisation), ("Vault name", VAULT)):
        for wrong in near_misses(name):
            visitor.write(label, wrong)
            assert not visitor.hand.can_press(ACT), (label, wrong)
            visitor.reads(f"exactly as it is shown: {name}.")
        visitor.write(label, name)
        assert visitor.hand.can_press(ACT)
    for nothing in ("", "   ", "...", "\u200b"):
        visitor.write("Reason", nothing)
        assert not visitor.hand.can_press(ACT), nothing
        visitor.reads("Say why")
    assert deletions(at) == []
