"""Check: everything that would stand in the way, from reading alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.analytics import needs_analytics
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.requirements.finding import Group, Severity
from cmkwizard.core.requirements.rows import kind_word
from cmkwizard.core.status import Status
from cmkwizard.desktop.finding_rows import (
    FindingRow,
    FindingSection,
    RowState,
    as_text,
    counted,
    finding_sections,
)
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.fixing import FixingModel
from cmkwizard.desktop.models.report_rows import report_rows, second_rows
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.journeys.pages import Progress, way_to

if TYPE_CHECKING:
    from cmkwizard.journeys.report import Report

FILTERS = (
    ("attention", "What needs attention"),
    ("unknown", "Not known"),
    ("met", "Met or not needed"),
    ("all", "All"),
)
FAILED_ORDER = (Group.KEY, Group.VAULT, Group.FIREWALL, Group.APP)
"""Where to look first when Adobe has given up (Adobe customer-managed keys, alert resolution reference)."""
_STATES: dict[str, tuple[RowState, ...]] = {
    "attention": (RowState.BLOCKS, RowState.WARNING, RowState.NOTE),
    "unknown": (RowState.NOT_KNOWN,),
    "met": (RowState.MET, RowState.NOT_NEEDED),
    "all": tuple(RowState),
}


class CheckModel(FixingModel):
    """Reads everything there is for the choices, and answers every requirement. What was shown stays meanwhile.

    The second vault, where the applications need one, is looked at as well. What blocks it alone does not keep anybody
    here: it stops the set-up on the page "Review the plan", where that vault is named.
    After a fix it says of what was to be put right whether it is gone.
    """

    id = "check"

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.sections: tuple[FindingSection, ...] = ()
        self.filter = FILTERS[0][0]
        self.words = ""
        self._shown: tuple[Report, ...] = ()
        self._second: tuple[FindingRow, ...] = ()
        self._check()

    @property
    def report(self) -> Report | None:
        """What the last check of these choices found."""
        return self.setup.report

    @property
    def _reports(self) -> tuple[Report, ...]:
        """What the last check found, of one vault or of both."""
        return tuple(each for each in (self.report, self.setup.second if self.report else None) if each)

    @property
    def heading(self) -> str:
        """How it stands, in a few words."""
        if self.report is None:
            return "Reading everything…" if self.busy is not None else "Not checked yet"
        blocking = self._count(RowState.BLOCKS)
        if blocking:
            return "1 finding blocks the set-up" if blocking == 1 else f"{blocking} findings block the set-up"
        if self.half_read:
            return "Nothing that could be read blocks the set-up"
        return "Nothing blocks the set-up" if self._shown_by("attention") else "Nothing stands in the way"

    @property
    def summary(self) -> str:
        """What that means, and what to do."""
        if self.report is None:
            return "Vault, key, rights, network and Adobe are read. Nothing is changed by it."
        unknown = self._count(RowState.NOT_KNOWN)
        parts = [f"{counted(self.rows)}."]
        if self.report.blocked:
            parts.append("Put right what blocks, here or by those who can, then check again.")
        if unknown:
            parts.append("What is not known does not block, and is never taken for met.")
        if any(row.state is RowState.BLOCKS for row in self._second):
            parts.append("The second vault can also have another name, on the page “Review the plan”.")
        return " ".join(parts)

    @property
    def blocked(self) -> bool:
        """Whether a finding of either vault blocks the set-up."""
        return self._count(RowState.BLOCKS) > 0

    @property
    def half_read(self) -> bool:
        """Whether something could not be read that would block the set-up if it were not met."""
        unknown = [row.finding for row in self.rows if row.state is RowState.NOT_KNOWN]
        return any(each.severity is Severity.BLOCKER and each.group is not Group.REVOCATION for each in unknown)

    @property
    def checked_text(self) -> str:
        """When everything was read last, and what it took."""
        if self.report is None:
            return ""
        count = sum(report.requests for report in self._reports)
        requests = "1 request" if count == 1 else f"{count} requests"
        return f"Checked {self.report.survey.at.astimezone():%H:%M}, {requests}."

    @property
    def filters(self) -> tuple[tuple[str, str], ...]:
        """Id and text of each filter, with how many findings it shows."""
        return tuple((key, f"{text} ({len(self._shown_by(key))})") for key, text in FILTERS)

    @property
    def visible(self) -> frozenset[str]:
        """The keys of the findings that pass the filter and hold every word that was typed."""
        words = self.words.lower().split()
        rows = self._shown_by(self.filter)
        return frozenset(row.key for row in rows if all(word in row.haystack for word in words))

    @property
    def absence(self) -> str:
        """What stands in place of findings when none passes; empty when some do."""
        if self.report is None or self.visible:
            return ""
        if self.words:
            return "No finding holds these words. Clear the filter, or show all."
        return {
            "attention": "Nothing needs your attention.",
            "unknown": "Everything could be read.",
            "met": "Nothing is met yet.",
        }.get(self.filter, "There are no findings.")

    @property
    def text(self) -> str:
        """All findings as plain text."""
        looked_at = [report.survey.choices for report in self._reports]
        names = [f"{kind_word(each)} {each.vault.name}, key {each.key.name}" for each in looked_at]
        head = f"Looked at: {'; '.join(names)}. {self.checked_text} {counted(self.rows)}"
        return f"{head}\n\n{as_text(self.sections)}"

    def begin(self) -> None:
        """Show what is known of these choices; read everything when nothing is, or something was changed since."""
        self._show()
        lacking = needs_analytics(self.setup.choices) and self.setup.second is None
        if self.report is None or self.setup.outdated or lacking:
            self.look()

    def look(self) -> None:
        """Read everything anew. What was shown stays until it is there."""
        run = engine.SetupEngine(self.setup)

        def work(cancel: Cancel) -> tuple[Report, ...]:
            return run.check(cancel)

        self.perform("Reading everything, changing nothing…", work, self._checked)
        self._check()

    def choose_filter(self, key: str) -> None:
        """Show other findings."""
        self.filter = key
        self.changed.emit()

    def edit_words(self, words: str) -> None:
        """Show those that hold these words."""
        self.words = words
        self.changed.emit()

    def leave_fix(self) -> None:
        """Back to the findings."""
        super().leave_fix()
        self._check()

    def cancelled(self) -> None:
        """What was shown is still there."""
        super().cancelled()
        self._check()

    def elsewhere(self, progress: Progress) -> str:
        """What this page lacks, rather than where the set-up goes on: a finished one can be checked too."""
        return way_to(self.id, progress)

    def _checked(self, reports: tuple[Report, ...]) -> None:
        self.setup.checked(*reports)
        self._show()
        self.tell_how_it_ended()

    def _show(self) -> None:
        reports = self._reports
        if reports != self._shown:
            self._shown = reports
            rows = [
                made(each.findings, each.survey, address=each.consent_address)
                for made, each in zip((report_rows, second_rows), reports, strict=False)
            ]
            self._second = rows[1] if len(rows) > 1 else ()
            self.rows = tuple(row for found in rows for row in found)
            own = finding_sections(rows[0] if rows else (), FAILED_ORDER if self.setup.status is Status.FAILED else ())
            second = finding_sections(self._second)
            self.sections = (*own, *(replace(each, title=f"Second vault: {each.title}") for each in second))
        self._check()

    def _shown_by(self, key: str) -> list[FindingRow]:
        return [row for row in self.rows if row.state in _STATES[key]]

    def _count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)

    def _check(self) -> None:
        self.valid = self.report is not None and not self.report.blocked and self.fixing is None
        self.changed.emit()
