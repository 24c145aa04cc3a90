"""Status: how far Adobe is, asked again and again while one waits, and what the end means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.core.status import SENTENCES, STAGES, Status
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.before import ADOBE_TIME
from cmkwizard.desktop.models.duration import duration, moment
from cmkwizard.desktop.models.key_use import KeyUseModel
from cmkwizard.desktop.models.restoring import Left
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report
from cmkwizard.desktop.models.stages import Stage, StageState
from cmkwizard.desktop.tasks import Task

if TYPE_CHECKING:
    from cmkwizard.journeys.watch import StatusSeen

TITLES = {
    Status.NEW: "Recorded",
    Status.RUNNING: "Key and vault checked",
    Status.UPDATE_EXISTING_RESOURCES: "Key put under the data stores",
    Status.COMPLETED: "Completed",
}
COMPLETED_TEXT = (
    "From now on, keep the key enabled, the vault and the role in place, and Adobe's app accepted. "
    "A resource lock on the vault protects it from being deleted by mistake."
)
LOCK_TEXT = "Your organisation requires such a lock: run the check, and place it there (O16)."
FAILED_TEXT = """Adobe gives no reason. “Find and put right” looks at these, in this order, and says what is wrong:
1. The key: enabled, within its dates, with wrapKey and unwrapKey permitted.
2. The vault: there, with soft delete, purge protection and role-based access control.
3. The vault's firewall: open for trusted Microsoft services and for Adobe's address.
4. Adobe's app: in your directory, enabled, with its role on the vault."""
UNKNOWN_TEXT = "This word is not known to the wizard, so nothing is concluded from it. It goes on asking."
LEAST_BETWEEN = timedelta(seconds=10)
"""Between two questions to Adobe, whoever asks (of the cloud's time)."""


