"""Whether a vault, a key or a name can be used: the same rows as for the whole check, for that one thing alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from cmkwizard.core.choices import Choices, KeyChoice, VaultChoice
from cmkwizard.core.facts import Account, DeletedVault, Key, Vault, VaultName
from cmkwizard.core.requirements.finding import Finding, Fix, Requirement, Verdict, finding
from cmkwizard.core.requirements.table import REQUIREMENTS, answers
from cmkwizard.core.survey import Survey


def _rows(*ids: str) -> tuple[Requirement, ...]:
    return tuple(row for row in REQUIREMENTS if row.id in ids)


_VAULT_ROWS = _rows("V05", "V06", "V07", "V08", "V09", "V10", "W01", "W02", "W03", "H01")
_NAME_ROWS = _rows("V01", "V02", "V03")
_KEY_ROWS = _rows("K02", "K03", "K04", "K05", "K06", "K07")
_ADVISED_AGAINST = frozenset({"V01", "V02", "V08"})
"""What is not put right but replaced: the switch to roles cuts others off, and a name that is taken stays so."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Fitness(StrEnum):
    """Whether a thing can be used."""

    COMPLIANT = "compliant"
    FIXABLE = "fixable"
    """It can be put right; the reasons say how."""
    UNFIT = "unfit"
    """It cannot, or should not."""


@dataclass(frozen=True)
class Grade:
    """How fit a vault or key is, and why it is no better than that."""

    fitness: Fitness
    reasons: tuple[Finding, ...] = ()
    """What is not met, in the order of the table."""


def grade(vault: Vault, tenant_id: str) -> Grade:
    """How fit an existing vault is for Adobe; ``tenant_id`` is the directory that one is signed in to."""
    account = Account(name="", tenant_id=tenant_id, object_id="", home_id="")
    kind = "managed-hsm" if vault.managed_hsm else "vault"
    choices = Choices(vault=VaultChoice(name=vault.name, kind=kind, create=False))
    return _grade(Survey(_LONG_AGO, choices, account=account, vault=vault), _VAULT_ROWS)


def grade_key(key: Key, now: datetime) -> Grade:
    """How fit an existing key's current version is for Adobe."""
    return _grade(Survey(now, Choices(key=KeyChoice(name=key.name)), key=key), _KEY_ROWS)


def grade_name(answer: VaultName, deleted: DeletedVault | None = None) -> Grade:
    """Whether a new vault can have a name, as Azure answered; ``deleted``: the vault of one's own that holds it."""
    choices = Choices(vault=VaultChoice(name=answer.name))
    return _grade(Survey(_LONG_AGO, choices, vault=None, vault_name=answer, deleted_vault=deleted), _NAME_ROWS)


def _grade(survey: Survey, rows: tuple[Requirement, ...]) -> Grade:
    # A tenant has thousands of vaults: nothing is written down of what is met.
    reasons = tuple(
        finding(row, each) for row in rows for each in answers(row, survey) if each.verdict is Verdict.NOT_MET
    )
    if any(each.blocks and (each.fix is Fix.NONE or each.id in _ADVISED_AGAINST) for each in reasons):
        return Grade(Fitness.UNFIT, reasons)
    return Grade(Fitness.FIXABLE if reasons else Fitness.COMPLIANT, reasons)
