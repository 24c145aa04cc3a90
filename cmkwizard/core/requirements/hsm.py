"""What a Managed HSM needs beyond a vault (P09, H01)."""

from __future__ import annotations

from cmkwizard.core.built_in_roles import HSM_CRYPTO_SERVICE_ENCRYPTION_USER, role_name
from cmkwizard.core.facts import App, Vault
from cmkwizard.core.people import VAULT_ADMINISTRATOR
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.needs import adobe_local_assignments
from cmkwizard.core.requirements.role import not_yet
from cmkwizard.core.requirements.rows import cut_off, is_hsm, row, submitted, vault_of
from cmkwizard.core.survey import NotKnown, Survey

_NO_HSM = not_needed("No Managed HSM was chosen.")
_ROLE = role_name(HSM_CRYPTO_SERVICE_ENCRYPTION_USER)


@row(
    "P09",
    Group.APP,
    Severity.BLOCKER,
    "Adobe's app holds its role in the Managed HSM",
    why="A Managed HSM does not look at Azure's roles: it has its own, given in the HSM itself.",
    source=sources.AZURE_HSM,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _local_role(survey: Survey) -> Answer:
    if not is_hsm(survey):
        return _NO_HSM
    hsm, app = survey.vault, survey.app
    if not isinstance(hsm, Vault) or not isinstance(app, App):
        return not_yet(survey)
    held = adobe_local_assignments(survey, app)
    if isinstance(held, NotKnown):
        return not_known(held)
    if held:
        return met(f"Adobe's app holds the role {_ROLE} in the Managed HSM {hsm.name}, on all its keys.")
    if submitted(survey):
        return not_met(
            f"Adobe's app does not hold the role {_ROLE} in the Managed HSM {hsm.name} any more.{cut_off(survey)}",
            "Give Adobe's app its role in the Managed HSM again, at once, unless its access was taken away on purpose.",
            about=hsm.id,
        )
    return not_met(
        f"Adobe's app does not hold the role {_ROLE} in the Managed HSM {hsm.name} yet.",
        "Go on: the set-up gives it, where you are Managed HSM Administrator in the HSM itself. Azure's own roles, "
        "Owner included, do not help here.",
        severity=Severity.NOTE,
        about=hsm.id,
    )


@row(
    "H01",
    Group.HSM,
    Severity.BLOCKER,
    "The Managed HSM is activated",
    why="It serves no key before its security domain was downloaded.",
    source=sources.AZURE_HSM,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _activated(survey: Survey) -> Answer:
    if not is_hsm(survey):
        return _NO_HSM
    hsm = vault_of(survey)
    if isinstance(hsm, Answer):
        return hsm
    if hsm.activated:
        return met(f"The Managed HSM {hsm.name} is activated.")
    return not_met(
        f"The Managed HSM {hsm.name} is not activated.",
        "Download its security domain (az keyvault security-domain download), with the public keys of at least three "
        "people, who keep their private halves apart: whoever loses the quorum loses the HSM.",
        about=hsm.id,
    )


ROLE = (_local_role,)
"""The row among those of Adobe's app."""
ROWS = (_activated,)
"""The row of the group."""
