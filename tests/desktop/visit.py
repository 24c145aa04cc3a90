"""The whole window on a practice cloud, used as a person does: what is pressed, chosen and read on each page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from cmkwizard.desktop.hand import Hand, name_of
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import SetupPageModel
from cmkwizard.desktop.widgets.finding_item import FindingItem
from tests.desktop.rehearsal import GROUP, Rehearsal
from tests.desktop.test_pages_set_up import open_shell


class Visit:
    """Goes from page to page. Every step waits until the page shows what it leads to."""

    def __init__(self, at: Rehearsal) -> None:
        self.at = at
        self.shell = open_shell(at.qtbot, at)
        self.hand = Hand(self.shell)

    @property
    def setup(self) -> SetupState:
        """What the pages of the set-up share."""
        model = self.shell.page.model
        assert isinstance(model, SetupPageModel)
        return model.setup

    @property
    def words(self) -> str:
        """Every text that the page shows."""
        labels = Hand(self.shell.page).visible(QLabel)
        return "\n".join(label.text() for label in labels if label.text())

    @property
    def findings(self) -> list[FindingItem]:
        """Every finding that the page shows."""
        return list(Hand(self.shell.page).visible(FindingItem))

    def finding(self, id_: str, words: str = "") -> FindingItem:
        """The finding with this id that holds these words, once it is shown."""
        found: list[FindingItem] = []

        def look() -> None:
            of_id = [item for item in self.findings if item.row.finding.id == id_]
            found[:] = [item for item in of_id if words in words_of(item)]
            assert found, f"{id_} is not shown with “{words}”; shown are {[words_of(item) for item in of_id]}"

        self.at.qtbot.waitUntil(look)
        return found[0]

    def go_to(self, title: str) -> None:
        """By the steps at the left, to a page that can be reached."""
        rail, steps = self.shell.frame.rail, self.shell.frame.rail.model()
        row = next(n for n in range(steps.rowCount(QModelIndex())) if steps.index(n, 0).data() == title)
        self._wait(lambda: steps.index(row, 0).flags() & Qt.ItemFlag.ItemIsEnabled)
        place = rail.visualRect(steps.index(row, 0)).center()
        QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self._wait(lambda: self.shell.page.model.title == title)

    def go_on(self, title: str) -> None:
        """By the button, to the next page."""
        self._wait(lambda: self.hand.can_press("Next"))
        self.hand.press("Next")
        self._wait(lambda: self.shell.page.model.title == title)

    def settle(self) -> None:
        """Stay until nothing is read any more: what the page may still say is said."""
        self._wait(lambda: not self.at.tasks._running)

    def sign_in(self) -> None:
        """To Azure, through the browser."""
        self.shell.show_page("azure")
        self._wait(lambda: self.hand.can_press("Sign in with the browser"))
        self.hand.press("Sign in with the browser")
        self._wait(lambda: self.hand.can_press("Sign out"))

    def choose_directory(self, shown: str) -> None:
        """Act in another directory, by its text in the list."""
        before = self.words
        self.hand.choose("Directory", shown)
        self._wait(lambda: self.hand.can_press("Sign out") and self.words != before)

    def connect(self) -> None:
        """To Adobe, with the credential that came with the start."""
        self.go_on("Connect to Adobe")
        self._wait(lambda: self.hand.can_press("Test connection"))
        self.hand.press("Test connection")
        self._wait(lambda: self.hand.can_press("Test connection") and "onnected" in self.words)

    def open_vault(self) -> None:
        """The page "Vault", with its lists."""
        self.go_on("Vault")
        self._wait(lambda: "Loading subscriptions" not in self.words)

    def choose_subscription(self, name: str) -> None:
        """From the list, unless the only one is chosen already."""

        def chosen() -> bool:
            return self.hand.can_press("Change subscription")

        self._wait(lambda: chosen() or self.hand.rows("Subscriptions"))
        if not chosen():
            self._pick("Subscriptions", "Use this subscription", name)
        self._wait(chosen)

    def describe_vault(self, name: str) -> None:
        """A new one, in the resource group that is there."""
        self.hand.begin_writing("Resource group").setText(GROUP)
        self._wait(lambda: "This group exists" in self.words)
        self.hand.begin_writing("Vault name").setText(name)
        self._wait(lambda: "Checking whether" not in self.words)

    def use_vault(self, name: str) -> None:
        """One that is there."""
        self.hand.press("Use a vault that is there")
        self._pick("Vaults", "Use this vault", name)

    def use_hsm(self, name: str) -> None:
        """A Managed HSM that is there."""
        self.hand.press("Use a Managed HSM that is there")
        self._pick("Managed HSMs", "Use this Managed HSM", name)

    def describe_key(self, name: str) -> None:
        """A new one."""
        self.hand.begin_writing("Key name").setText(name)

    def use_key(self, name: str) -> None:
        """One that is there."""
        self.hand.press("Use a key that is there")
        self._pick("Keys", "Use this key", name)
        self._wait(lambda: self.hand.can_press("Change key"))

    def name_configuration(self, name: str) -> None:
        """The name under which Adobe keeps the key."""
        self.hand.begin_writing("Name of the configuration").setText(name)

    def see_check(self) -> None:
        """The page "Check", with all its findings."""
        self.go_to("Check")
        self._wait(lambda: self.hand.can_press("Check again"))
        self.hand.choose("Show", "All")
        count = int(self.hand.chosen("Show").partition("(")[2].rstrip(")"))
        self._wait(lambda: len(self.findings) == count)

    def press_beside(self, id_: str, button: str) -> None:
        """A button of the finding with this id."""
        buttons = Hand(self.finding(id_)).visible(QAbstractButton)
        next(each for each in buttons if each.text() == button).click()

    def _pick(self, table: str, use: str, name: str) -> None:
        self._wait(lambda: name in [row[0] for row in self.hand.rows(table)])
        self.hand.choose_row(table, [row[0] for row in self.hand.rows(table)].index(name))
        self.hand.press(use)

    def _wait(self, condition: Callable[[], object]) -> None:
        self.at.wait(condition)


def words_of(item: FindingItem) -> str:
    """Every text that a finding shows."""
    return "\n".join(label.text() for label in Hand(item).visible(QLabel))


def buttons_of(item: FindingItem) -> Iterator[str]:
    """What can be pressed beside a finding, without its id and what it requires."""
    for button in Hand(item).visible(QAbstractButton):
        if button.isEnabled():
            yield name_of(button).partition(f" {item.row.finding.id}:")[0]
