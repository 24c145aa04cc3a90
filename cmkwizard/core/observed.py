"""What the history is told of a survey: plain values of what makes a set-up what it is, as they are compared later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cmkwizard.core.choices import Choices
from cmkwizard.core.evidence import AppSeen, KeySeen, RoleSeen, VaultSeen
from cmkwizard.core.facts import Account, App, Configuration, DiagnosticSetting, Key, Lock, ResourceGroup, Vault
from cmkwizard.core.history import What
from cmkwizard.core.requirements.finding import Finding
from cmkwizard.core.requirements.needs import adobe_assignments, adobe_local_assignments
from cmkwizard.core.requirements.rows import key_absent
from cmkwizard.core.survey import NotKnown, Survey

ABSENT: Mapping[str, Any] = {"there": False}
"""Of what was looked for and is not there."""


def observed(survey: Survey) -> dict[What, Mapping[str, Any]]:
    """What was seen of Adobe's answer, the vault, the key, the app and its role. What was not read is left out.

    Where there is no vault there is no key and no role; where there is no app, it holds none.
    """
    seen: dict[What, Mapping[str, Any]] = {}
    if not isinstance(survey.configuration, NotKnown):
        seen[What.STATUS] = status_value(survey.choices, survey.configuration)
    if not isinstance(survey.vault, NotKnown):
        seen[What.VAULT] = _value(VaultSeen.of(survey.vault)) if survey.vault else ABSENT
    if key_absent(survey):
        seen[What.KEY] = ABSENT
    elif isinstance(survey.key, Key):
        seen[What.KEY] = _value(KeySeen.of(survey.key))
    if not isinstance(survey.app, NotKnown):
        seen[What.APP] = _value(AppSeen.of(survey.app)) if survey.app else ABSENT
    role = _role(survey)
    return seen if role is None else {**seen, What.ROLE: role}


def _role(survey: Survey) -> Mapping[str, Any] | None:
    """The assignment that serves; None where it is not known."""
    vault, app = survey.vault, survey.app
    if vault is None or app is None:
        return ABSENT
    if not isinstance(vault, Vault) or not isinstance(app, App):
        return None
    held = adobe_local_assignments(survey, app) if vault.managed_hsm else adobe_assignments(survey, vault, app)
    if isinstance(held, NotKnown):
        return None
    return _value(RoleSeen.of(held[0])) if held else ABSENT


def status_value(choices: Choices, found: Configuration | None) -> Mapping[str, Any]:
    """Adobe's answer about the chosen configuration; ``there`` is false where it holds none of the name."""
    value = {
        "word": found.status if found else "",
        "configuration": choices.adobe.configuration,
        "organisation": choices.adobe.organisation,
        "key_identifier": found.key_identifier if found else "",
    }
    return value if found else {**value, **ABSENT}


def deployment_value(
    account: Account,
    choices: Choices,
    vault: Vault | None,
    key: Key | None,
    group: ResourceGroup | None,
    before: Mapping[str, Any],
) -> Mapping[str, Any]:
    """What a set-up is about, for the status without a network.

    ``before`` is what was known of it. A group's region never changes: it is kept where the group was not read now; and
    so are the vault's tags (``tags``, absent while they never were read).
    """
    name = choices.azure.resource_group
    location = before.get("group_location", "") if before.get("resource_group") == name else ""
    tags = {"tags": dict(vault.tags)} if vault else {name: before[name] for name in ("tags",) if name in before}
    return {
        **tags,
        "tenant": account.tenant_id,
        "tenant_name": account.tenant_name,
        "subscription": choices.azure.subscription,
        "resource_group": name,
        "group_location": group.location if group else location,
        "vault": choices.vault.name,
        "vault_uri": vault.uri if vault else "",
        "key": choices.key.name,
        "key_identifier": key.identifier if key else "",
        "organisation": choices.adobe.organisation,
        "region": choices.adobe.region,
        "configuration": choices.adobe.configuration,
    }


def locks_value(locks: Iterable[Lock]) -> Mapping[str, Any]:
    """The locks that hold at the vault."""
    rows = [{"name": each.name, "level": each.level, "scope": each.scope.lower()} for each in locks]
    return {"locks": sorted(rows, key=lambda row: (row["scope"], row["name"]))}


def logs_value(settings: Iterable[DiagnosticSetting]) -> Mapping[str, Any]:
    """Where the vault's logs go."""
    rows = [{"name": each.name, "audit": each.audit, "destination": each.destination} for each in settings]
    return {"settings": sorted(rows, key=lambda row: str(row["name"]))}


def findings_value(findings: Iterable[Finding]) -> Mapping[str, Any]:
    """What was said of every requirement, in the table's order."""
    rows = [
        {"id": each.id, "verdict": each.verdict, "severity": each.severity, "sentence": each.sentence}
        for each in findings
    ]
    return {"findings": rows}


def _value(seen: msgspec.Struct) -> Mapping[str, Any]:
    """As the records give it back: a list where the fact has a tuple."""
    value: Mapping[str, Any] = msgspec.json.decode(msgspec.json.encode(seen))
    return value
