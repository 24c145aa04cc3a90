"""The pages of the revocation, as the catalogue asks for them. A page's module loads when it is first shown."""

from __future__ import annotations

from collections.abc import Callable

from cmkwizard.desktop.models.revocation import Revocation
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.page import Page


def revocation_builders(setup: SetupState) -> dict[str, Callable[[], Page]]:
    """How each page is made; they share one visit."""
    shared = Revocation()

    def revoke() -> Page:
        from cmkwizard.desktop.models.revoke import RevokeModel
        from cmkwizard.desktop.pages.revoke import RevokePage

        return RevokePage(RevokeModel(setup, shared))

    def impact() -> Page:
        from cmkwizard.desktop.models.impact import ImpactModel
        from cmkwizard.desktop.pages.impact import ImpactPage

        return ImpactPage(ImpactModel(setup, shared))

    def confirm() -> Page:
        from cmkwizard.desktop.models.confirm import ConfirmModel
        from cmkwizard.desktop.pages.confirm import ConfirmPage

        return ConfirmPage(ConfirmModel(setup, shared))

    def after() -> Page:
        from cmkwizard.desktop.models.after import AfterModel
        from cmkwizard.desktop.pages.after import AfterPage

        return AfterPage(AfterModel(setup, shared))

    return {"revoke": revoke, "impact": impact, "confirm": confirm, "after": after}
