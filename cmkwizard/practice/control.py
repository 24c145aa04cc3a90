"""The control interface: what a test may ask of the practice cloud and do to it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec

from cmkwizard.practice import estate_tables
from cmkwizard.practice.faults import BadFault, Fault
from cmkwizard.practice.principal import Principal, TokenRefused
from cmkwizard.practice.web import Call, Reply, Route, Surface, bearer


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    """What the clock is told."""

    advance_s: float


class ControlSurface(Surface):
    """Log, state, faults, clock and world, behind one token. Its calls are neither logged nor struck by faults."""

    name = "control"

    def __init__(self, token: str) -> None:
        self._token = token

    def routes(self) -> Sequence[Route]:
        """One route for each verb of the interface."""
        return (
            Route("GET", "/log", self.show_log),
            Route("GET", "/state", self.show_state),
            Route("GET", "/faults", self.list_faults),
            Route("POST", "/faults", self.add_fault),
            Route("DELETE", "/faults", self.clear_faults),
            Route("POST", "/clock", self.advance_clock),
            Route("PATCH", "/world", self.change_world),
        )

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """A plain code and message."""
        return Reply(status, {"error": {"code": code, "message": message}})

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """The refusal of a wrong control token."""
        return self.error(401, "Unauthorised", "The control token is missing or wrong.")

    def authorise(self, call: Call) -> Principal | None:
        """Compares the control token. Raises TokenRefused."""
        if not secrets.compare_digest(bearer(call).encode(), self._token.encode()):
            raise TokenRefused("invalid", "wrong control token")
        return None

    def show_log(self, call: Call) -> Reply:
        """The requests numbered above `since`, oldest first."""
        since = call.query.get("since", "0")
        if not re.fullmatch(r"[0-9]{1,18}", since):
            return self.error(400, "BadQuery", "since must be a whole number")
        return Reply(200, call.world.log.since(int(since)))

    def show_state(self, call: Call) -> Reply:
        """The whole world."""
        return Reply(200, call.world.snapshot())

    def list_faults(self, call: Call) -> Reply:
        """The faults in force."""
        return Reply(200, call.world.faults.snapshot())

    def add_fault(self, call: Call) -> Reply:
        """Puts a fault in force."""
        table = call.json()
        try:
            if not isinstance(table, dict):
                raise BadFault("a fault is a JSON object")
            call.world.faults.add(Fault.from_table(table))
        except BadFault as problem:
            return self.error(400, "BadFault", str(problem))
        return Reply(201, call.world.faults.snapshot())

    def clear_faults(self, call: Call) -> Reply:
        """Lifts all faults."""
        call.world.faults.clear()
        return Reply(204)

    def advance_clock(self, call: Call) -> Reply:
        """Moves the clock forward."""
        try:
            call.world.clock.advance(msgspec.convert(call.json(), _Step).advance_s)
        except ValueError as problem:
            return self.error(400, "BadClock", f"expected {{'advance_s': seconds}}, forward: {problem}")
        return Reply(200, {"now": call.world.clock.now(), "advanced_s": call.world.clock.advanced})

    def change_world(self, call: Call) -> Reply:
        """Changes estate, directory or Adobe's side as another administrator would; see `change` of each."""
        patch, world = call.json(), call.world
        parts: dict[str, Callable[[Any], None]] = {
            "estate": partial(estate_tables.change, world.estate),
            "directory": world.directory.change,
            "adobe": world.adobe.change,
        }
        if not isinstance(patch, dict) or not patch or set(patch) - set(parts):
            return self.error(400, "BadChange", f"expected an object with one or more of {', '.join(parts)}")
        try:
            for name, table in patch.items():
                parts[name](table)
        except KeyError as missing:
            return self.error(404, "NotFound", f"there is no {missing} to change")
        except (AttributeError, TypeError, ValueError) as problem:
            return self.error(400, "BadChange", str(problem))
        return Reply(200, world.snapshot())
