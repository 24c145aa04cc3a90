"""Before you begin: what customer-managed keys are, who is needed, what cannot be undone, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cmkwizard.core.choices import APPLICATIONS
from cmkwizard.desktop.models.setup_page import SetupPageModel


@dataclass(frozen=True)
class Topic:
    """A heading with its paragraphs; ``grave`` marks what cannot be undone."""

    heading: str
    texts: tuple[str, ...]
    grave: bool = False

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts, each on one line: the page breaks them where it likes."""
        return tuple(" ".join(text.split()) for text in self.texts)


ADOBE_TIME = "Adobe's own pages differ: one speaks of a few minutes, another of up to 24 hours."
"""Both expectations (Adobe customer-managed keys, API set-up and the pages beside it); neither is a deadline."""

TOPICS = (
    Topic(
        "What this sets up",
        (
            """
            Adobe encrypts what Experience Platform stores for your organisation. From now on that encryption depends
            on a key in an Azure key vault that belongs to you.
            """,
            """
            The wizard makes the vault and the key, or takes ones you have, lets Adobe's app use the key, and gives the
            key's address to Adobe. Nothing is changed before you have seen the plan.
            """,
        ),
    ),
    Topic(
        "What you need",
        (
            "Licence: Healthcare Shield, or Privacy & Security Shield.",
            """
            Azure: an account that may create a key vault and assign roles on it, for example an Owner of the resource
            group.
            """,
            """
            Entra: an administrator who may consent to Adobe's app, such as an Application Administrator. This can be
            another person: you get a link to send.
            """,
            """
            Adobe: an OAuth server-to-server credential with a product profile of Experience Platform, in a role with
            the permission Manage Customer Managed Key. An Adobe system administrator adds it there.
            """,
        ),
    ),
    Topic(
        "What cannot be undone",
        (
            """
            Once Adobe uses your key, there is no way back to Adobe's own keys. This holds for the whole organisation
            and all its sandboxes.
            """,
            """
            Whoever disables or deletes the key, the vault, Adobe's app or its role cuts Adobe off from your data.
            Adobe may take that as intended and erase the data for good.
            """,
            """
            Soft delete and purge protection are on for good, and the retention is fixed when the vault is made: what
            is deleted keeps its name until that time is over.
            """,
        ),
        grave=True,
    ),
    Topic(
        "How long it takes",
        (f"Your part takes about a quarter of an hour. {ADOBE_TIME} You may close the wizard while Adobe works.",),
    ),
)


APPLICATIONS_TEXT = (
    "Both need a second vault and key for Customer Journey Analytics, with a ticket for Adobe; Journey Optimizer too, "
    "without a licence for it. The wizard does that before the key is submitted. Neither: leave both empty."
)


class BeforeModel(SetupPageModel):
    """Words, and the one question that is easily forgotten: which applications are in use."""

    id = "before"
    needs_sign_in = False
    topics = TOPICS

    @property
    def applications(self) -> tuple[str, ...]:
        """Which of the applications with a procedure of their own are in use."""
        return self.setup.choices.analytics.applications

    def choose_application(self, application: str, used: bool) -> None:
        """Take whether an application is in use."""
        analytics = self.setup.choices.analytics
        others = {each for each in analytics.applications if each != application}
        chosen = others | {application} if used else others
        self.setup.choose(
            analytics=msgspec.structs.replace(
                analytics, applications=tuple(each for each in APPLICATIONS if each in chosen)
            )
        )
        self.changed.emit()
