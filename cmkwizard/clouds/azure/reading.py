"""How the SDK's clients are called, and how their answers become facts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import requests

from cmkwizard.clouds.errors import malformed, translating
from cmkwizard.clouds.profile import Service
from cmkwizard.core.problems import Kind, Problem

if TYPE_CHECKING:
    from azure.core.paging import ItemPaged
    from azure.mgmt.resource.resources import ResourceManagementClient

T = TypeVar("T")

_NO_SUBSCRIPTION = "SubscriptionNotFound"
MOST_PAGES = 200
"""Pages read of one list: a service whose list never ends is not read for ever."""


@contextlib.contextmanager
def client_call(service: Service, *, write: bool = False) -> Iterator[None]:
    """Around one request of a client of the SDK and the reading of its answer.

    Raises:
        Problem: in place of everything that the network, the SDK or an answer of the wrong shape causes; UNCLEAR for a
            write that may have been applied.
    """
    try:
        with translating(service, write=write):
            yield
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, msgspec.ValidationError) as error:
        # The SDK hands answers of the wrong shape on, and they break where they are read.
        raise malformed(service, write=write, detail=type(error).__name__) from error


def arm_call(*, write: bool = False) -> AbstractContextManager[None]:
    """Around one request to Azure Resource Manager, as :func:`client_call`."""
    return client_call(Service.RESOURCE_MANAGER, write=write)


def fact(kind: type[T], **fields: Any) -> T:
    """A fact, each field checked for its type.

    Raises:
        msgspec.ValidationError: the service sent something else.
    """
    return msgspec.convert(fields, kind, strict=True)


def word(value: Any) -> str:
    """The text of an SDK enum or string; empty for None."""
    return "" if value is None else str(getattr(value, "value", value))


def pages(start: Callable[[], ItemPaged[Any] | Iterable[Any]], make: Callable[[Any], T]) -> Iterator[list[T]]:
    """Read a list page by page, one request each, and make a fact of each item.

    Raises:
        Problem: a page could not be read, or there are more than :data:`MOST_PAGES`.
    """
    with arm_call():
        paged: Any = start()
        arriving = paged.by_page()
    for _ in range(MOST_PAGES):
        with arm_call():
            page = next(arriving, None)
            items = None if page is None else [make(each) for each in page]
        if items is None:
            return
        yield items
    raise endless()


def listed(client: ResourceManagementClient, address: str, make: Callable[[Any], T]) -> list[T]:
    """Read a list that none of the SDK's clients reads: all pages of ``address``, one request each.

    Raises:
        Problem: a page could not be read, or there are more than :data:`MOST_PAGES`.
    """
    from azure.core.rest import HttpRequest

    found: list[T] = []
    for _ in range(MOST_PAGES):
        with arm_call():
            response = client.send_request(HttpRequest("GET", address))
            response.raise_for_status()
            page = response.json()
            found += [make(each) for each in page["value"]]
            address = str(page.get("nextLink") or "")
        if not address:
            return found
    raise endless()


def endless() -> Problem:
    """The problem of a list that has no last page."""
    return Problem(
        Kind.UNTRUSTED,
        f"The list does not end: {MOST_PAGES} pages were read.",
        "Type the name instead of choosing it from the list.",
    )


def or_none(read: Callable[[], T]) -> T | None:
    """What ``read`` answers; None where Azure says that the thing is not there.

    Raises:
        Problem: anything else, a 404 of somebody in between included: what such an answer hides would be made again.
    """
    try:
        return read()
    except Problem as problem:
        if problem.reference.code == str(requests.codes.not_found):
            service = Service(problem.reference.service)
            raise malformed(service, write=False, detail="404 that is not Azure's") from problem
        if problem.kind is Kind.NOT_FOUND and problem.reference.code != _NO_SUBSCRIPTION:
            return None
        raise
