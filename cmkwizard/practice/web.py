"""The little vocabulary every surface of the practice cloud speaks: calls, replies, routes and surfaces."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from cmkwizard.practice.naming import REAL_NAMES, Naming, loopback_names
from cmkwizard.practice.principal import Principal, TokenRefused
from cmkwizard.practice.state import World


class BadBody(Exception):
    """The body is not what its content type promises; the text says why."""


class Call(msgspec.Struct, frozen=True):
    """One request as a surface sees it."""

    service: str  # "entra" | "arm" | "keyvault" | "graph" | "ims" | "platform" | "control" | "metadata"
    method: str
    path: str  # without the profile prefix (/graph, /ims, /platform, /practice are stripped)
    query: dict[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    host: str  # Host header without port, lower case
    origin: str  # "https://host[:port]" as the client sees it, for nextLink and the like
    real_names: bool  # the client came under a real host name, through the proxy
    world: World
    principal: Principal | None = None  # set by Surface.authorise()
    browser: bool = False  # came in on the plain-http port for browsers
    region: str = ""  # of Adobe Experience Platform, for service "platform"

    def json(self) -> Any:
        """The body as JSON. Raises BadBody."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as problem:
            raise BadBody(f"the body is not valid JSON: {problem}") from None

    def form(self) -> dict[str, str]:
        """The body as an HTML form. Raises BadBody."""
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        except ValueError as problem:
            raise BadBody(f"the body is not a form: {problem}") from None

    @property
    def naming(self) -> Naming:
        """The names under which this client knows the services."""
        return REAL_NAMES if self.real_names else loopback_names(self.world.port)


class Reply(msgspec.Struct):
    """The answer to a call. `body`: dict or list becomes JSON, str HTML, bytes go as they are, None is empty."""

    status: int
    body: Any = None
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    applied: str | None = None  # name of the mutation made, e.g. "vault.create"
    principal: str | None = None  # for the log, where the call carries no bearer token (sign-in)


class Refused(Exception):
    """Raised by handlers for an early exit with a reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"refused with {reply.status}")
        self.reply = reply


Handler = Callable[..., Reply]  # handler(call, **named groups of the route's expression)


class Route:
    """A method and an expression for the whole path. `method` may be "*"; groups are passed to the handler by name."""

    def __init__(self, method: str, pattern: str, handler: Handler, *, ignore_case: bool = False) -> None:
        self.method = method
        self.handler = handler
        self._written = pattern
        self._flags = re.IGNORECASE if ignore_case else 0

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when the route is first looked at: most are not in most runs."""
        return re.compile(self._written, self._flags)


class Surface(ABC):
    """One service of the practice cloud: checks the token, finds the route, answers errors in its own shape."""

    name: str
    audiences: tuple[str, ...] = ()  # resources whose tokens are accepted; empty: calls carry no Entra token

    @abstractmethod
    def routes(self) -> Sequence[Route]:
        """All routes; the first that matches wins."""

    @abstractmethod
    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """An error in the service's own shape."""

    @abstractmethod
    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """The 401 (or 403) of this service for a token that was refused."""

    def accepted_audiences(self, call: Call) -> tuple[str, ...]:
        """Resources whose tokens are accepted for this call; override where they depend on the naming."""
        return self.audiences

    def authorise(self, call: Call) -> Principal | None:
        """Who is calling. Raises TokenRefused. Services without Entra tokens return None."""
        if not self.audiences:
            return None
        return call.world.directory.tokens.check(bearer(call), self.accepted_audiences(call), service=self.name)

    def handle(self, call: Call) -> Reply:
        """Authorises, routes and answers; an unknown route or method is an error in the service's own shape."""
        try:
            principal = self.authorise(call)
            call = msgspec.structs.replace(call, principal=principal)
            reply = self._dispatch(call)
        except TokenRefused as refusal:
            return self.unauthorised(call, refusal)
        except Refused as refused:
            reply = refused.reply
        except BadBody as problem:
            reply = self.error(400, "InvalidRequestContent", str(problem))
        if reply.principal is None and call.principal is not None:
            reply.principal = call.principal.name
        return reply

    def _dispatch(self, call: Call) -> Reply:
        other_methods: set[str] = set()
        for route in self.routes():
            match = route.pattern.fullmatch(call.path)
            if match is None:
                continue
            if route.method in (call.method, "*"):
                return route.handler(call, **match.groupdict())
            other_methods.add(route.method)
        if other_methods:
            reply = self.error(405, "MethodNotAllowed", f"The method {call.method} is not supported here.")
            reply.headers["Allow"] = ", ".join(sorted(other_methods))
            return reply
        return self.error(404, "NotFound", f"There is no route {call.method} {call.path}.")


def bearer(call: Call) -> str:
    """The bearer token of the Authorization header. Raises TokenRefused("missing")."""
    kind, _, token = call.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise TokenRefused("missing", "The request carries no bearer token.")
    return token.strip()
