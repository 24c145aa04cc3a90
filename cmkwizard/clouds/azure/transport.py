"""The transport of Azure's clients: nothing that changes something is ever sent twice."""

from __future__ import annotations

import weakref
from typing import Any

import requests
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import RequestsTransport

from cmkwizard.clouds.wire import READS, Reason, WireError


class GuardedTransport(RequestsTransport):  # type: ignore[misc]  # azure-core resolves this class at run time
    """Azure's transport over the guarded session. A second send of one write is refused, whoever asks for it."""

    def __init__(self, session: requests.Session) -> None:
        super().__init__(session=session, session_owner=False, use_env_settings=False)
        self._sent: weakref.WeakSet[Any] = weakref.WeakSet()

    def send(self, request: Any, **kwargs: Any) -> Any:
        """Send once.

        Raises:
            ServiceRequestError: this write was sent before.
        """
        if request.method not in READS:
            if request in self._sent:
                error = WireError(Reason.SENT_TWICE, sent=True, method=request.method, url=request.url)
                raise ServiceRequestError(str(error), error=error)
            self._sent.add(request)
        return super().send(request, **kwargs)

    def sleep(self, duration: float) -> None:
        """Never wait here: no policy of a client of ours repeats a request.

        Raises:
            ServiceRequestError: always.
        """
        raise ServiceRequestError(f"a library wanted to wait {duration} seconds for another try")
