"""The table of all requirements, and what is said of each once the facts are known."""

from __future__ import annotations

from collections.abc import Collection

from cmkwizard.core.requirements import (
    adobe,
    app,
    firewall,
    governance,
    hsm,
    identity,
    key,
    key_state,
    network,
    organisation,
    revocation,
    rights,
    role,
    submission,
    vault,
    vault_name,
)
from cmkwizard.core.requirements.finding import Answer, Finding, Requirement, finding
from cmkwizard.core.survey import Survey

REQUIREMENTS: tuple[Requirement, ...] = (
    *network.ROWS,
    *identity.FIRST,
    *rights.RIGHTS,
    *identity.LAST,
    *rights.KEYS,
    *vault_name.ROWS,
    *vault.ROWS,
    *governance.ROWS,
    *vault_name.EXISTENCE,
    *vault.DIFFERENCE,
    *firewall.ROWS,
    *key_state.EXISTENCE,
    *key.ROWS,
    *key_state.ROWS,
    *key.DIFFERENCE,
    *app.ROWS,
    *role.ROWS,
    *hsm.ROLE,
    *hsm.ROWS,
    *adobe.CONNECTION,
    *submission.ROWS,
    *adobe.ROWS,
    *organisation.ROWS,
    *revocation.ROWS,
)
"""Every row, in the order of its id within its group."""


def judge(survey: Survey, ids: Collection[str] | None = None) -> tuple[Finding, ...]:
    """What is said of every requirement, or of those with ``ids``: met ones too, in the order of the table.

    A requirement can have several findings, one for each thing that is against it.
    """
    rows = REQUIREMENTS if ids is None else (row for row in REQUIREMENTS if row.id in ids)
    return tuple(finding(row, each) for row in rows for each in answers(row, survey))


def answers(requirement: Requirement, survey: Survey) -> tuple[Answer, ...]:
    """What the facts say of one requirement."""
    answer = requirement.check(survey)
    return (answer,) if isinstance(answer, Answer) else answer
