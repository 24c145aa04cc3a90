"""Sign in to Azure: in the browser, with the Azure CLI's sign-in or with a device code; then the directory."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.facts import Account, Tenant
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.desktop.finding_rows import FindingRow
from cmkwizard.desktop.models.known_facts import known_rows
from cmkwizard.desktop.models.restoring import SignedIn, signed_in
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report, SetupPageModel


class AzureModel(SetupPageModel):
    """Who acts in Azure and in which directory.

    While :attr:`address` is set the browser has been opened; the same address may be opened in another browser.
    """

    id = "azure"
    needs_sign_in = False

    def __init__(self, setup: SetupState, opener: Callable[[str], bool], parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self._opener = opener
        self.address = ""
        self.device_code = ""
        self.notice = ""
        self._opened = True
        setup.changed.connect(self._show_account)
        self._show_account()

    @property
    def account(self) -> Account | None:
        """Who is signed in."""
        return self.setup.account

    @property
    def tenants(self) -> tuple[Tenant, ...]:
        """The directories that the account can act in."""
        return self.setup.tenants

    @property
    def waiting(self) -> bool:
        """Whether a person is expected to do something in a browser."""
        return bool(self.address or self.device_code)

    @property
    def device_code_allowed(self) -> bool:
        """Whether the settings allow signing in with a code on another device."""
        return self.setup.services.settings.device_code

    @property
    def state_text(self) -> str:
        """How the sign-in stands, in a sentence."""
        if self.device_code:
            return f"Open the page below on any device and enter the code {self.device_code}."
        if self.address and not self._opened:
            return "Open the address below in a browser on this computer, sign in there, then come back."
        if self.address:
            return "Your browser shows Microsoft's sign-in page. Sign in there, then come back."
        if self.account is None:
            return "You are not signed in." if self.setup.restored else "Looking for an earlier sign-in…"
        return f"You are signed in as {self.account.name}."

    @property
    def directory_text(self) -> str:
        """In which directory the account acts, and what that means."""
        if self.account is None:
            return ""
        return "The vault, the key and Adobe's app will be in this directory."

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """What is to be said of the account and its directory."""
        return known_rows(self.setup, ("I01", "I02", "O01")) if self.account is not None else ()

    def open_address(self, address: str) -> bool:
        """Open an address in the browser; whether one took it."""
        try:
            return self._opener(address)
        except Problem as problem:
            self.error = problem
            return False

    @property
    def storage_text(self) -> str:
        """Where the sign-in is kept; where it could not be stored, why."""
        secrets = self.setup.services.secrets
        if self.account is not None:  # so the sign-in is built already, and answers at once
            sign_in = self.setup.services.sign_in
            problem = sign_in.unsaved
            why = f"{problem.message} {problem.remedy}".strip() if problem is not None else ""
            if not sign_in.lasting:
                earlier = f" The earlier sign-in is still stored: {why}" if why else ""
                return f"A sign-in with a code is not stored: it lasts until the wizard closes.{earlier}"
            if why:
                return f"This sign-in could not be stored: it lasts until the wizard closes. {why}"
        if secrets.kind == "keyring":
            return "The sign-in is kept encrypted on this computer, under a key in your keyring. Sign out forgets it."
        return secrets.reason or "The sign-in is kept until the wizard closes."

    @property
    def remark(self) -> str:
        """What happened last, where that is worth a word."""
        problem = self.setup.restore_problem
        if not self.notice and self.account is None and problem is not None:
            return f"The earlier sign-in could not be taken up. {problem.message} {problem.remedy}".strip()
        return self.notice or self.setup.lapsed

    def begin(self) -> None:
        """Show who is signed in; an earlier sign-in may still be on its way."""
        self._show_account()

    def sign_in(self) -> None:
        """Open the browser and wait for the person there."""
        self._sign_in_browser(None, None)

    def review(self) -> None:
        """Show how things stood, from the records alone."""
        self.page_chosen.emit("history")

    def choose_tenant(self, tenant_id: str) -> None:
        """Act in another directory. Where it asks for a proof of its own, the browser opens again."""
        if self.account is not None and tenant_id and tenant_id != self.account.tenant_id:
            self._sign_in_browser(tenant_id, self.account.name, switching=True)

    def use_azure_cli(self) -> None:
        """Take over the sign-in that the Azure CLI holds on this computer."""
        services = self.setup.services

        def work(cancel: Cancel) -> SignedIn:
            return signed_in(services, services.sign_in.use_azure_cli(), cancel)

        self.perform("Asking the Azure CLI…", work, self._done, lane="sign_in")

    def use_device_code(self) -> None:
        """Sign in on another device with a code."""
        services = self.setup.services

        def work(cancel: Cancel, report: Report[tuple[str, str]]) -> SignedIn:
            account = services.sign_in.use_device_code(lambda address, code: report((address, code)), cancel)
            return signed_in(services, account, cancel)

        self._wait_for_person(work)

    def sign_out(self) -> None:
        """Forget the sign-in and the Adobe secret, here, on the disk and in the keyring."""
        services = self.setup.services

        def work(_cancel: Cancel) -> None:
            services.sign_out()

        self.perform("Signing out…", work, self._signed_out, lane="sign_in", failed=self._left_behind)

    def cancelled(self) -> None:
        """Nobody waits for the browser any more; what it still does there has no effect here."""
        self.notice = "The sign-in was cancelled. You can close the page in the browser." if self.waiting else ""
        self._stop_waiting()

    def _sign_in_browser(self, tenant: str | None, hint: str | None, *, switching: bool = False) -> None:
        services = self.setup.services

        def work(cancel: Cancel, report: Report[tuple[str, str]]) -> SignedIn:
            if switching and tenant is not None:
                try:
                    return signed_in(services, services.sign_in.switch_directory(tenant), cancel)
                except Problem as problem:
                    if problem.kind is not Kind.SIGN_IN:
                        raise
            account = services.sign_in.interactive(
                tenant=tenant or services.settings.tenant or None,
                login_hint=hint,
                opener=lambda _address: True,  # opened by _asked, on the GUI thread
                on_address=lambda address: report((address, "")),
                cancel=cancel,
            )
            return signed_in(services, account, cancel)

        self._wait_for_person(work)

    def _wait_for_person(self, work: Callable[[Cancel, Report[tuple[str, str]]], SignedIn]) -> None:
        self.notice = ""
        self._stop_waiting()
        self.perform_stream(
            "Waiting for you to sign in…", work, self._done, self._asked, lane="sign_in", failed=self._failed
        )

    def _done(self, found: SignedIn) -> None:
        self._stop_waiting()
        self.setup.signed_in(*found)
        self._show_account()

    def _asked(self, asked: tuple[str, str]) -> None:
        self.address, self.device_code = asked
        self._opened = bool(self.device_code) or self.open_address(self.address)
        if not self._opened:
            self.notice = "No browser could be opened. Copy the address into a browser on this computer."
        self.changed.emit()

    def _failed(self, problem: Problem) -> None:
        self._stop_waiting()
        if problem.kind is Kind.DECLINED:
            self.notice = problem.message
            self.changed.emit()
        else:
            self.error = problem

    def _signed_out(self, _nothing: None) -> None:
        self.setup.signed_out()
        self.setup.connected(None, "")
        self._show_account()

    def _left_behind(self, problem: Problem) -> None:
        """Nobody is signed in any more, and something of it is still stored: "Try again" removes that."""
        self._signed_out(None)
        self.error = problem

    def _stop_waiting(self) -> None:
        self.address = self.device_code = ""
        self.changed.emit()

    @Slot()
    def _show_account(self) -> None:
        self.valid = self.account is not None and not any(row.finding.blocks for row in self.rows)
        self.changed.emit()
