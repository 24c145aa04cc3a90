"""When a watch tells what: pure rules over one look, what was known before it, and how things stood at completion.

What could not be looked at this time is neither told anew nor taken for mended: what was told of it goes on standing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import msgspec

from cmkwizard.core.alerts import GAVE_UP
from cmkwizard.core.comparison import COMPARED, Difference, differing
from cmkwizard.core.facts import Configuration, Key, RotationPolicy
from cmkwizard.core.history import What
from cmkwizard.core.look import Look
from cmkwizard.core.observed import observed
from cmkwizard.core.people import (
    ADOBE_SUPPORT,
    ENTRA_ADMINISTRATOR,
    SUBSCRIPTION_OWNER,
    VAULT_ADMINISTRATOR,
    YOU,
)
from cmkwizard.core.problems import Kind
from cmkwizard.core.requirements.rows import cut_off, submitted
from cmkwizard.core.status import SENTENCES, Status
from cmkwizard.core.survey import NotKnown, Survey
from cmkwizard.core.watch_access import access, cut
from cmkwizard.core.watch_alerts import AlertKind, Known, Urgency, WatchAlert

THRESHOLDS = (7, 30, 90)
"""Days before the key's end at which a person is told."""
ROTATING_THRESHOLDS = (7, 30)
"""The same where a rotation policy makes a new version before: then the end is news only once that has not happened."""

_ORDER = {each: place for place, each in enumerate(Urgency)}
_OF_THIS_LOOK = frozenset({AlertKind.NETWORK, AlertKind.SIGN_IN, AlertKind.UNSEEN})
_PASSING = frozenset({Kind.UNREACHABLE, Kind.UNTRUSTED, Kind.THROTTLED, Kind.SERVICE})
"""What often is over at the next look: told once it was so twice."""
_UNLOCKED = "drift:lock"
_ADOBE = frozenset({"configuration", "registration"})
_OWNERS = {
    What.STATUS: ADOBE_SUPPORT,
    What.APP: ENTRA_ADMINISTRATOR,
    What.ROLE: SUBSCRIPTION_OWNER,
}
_FIELDS = {
    "configuration": "Adobe's answer",
    "registration": "Adobe's answer",
    "vault": "The vault",
    "key": "The key",
    "app": "Adobe's app",
    "assignments": "The role of Adobe's app",
    "local_assignments": "The role of Adobe's app",
}


def alerts(known: Known, look: Look) -> tuple[WatchAlert, ...]:
    """Everything that stands after a look, the gravest first."""
    if look.network_lost:
        standing = [each for each in known.standing if each.kind is not AlertKind.NETWORK]
        return _sorted([*standing, *_network(known, look)])
    survey = judged(known, look.survey)
    found = [*_status(known, look), *access(survey, known), *_unseen(known, look)]
    found += [*_expiring(known, survey), *_drift(known, look.survey, cut(found)), *_lock(known, survey)]
    return _sorted(found)


def after(known: Known, look: Look, standing: tuple[WatchAlert, ...]) -> Known:
    """What is known after a look, for the next one."""
    found, locks = look.survey.configuration, look.survey.locks
    return replace(
        known,
        standing=standing,
        configuration=found if isinstance(found, Configuration) else known.configuration,
        lost=look.network_lost,
        unread=frozenset(name for name, _ in look.failures),
        locked=known.locked if isinstance(locks, NotKnown) else bool(locks),
    )


def judged(known: Known, survey: Survey) -> Survey:
    """The survey as the requirements are asked about it: what Adobe was given once stays given.

    Where Adobe cannot be asked, or shows nothing any more, what it held before counts: the careful side.
    """
    vault = msgspec.structs.replace(survey.choices.vault, create=False)  # nothing is to be made any more
    chosen = msgspec.structs.replace(survey.choices, vault=vault)
    found = survey.configuration
    if known.configuration is not None and (found is None or isinstance(found, NotKnown)):
        found = known.configuration
    return replace(survey, choices=chosen, configuration=found)


def _sorted(found: list[WatchAlert]) -> tuple[WatchAlert, ...]:
    return tuple(sorted(found, key=lambda each: _ORDER[each.urgency]))


def _status(known: Known, look: Look) -> Iterator[WatchAlert]:
    if look.status is None:
        yield from (each for each in known.standing if each.kind in (AlertKind.COMPLETED, AlertKind.FAILED))
    elif look.status is Status.FAILED:
        remedy = GAVE_UP.remedy
        title = "Adobe could not use the key"
        yield WatchAlert(
            "failed", AlertKind.FAILED, Urgency.CRITICAL, title, remedy.cause, remedy.do, remedy.who, GAVE_UP.code
        )
    elif look.status is Status.COMPLETED:
        before = known.configuration
        if "completed" in known.ids or (before is not None and before.status != look.word):
            sentence = SENTENCES[Status.COMPLETED]
            yield WatchAlert("completed", AlertKind.COMPLETED, Urgency.NEWS, "Adobe uses your key", sentence, "", YOU)


