"""The pages of the set-up and the ways between them: a table and pure functions, without a widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cmkwizard.core.analytics import needs_analytics
from cmkwizard.core.choices import Choices
from cmkwizard.core.status import Status

_NOTHING = Choices()


@dataclass(frozen=True)
class Progress:
    """How far a set-up is: all that the ways between the pages depend on."""

    signed_in: bool = False
    adobe_ready: bool = False
    choices: Choices = _NOTHING
    checked: bool = False
    """Whether everything was read for these choices, and nothing blocks."""
    planned: bool = False
    vault_ready: bool = False
    key_ready: bool = False
    app_present: bool = False
    role_ready: bool = False
    analytics_ready: bool = False
    """Whether everything for the second vault is there, where the applications need one."""
    submitted: bool = False
    status: Status = Status.NOT_SUBMITTED


@dataclass(frozen=True)
class PageNode:
    """A page: ``complete`` says whether what it is for is there, so that the next one makes sense."""

    id: str
    title: str
    purpose: str
    complete: Callable[[Progress], bool]
    point_of_no_return: bool = False
    present: Callable[[Progress], bool] = lambda _: True
    """Whether the page is on the way at all."""


def _created(progress: Progress) -> bool:
    return progress.vault_ready and progress.key_ready


def _vault_chosen(progress: Progress) -> bool:
    azure, vault = progress.choices.azure, progress.choices.vault
    return bool(azure.subscription and azure.resource_group and vault.name and (azure.location or not vault.create))


PAGES: tuple[PageNode, ...] = (
    PageNode("home", "Customer-managed keys", "What would you like to do?", lambda _: True),
    PageNode(
        "before", "Before you begin", "What this set-up is, who is needed, and what cannot be undone.", lambda _: True
    ),
    PageNode(
        "azure", "Sign in to Azure", "Choose the account and the directory that hold the vault.", lambda p: p.signed_in
    ),
    PageNode("adobe", "Connect to Adobe", "Enter the credential of your Adobe organisation.", lambda p: p.adobe_ready),
    PageNode("vault", "Vault", "Choose the vault for the key, or describe a new one.", _vault_chosen),
    PageNode("key", "Key", "Choose the key, or describe a new one.", lambda p: bool(p.choices.key.name)),
    PageNode(
        "check",
        "Check",
        "See everything that would stand in the way, before anything is changed.",
        lambda p: p.checked or p.planned or _created(p),
    ),
    PageNode(
        "review", "Review the plan", "See what will be changed before anything is.", lambda p: p.planned or _created(p)
    ),
    PageNode("create", "Create vault and key", "Azure makes what is missing.", _created),
    PageNode(
        "consent",
        "Consent",
        "Accept Adobe's app in your directory, and give it its role on the vault.",
        lambda p: p.app_present and p.role_ready,
    ),
    PageNode(
        "analytics",
        "Second vault",
        "Customer Journey Analytics needs a vault and a key of its own, and a ticket.",
        lambda p: p.analytics_ready or not needs_analytics(p.choices),
        present=lambda p: needs_analytics(p.choices),
    ),
    PageNode(
        "submit", "Submit the key", "Hand the key in to Adobe. This cannot be undone.", lambda p: p.submitted, True
    ),
    PageNode("status", "Status", "See how far Adobe is.", lambda p: p.status.ended),
)
"""The pages in their order."""

BESIDE: tuple[PageNode, ...] = (
    PageNode(
        "hand-off",
        "Share the work",
        "Three people, each with the rights of their part alone, carry out one plan file.",
        lambda _: True,
    ),
    PageNode(
        "repair",
        "Repair after an alert",
        "Say which alert Adobe sent. What it may come from is looked at in order, and put right.",
        lambda _: True,
    ),
    PageNode(
        "history",
        "Review: how things stood",
        "What this computer recorded, and when. Needs no sign-in and no network, and asks nobody.",
        lambda _: True,
    ),
)
"""Pages beside the way, which always make sense. Back and Next lead home from them."""

REVOCATION: tuple[PageNode, ...] = (
    PageNode(
        "revoke",
        "Take Adobe's access away",
        "Say what you want to happen, and sign in for this alone. Nothing is changed here.",
        lambda _: True,
    ),
    PageNode(
        "impact",
        "What it would mean",
        "Everything is read now. See what would stop, when, and what cannot be undone.",
        lambda _: True,
    ),
    PageNode(
        "confirm",
        "Confirm",
        "One role assignment is removed, once. Nobody promises that this can be undone.",
        lambda _: True,
        True,
    ),
    PageNode("after", "Afterwards", "What is certain, what is expected when, and the way back.", lambda _: True),
)
"""The pages on which Adobe's access is taken away, in their order: a way of its own, which no resuming leads to."""

_PLACES = {node.id: place for place, node in enumerate(PAGES)}
_BESIDE = {node.id: node for node in (*BESIDE, *REVOCATION)}
_REVOCATION = tuple(node.id for node in REVOCATION)


def page_node(page: str) -> PageNode:
    """The page with this id.

    Raises:
        KeyError: there is none.
    """
    return PAGES[_PLACES[page]] if page in _PLACES else _BESIDE[page]


def next_page(page: str, progress: Progress) -> str | None:
    """The page after this one; None after the last, and beside the way."""
    if page in _REVOCATION[:-1]:
        return _REVOCATION[_REVOCATION.index(page) + 1]
    place = _PLACES.get(page, len(PAGES)) + 1
    return next((node.id for node in PAGES[place:] if node.present(progress)), None)


def previous_page(page: str, progress: Progress) -> str | None:
    """The page before this one; None before the first, and beside the way. Going back never changes anything."""
    if page in _REVOCATION[1:-1]:  # once the access is gone, nothing leads back to taking it
        return _REVOCATION[_REVOCATION.index(page) - 1]
    place = _PLACES.get(page, 0)
    return next((node.id for node in reversed(PAGES[:place]) if node.present(progress)), None)


def reachable(page: str, progress: Progress) -> bool:
    """Whether the page makes sense now: everything before it is complete. Once submitted, the status always does."""
    if page == "status" and progress.submitted:
        return True
    return all(node.complete(progress) for node in PAGES[: _PLACES[page]])


def way_to(page: str, progress: Progress) -> str:
    """The page itself when it makes sense now, else the first one before it that is not complete."""
    return next((node.id for node in PAGES[: _PLACES[page]] if not node.complete(progress)), page)


def resume_page(progress: Progress) -> str:
    """Where a start continues: at the first page that is not complete, or at home when nothing was begun."""
    if progress.submitted:
        return "status"
    if not progress.signed_in and progress.choices == _NOTHING:
        return "home"
    return next((node.id for node in PAGES if not node.complete(progress)), PAGES[-1].id)
