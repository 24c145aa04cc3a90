"""The pages of the revocation on a practice cloud whose set-up is complete."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.clouds.profile import profile_from
from cmkwizard.core.situations import SITUATIONS
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.confirm import ConfirmModel
from cmkwizard.desktop.models.revoke import RevokeModel
from cmkwizard.desktop.shell import Shell
from cmkwizard.practice.azure_resources import Lock
from cmkwizard.practice.person import PracticePerson
from cmkwizard.records.folder import Records
from cmkwizard.records.policy_file import PolicyPlaces
from cmkwizard.wiring import GivenCredential, build
from tests.desktop.conftest import PATIENCE_MS
from tests.desktop.rehearsal import Rehearsal, rehearsal
from tests.desktop.test_pages_set_up import open_shell

VAULT = "kv-contoso-experience"
ACT = "Take Adobe's access away"
PAGES = ("revoke", "impact", "confirm", "after")
REASON = "The contract has ended."
ALT, NO_MODIFIER = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


@contextlib.contextmanager
def completed(qtbot: QtBot, folder: Path, *, policy: str = "") -> Iterator[Rehearsal]:
    """A window's set-up that was completed a week ago, signed in."""
    with rehearsal(qtbot, folder, "completed", policy=policy) as at:
        chosen(at)
        yield at


def chosen(at: Rehearsal) -> None:
    """Sign in to the set-up, and choose what it is about."""
    at.restore()
    at.sign_in()
    at.connect()
    at.choose(vault=VAULT, create=False)
    at.wait(lambda: (draft := at.draft()) is not None and draft.vault.name == VAULT)


class Visitor:
    """Goes through the pages of the revocation, as a person does."""

    def __init__(self, at: Rehearsal) -> None:
        self.at = at
        self.shell: Shell = open_shell(at.qtbot, at)
        self.hand = Hand(self.shell)

    @property
    def words(self) -> str:
        """Every text that the page shows."""
        return "\n".join(label.text() for label in Hand(self.shell.page).visible(QLabel) if label.text())

    def reads(self, words: str) -> None:
        """Wait until the page shows these words."""
        self.at.wait(lambda: words in self.words)

    @property
    def focus(self) -> QWidget:
        """What the keys go to."""
        focused: QWidget | None = self.shell.window().focusWidget()
        return self.shell if focused is None else focused

    def begin(self, situation: str = "The contract with Adobe ends") -> None:
        """From home to the first page, with a situation."""
        self.at.wait(lambda: self.hand.can_press("Take Adobe's access away…"))
        self.hand.press("Take Adobe's access away…")
        self.at.wait(lambda: self.shell.page_id == "revoke" and self.hand.can_press(situation))
        model = self.shell.page.model
        assert isinstance(model, RevokeModel)
        self.at.wait(lambda: model.setup.loaded)  # by then it is known what this is about
        self.hand.press(situation)

    def sign_in(self) -> None:
        """For this alone, through the browser."""
        self.at.wait(lambda: self.hand.can_press("Sign in for this"))
        self.hand.press("Sign in for this")
        self.at.wait(lambda: self.shell.page.model.busy is None)
        assert self.shell.page.model.error is None, self.shell.page.model.error
        assert self.hand.can_press("Sign in again"), self.words

    def see_impact(self) -> None:
        """On to the impact, read to its end."""
        self.at.wait(lambda: self.hand.can_press("Show the impact"))
        self.hand.press("Show the impact")
        self.at.wait(lambda: self.shell.page_id == "impact" and self.shell.page.model.busy is None)

    def confirm(self, pack: Path, *, organisation: str = "", vault: str = VAULT, reason: str = REASON) -> None:
        """On to the confirmation, with everything typed and the file chosen."""
        self.hand.press("Go on to the confirmation")
        self.at.wait(lambda: self.shell.page_id == "confirm")
        self.write("Organisation", organisation or self.at.setup.choices.adobe.organisation)
        self.write("Vault name", vault)
        self.write("Reason", reason)
        choose_file(self, "Choose the file…", pack)

    def write(self, name: str, text: str) -> None:
        """Type into a field, key by key."""
        field = self.hand.begin_writing(name)
        field.clear()
        for letter in text:
            self.hand.type_key(field, letter)

    def complete(self, name: str, text: str) -> None:
        """Have a text in a field whose end alone is typed key by key: all of it would take long, a thousand times."""
        field = self.hand.begin_writing(name)
        if field.text() == text:
            return
        field.setText(text[:-2])
        field.end(False)
        for letter in text[-2:]:
            self.hand.type_key(field, letter)

    def take_away(self) -> None:
        """Press the button, and see how it ended."""
        assert isinstance(self.shell.page.model, ConfirmModel)
        self.at.wait(lambda: self.hand.can_press(ACT))
        self.hand.press(ACT)
        self.at.wait(lambda: self.shell.page_id == "after" and bool(getattr(self.shell.page.model, "loaded", False)))