def _expiring(known: Known, survey: Survey) -> Iterator[WatchAlert]:
    key = survey.key
    if isinstance(key, NotKnown):
        yield from (each for each in known.standing if each.kind is AlertKind.EXPIRING)
        return
    if not isinstance(key, Key) or key.expires is None or submitted(survey) is None:
        return
    rotates = isinstance(survey.rotation, RotationPolicy) and survey.rotation.rotates
    left = key.expires - survey.at
    reached = [days for days in (ROTATING_THRESHOLDS if rotates else THRESHOLDS) if left <= timedelta(days=days)]
    if not reached or left <= timedelta(0):  # that it has ended, is told as lost access
        return
    days, date = reached[0], f"{key.expires:%Y-%m-%d}"
    yield WatchAlert(
        f"expiring:{days}:{date}",
        AlertKind.EXPIRING,
        Urgency.CRITICAL if days == THRESHOLDS[0] else Urgency.WARNING,
        f"Your key ends on {date}",
        f"The key {key.name} expires on {date}, within {days} days.{cut_off(survey, 'its end')}",
        "Set a later expiration date in the Azure portal, or a rotation policy on the key's page.",
        VAULT_ADMINISTRATOR,
    )


def _drift(known: Known, survey: Survey, told: frozenset[str]) -> Iterator[WatchAlert]:
    """What differs from the baseline, one alert for each thing; what lost access already told of, not again."""
    seen = observed(survey)
    for what in COMPARED:
        if what not in known.baseline or what in told:
            continue
        if what not in seen:
            yield from (each for each in known.standing if each.id.startswith(f"drift:{what}:"))
            continue
        found = [each for each in differing(what, known.baseline[what], seen[what]) if _is_drift(what, each)]
        if not found:
            continue
        sentences = " ".join(each.sentence for each in found)
        thing = found[0].thing
        yield WatchAlert(
            f"drift:{what}:{hashlib.sha256(sentences.encode()).hexdigest()[:12]}",
            AlertKind.DRIFT,
            Urgency.WARNING,
            f"{thing[0].upper()}{thing[1:]} is not as it was",
            f"Since Adobe completed, this has changed. {sentences}",
            "Find out who changed it, and whether that was meant; compare both moments in the history.",
            _OWNERS.get(what, VAULT_ADMINISTRATOR),
        )


def _lock(known: Known, survey: Survey) -> Iterator[WatchAlert]:
    """That the lock is gone that kept vault and role from being deleted; only where there was one."""
    told = [each for each in known.standing if each.id == _UNLOCKED]
    if isinstance(survey.locks, NotKnown):
        yield from told
    elif not survey.locks and survey.vault is not None and (known.locked or told):
        yield WatchAlert(
            _UNLOCKED,
            AlertKind.DRIFT,
            Urgency.WARNING,
            "The vault's lock is gone",
            f"No lock holds at the vault {survey.choices.vault.name} any more: it, and the role of Adobe's app, can be "
            "deleted again by whoever has the right.",
            "Find out who removed it, and place it again unless that was meant.",
            SUBSCRIPTION_OWNER,
        )


def _is_drift(what: str, difference: Difference) -> bool:
    """A status that is told by itself is none."""
    return not (what == What.STATUS and difference.after in (Status.FAILED, Status.COMPLETED))


def _network(known: Known, look: Look) -> Iterator[WatchAlert]:
    """Told at the second look in a row: a computer that has just woken up has no network for a moment."""
    if not known.lost and "network" not in known.ids:
        return
    untrusted = any(fact.problem and fact.problem.kind is Kind.UNTRUSTED for _, fact in look.failures)
    happened = (
        "Something on the way answers instead of Azure and Adobe, and is not trusted."
        if untrusted
        else "Neither Azure nor Adobe can be reached from this computer."
    )
    yield WatchAlert(
        "network",
        AlertKind.NETWORK,
        Urgency.WARNING,
        "The watch has no network",
        f"{happened} It says nothing of the key: Adobe reaches it on another way, and it may be as it was.",
        "Look at this computer's network, its proxy and VPN. The watch goes on by itself.",
        YOU,
    )


def _unseen(known: Known, look: Look) -> Iterator[WatchAlert]:
    """What could not be looked at; of one service, each kind of reason once."""
    earlier = {each.id: each for each in known.standing if each.kind in _OF_THIS_LOOK}
    told: set[tuple[bool, Kind]] = set()
    for name, fact in look.failures:
        problem = fact.problem
        assert problem is not None  # noqa: S101 - failures have one
        reason = (name in _ADOBE, problem.kind)
        if reason in told or (problem.kind in _PASSING and name not in known.unread):
            continue
        told.add(reason)
        if problem.kind is Kind.SIGN_IN:
            service = "Adobe" if name in _ADOBE else "Azure"
            alert = WatchAlert(
                f"sign-in:{service}",
                AlertKind.SIGN_IN,
                Urgency.WARNING,
                f"The watch needs a sign-in at {service}",
                f"{problem.message} Until then, nothing is seen there.",
                problem.remedy,
                problem.who,
            )
        else:
            alert = WatchAlert(
                f"unseen:{name}:{problem.kind}",
                AlertKind.UNSEEN,
                Urgency.WARNING,
                f"{_FIELDS[name]} could not be looked at",
                f"{fact.why} What is said of it is as old as the last look that could.",
                problem.remedy,
                problem.who,
            )
        yield earlier.get(alert.id, alert)
