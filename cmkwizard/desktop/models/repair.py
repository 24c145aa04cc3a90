"""Repair after an alert of Adobe: which alert, what to do first, its causes in order, and whether all is well again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cmkwizard.core.alerts import ALERTS, GAVE_UP, Alert, Outlook, alert_named
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.status import Status
from cmkwizard.core.survey import NotKnown
from cmkwizard.desktop.finding_rows import FindingSection, as_text
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.explaining import ExplainingModel
from cmkwizard.desktop.models.fixing import FixingModel
from cmkwizard.desktop.models.report_rows import report_rows
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.journeys.pages import page_node, way_to

if TYPE_CHECKING:
    from cmkwizard.journeys.repair import Repair

OPTIONS = tuple((alert.code, alert.code[:1].upper() + alert.code[1:], alert.arrived) for alert in ALERTS)
"""Id, text and meaning of what can be chosen."""
TO_DO, LATER, UNREAD = "What to put right, in this order", "What becomes a cause later", "What could not be read"
_WAY_BACK = (
    "It can take from minutes to 24 hours until Adobe's primary stores use the key again, and up to 7 days for caches "
    "(Adobe customer-managed keys, overview). Nobody promises that all data is still there: ask Adobe support."
)


class RepairModel(FixingModel):
    """Reads everything for the chosen alert, shows its causes in order, and reads again after each fix."""

    id = "repair"
    needs_sign_in = False

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.next_text = ""
        self.alert: Alert | None = None
        self.repair: Repair | None = None
        self.sections: tuple[FindingSection, ...] = ()
        self._pasted = ExplainingModel(setup.tasks, self)
        self._pasted.changed.connect(self._recognise)

    @property
    def lacks(self) -> str:
        """The page of the set-up that comes first, because the causes cannot be read before; empty: none."""
        way = way_to("check", self.setup.progress())
        return "" if way == "check" or not self.setup.restored else way

    @property
    def lack_words(self) -> str:
        """What is missing before the causes can be read; empty: nothing."""
        if self.alert is None or not self.lacks:
            return ""
        return (
            f"To read vault, key, firewall and app, the program has to know which, and to be signed in. First comes "
            f"“{page_node(self.lacks).title}”. Come back here from Home."
        )

    @property
    def recognition(self) -> str:
        """What was made of a pasted text, where no alert was found in it."""
        if not self._pasted.explanations or self._pasted.alert is not None:
            return ""
        return "No alert of Adobe was recognised in this text. Choose the one that it names."

    @property
    def first_title(self) -> str:
        """What to do before anything else, in a few words."""
        if self.alert is None:
            return ""
        return "Call Adobe now: data may be purged" if self.alert.outlook is Outlook.PURGE else self.alert.arrived

    @property
    def first_words(self) -> str:
        """What the alert means, what to do first, and who says so."""
        alert = self.alert
        if alert is None:
            return ""
        remedy = alert.remedy
        parts = (alert.call, remedy.cause, remedy.do, f"Source: {alert.source}.")
        return "\n\n".join(part for part in parts if part)

    @property
    def urgent(self) -> bool:
        """Whether a purge may have begun."""
        return self.alert is not None and self.alert.outlook is Outlook.PURGE

    @property
    def verified(self) -> bool:
        """Whether everything that stands for a cause was read, and is as Adobe needs it."""
        return self.repair is not None and self.repair.verified

    @property
    def heading(self) -> str:
        """How it stands, in a few words."""
        found = self.repair
        if found is None:
            return "Reading everything…" if self.busy is not None else "Not looked at yet"
        if found.causes:
            count = len(found.causes)
            return "1 cause to put right" if count == 1 else f"{count} causes to put right, from the top down"
        if not found.known:
            return "No cause was found, but Adobe does not confirm that it holds this key"
        if found.unread:
            return "No cause was found in what could be read"
        return "Verified: no cause is left"

    @property
    def summary(self) -> str:
        """What that means, and what comes next."""
        found = self.repair
        if found is None:
            return "Vault, key, firewall, app and role are read. Nothing is changed by it."
        parts = []
        if found.causes:
            parts.append("After each, everything is read again: what comes first can hide what comes later.")
        if not found.known:
            parts.append(_doubt(found))
        if found.unread:
            parts.append("What could not be read may be a cause too: it is never taken for well.")
        if not found.causes and not found.unread:
            parts.append("Whatever Adobe lists as a cause was read, and is as it has to be now.")
            parts.append(_FAILED_STAYS if found.alert is GAVE_UP else _WAY_BACK)
        return " ".join(parts)

    @property
    def checked_text(self) -> str:
        """When everything was read last."""
        if self.repair is None:
            return ""
        return f"Checked {self.repair.report.survey.at.astimezone():%H:%M}. Nothing was changed by it."

    @property
    def text(self) -> str:
        """All of it as plain text."""
        code = self.alert.code if self.alert else ""
        return f"{code}: {self.heading}. {self.checked_text}\n\n{as_text(self.sections)}"

    def enter(self) -> None:
        """Take up what an earlier start left. After a failed submission, that is what is looked at."""
        self.setup.restore()
        self._entered = True
        if self.alert is None and self.setup.status is Status.FAILED:
            self.alert = GAVE_UP
        self._go_on()

    def choose(self, code: str) -> None:
        """Look at another alert. One reading answers all of them."""
        alert = alert_named(code)
        if alert is None or alert is self.alert or self.fixing is not None:
            self.changed.emit()
            return
        self.alert, self.notice = alert, ""
        if self.repair is not None:
            self.repair = replace(self.repair, alert=alert)
            self._show()
        self._go_on()

    def paste(self, text: str) -> None:
        """Recognise the alert in a text."""
        self._pasted.edit(text)

    def go_to_what_is_lacking(self) -> None:
        """Show the page of the set-up that comes first."""
        if self.lacks:
            self.page_chosen.emit(self.lacks)

    def look(self) -> None:
        """Read everything anew. What was shown stays until it is there."""
        alert = self.alert
        if alert is None:
            return
        run = engine.SetupEngine(self.setup)

        def work(cancel: Cancel) -> Repair:
            return run.repair(alert, cancel)

        self.perform("Reading everything, changing nothing…", work, self._looked)

    def _looked(self, found: Repair) -> None:
        self.repair = replace(found, alert=self.alert or found.alert)
        self.setup.checked(found.report)
        self._show()
        self.tell_how_it_ended()

    def _show(self) -> None:
        found = self.repair
        if found is not None:
            survey, address = found.report.survey, found.report.consent_address
            parts = ((TO_DO, found.causes), (LATER, found.later), (UNREAD, found.unread))
            made = [(title, report_rows(findings, survey, address=address)) for title, findings in parts]
            self.sections = tuple(FindingSection(title, rows) for title, rows in made if rows)
            self.rows = tuple(row for _, rows in made for row in rows)
        self.changed.emit()

    def _go_on(self) -> None:
        """Read what the alert is about, as soon as that can be."""
        stale = self.repair is None or self.setup.outdated or self.repair.report is not self.setup.report
        idle = self.busy is None and self.error is None and self.fixing is None
        if self.alert is not None and self.setup.restored and not self.lacks and idle and stale:
            self.look()
        self.changed.emit()

    @Slot()
    def _setup_changed(self) -> None:
        if self._entered:
            self._go_on()

    @Slot()
    def _recognise(self) -> None:
        alert = self._pasted.alert
        if alert is not None:
            self.choose(alert.code)
        else:
            self.changed.emit()


_FAILED_STAYS = "A submission that has failed does not start again by itself: ask Adobe support to try again."


def _doubt(found: Repair) -> str:
    """Why it is not certain that this is the key that Adobe holds."""
    held = found.report.survey.configuration
    if isinstance(held, NotKnown):
        return f"Adobe could not be asked which key it holds. {held.why}"
    return "Adobe holds another key, or none, under the chosen configuration name: make sure that this is the one."
