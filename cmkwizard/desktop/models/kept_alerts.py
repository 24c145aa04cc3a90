"""What the watch has told: it stays on Home until somebody has seen it, also where it has passed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cmkwizard.core.watch_alerts import AlertKind, Urgency, WatchAlert

PASSES = frozenset({AlertKind.NETWORK, AlertKind.SIGN_IN, AlertKind.UNSEEN})
"""What is of no interest once it has passed: it was about the watching, not about the set-up."""
_ORDER = (Urgency.CRITICAL, Urgency.WARNING, Urgency.NEWS)


@dataclass(frozen=True)
class ShownAlert:
    """One alert as Home shows it."""

    alert: WatchAlert
    passed: bool = False
    """Whether a later look found it gone."""


class KeptAlerts:
    """The alerts that nobody has seen yet, gravest first."""

    def __init__(self) -> None:
        self._kept: dict[str, ShownAlert] = {}
        self._seen: set[str] = set()

    @property
    def shown(self) -> tuple[ShownAlert, ...]:
        """What Home shows."""
        return tuple(sorted(self._kept.values(), key=lambda each: (each.passed, _ORDER.index(each.alert.urgency))))

    def looked(self, standing: Sequence[WatchAlert]) -> None:
        """Take up what stands after a look. What was seen comes back only after it had gone."""
        stands = {alert.id for alert in standing}
        self._seen &= stands
        kept = {
            id_: ShownAlert(each.alert, passed=True)
            for id_, each in self._kept.items()
            if id_ not in stands and each.alert.kind not in PASSES
        }
        self._kept = kept | {alert.id: ShownAlert(alert) for alert in standing if alert.id not in self._seen}

    def seen(self, id_: str) -> None:
        """A person has seen this one."""
        shown = self._kept.pop(id_, None)
        if shown is not None and not shown.passed:
            self._seen.add(id_)
