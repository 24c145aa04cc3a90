"""The step for Adobe's app: a person accepts it in the browser, and the directory is asked until it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cmkwizard.core.addresses import rebuild_consent_address
from cmkwizard.core.facts import Registration
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys import commands
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict
from cmkwizard.journeys.waiting import growing_waits


def consent_address(run: SetupRun) -> str:
    """The address at which a person accepts Adobe's app: checked, built anew, for the account's directory alone.

    Raises:
        Problem: UNTRUSTED, what came from Adobe is not such an address; nothing may be opened.
    """
    return consent_address_of(run, _registration(run))


def consent_address_of(run: SetupRun, registration: Registration) -> str:
    """The same for a registration that was read elsewhere.

    Raises:
        Problem: UNTRUSTED, it does not name such an address.
    """
    address = rebuild_consent_address(
        registration.redirect_url,
        application_id=registration.application_id,
        tenant_id=run.azure.account.tenant_id,
        rules=run.profile.consent_rules,
    )
    return run.profile.browser_address(address)


def confirm_registration(run: SetupRun) -> None:
    """Ask Adobe once more which app it uses.

    Raises:
        Problem: CONFLICT, it is not the one that was shown.
    """
    before = _registration(run)
    if run.pace.read(run.adobe.get_registration) != before:
        raise Problem(
            Kind.CONFLICT,
            "Adobe names another app, or another consent address, than when the plan was shown. Nothing was changed.",
            "Make the plan again and look at it.",
        )


class ConsentStep(ChangingStep[SetupRun]):
    """Adobe's app is in the directory."""

    key = "consent"
    title = "Consent"
    requirements = ("P01", "P02")
    by_a_person = True

    def observe(self, run: SetupRun) -> None:
        """Read Adobe's registration (once: what was shown stays; ``confirm_registration`` looks again), and the app."""
        if run.seen.registration is None:
            run.seen.registration = run.pace.read(run.adobe.get_registration)
        application_id = run.seen.registration.application_id
        run.seen.app = run.pace.read(lambda: run.azure.directory.get_app(application_id))

    def seen(self, run: SetupRun) -> Any:
        """Which app Adobe names. Whether it is there already does not change what was shown: a person may be quick."""
        registration = run.seen.registration
        return None if registration is None else [registration.application_id, registration.redirect_url]

    def action(self, run: SetupRun) -> Action | None:
        """Have a person accept the app."""
        if run.seen.app is not None:
            return None
        registration = _registration(run)
        return Action(
            self.key,
            f"Accept Adobe's app {registration.name}",
            f"Your directory gets Adobe's app (application id {registration.application_id}), which may sign people in "
            "and read their basic profile. A person accepts it in the browser.",
            commands.app_show(registration.application_id),
            "Delete the app under Enterprise applications while Adobe does not use the key.",
            {"application_id": registration.application_id, "tenant": run.azure.account.tenant_id},
        )

    def confirm(self, run: SetupRun) -> None:
        """See that Adobe still names the app that was shown, and that the consent address is safe to open.

        Raises:
            Problem: CONFLICT or UNTRUSTED, it is not so.
        """
        confirm_registration(run)
        consent_address(run)

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Open the consent address.

        Raises:
            ConsentNeeded: nobody is there to open it for.
        """
        address = consent_address(run)
        run.on_address(address)
        if run.opener is None or not run.opener(address):
            raise ConsentNeeded(address)
        return {"opened": address}

    def verify(self, run: SetupRun) -> Verdict:
        """Whether the directory shows the app."""
        if run.seen.app is None:
            return Verdict(
                Outcome.PENDING,
                "Adobe's app is not in your directory yet: consent has not been given, or it was declined.",
            )
        return Verdict(Outcome.DONE, f"Adobe's app {run.seen.app.name} is in your directory.")

    def waits(self) -> Iterator[float]:
        """A person needs a while; the directory a few seconds more."""
        return growing_waits(1.0, 5.0)


class ConsentNeeded(Problem):
    """A person has to open ``address`` and accept the app; this program could not open it."""

    def __init__(self, address: str) -> None:
        super().__init__(
            Kind.DECLINED,
            "A person has to accept Adobe's app in the browser.",
            f"Open this address, signed in to your directory, and start again: {address}",
            who="an Entra administrator",
        )
        self.address = address


def _registration(run: SetupRun) -> Registration:
    if run.seen.registration is None:
        raise Problem(Kind.CONFLICT, "Adobe has not been asked which app to accept.", "Make the plan again.")
    return run.seen.registration
