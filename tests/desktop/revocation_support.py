"""The pages of the revocation on a practice cloud whose set-up is complete."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.confirm import ConfirmModel
from cmkwizard.desktop.shell import Shell
from tests.desktop.rehearsal import Rehearsal, rehearsal
from tests.desktop.test_pages_set_up import open_shell

VAULT = "kv-contoso-experience"
REASON = "The contract has ended."


@contextlib.contextmanager
def completed(qtbot: QtBot, folder: Path, *, policy: str = "") -> Iterator[Rehearsal]:
    """A window's set-up that was completed a week ago, signed in."""
    with rehearsal(qtbot, folder, "completed", policy=policy) as at:
        at.restore()
        at.sign_in()
        at.connect()
        at.choose(vault=VAULT, create=False)
        at.wait(lambda: (draft := at.draft()) is not None and draft.vault.name == VAULT)
        yield at


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

    def begin(self, situation: str = "The contract with Adobe ends") -> None:
        """From home to the first page, with a situation."""
        self.at.wait(lambda: self.hand.can_press("Take Adobe's access away…"))
        self.hand.press("Take Adobe's access away…")
        self.at.wait(lambda: self.shell.page_id == "revoke" and self.hand.can_press(situation))
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
        self.hand.press("Choose the file…")
        (question,) = self.shell.page.findChildren(QFileDialog)
        question.fileSelected.emit(str(pack))
        question.reject()

    def write(self, name: str, text: str) -> None:
        """Type into a field, key by key."""
        field = self.hand.begin_writing(name)
        field.clear()
        for letter in text:
            self.hand.type_key(field, letter)

    def take_away(self) -> None:
        """Press the button, and see how it ended."""
        assert isinstance(self.shell.page.model, ConfirmModel)
        self.at.wait(lambda: self.hand.can_press("Take Adobe's access away"))
        self.hand.press("Take Adobe's access away")
        self.at.wait(lambda: self.shell.page_id == "after" and bool(getattr(self.shell.page.model, "loaded", False)))


def deletions(at: Rehearsal) -> list[dict[str, Any]]:
    """Every DELETE that the practice cloud was sent."""
    return [dict(entry) for entry in at.cloud.world.log.since(0) if entry["method"] == "DELETE"]


def roles_on(at: Rehearsal, vault: str) -> list[tuple[str, str, str]]:
    """Scope, role and holder of every role on a vault itself, as the practice cloud keeps them."""
    kept = at.cloud.world.estate.assignments.values()
    on_vault = [each for each in kept if each.scope.lower().endswith(f"/vaults/{vault}")]
    return sorted((each.scope.lower(), each.role.lower(), each.principal_id.lower()) for each in on_vault)
