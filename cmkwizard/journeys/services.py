"""What the set-up asks of the built services; the composition root fulfils it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cmkwizard.core.choices import AdobeChoice

if TYPE_CHECKING:  # the clouds' modules load when they are first used
    from cmkwizard.clouds.adobe.sign_in import AdobeSession
    from cmkwizard.clouds.azure.session import AzureSession, FreshSession
    from cmkwizard.clouds.azure.sign_in import SignIn
    from cmkwizard.clouds.http import Guard
    from cmkwizard.clouds.profile import Profile
    from cmkwizard.core.cancel import Cancel
    from cmkwizard.core.facts import Account
    from cmkwizard.core.policy import OrganisationPolicy
    from cmkwizard.records.drafts import Drafts
    from cmkwizard.records.journal import Journal
    from cmkwizard.records.observations import Observations
    from cmkwizard.records.secrets import SecretStore


class SetupServices(Protocol):
    """The clouds and the records, built for one profile. Members that load an SDK are used on workers only."""

    profile: Profile
    journal: Journal
    observations: Observations
    drafts: Drafts
    secrets: SecretStore
    opener: Callable[[str], bool] | None
    clock: Callable[[], datetime]

    @property
    def policy(self) -> OrganisationPolicy:
        """What the organisation presets and restricts.

        Raises:
            Problem: INVALID: its file cannot be read or understood; nothing may be set up.
        """
        ...

    @property
    def recorded(self) -> bool:
        """Whether this computer has recorded anything yet."""
        ...

    @property
    def person_s(self) -> float:
        """Seconds for which a person in the browser is waited for."""
        ...

    @property
    def guard(self) -> Guard:
        """The one way out; counts the requests."""
        ...

    @property
    def sign_in(self) -> SignIn:
        """Signing in to Azure."""
        ...

    def azure_session(self, account: Account) -> AzureSession:
        """The clients for Azure as ``account``."""
        ...

    def fresh_session(
        self,
        account: Account,
        *,
        opener: Callable[[str], bool],
        on_address: Callable[[str], object],
        cancel: Cancel,
    ) -> FreshSession:
        """Have a person sign in anew in the directory of ``account``, beside the sign-in that is there.

        Raises:
            Cancelled: it was asked to stop.
            Problem: SIGN_IN, when it is not provably new; else what the sign-in says.
        """
        ...

    def adobe_session(self, choice: AdobeChoice, secret: str) -> AdobeSession:
        """The clients for Adobe with this credential."""
        ...

    def adobe_secret(self, choice: AdobeChoice) -> str | None:
        """The client secret that came with the start, or the stored one. May block."""
        ...
