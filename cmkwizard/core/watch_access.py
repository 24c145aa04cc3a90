"""The causes for which Adobe loses a key, as a watch tells of them: those that Adobe may take for a removal first.

The causes and their order are those of Adobe's alert "Key access disabled" (Adobe customer-managed keys, alert
resolution reference); what is said of each is what the requirement says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cmkwizard.core.alerts import DISABLED, FAILURE
from cmkwizard.core.history import What
from cmkwizard.core.requirements.finding import Finding, Group, Severity, Verdict
from cmkwizard.core.requirements.rows import submitted
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.survey import Survey
from cmkwizard.core.watch_alerts import AlertKind, Known, Urgency, WatchAlert

_TITLES = {
    "V03": "The vault of your key was deleted",
    "V16": "The vault of your key is gone",
    "K10": "Your key was deleted",
    "K01": "Your key is gone",
    "K04": "Your key is disabled",
    "K05": "Your key cannot be used yet",
    "K06": "Your key has expired",
    "K07": "Your key no longer permits what Adobe does with it",
    "V08": "The vault no longer looks at roles",
    "H01": "The Managed HSM is not active",
    "P01": "Adobe's app is gone or disabled",
    "P02": "The app is not the one that Adobe names",
    "P05": "Adobe's app has lost its role",
    "P09": "Adobe's app has lost its role",
    "P07": "The role for Adobe is held by an app that is gone",
}
_FIREWALL = "The vault's firewall may keep Adobe out"
_VAULT = "The vault is not as Adobe requires"
_FOLLOW = {
    "V03": ("V16", "K10", "K01"),
    "V16": ("K10", "K01"),
    "K10": ("K01",),
    "P01": ("P05", "P09", "P07"),
    "P05": ("P07",),
}
"""What is not told as well: it says the same, or is no surprise then."""
_NOT_CUT = frozenset({"V05", "V06", "V07", "W05"})
"""Required, and yet no cause that Adobe lists for a loss of access."""
_THINGS: dict[str, tuple[What, ...]] = {
    "V03": (What.VAULT, What.KEY, What.ROLE),
    "V16": (What.VAULT, What.KEY, What.ROLE),
    "P01": (What.APP, What.ROLE),
    "P02": (What.APP,),
    "P05": (What.ROLE,),
    "P07": (What.ROLE,),
    "P09": (What.ROLE,),
}
_BY_LETTER = {"K": (What.KEY,), "V": (What.VAULT,), "W": (What.VAULT,), "H": (What.VAULT,)}
_PREFIX = "access:"


def access(survey: Survey, known: Known) -> Iterator[WatchAlert]:
    """What cuts Adobe off from the key it was given, or may; nothing while Adobe was given none."""
    if submitted(survey) is None:
        return
    findings = _in_order(judge(survey, DISABLED.requirements))
    standing = [each for each in findings if _stands(each)]
    followed = {follower for each in standing for follower in _FOLLOW.get(each.id, ())}
    yield from (_alert(each) for each in standing if each.id not in followed)
    unknown = {f"{_PREFIX}{each.id}" for each in findings if each.verdict is Verdict.NOT_KNOWN}
    mended = {f"{_PREFIX}{each.id}" for each in findings if each.verdict is not Verdict.NOT_KNOWN}
    yield from (each for each in known.standing if each.id in unknown - mended)


def cut(found: Iterable[WatchAlert]) -> frozenset[str]:
    """Which things are told to be lost already."""
    ids = [each.id.removeprefix(_PREFIX) for each in found if each.urgency is Urgency.CRITICAL]
    return frozenset(thing for id_ in ids for thing in _THINGS.get(id_, _BY_LETTER.get(id_[0], ())))


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: DISABLED.requirements.index(each.id))


def _stands(finding: Finding) -> bool:
    """A key that will end is told by its date (``watch_rules``), and only once it has ended as lost access."""
    return finding.stands and (finding.id != "K06" or finding.blocks)


def _alert(finding: Finding) -> WatchAlert:
    firewall = finding.group is Group.FIREWALL
    gone = finding.id in ("V03", "K10")
    critical = gone or (finding.severity is Severity.BLOCKER and finding.id not in _NOT_CUT)
    return WatchAlert(
        f"{_PREFIX}{finding.id}",
        AlertKind.ACCESS,
        Urgency.CRITICAL if critical else Urgency.WARNING,
        _TITLES.get(finding.id, _FIREWALL if firewall else _VAULT),
        finding.sentence,
        finding.remedy,
        finding.who,
        FAILURE.code if firewall else DISABLED.code,
    )
