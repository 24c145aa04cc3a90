"""The way through the pages, as a person would go it: what is pressed and typed on each, and what is waited for."""

from __future__ import annotations

from collections.abc import Callable, Generator

from PySide6.QtWidgets import QFrame, QLabel, QLineEdit

from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.widgets.finding_item import FindingItem

SETTLED = 2
"""Looks after which what has changed is laid out and painted."""
Walk = Generator[Callable[[], bool], None, str]
"""Yields what has to become true before it goes on; answers a sentence about the page."""
GROUP, VAULT, KEY = "rg-experience", "kv-contoso-adobe", "adobe-cmk"


class Stuck(Exception):
    """A page does not lead on."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


class Way:
    """Knows the pages by what they show, never by their models."""

    def __init__(self, shell: Shell, look: Callable[[str, str], None]) -> None:
        """``look`` is called with page and state wherever there is something to be seen."""
        self._shell = shell
        self._hand = Hand(shell)
        self._look = look
        self._error_looks = 0
        self.configuration = ""
        self.key_identifier = ""
        self.status_sentence = ""
        self.pages: dict[str, Callable[[], Walk]] = {
            "home": self._home,
            "before": self._before,
            "azure": self._azure,
            "adobe": self._adobe,
            "vault": self._vault,
            "key": self._key,
            "check": self._check,
            "review": self._review,
            "create": self._create,
            "consent": self._consent,
            "analytics": self._analytics,
            "submit": self._submit,
            "status": self._status,
        }

    def check_errors(self) -> None:
        """Stop where the window shows a problem.

        Raises:
            Stuck: with the problem's words.
        """
        panel = self._shell.frame.errors
        if not panel.isVisible() or panel.problem is None:
            self._error_looks = 0
            return
        self._error_looks += 1
        if self._error_looks > SETTLED:
            self.look("error")
            raise Stuck("failed", f"{panel.problem.message} {panel.problem.remedy}".strip())

    def look(self, state: str = "") -> None:
        """Have the page looked at as it is."""
        self._look(self._shell.page_id, state)

    def _see(self, state: str = "") -> Walk:
        """Have the page looked at once what has just changed is laid out."""
        for _ in range(SETTLED):
            yield lambda: True
        self.look(state)
        return state

    def _can(self, *names: str) -> Callable[[], bool]:
        return lambda: any(self._hand.can_press(name) for name in names)

    def _says(self, start: str) -> bool:
        return any(label.text().startswith(start) for label in self._hand.visible(QLabel))

    def _words(self, kind: str) -> str:
        """The words of the visible notices of a kind ("Important", "Warning")."""
        frames = [frame for frame in self._shell.page.findChildren(QFrame) if frame.isVisible()]
        notices = [frame for frame in frames if frame.accessibleName().startswith(f"{kind}:")]
        texts = [label.text() for notice in notices for label in notice.findChildren(QLabel) if label.isVisible()]
        return " ".join(" ".join(texts).split())

    def _write(self, name: str, text: str) -> Walk:
        """Type a text key by key, each in its own turn of the event loop."""
        field = self._hand.begin_writing(name)
        for letter in text:
            self._hand.type_key(field, letter)
            yield lambda: True
        return text

    def _home(self) -> Walk:
        yield self._can("Set up", "Continue set-up")
        yield from self._see()
        self._hand.press("Set up" if self._hand.can_press("Set up") else "Continue set-up")
        return ""

    def _before(self) -> Walk:
        yield self._can("Next")
        yield from self._see()
        self._hand.press("Next")
        return ""

    def _azure(self) -> Walk:
        yield self._can("Sign in with the browser", "Next")
        if not self._hand.can_press("Next"):
            yield from self._see()
            self._hand.press("Sign in with the browser")
            yield lambda: bool(self._hand.read("Sign-in address")) or self._hand.can_press("Next")
            yield from self._see("waiting")
            yield self._can("Next", "Sign in with the browser")
            if not self._hand.can_press("Next"):
                raise Stuck("pending", self._words("Note") or "Nobody signed in.")
        yield from self._see("signed-in")
        account = self._hand.starting(QLabel, "Account:")
        self._hand.press("Next")
        return f"Signed in as {account}."

    def _adobe(self) -> Walk:
        yield lambda: self._hand.shown(QLineEdit, "Organisation id") is not None
        organisation = self._hand.read("Organisation id")
        yield from self._write("Organisation id", "4D1F")
        yield from self._see("error")
        yield from self._write("Organisation id", organisation)
        yield self._can("Test connection")
        yield from self._see()
        self._hand.press("Test connection")
        yield self._can("Test connection")
        yield from self._see("tested")
        if refused := self._words("Important"):
            raise Stuck("blocked", refused)
        answer = self._words("Good")
        self._hand.press("Next")
        return answer

    def _vault(self) -> Walk:
        chosen = self._can("Change subscription")
        yield lambda: chosen() or (bool(self._hand.rows("Subscriptions")) and not self._says("Loading subscriptions"))
        for _ in range(SETTLED):  # an only subscription is chosen for the person
            yield lambda: True
        if not chosen():
            yield from self._see("subscriptions")
            yield from self._write("Filter subscriptions", "contoso production")
            yield lambda: bool(self._hand.rows("Subscriptions"))
            self._hand.choose_row("Subscriptions", 0)
            yield self._can("Use this subscription")
            self._hand.press("Use this subscription")
        yield self._can("Use a vault that is there")
        yield from self._see()
        self._hand.press("Use a vault that is there")
        yield lambda: not self._says("Loading vaults")
        fitting = [n for n, row in enumerate(self._hand.rows("Vaults")) if row[-1] == "Fits"]
        yield from self._see("existing")
        if fitting:
            self._hand.choose_row("Vaults", fitting[0])
            self._hand.press("Use this vault")
        else:
            self._hand.press("Make a new vault")
            yield from self._new_vault()
        yield self._can("Next")
        yield from self._see("chosen")
        self._hand.press("Next")
        return ""

    def _new_vault(self) -> Walk:
        yield from self._write("Resource group", GROUP)
        yield lambda: not self._says("Looking for it") and self._hand.options("Location") > 0
        if self._says("There is no such group yet"):
            self._hand.choose("Location", "West Europe")
        yield from self._write("Vault name", "kv")
        yield from self._see("error")
        for name in (VAULT, f"{VAULT}-2"):
            yield from self._write("Vault name", name)
            yield lambda: self._hand.can_press("Next") or self._says("The vault name") or self._says("A deleted vault")
            if self._hand.can_press("Next") and not self._says("A deleted vault"):
                return name
            yield from self._see("taken")
        raise Stuck("blocked", "No name for a new vault is free.")

    def _key(self) -> Walk:
        yield self._can("Use a key that is there", "RSA, protected by software")
        yield from self._see()
        if self._hand.can_press("Use a key that is there"):
            self._hand.press("Use a key that is there")
            yield lambda: not self._says("Loading keys")
            fitting = [n for n, row in enumerate(self._hand.rows("Keys")) if row[-1] == "Fits"]
            yield from self._see("existing")
            if fitting:
                self._hand.choose_row("Keys", fitting[0])
                self._hand.press("Use this key")
            else:
                self._hand.press("Make a new key")
        if self._hand.shown(QLineEdit, "Key name") is not None:
            yield from self._write("Key name", KEY)
        yield self._can("Next")
        yield from self._see("chosen")
        self._hand.press("Next")
        return ""

    def _check(self) -> Walk:
        yield self._can("Check again")
        yield from self._see()
        if not self._hand.can_press("Next"):
            raise Stuck("blocked", self._blocking())
        self._hand.choose("Show", "All")
        count = int(self._hand.chosen("Show").partition("(")[2].rstrip(")"))
        yield lambda: len(list(self._hand.visible(FindingItem))) == count
        yield from self._see("all")
        answer = self._hand.starting(QLabel, "Checked")
        self._hand.press("Next")
        return f"Checked {answer}"

    def _blocking(self) -> str:
        """The words of the findings that block."""
        frames = [frame.accessibleName() for frame in self._hand.visible(QFrame)]
        return " ".join(name for name in frames if name.startswith("Blocks,")) or self._words("Important")

    def _review(self) -> Walk:
        yield self._can("Look again")
        yield from self._see()
        if not self._hand.can_press("Next"):
            raise Stuck("blocked", self._blocking())
        if self._hand.can_press("Show the equivalent commands"):
            self._hand.press("Show the equivalent commands")
            yield from self._see("commands")
            self._hand.press("Show the equivalent commands")
        self._hand.press("Next")
        return ""

    def _create(self) -> Walk:
        yield self._can("Create now", "Next")
        yield from self._see()
        if self._hand.can_press("Create now"):
            self._hand.press("Create now")
            yield lambda: self._says("Running") or self._hand.can_press("Next")
            yield from self._see("running")
            yield self._can("Create now", "Next")
        yield from self._see("done")
        self._go_on()
        return ""

    def _consent(self) -> Walk:
        starts = ("Give consent in the browser", "Give the role now")
        yield self._can(*starts, "Next")
        yield from self._see()
        for start in starts:
            if self._hand.can_press(start):
                self._hand.press(start)
                yield lambda: self._says("Running") or self._hand.can_press("Next")
                yield from self._see("waiting")
                yield lambda: self._says("The role is given") or self._can(*starts, "Next")()
                yield from self._see("role")
                yield self._can(*starts, "Next")
                break
        yield from self._see("done")
        self._go_on()
        return ""

    def _analytics(self) -> Walk:
        look, change = "Look at what is missing", "Make these changes"
        yield self._can(look, "Next")
        yield from self._see()
        if self._hand.can_press(look):
            self._hand.press(look)
            yield self._can(change, "Look again", "Next")
            yield from self._see("plan")
        if self._hand.can_press(change):
            self._hand.press(change)
            yield lambda: self._says("Running") or self._hand.can_press("Next")
            yield from self._see("running")
            yield self._can(look, "Next")
        yield from self._see("done")
        self._go_on()
        return ""

    def _go_on(self) -> None:
        if not self._hand.can_press("Next"):
            raise Stuck("pending", self._words("Warning") or "It has not come to its end.")
        self._hand.press("Next")

    def _submit(self) -> Walk:
        yield lambda: bool(self._hand.starting(QLabel, "Configuration:"))
        yield from self._see()
        self.configuration = self._hand.starting(QLabel, "Configuration:")
        self.key_identifier = self._hand.starting(QLabel, "Key:")
        yield from self._write("Vault name", self._hand.starting(QLabel, "Type "))
        self._hand.press("I understand that this cannot be undone")
        yield self._can("Submit the key to Adobe")
        yield from self._see("acknowledged")
        self._hand.press("Submit the key to Adobe")
        return self.key_identifier

    def _status(self) -> Walk:
        yield lambda: self._says("Last asked")
        yield from self._see()
        yield lambda: self._says("COMPLETED") or self._says("FAILED")
        yield from self._see("ended")
        self.status_sentence = self._words("Good") or self._words("Important")
        return "COMPLETED" if self._says("COMPLETED") else "FAILED"
