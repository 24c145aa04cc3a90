"""The way through the pages, as a person would go it: what is pressed and typed on each, and what is waited for."""

from __future__ import annotations

from collections.abc import Callable, Generator

from PySide6.QtWidgets import QFrame, QLabel, QLineEdit

from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.shell import Shell

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
            "review": self._review,
            "create": self._create,
            "consent": self._consent,
            "submit": self._submit,
            "status": self._status,
        }

    def check_errors(self) -> None:
        """Stop where the window shows a problem.

        Raises:
            Stuck: with the problem's words.
        """
        panel = self._shell.frame.errors
        if panel.isVisible() and panel.problem is not None:
            self.picture("error")
            raise Stuck("failed", f"{panel.problem.message} {panel.problem.remedy}".strip())

    def picture(self, state: str = "") -> None:
        """Look at the page that is shown."""
        self._look(self._shell.page_id, state)

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
        self.picture()
        self._hand.press("Set up" if self._hand.can_press("Set up") else "Continue set-up")
        return ""

    def _before(self) -> Walk:
        yield self._can("Next")
        self.picture()
        self._hand.press("Next")
        return ""

    def _azure(self) -> Walk:
        yield self._can("Sign in with the browser", "Next")
        if not self._hand.can_press("Next"):
            self.picture()
            self._hand.press("Sign in with the browser")
            yield lambda: bool(self._hand.read("Sign-in address")) or self._hand.can_press("Next")
            self.picture("waiting")
            yield self._can("Next", "Sign in with the browser")
            if not self._hand.can_press("Next"):
                raise Stuck("pending", self._words("Note") or "Nobody signed in.")
        self.picture("signed-in")
        account = self._hand.starting(QLabel, "Account:")
        self._hand.press("Next")
        return f"Signed in as {account}."

    def _adobe(self) -> Walk:
        yield lambda: self._hand.shown(QLineEdit, "Organisation id") is not None
        organisation = self._hand.read("Organisation id")
        yield from self._write("Organisation id", "4D1F")
        self.picture("error")
        yield from self._write("Organisation id", organisation)
        yield self._can("Test connection")
        self.picture()
        self._hand.press("Test connection")
        yield self._can("Test connection")
        self.picture("tested")
        if refused := self._words("Important"):
            raise Stuck("blocked", refused)
        answer = self._words("Good")
        self._hand.press("Next")
        return answer

    def _vault(self) -> Walk:
        chosen = self._can("Change subscription")
        yield lambda: chosen() or (bool(self._hand.rows("Subscriptions")) and not self._says("Loading subscriptions"))
        if not chosen():
            self.picture("subscriptions")
            yield from self._write("Filter subscriptions", "contoso production")
            yield lambda: bool(self._hand.rows("Subscriptions"))
            self._hand.choose_row("Subscriptions", 0)
            yield self._can("Use this subscription")
            self._hand.press("Use this subscription")
        yield self._can("Use a vault that is there")
        self.picture()
        self._hand.press("Use a vault that is there")
        yield lambda: not self._says("Loading vaults")
        fitting = [n for n, row in enumerate(self._hand.rows("Vaults")) if row[-1] == "Fits"]
        self.picture("existing")
        if fitting:
            self._hand.choose_row("Vaults", fitting[0])
            self._hand.press("Use this vault")
        else:
            self._hand.press("Make a new vault")
            yield from self._new_vault()
        yield self._can("Next")
        self.picture("chosen")
        self._hand.press("Next")
        return ""

    def _new_vault(self) -> Walk:
        yield from self._write("Resource group", GROUP)
        yield lambda: not self._says("Looking for it") and self._hand.options("Location") > 0
        if self._says("There is no such group yet"):
            self._hand.choose("Location", "West Europe")
        yield from self._write("Vault name", "kv")
        self.picture("error")
        for name in (VAULT, f"{VAULT}-2"):
            yield from self._write("Vault name", name)
            yield lambda: self._hand.can_press("Next") or self._says("The vault name") or self._says("A deleted vault")
            if self._hand.can_press("Next"):
                return name
            self.picture("taken")
        raise Stuck("blocked", "No name for a new vault is free.")

    def _key(self) -> Walk:
        yield self._can("Use a key that is there", "RSA, protected by software")
        self.picture()
        if self._hand.can_press("Use a key that is there"):
            self._hand.press("Use a key that is there")
            yield lambda: not self._says("Loading keys")
            fitting = [n for n, row in enumerate(self._hand.rows("Keys")) if row[-1] == "Fits"]
            self.picture("existing")
            if fitting:
                self._hand.choose_row("Keys", fitting[0])
                self._hand.press("Use this key")
            else:
                self._hand.press("Make a new key")
        if self._hand.shown(QLineEdit, "Key name") is not None:
            yield from self._write("Key name", KEY)
        yield self._can("Next")
        self.picture("chosen")
        self._hand.press("Next")
        return ""

    def _review(self) -> Walk:
        yield self._can("Look again")
        self.picture()
        if not self._hand.can_press("Next"):
            raise Stuck("blocked", self._words("Important"))
        if self._hand.can_press("Show the equivalent commands"):
            self._hand.press("Show the equivalent commands")
            self.picture("commands")
            self._hand.press("Show the equivalent commands")
        self._hand.press("Next")
        return ""

    def _create(self) -> Walk:
        yield self._can("Create now", "Next")
        self.picture()
        if self._hand.can_press("Create now"):
            self._hand.press("Create now")
            yield lambda: self._says("Running") or self._hand.can_press("Next")
            self.picture("running")
            yield self._can("Create now", "Next")
        self.picture("done")
        self._go_on()
        return ""

    def _consent(self) -> Walk:
        starts = ("Give consent in the browser", "Give the role now")
        yield self._can(*starts, "Next")
        self.picture()
        for start in starts:
            if self._hand.can_press(start):
                self._hand.press(start)
                yield lambda: self._says("Running") or self._hand.can_press("Next")
                self.picture("waiting")
                yield lambda: self._says("The role is given") or self._can(*starts, "Next")()
                self.picture("role")
                yield self._can(*starts, "Next")
                break
        self.picture("done")
        self._go_on()
        return ""

    def _go_on(self) -> None:
        if not self._hand.can_press("Next"):
            raise Stuck("pending", self._words("Warning") or "It has not come to its end.")
        self._hand.press("Next")

    def _submit(self) -> Walk:
        yield lambda: bool(self._hand.starting(QLabel, "Configuration:"))
        self.picture()
        self.configuration = self._hand.starting(QLabel, "Configuration:")
        self.key_identifier = self._hand.starting(QLabel, "Key:")
        yield from self._write("Vault name", self._hand.starting(QLabel, "Type "))
        self._hand.press("I understand that this cannot be undone")
        yield self._can("Submit the key to Adobe")
        self.picture("acknowledged")
        self._hand.press("Submit the key to Adobe")
        return self.key_identifier

    def _status(self) -> Walk:
        yield lambda: self._says("Last asked")
        self.picture()
        yield lambda: self._says("COMPLETED") or self._says("FAILED")
        self.picture("ended")
        self.status_sentence = self._words("Good") or self._words("Important")
        return "COMPLETED" if self._says("COMPLETED") else "FAILED"
