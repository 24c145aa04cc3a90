"""Taking access away and giving it back, as the pages use it: each function runs on a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import Account

if TYPE_CHECKING:
    from cmkwizard.clouds.adobe.sign_in import AdobeSession
    from cmkwizard.clouds.azure.session import AzureSession, FreshSession
    from cmkwizard.core.requirements.finding import Finding
    from cmkwizard.core.revocation_pack import RevocationPack
    from cmkwizard.core.revocation_request import RevocationRequest
    from cmkwizard.desktop.models.services import Services
    from cmkwizard.journeys.restore import Recorded
    from cmkwizard.journeys.revocation.preview import Preview
    from cmkwizard.journeys.revocation.refusals import Confirmation
    from cmkwizard.journeys.revocation.revoke import Revoked
    from cmkwizard.journeys.setup.run import SetupRun


def sign_in(
    services: Services, tenant: str, account: Account | None, report: Callable[[str], None], cancel: Cancel
) -> FreshSession:
    """Have a person sign in for this alone; ``report`` is told the address, to be opened and shown.

    Raises:
        Problem: it is not provably new, or was declined.
        Cancelled: nobody waits any more.
    """
    suggested = account if account is not None and account.tenant_id == tenant else Account("", tenant, "", "")
    return services.fresh_session(
        suggested,
        opener=lambda _address: True,  # the page opens it, on the GUI thread
        on_address=report,
        cancel=cancel,
    )


@dataclass(frozen=True)
class Read:
    """What was read, and the run that read it: the act goes on from there."""

    run: SetupRun
    preview: Preview


def read(services: Services, fresh: FreshSession, choices: Choices, adobe: AdobeSession | None, cancel: Cancel) -> Read:
    """Read everything that the act rests on. Nothing is changed.

    Raises:
        Problem: the records cannot be read.
        Cancelled: a person asked to stop.
    """
    from cmkwizard.journeys.revocation.preview import preview

    run = run_of(services, fresh.azure, choices, adobe, cancel)
    return Read(run, preview(run))


def act(shown: Read, confirmation: Confirmation, pack: Path) -> Revoked:
    """Write the pack, look once more, and send the one request. It is not stopped half-way.

    Raises:
        Problem: it was refused; nothing was removed.
    """
    from cmkwizard.journeys.revocation.revoke import revoke

    return revoke(replace(shown.run, cancel=Cancel()), shown.preview, confirmation, pack)


def make_request(shown: Read, confirmation: Confirmation, path: Path) -> RevocationRequest:
    """Write the request on which a second person acts, or the same one later. Nothing is removed.

    Raises:
        Problem: something is missing, or the file cannot be written.
    """
    from cmkwizard.journeys.second_person import make_request as make

    return make(shown.run, shown.preview, confirmation, path)


def load_request(path: Path) -> RevocationRequest:
    """Read a request file.

    Raises:
        Problem: it cannot be read, or is not as it was written.
    """
    from cmkwizard.records.request_files import load_request_file

    return load_request_file(path)


def by_hand(choices: Choices, now: datetime) -> str:
    """How it is done without this program, when nothing could be read."""
    from cmkwizard.core.impact import impact_of
    from cmkwizard.core.survey import Survey
    from cmkwizard.journeys.revocation.by_hand import by_hand as told

    return told(choices, impact_of(Survey(now, choices)))


def run_of(
    services: Services, azure: AzureSession, choices: Choices, adobe: AdobeSession | None, cancel: Cancel
) -> SetupRun:
    """A run for this set-up; where Adobe has not been connected yet, with the credential that is kept."""
    from cmkwizard.clouds.adobe.encryption import Encryption
    from cmkwizard.journeys.setup.run import SetupRun

    if adobe is None:
        services.secrets.open()
        adobe = services.adobe_session(choices.adobe, services.adobe_secret(choices.adobe) or "")
    return SetupRun(services, azure, Encryption(adobe), choices, cancel=cancel)


@dataclass(frozen=True)
class Restored:
    """How giving back ended."""

    given: bool
    """Whether the role is there now, as Azure shows it."""
    sentence: str
    findings: tuple[Finding, ...]
    """What stands in the way, or deserves a word."""


@dataclass(frozen=True)
class Last:
    """The newest removal that this computer has recorded, and whether the role was given back since."""

    recorded: Recorded
    given_back_at: datetime | None


def last_removal(services: Services, organisation: str) -> Last | None:
    """The newest removal that this computer has recorded of an organisation, else of any; None: there is none.

    Raises:
        Problem: the records cannot be read.
    """
    from cmkwizard.journeys.restore import RestoreStep, recorded_removals

    journal, profile = services.journal, services.profile.name
    found = recorded_removals(journal, profile) if services.recorded else ()
    own = tuple(each for each in found if each.removal.organisation == organisation)
    recorded = next(iter(own or found), None)
    if recorded is None:
        return None
    given = recorded.pack.assignment
    wanted = {"scope": given.scope, "role": given.role, "principal_id": given.principal_id}
    back = (
        each.finished_at
        for each in reversed(journal.entries(profile))
        if each.step == RestoreStep.key and each.outcome == "done" and each.at > recorded.entry.at
        if wanted.items() <= each.desired.items()
    )
    return Last(recorded, next(back, None))


def save_report(recorded: Recorded, now: datetime, given_back_at: datetime | None, path: Path) -> None:
    """Write the evidence of a removal as text.

    Raises:
        Problem: it cannot be written.
    """
    from cmkwizard.core.after import report_text
    from cmkwizard.records.private_files import write_private

    text = report_text(recorded.removal, recorded.pack, recorded.others, recorded.read_at, now, given_back_at)
    write_private(path, text.encode())


def load_pack(path: Path) -> RevocationPack:
    """Read the file for the way back.

    Raises:
        Problem: it cannot be read, or is not as it was written.
    """
    from cmkwizard.records.pack_files import load_pack_file

    return load_pack_file(path)


def give_back(
    services: Services,
    azure: AzureSession | None,
    choices: Choices,
    adobe: AdobeSession | None,
    pack: RevocationPack,
    report: Callable[[str], None],
    cancel: Cancel,
) -> Restored:
    """Check as a set-up does, then give back exactly the role that was removed. Whoever is signed in is enough.

    Raises:
        Problem: something could not be read, or Azure refused.
        Cancelled: a person asked to stop.
    """
    from cmkwizard.journeys.restore import HONEST, note_there, plan_restore, restore
    from cmkwizard.journeys.step import Outcome

    if azure is None or azure.account.tenant_id != pack.tenant:
        azure = sign_in(services, pack.tenant, None, report, cancel).azure
    about = choices_of(pack, choices)
    run = run_of(services, azure, about, adobe if about.adobe == choices.adobe else None, cancel)
    plan = plan_restore(run, pack)
    if plan.blocked:
        return Restored(False, "The role cannot be given back yet: what stands in the way is below.", plan.findings)
    if not plan.actions:
        note_there(run, pack)
        return Restored(True, f"The role is there already. Nothing was changed. {HONEST}", plan.findings)
    outcome = restore(run, plan)
    if outcome is not Outcome.DONE:
        sentence = "The request was sent, and Azure does not show the role yet. Press the button again to look."
        return Restored(False, sentence, plan.findings)
    said = f"Adobe's app holds its role again, as it was. {HONEST} Tell Adobe so, and ask whether a purge has begun."
    return Restored(True, said, plan.findings)


def choices_of(pack: RevocationPack, choices: Choices) -> Choices:
    """What the pack is about, as choices; what it does not tell is taken from the set-up of this computer."""
    parts = pack.vault_id.split("/")
    azure = msgspec.structs.replace(choices.azure, tenant=pack.tenant, subscription=parts[2], resource_group=parts[4])
    kind = "managed-hsm" if parts[7].lower() == "managedhsms" else "vault"
    vault = msgspec.structs.replace(choices.vault, name=parts[8], create=False, kind=kind)
    key = choices.key
    if pack.key_identifier:
        key = msgspec.structs.replace(key, name=pack.key_identifier.split("/keys/")[-1].split("/")[0])
    adobe = choices.adobe
    if adobe.organisation != pack.organisation:
        adobe = msgspec.structs.replace(adobe, organisation=pack.organisation, client_id="")
    return msgspec.structs.replace(choices, azure=azure, vault=vault, key=key, adobe=adobe)
