"""The steps of the set-up, in order."""

from __future__ import annotations

from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.journeys.setup.consent import ConsentStep
from cmkwizard.journeys.setup.key import KeyStep
from cmkwizard.journeys.setup.lock import LockStep
from cmkwizard.journeys.setup.resources import GroupStep, ProviderStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup.submission import CompletionStep, SubmissionStep
from cmkwizard.journeys.setup.vault import VaultStep
from cmkwizard.journeys.step import ChangingStep, Step

CREATE: tuple[ChangingStep[SetupRun], ...] = (ProviderStep(), GroupStep(), VaultStep(), KeyStep())
"""What the account makes in Azure."""
GRANT: tuple[ChangingStep[SetupRun], ...] = (ConsentStep(), RoleStep())
"""What lets Adobe in."""
SUBMIT: tuple[ChangingStep[SetupRun], ...] = (SubmissionStep(),)
"""The point of no return."""
SETUP: tuple[Step[SetupRun], ...] = (*CREATE, *GRANT, *SUBMIT, CompletionStep())
LOCK: tuple[ChangingStep[SetupRun], ...] = (LockStep(),)
"""What an organisation may want at the end."""


def setup_steps(policy: OrganisationPolicy) -> tuple[Step[SetupRun], ...]:
    """The steps of the set-up, with what the organisation's policy adds."""
    return (*SETUP, *LOCK) if policy.required.lock else SETUP
