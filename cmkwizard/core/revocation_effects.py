"""What stops when after Adobe's access was taken away, and what comes back: Adobe's words, with their source and date.

Adobe's pages contradict each other: the overview reads as if one could simply allow access again, the alert page says
that the data is purged. Both are shown, and nothing here promises that it can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from cmkwizard.core.requirements.rows import listed
from cmkwizard.core.requirements.sources import ADOBE_OVERVIEW, ADOBE_RESOLUTION

STATE = "state of 2026-11-23"
"""When Adobe's pages were read."""
OVERVIEW, RESOLUTION = f"{ADOBE_OVERVIEW}, {STATE}", f"{ADOBE_RESOLUTION}, {STATE}"

ADOBE_SAYS = (
    "Adobe may purge all data of your organisation. Its page on alerts says under “Key access disabled” that it takes "
    "the loss of access to the key for a removal on purpose and purges the data as your contract with Adobe says; "
    "removing this role is one of the causes that it lists. Under “Key access failure” the same page lists missing "
    "permissions too, there as recoverable, and Adobe's overview reads as if access could simply be allowed again."
)
PURGE_WARNING = f"{ADOBE_SAYS} Ask Adobe which holds for you, and after how long, before you do this."
PURGE_NOW = (
    f"{ADOBE_SAYS} Tell Adobe now, and ask which holds for you and how much time is left. If nobody meant this, give "
    "the access back first."
)
PURGE_SOURCE = f"{RESOLUTION}; {OVERVIEW}"
OTHER_TIMES = (
    "Other texts of Adobe name shorter times: its page on keys in AWS about 5 minutes; its text of March 2022 5 to 10 "
    "minutes until access ends, and 45 to 50 minutes until it is back. What is drawn is the overview's, the longest."
)
"""Adobe customer-managed keys, AWS set-up page, and the edition of March 2022 of the document."""

Kind = Literal["can be given back", "may not come back", "cannot be undone"]


@dataclass(frozen=True)
class Window:
    """From when to when the data of some stores goes out of reach, counted from the removal."""

    store: str
    earliest: timedelta
    latest: timedelta | None
    """None: Adobe names no end."""
    note: str
    """The same in words, as Adobe puts it."""
    source: str


@dataclass(frozen=True)
class Consequence:
    """Something that happens, and whether it can be undone."""

    sentence: str
    kind: Kind
    source: str = ""


_MINUTES = timedelta(minutes=1)
"""Adobe says "minutes", and no number."""
WINDOWS = (
    Window(
        "Data lake and profiles (primary stores)",
        _MINUTES,
        timedelta(hours=24),
        "within minutes to 24 hours",
        OVERVIEW,
    ),
    Window("Caches and transient stores", _MINUTES, timedelta(days=7), "within up to 7 days", OVERVIEW),
    Window(
        "Journey Optimizer's URL shortener",
        _MINUTES,
        None,
        "excepted from the 7 days; Adobe names no end",
        OVERVIEW,
    ),
    Window("Edge projections", _MINUTES, None, "excepted from the 7 days; Adobe names no end", OVERVIEW),
)
"""The documented times."""


def consequences_of(organisation: str, wider: str, other_keys: tuple[str, ...]) -> tuple[Consequence, ...]:
    """What happens, what can be given back first.

    Args:
        organisation: the IMS organisation id.
        wider: where the assignment lies, when it holds for more than the vault; else empty.
        other_keys: keys of the vault that Adobe's app loses too.
    """
    found = [
        Consequence(
            "The role itself: it can be given to the same app again, at the same place, while app, vault and key are "
            "there. Nothing of the vault or the key is changed.",
            "can be given back",
        ),
        Consequence(
            "Adobe's access, by its overview: in minutes to 24 hours after the role was given back, in caches in up to "
            "7 days. That is for data that Adobe has not purged by then, and nobody promises that there is any.",
            "can be given back",
            OVERVIEW,
        ),
    ]
    if other_keys:
        found.append(
            Consequence(
                f"Adobe's app can no longer use the vault's other keys: {listed(other_keys)}.", "can be given back"
            )
        )
    if wider:
        found.append(
            Consequence(
                f"The role lies on {wider}: it ends for everything below that, not for this vault alone.",
                "can be given back",
            )
        )
    return (
        *found,
        Consequence(
            f"The data of the organisation {organisation}, in all its sandboxes: Adobe may purge it.",
            "may not come back",
            PURGE_SOURCE,
        ),
        Consequence(
            "What should come in or go out meanwhile: imports, segments, journeys and destinations cannot reach the "
            "data. Adobe does not say what it keeps of it.",
            "may not come back",
        ),
        Consequence("Data that Adobe has purged cannot be read again by anybody.", "cannot be undone", PURGE_SOURCE),
        Consequence(
            "There is no way back to Adobe's own keys: an organisation that has customer-managed keys keeps them.",
            "cannot be undone",
            OVERVIEW,
        ),
    )