class StatusModel(KeyUseModel):
    """Watches the submission. The watch goes on while other pages are shown, until Adobe has finished."""

    id = "status"

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.next_text = "&Finish"
        self.seen: StatusSeen | None = None
        self._furthest = -1
        self._watch: Task | None = None
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._ticked)

    @property
    def status(self) -> Status:
        """Where the submission stands, as last seen."""
        return self.seen.status if self.seen else Status.NOT_SUBMITTED

    @property
    def heading(self) -> str:
        """Adobe's own word, as it came."""
        if self.seen is None:
            left = self._last_known()
            if left is not None:
                return f"Last known: {left.word}"
            return "Asking Adobe…" if self._watch else "Not asked yet"
        return self.seen.word or "Nothing submitted"

    @property
    def sentence(self) -> str:
        """What it means."""
        if self.seen is not None:
            return SENTENCES[self.status]
        left = self._last_known()
        if left is None or left.seen_at is None:
            return ""
        now = "Asking Adobe again…" if self._watch else "Adobe has not been asked since."
        return f"{SENTENCES[left.status]} Seen {moment(left.seen_at)}. {now}"

    @property
    def advice(self) -> str:
        """What to do now, where there is something to do."""
        return {
            Status.COMPLETED: f"{COMPLETED_TEXT} {LOCK_TEXT}" if self._lock_required else COMPLETED_TEXT,
            Status.FAILED: FAILED_TEXT,
            Status.UNKNOWN: UNKNOWN_TEXT,
        }.get(self.status, "")

    @property
    def can_run_check(self) -> bool:
        """Whether the check is worth a button: Adobe gave up and tells no reason, or a lock has to be placed."""
        return self.status is Status.FAILED or (self.status is Status.COMPLETED and self._lock_required)

    @property
    def _lock_required(self) -> bool:
        return self.setup.policy.required.lock

    @property
    def elapsed_text(self) -> str:
        """How long it has been, and what may be expected."""
        if self.seen is None:
            return ADOBE_TIME
        since = self.seen.elapsed
        if self.seen.status.ended:
            return f"It took {duration(since)}."
        passed = since + (self._now() - self.seen.at)
        return f"{duration(passed)} since the submission. {ADOBE_TIME} No time-out of the wizard ends it."

    @property
    def check_text(self) -> str:
        """When Adobe was asked last and when it is asked next."""
        if self.seen is None:
            return ""
        last = f"Last asked at {self.seen.at.astimezone():%H:%M:%S}."
        if self.seen.problem is not None:
            last += f" Adobe did not answer then: {self.seen.problem.message}"
        left = self._until_next()
        if left is None:
            return last
        return f"{last} Asks again {f'in {left} s' if left > 0 else 'now'}."

    @property
    def can_check(self) -> bool:
        """Whether Adobe may be asked at once: not while it is being asked, nor within ten seconds."""
        if self.seen is None or self.status.ended:
            return self._watch is None and not self.status.ended
        return self._now() - self.seen.at >= LEAST_BETWEEN / self.setup.services.profile.speed

    @property
    def stages(self) -> list[Stage]:
        """The way of a submission, and how far it is."""
        reached = self._furthest
        rows = []
        for n, stage in enumerate(STAGES):
            state = StageState.DONE if n < reached or self.status is Status.COMPLETED else StageState.TO_DO
            if n == reached and self.status is not Status.COMPLETED:
                working = StageState.TO_DO if self.status is Status.FAILED else StageState.RUNNING
                state = working if n else StageState.DONE
            rows.append(Stage(stage, TITLES[stage], state, SENTENCES[stage] if n == reached else ""))
        if self.status is Status.FAILED:
            rows[-1] = Stage(STAGES[-1], TITLES[STAGES[-1]], StageState.FAILED, "Not reached: Adobe gave up.")
        return rows

    def begin(self) -> None:
        """Begin to watch."""
        if self._watch is None and not self.status.ended:
            self._start()

    def _last_known(self) -> Left | None:
        """What an earlier start saw, until Adobe is heard again."""
        left = self.setup.left
        return left if left is not None and left.word else None

    def run_check(self) -> None:
        """Read everything anew, and show first what Adobe looks at first."""
        self.setup.outdated = True
        self.page_chosen.emit("check")

    def repair(self) -> None:
        """Show the page on which what Adobe may have failed for is put right, in Adobe's order."""
        self.setup.outdated = True
        self.page_chosen.emit("repair")

    def check_now(self) -> None:
        """Ask at once, and go on from there."""
        if self.can_check:
            if self._watch is not None:
                self._watch.cancel()
            self._start()

    def retry(self) -> None:
        """Watch again after a problem, or do again what failed last."""
        if self._again is not None:
            super().retry()
        elif self.setup.restore_problem is not None:
            self._entered = True  # begins once the sign-ins are taken up
            self.setup.restore_again()
        else:
            self._start()

    def _start(self) -> None:
        if self.setup.azure is None and self.setup.restore_problem is not None:
            self._again = None
            self.error = self.setup.restore_problem
            return
        run = engine.SetupEngine(self.setup)

        def work(cancel: Cancel, report: Report[StatusSeen]) -> None:
            run.watch(cancel, report)

        self.setup.tasks.begin_after_paint()
        self._watch = self.setup.tasks.stream(work, progress=self._looked, done=self._ended, failed=self._watch_failed)
        self._tick.start()
        self.changed.emit()

    def retire(self) -> None:
        """Watch no more."""
        super().retire()
        if self._watch is not None:
            self._watch.cancel()
            self._ended(None)

    def _looked(self, seen: StatusSeen) -> None:
        self.seen = seen
        if seen.status in STAGES:
            self._furthest = STAGES.index(seen.status)
        elif seen.status in (Status.CREATED, Status.FAILED):
            self._furthest = max(0, self._furthest)
        if seen.status.ended and seen.status is not self.setup.status:
            self.notified.emit(f"Adobe: {seen.word}", SENTENCES[seen.status])
        self.setup.watched(seen.status)
        self.changed.emit()

    def _ended(self, _nothing: None) -> None:
        self._watch = None
        self._tick.stop()
        self.changed.emit()

    def _watch_failed(self, problem: Problem) -> None:
        self._watch = None
        self._tick.stop()
        self._again = None
        self.error = problem

    @Slot()
    def _ticked(self) -> None:
        self.changed.emit()

    def _until_next(self) -> int | None:
        if self.seen is None or self.seen.again_in_s is None or self._watch is None:
            return None
        after = timedelta(seconds=self.seen.again_in_s / self.setup.services.profile.speed)
        return max(0, round((self.seen.at + after - self._now()).total_seconds()))

    def _now(self) -> datetime:
        return self.setup.services.clock().astimezone(UTC)
