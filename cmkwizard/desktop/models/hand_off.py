"""Share the work: who needs which rights, a plan file for three people, and one part of such a file, carried out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.hand_off import PARTS, HandOff, Part
from cmkwizard.desktop.finding_rows import FindingRow, finding_rows
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.hand_off_work import CarriedOut, Looked, carry_out, look
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report, SetupPageModel
from cmkwizard.desktop.models.stages import Stages, StageState
from cmkwizard.journeys.pages import way_to

if TYPE_CHECKING:
    from cmkwizard.core.problems import Problem
    from cmkwizard.journeys.step import StepEvent


class HandOffModel(SetupPageModel):
    """Makes a plan file of the choices, or carries out a part of one: look first, then change, then hand it on."""

    id = "hand-off"
    needs_sign_in = False

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.file: Path | None = None
        self.hand_off: HandOff | None = None
        self.part: Part = PARTS[0]
        self.compared = False
        self.anew = False
        self.secret = ""
        self.looked: Looked | None = None
        self.stages = Stages(())
        self.sent = self.typed = self.understood = False
        self.notice = ""
        self.over = False
        self._check()

    @property
    def can_make(self) -> bool:
        """Whether the choices are complete and both sides are connected."""
        return way_to("check", self.setup.progress()) == "check"

    @property
    def make_words(self) -> str:
        """What a new plan file is, and what it lacks before it can be made."""
        what = (
            "The plan file holds what you chose and which app Adobe names, and no secret. Each person carries out "
            "their part of it on their own computer and hands it on."
        )
        if self.can_make:
            return what
        return f"{what} To make one, first sign in, connect to Adobe, and choose vault and key in the set-up."

    @property
    def submits(self) -> bool:
        """Whether what is to be confirmed is the point of no return."""
        return self.looked is not None and any(action.final for action in self.looked.plan.actions)

    @property
    def needs_secret(self) -> bool:
        """Whether the part needs the Adobe credential."""
        return self.part.id == "adobe"

    @property
    def obstacles(self) -> tuple[FindingRow, ...]:
        """What stands in the way, or deserves a word."""
        # What was found before the changes is no longer so once they are made.
        return finding_rows(self.looked.plan.findings) if self.looked is not None and not self.over else ()

    @property
    def plan_words(self) -> str:
        """The plan of the part in a sentence."""
        if self.looked is None:
            return ""
        if self.over:
            return "This part is carried out."
        if self.looked.plan.blocked:
            return "This part cannot be carried out yet. What stands in the way is below."
        if not self.looked.plan.actions:
            return "All of this part is there already. Carrying it out adds the receipt, and changes nothing."
        return "Only what is listed is changed, and nothing before you press the button."

    @property
    def done_text(self) -> str:
        """Which steps are done."""
        return self.stages.done_text

    def enter(self) -> None:
        """Take up what an earlier start left: a plan file is made of it."""
        self.setup.restore()
        self._entered = False
        self._check()

    def leave(self) -> None:
        """The secret is forgotten, and the banner shows again who acts in the set-up."""
        super().leave()
        self.secret = ""
        account = self.setup.account
        self.setup.banner.update(
            account=account.name if account else "",
            tenant=(account.tenant_name or account.tenant_id) if account else "",
            organisation=self.setup.choices.adobe.organisation,
        )

    def make(self, path: Path) -> None:
        """Make a plan file of the choices."""
        run = engine.SetupEngine(self.setup)

        def work(cancel: Cancel) -> HandOff:
            return run.make_plan_file(path, cancel)

        def made(hand_off: HandOff) -> None:
            self._show_file(path, hand_off)
            self.notice = (
                f"Saved as {path}. Hand it to {PARTS[0].person} first. Each of you compares the fingerprint by phone."
            )
            self._check()

        self.perform("Reading everything, and writing the plan file…", work, made)

    def open_file(self, path: Path) -> None:
        """Read a plan file; one that was edited is refused."""

        def work(_cancel: Cancel) -> HandOff:
            from cmkwizard.records.plan_files import load_plan_file

            return load_plan_file(path)

        self.perform("Reading the plan file…", work, lambda hand_off: self._show_file(path, hand_off))

    def choose_part(self, part: Part) -> None:
        """Carry out another part."""
        if part is not self.part:
            self.part = part
            self._forget()

    def edit_compared(self, compared: bool) -> None:
        """Whether the fingerprint was compared."""
        self.compared = compared
        self._check()

    def edit_anew(self, anew: bool) -> None:
        """Whether to sign in as somebody else than who is signed in."""
        self.anew = anew
        self._forget()

    def edit_secret(self, secret: str) -> None:
        """Take the client secret, for this run alone."""
        self.secret = secret

    def edit_typed(self, right: bool) -> None:
        """Whether the vault's name is typed."""
        self.typed = right
        self._check()

    def edit_understood(self, understood: bool) -> None:
        """Whether the tick is set."""
        self.understood = understood
        self._check()

    def proceed(self) -> bool:
        """Look first; then, once that was shown, change."""
        if self.looked is None:
            self.look()
        else:
            self._carry_out(self.looked)
        return False

    def look(self) -> None:
        """Sign in, see what the others did, and plan the part. Nothing is changed."""
        hand_off, part = self.hand_off, self.part
        if hand_off is None:
            return
        self._forget()
        services, secret, anew = self.setup.services, self.secret, self.anew

        def work(cancel: Cancel, report: Report[StepEvent | str]) -> Looked:
            return look(services, hand_off, part, cancel, report, secret=secret, anew=anew)

        self.perform_stream("Signing in, and reading what is there…", work, self._look_ended, self._event)

    def cancelled(self) -> None:
        """Say what stays done; carrying it out again goes on with what is missing."""
        if self.sent:
            self.stages.stop(StageState.TO_DO, "Stopped.")
            self.notice = f"Stopped. {self.done_text} Look again to see how it stands."
            self.looked, self.sent = None, False
        self._check()

    def _carry_out(self, looked: Looked) -> None:
        hand_off, file, part = self.hand_off, self.file, self.part
        if hand_off is None or file is None:
            return
        acknowledged = self.submits and self.typed and self.understood
        self.sent, self.notice = True, ""

        def work(cancel: Cancel, report: Report[StepEvent | str]) -> CarriedOut:
            return carry_out(looked, hand_off, part, file, cancel, report, acknowledged=acknowledged)

        self.perform_stream(
            f"Carrying out “{part.title}”…", work, self._carried_out, self._event, failed=self._failed, writes=True
        )
        self._check()

    def _show_file(self, path: Path, hand_off: HandOff) -> None:
        self.file, self.hand_off = path, hand_off
        self.part = hand_off.next_part or PARTS[-1]
        self.compared = False
        self._forget()

    def _forget(self) -> None:
        """What was looked at does not hold any more."""
        self.looked = None
        self.stages = Stages(())
        self.sent = self.typed = self.understood = self.over = False
        self.notice = ""
        self._check()

    def _look_ended(self, looked: Looked) -> None:
        self.looked, self.anew = looked, False
        self.stages = Stages([(step.key, step.title) for step in looked.plan.steps])
        self.stages.follow(looked.plan)
        account, own = looked.run.azure.account, self.setup.account
        if own is not None and own.home_id != account.home_id:
            self.setup.signed_out()  # there is one sign-in, and now it is somebody else's
        tenant, organisation = account.tenant_name or account.tenant_id, looked.plan.choices.adobe.organisation
        self.setup.banner.update(account=account.name, tenant=tenant, organisation=organisation)
        self._check()

    def _event(self, value: StepEvent | str) -> None:
        if not isinstance(value, str):
            self.stages.take(value)
        elif not self.open_address(value):
            self.notice = f"No browser could be opened. Open this address in a browser: {value}"
        self.changed.emit()

    def _carried_out(self, ended: CarriedOut) -> None:
        self.sent = False
        if ended.outcome != "done":
            self.notice = "Not finished: somebody has to go on, or Azure needs longer. Look again."
            self.looked = None
            self._check()
            return
        self.file, self.hand_off = ended.file, ended.hand_off
        following = ended.hand_off.next_part
        then = (
            f"Hand it to {following.person}, and tell them the new fingerprint." if following else "All parts are done."
        )
        status = f" {ended.status}" if ended.status else ""
        self.notice = f"Done.{status} The receipt is in {ended.file}. {then}"
        self.over = True
        self._check()

    def _failed(self, problem: Problem) -> None:
        self.stages.stop(StageState.FAILED, problem.message)
        self.sent, self.looked = False, None
        self.error = problem
        self._check()

    def _check(self) -> None:
        """What can be pressed now."""
        looked = self.looked
        if self.hand_off is None or self.over:
            self.next_text = ""
        elif looked is None:
            self.next_text = "&Look at my part"
        else:
            self.next_text = "S&ubmit the key to Adobe" if self.submits else "&Make these changes"
        self.irreversible = self.submits and not self.over
        ready = looked is None or not looked.plan.blocked
        self.valid = self.compared and ready and (not self.submits or (self.typed and self.understood))
        self.changed.emit()
