"""The composition root: builds the services of the window and of the command line, for one cloud profile.

Importing this module loads no SDK; what needs one is built at the first use, off the window's thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cmkwizard.clouds.azure.loading import LOADING
from cmkwizard.core.choices import AdobeChoice
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.folder import Records
from cmkwizard.records.moments import utc_now
from cmkwizard.records.secrets import SecretStore, adobe_entry
from cmkwizard.records.settings import Settings, read_settings, write_settings

if TYPE_CHECKING:
    from cmkwizard.clouds.adobe.sign_in import AdobeSession
    from cmkwizard.clouds.azure.session import AzureSession, FreshSession
    from cmkwizard.clouds.azure.sign_in import SignIn
    from cmkwizard.clouds.http import Guard
    from cmkwizard.clouds.profile import Profile
    from cmkwizard.core.cancel import Cancel
    from cmkwizard.core.facts import Account
    from cmkwizard.core.policy import OrganisationPolicy
    from cmkwizard.records.autostart import Autostart
    from cmkwizard.records.policy_file import PolicyPlaces


PERSON_S = 600.0
"""Seconds for which a person in the browser is waited for."""
PLAYED_PERSON_S = 60.0
"""The same for one who plays the person: they answer at once, and a busy computer is slow to show them the pages."""
DECLINING_PERSON_S = 5.0
"""The same where it is known that they decline: nothing tells when they have."""


@dataclass(frozen=True)
class GivenCredential:
    """An Adobe credential that came with the start: of a practice cloud, or from the environment. Never stored."""

    organisation: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)

    def fits(self, choice: AdobeChoice) -> bool:
        """Whether it is the credential of ``choice``. Where it names no client, it is for whatever is chosen."""
        if not self.secret:
            return False
        return not self.client_id or (self.organisation, self.client_id) == (choice.organisation, choice.client_id)


class Services:
    """The clouds and the records, built for one profile.

    Attributes:
        profile: where the clouds are.
        settings: what was set once.
        records: the folder; its parts are :attr:`journal`, :attr:`drafts` and :attr:`observations`.
        secrets: the Adobe client secrets. Opened off the window's thread (``secrets.open()``).
        given: the Adobe credential that came with the start; fields can be filled in from it.
        opener: opens an address for a person; None: the desktop's own way.
        places: where the organisation's policy may lie; None: where the operating system has such files.
        autostart: where the program is entered to start at login; None: there is no such place, or it is a rehearsal.
        clock: answers the time in UTC.
        person_s: seconds for which a person in the browser is waited for.
    """

    def __init__(
        self,
        profile: Profile,
        records: Records,
        settings: Settings,
        secrets: SecretStore,
        *,
        given: GivenCredential | None = None,
        opener: Callable[[str], bool] | None = None,
        places: PolicyPlaces | None = None,
        autostart: Autostart | None = None,
        clock: Callable[[], datetime] = utc_now,
        person_s: float | None = None,
    ) -> None:
        self.profile = profile
        self.records = records
        self.settings = settings
        self.secrets = secrets
        self.given = given or GivenCredential()
        self.opener = opener
        self.autostart = autostart
        self.clock = clock
        self.person_s = person_s or (PERSON_S if opener is None else PLAYED_PERSON_S)
        self.journal = records.journal
        self.drafts = records.drafts
        self.observations = records.observations
        self._places = places
        self._policy: OrganisationPolicy | None = None
        self._building = threading.RLock()
        self._guard: Guard | None = None
        self._sign_in: SignIn | None = None

    @property
    def policy(self) -> OrganisationPolicy:
        """What the organisation presets and restricts; read once, and again as long as it cannot be read.

        Raises:
            Problem: INVALID: its file cannot be read or understood.
        """
        if self._policy is None:
            from cmkwizard.records.policy_file import read_policy

            self._policy = read_policy(self._places)
        return self._policy

    @property
    def recorded(self) -> bool:
        """Whether this computer has recorded anything yet. Makes nothing."""
        return self.records.recorded

    def keep_settings(self, settings: Settings) -> None:
        """Let these settings hold from now on, and for the next start.

        Raises:
            Problem: STORAGE: they cannot be written; the last ones still hold.
        """
        write_settings(self.records.folder, settings)
        self.settings = settings

    @property
    def guard(self) -> Guard:
        """The one way out to the network (loads the HTTP library at the first use)."""
        with self._building:
            if self._guard is None:
                from cmkwizard.clouds.http import Guard

                self._guard = Guard(self.profile)
            return self._guard

    @property
    def sign_in(self) -> SignIn:
        """Signing in to Azure (loads MSAL at the first use)."""
        with self._building:
            if self._sign_in is None:
                with LOADING:
                    from cmkwizard.clouds.azure.sign_in import SignIn
                from cmkwizard.records.tokens import EncryptedTokenStore

                store = EncryptedTokenStore(self.records.folder, self.profile.name, self.secrets)
                client_id = self.policy.sign_in.client_id or self.settings.client_id
                self._sign_in = SignIn(self.profile, self.guard, store, client_id=client_id or None)
            return self._sign_in

    def azure_session(self, account: Account) -> AzureSession:
        """The clients for Azure as ``account`` (loads Azure's clients as they are used)."""
        with LOADING:
            from cmkwizard.clouds.azure.session import AzureSession

        return AzureSession(self.profile, self.guard, self.sign_in.credential(account.tenant_id), account)

    def fresh_session(
        self,
        account: Account,
        *,
        opener: Callable[[str], bool],
        on_address: Callable[[str], object],
        cancel: Cancel,
    ) -> FreshSession:
        """Have a person sign in anew in the directory of ``account``, whose name the sign-in page suggests.

        The sign-in of before stays as it is. The new one is in memory only, until ``sign_in.forget()``.

        Args:
            account: of which directory, and whose name to suggest.
            opener: opens the sign-in page.
            on_address: is told its address, to be shown.
            cancel: stops the waiting.

        Raises:
            Cancelled: it was asked to stop.
            Problem: SIGN_IN, when it is not provably new (at most 10 minutes); as ``sign_in.interactive`` else.
        """
        with LOADING:
            from cmkwizard.clouds.azure.session import AzureSession, FreshSession

        fresh = self.sign_in.fresh(
            tenant=account.tenant_id,
            login_hint=account.name,
            opener=opener,
            on_address=on_address,
            cancel=cancel,
            timeout_s=self.person_s,
            clock=self.clock,
        )
        return FreshSession(AzureSession(self.profile, self.guard, fresh.credential(), fresh.account), fresh)

    def adobe_session(self, choice: AdobeChoice, secret: str) -> AdobeSession:
        """The clients for Adobe with this credential."""
        from cmkwizard.clouds.adobe.sign_in import AdobeSession

        return AdobeSession(self.profile, self.guard, choice, secret)

    def adobe_secret_name(self, choice: AdobeChoice) -> str:
        """The name in :attr:`secrets` of the client secret of ``choice``."""
        return adobe_entry(choice.organisation, choice.client_id)

    def adobe_secret(self, choice: AdobeChoice) -> str | None:
        """The client secret of ``choice``: the one that came with the start, else the stored one. May block."""
        if self.given.fits(choice):
            return self.given.secret
        return self.secrets.get(self.adobe_secret_name(choice))

    def check_records(self) -> Problem | None:
        """Become the one that writes the records, if another instance was it and no longer is.

        Returns:
            What a person should know: another instance holds the records, or they were damaged and have been begun
            anew. None when all is well.
        """
        try:
            if self.records.held_by is not None:
                self.records.lock("window")
                if self.secrets.kind == "keyring":
                    self.records.seal(self.secrets)
            self.records.open()
        except Problem as problem:
            return problem
        aside = self.records.set_aside
        if aside is None:
            return None
        return Problem(
            Kind.STORAGE,
            f"The records were damaged. They are kept in {aside}, and new ones have been begun.",
            "Go on: what exists is read from the clouds again.",
        )

    def sign_out(self) -> None:
        """Forget everything that is stored for this profile: the sign-in and every secret. May block.

        Raises:
            Problem: of kind ``STORAGE``: nobody is signed in any more, and something stored is left: a file cannot be
                removed, or the safe place does not answer.
        """
        from cmkwizard.records.credentials import UNLOCK, kept_file

        left = None
        try:
            self.sign_in.sign_out()
        except Problem as problem:
            left = problem
        self.guard.forget_tokens()
        if not self.secrets.forget_all():
            said = f"Nobody is signed in here any more, and the keyring still holds what it held. {self.secrets.reason}"
            raise Problem(Kind.STORAGE, said, UNLOCK)
        if left is not None:
            kept = kept_file(left, self.secrets)
            raise Problem(Kind.STORAGE, f"Nobody is signed in here any more. {kept.message}", kept.remedy)

    def close(self) -> None:
        """End the connections and the writing of the records. Safe to call twice."""
        with self._building:
            if self._guard is not None:
                self._guard.close()
                self._guard = None
        self.records.close()


def build(
    profile: Profile,
    records: Records,
    *,
    given: GivenCredential | None = None,
    opener: Callable[[str], bool] | None = None,
    places: PolicyPlaces | None = None,
    autostart: Autostart | None = None,
    session_reason: str = "",
    person_s: float | None = None,
) -> Services:
    """Build the services. Reads the settings; opens nothing else yet.

    Args:
        profile: where the clouds are.
        records: the folder, locked by the caller when it is to be written.
        given: the Adobe credential that came with the start.
        opener: as in :class:`Services`.
        places: as in :class:`Services`.
        autostart: as in :class:`Services`.
        session_reason: when given, secrets are kept in memory only, for this reason.
        person_s: as in :class:`Services`; None: what is usual.

    Raises:
        Problem: the settings cannot be read.
    """
    never_stored = given.secret if given else ""
    secrets = SecretStore(profile.name, records.folder, session_reason=session_reason, never_stored=never_stored)
    secrets.when_found(lambda: records.seal(secrets))
    settings = read_settings(records.folder)
    return Services(
        profile,
        records,
        settings,
        secrets,
        given=given,
        opener=opener,
        places=places,
        autostart=autostart,
        person_s=person_s,
    )
