"""Repair after an alert of Adobe: everything is read, and what stands for the alert's causes comes first, in order.

Each finding has its fix or its way by hand, as in any check. A fix only ever gives something back: none removes an
assignment, disables or rotates a key or closes a firewall, so that no repair passes through a moment without access.
"""

from __future__ import annotations

from dataclasses import dataclass

from cmkwizard.core.alerts import Alert
from cmkwizard.core.facts import Key
from cmkwizard.core.requirements.finding import Finding, Verdict
from cmkwizard.core.requirements.rows import submitted
from cmkwizard.journeys.check import check
from cmkwizard.journeys.report import Report
from cmkwizard.journeys.setup.run import SetupRun

_IN_TIME = frozenset({"K06"})
"""Of these, a warning says what will be, and a blocker what is."""


@dataclass(frozen=True)
class Repair:
    """What a check found of the causes of one alert."""

    alert: Alert
    report: Report

    @property
    def causes(self) -> tuple[Finding, ...]:
        """What is not as Adobe needs it, in the order in which to look. A note is no cause, where Adobe holds the key.

        Where nothing that Adobe was given is known, what the set-up would make is taken for what is missing.
        """
        found = [each for each in self._of(Verdict.NOT_MET) if each not in self.later]
        causes = tuple(each for each in found if each.stands or not self.known)
        return (*self._first(causes), *causes)

    @property
    def later(self) -> tuple[Finding, ...]:
        """What is well now, and may become a cause by itself if nobody does anything: a key that will end."""
        if not isinstance(self.report.survey.key, Key):
            return ()
        found = (*self._of(Verdict.NOT_MET), *self._of(Verdict.NOT_KNOWN))
        return tuple(each for each in found if each.id in _IN_TIME and not each.blocks)

    @property
    def unread(self) -> tuple[Finding, ...]:
        """What could not be read, and so may be a cause as well."""
        return tuple(each for each in self._of(Verdict.NOT_KNOWN) if each not in self.later)

    @property
    def known(self) -> bool:
        """Whether Adobe answered that it holds just this vault and key."""
        return submitted(self.report.survey) is not None

    @property
    def verified(self) -> bool:
        """Whether everything that stands for a cause was read, and is as Adobe needs it."""
        return self.known and not self.causes and not self.unread

    def _first(self, causes: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """A key is gone, and whether it can be recovered tells the vault those alone who have a role on its keys."""
        if "K01" in {each.id for each in causes} and "K10" in {each.id for each in self.unread}:
            return tuple(each for each in self.report.findings if each.id == "I10" and each.verdict is Verdict.NOT_MET)
        return ()

    def _of(self, verdict: Verdict) -> tuple[Finding, ...]:
        place = {id_: n for n, id_ in enumerate(self.alert.requirements)}
        found = [each for each in self.report.findings if each.id in place and each.verdict is verdict]
        return tuple(sorted(found, key=lambda each: place[each.id]))


def repair(run: SetupRun, alert: Alert) -> Repair:
    """Read everything, and pick what stands for the causes of ``alert``. Nothing is changed.

    Called again after every fix, it says whether that cause is gone and which one comes next.

    Raises:
        Cancelled: somebody asked to stop.
    """
    return Repair(alert, check(run))
