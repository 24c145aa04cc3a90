"""How lists and single resources are read from the SDK's clients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from cmkwizard.clouds.errors import translating
from cmkwizard.clouds.profile import Service
from cmkwizard.core.problems import Kind, Problem

if TYPE_CHECKING:
    from azure.core.paging import ItemPaged

T = TypeVar("T")

MOST_PAGES = 200
"""Pages read of one list: a service whose list never ends is not read for ever."""


def pages(start: Callable[[], ItemPaged[Any] | Iterable[Any]]) -> Iterator[list[Any]]:
    """Read a list page by page, one request each.

    Raises:
        Problem: a page could not be read, or there are more than :data:`MOST_PAGES`.
    """
    with translating(Service.RESOURCE_MANAGER):
        paged: Any = start()
        arriving = paged.by_page()
    for _ in range(MOST_PAGES):
        with translating(Service.RESOURCE_MANAGER):
            page = next(arriving, None)
            items = [] if page is None else list(page)
        if page is None:
            return
        yield items
    raise Problem(
        Kind.UNTRUSTED,
        f"The list does not end: {MOST_PAGES} pages were read.",
        "Type the name instead of choosing it from the list.",
    )


def or_none(read: Callable[[], T]) -> T | None:
    """What ``read`` answers; None where the thing is not there."""
    try:
        return read()
    except Problem as problem:
        if problem.kind is Kind.NOT_FOUND:
            return None
        raise