class Walker:
    """Does what comes to its mind on the pages of the revocation, for some steps."""

    def __init__(self, visitor: Visitor, chance: random.Random, pack: Path) -> None:
        self.visitor = visitor
        self.chance = chance
        self.pack = pack
        self.names: dict[str, list[str]] = {}
        """What may be typed in which field."""
        self.seen: Counter[str] = Counter()
        """How often each page was seen, and how often nothing but a name was missing when the button was pressed."""

    def walk(self, steps: int = 12) -> None:
        """Walk on from where an earlier walk ended, whose names may not stay."""
        if self.visitor.shell.page_id == "confirm":
            for name, texts in self.names.items():
                self.visitor.complete(name, self.chance.choice(texts))
        for _ in range(steps):
            self.visitor.at.wait(lambda: self.visitor.shell.page.model.busy is None)
            self.seen[self.visitor.shell.page_id] += 1
            self.step()
        self.visitor.at.wait(lambda: self.visitor.shell.page.model.busy is None)

    def step(self) -> None:
        """One thing: type, press a key, or press a button."""
        visitor, chance = self.visitor, self.chance
        if visitor.shell.page_id not in PAGES:
            visitor.shell.show_page("home")
            visitor.begin(chance.choice(SITUATIONS[:3]).title)
            return
        what = chance.random()
        fields = [name for name in self.names if visitor.hand.shown(QLineEdit, name) is not None]
        if fields and what < 0.4:
            self.type(chance.choice(fields))
        elif what < 0.6:
            self.press_a_key()
        else:
            self.press()

    def type(self, name: str) -> None:
        """One of the names, as far as it may be typed; what else is wanted is there by then."""
        if self.visitor.hand.read("Reason") != REASON:
            self.visitor.write("Reason", REASON)
        if str(self.pack) not in self.visitor.words:
            choose_file(self.visitor, "Choose the file…", self.pack)
        self.visitor.complete(name, self.chance.choice(self.names[name]))

    def press_a_key(self) -> None:
        """A key that may press something, alone, or with the one that goes to a button."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_A, Qt.Key.Key_Escape)
        key = self.chance.choice(keys)
        with_alt = key is Qt.Key.Key_A  # the letter of the act's button; alone, it would be typed
        self.count_the_brink()
        QTest.keyClick(self.visitor.focus, key, ALT if with_alt else NO_MODIFIER)

    def press(self) -> None:
        """A button that can be pressed, the way on far more often than the way back, which has all read anew."""
        page, frame = self.visitor.shell.page, self.visitor.shell.frame
        buttons = [each for each in Hand(page).visible(QAbstractButton) if each.isEnabled()]
        buttons = [each for each in buttons if not each.text().endswith("…") and "browser" not in each.text()]
        buttons += [frame.next_button] * 12 + [frame.back_button]
        if self.visitor.hand.can_press("Sign in for this"):
            buttons = [each for each in buttons if each.text() == "&Sign in for this"]
        chosen = self.chance.choice([each for each in buttons if each.isVisible()])
        if chosen is frame.next_button:
            self.count_the_brink()
        chosen.click()

    def count_the_brink(self) -> None:
        """Note where nothing is missing but what this walk must not have."""
        words = self.visitor.words
        if self.visitor.shell.page_id == "confirm" and "exactly as it is shown" in words and "Say why" not in words:
            self.seen["brink"] += "Choose the file for the way back" not in words


def choose_file(visitor: Visitor, button: str, path: Path) -> None:
    """Press a button that asks for a file, and choose one."""
    visitor.hand.press(button)
    (question,) = [each for each in visitor.shell.page.findChildren(QFileDialog) if each.isVisible()]
    question.fileSelected.emit(str(path))
    question.reject()


def add_lock(at: Rehearsal) -> None:
    """Place a lock on the vault, as another administrator would."""
    choices = at.setup.choices
    group = f"/subscriptions/{choices.azure.subscription}/resourceGroups/{choices.azure.resource_group}"
    lock = Lock("seat-belt", f"{group}/providers/Microsoft.KeyVault/vaults/{choices.vault.name}", "CanNotDelete")
    at.cloud.world.estate.locks[lock.id.lower()] = lock


def in_front_again(visitor: Visitor) -> None:
    """Turn back to the window, as a person does after a question."""
    window = visitor.shell.window()

    def turned() -> bool:
        window.activateWindow()
        return window.isActiveWindow()

    visitor.at.wait(turned)


def taken_away(at: Rehearsal, pack: Path) -> Visitor:
    """The whole way to the end; the visitor stands on the last page."""
    visitor = Visitor(at)
    visitor.begin()
    visitor.sign_in()
    visitor.see_impact()
    visitor.confirm(pack)
    visitor.take_away()
    return visitor


@contextlib.contextmanager
def elsewhere(at: Rehearsal, folder: Path, user: str = "", policy: str = "") -> Iterator[Rehearsal]:
    """The program on another computer, whose records are empty; ``user``: who sits there, else the same person."""
    places = PolicyPlaces(folder.with_suffix(".toml"), folder / "nobody" / "policy.toml")
    if policy:
        places.machine.write_text(policy, encoding="utf-8")
    records = Records(folder)
    records.lock("test")
    adobe = at.cloud.ready["adobe"]
    given = GivenCredential(adobe["organisation"], adobe["client_id"], adobe["client_secret"])
    person = PracticePerson(user or at.cloud.ready["users"][0]["name"], True, at.cloud.ca_file)
    services = build(
        profile_from(at.cloud.ready["profile"]),
        records,
        given=given,
        opener=person.open,
        places=places,
        session_reason="It is a rehearsal.",
    )
    other = Rehearsal(at.qtbot, at.cloud, services, person)
    try:
        yield other
    finally:
        assert other.tasks.shutdown(PATIENCE_MS / 1000)
        services.close()


def deletions(at: Rehearsal) -> list[dict[str, Any]]:
    """Every DELETE that the practice cloud was sent."""
    return [dict(entry) for entry in at.cloud.world.log.since(0) if entry["method"] == "DELETE"]


def roles_on(at: Rehearsal, vault: str) -> list[tuple[str, str, str]]:
    """Scope, role and holder of every role on a vault itself, as the practice cloud keeps them."""
    kept = at.cloud.world.estate.assignments.values()
    on_vault = [each for each in kept if each.scope.lower().endswith(f"/vaults/{vault}")]
    return sorted((each.scope.lower(), each.role.lower(), each.principal_id.lower()) for each in on_vault)
