"""The practice cloud's server: finds the service a request is for, plays faults, keeps the log."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Mapping
from email.utils import formatdate
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from cmkwizard.practice import naming, wire
from cmkwizard.practice.adobe import ImsSurface, PlatformSurface
from cmkwizard.practice.arm.surface import ArmSurface
from cmkwizard.practice.clock import iso
from cmkwizard.practice.control import ControlSurface
from cmkwizard.practice.entra import EntraSurface
from cmkwizard.practice.faults import Fault
from cmkwizard.practice.graph import GraphSurface
from cmkwizard.practice.keyvault.surface import KeyVaultSurface
from cmkwizard.practice.log import LogEntry
from cmkwizard.practice.logs import LogsSurface
from cmkwizard.practice.pages import PagesSurface
from cmkwizard.practice.principal import TokenRefused
from cmkwizard.practice.state import World
from cmkwizard.practice.web import Call, Reply, Surface, bearer

BODY_LIMIT = 4 * 1024 * 1024
_log = logging.getLogger(__name__)
_ARM_PATH = re.compile(r"/(subscriptions|providers|tenants|metadata|batch)(/.*)?", re.IGNORECASE)
_PREFIX = re.compile(r"/(graph|logs|ims|practice|platform(?:-([a-z]{3}\d))?)(/.*)")
_REAL_SERVICES = {
    naming.LOGIN_HOST: "entra",
    naming.ARM_HOST: "arm",
    naming.GRAPH_HOST: "graph",
    **dict.fromkeys(naming.LOGS_HOSTS, "logs"),
    naming.IMS_HOST: "ims",
    naming.LANDING_HOST: "pages",
}


class Place(msgspec.Struct, frozen=True):
    """Where a request belongs: the service, the path within it, for Adobe the region."""

    service: str
    path: str
    real_names: bool = False
    region: str = ""


def find_place(host: str, path: str) -> Place | None:
    """The place for a Host header (lower case, no port) and a path; None for a host that is not ours."""
    if host in _REAL_SERVICES:
        service = "metadata" if path.startswith("/metadata/") and host == naming.ARM_HOST else _REAL_SERVICES[host]
        return Place(service, path, real_names=True)
    if host in naming.PLATFORM_HOSTS:
        return Place("platform", path, real_names=True, region=naming.PLATFORM_HOSTS[host])
    if host.endswith((f".{naming.VAULT_DOMAIN}", f".{naming.HSM_DOMAIN}")):
        return Place("keyvault", path, real_names=True)
    if host.endswith((".vault.localhost", ".managedhsm.localhost")):
        return Place("keyvault", path)
    if host not in ("localhost", "127.0.0.1"):
        return None
    if prefixed := _PREFIX.fullmatch(path):
        name, region, rest = prefixed.groups()
        if name.startswith("platform"):
            return Place("platform", rest, region=(region or "va7").upper())
        return Place("control" if name == "practice" else name, rest)
    if _ARM_PATH.fullmatch(path):
        return Place("metadata" if path.startswith("/metadata/") else "arm", path)
    return Place("entra", path)


class Application:
    """The ASGI application on both ports. `browser`: the plain-http port, which serves the interactive pages alone."""

    def __init__(self, world: World, control_token: str) -> None:
        self._world = world
        arm = ArmSurface()
        self._surfaces: Mapping[str, Surface] = {
            "entra": EntraSurface(),
            "pages": PagesSurface(),
            "arm": arm,
            "metadata": arm,
            "keyvault": KeyVaultSurface(),
            "graph": GraphSurface(),
            "logs": LogsSurface(),
            "ims": ImsSurface(),
            "platform": PlatformSurface(),
            "control": ControlSurface(control_token),
        }

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The HTTPS port."""
        await self._serve(scope, receive, send, browser=False)

    async def serve_browser(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The plain-http port for browsers."""
        await self._serve(scope, receive, send, browser=True)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, *, browser: bool) -> None:
        request = Request(scope, receive)
        host = request.headers.get("host", "").lower()
        name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
        place = find_place(name, scope["path"])
        if place is None or (browser and place.service != "entra"):
            refusal = Reply(421, {"error": {"code": "MisdirectedRequest", "message": f"No service is called {name}."}})
            await wire.Answer.from_reply(refusal).response()(scope, receive, send)
            return
        if browser:
            place = Place("pages", place.path)
        try:
            await self._answer(request, place, host, browser, send)
        except ClientDisconnect:
            return
        except Exception:
            _log.exception("the practice cloud failed at %s %s", request.method, place.path)
            raise

    async def _answer(self, request: Request, place: Place, host: str, browser: bool, send: Send) -> None:
        scope, receive, world = request.scope, request.receive, self._world
        surface = self._surfaces[place.service]
        service = "entra" if place.service == "pages" else place.service
        world.use_log.advance()
        if service == "control":
            call = self._call(request, place, service, host, browser, await request.body())
            await self._finish(surface.handle(call)).response()(scope, receive, send)
            return
        entry = world.log.open(
            at=iso(world.clock.wall()),
            service=service,
            method=request.method,
            host=host,
            path=place.path,
            query=request.url.query,
        )
        # The first call to a vault carries no token and only asks where to sign in: no fault is spent on it.
        prelude = service == "keyvault" and "authorization" not in request.headers
        fault = None if prelude else world.faults.take(service, request.method, place.path)
        entry.fault = fault.fault if fault else None
        if fault and fault.fault == "refuse":
            wire.transport(scope).abort()
            return
        if int(request.headers.get("content-length", "0") or 0) > BODY_LIMIT:
            await self._finish(surface.error(413, "RequestEntityTooLarge", "The body is too large.")).response()(
                scope, receive, send
            )
            return
        call = self._call(request, place, service, host, browser, await request.body())
        if fault is None:
            await self._apply(surface, call, entry).response()(scope, receive, send)
        else:
            await self._struck(fault, surface, call, entry, request, send)

    async def _struck(
        self, fault: Fault, surface: Surface, call: Call, entry: LogEntry, request: Request, send: Send
    ) -> None:
        scope, receive = request.scope, request.receive
        entry.principal = self._bearer_name(call)
        if fault.fault in ("expire_token", "claims_challenge"):
            self._spoil_token(fault, call)
            await self._apply(surface, call, entry).response()(scope, receive, send)
            return
        answer = self._apply(surface, call, entry) if fault.applies else None
        if fault.fault in ("timeout_before", "timeout_after"):
            entry.status = None
            await wire.gone(receive)
        elif fault.fault in ("status", "redirect", "captive_portal"):
            reply = wire.stand_in(fault, surface, f"{call.origin}{request.url.path}")
            # A status is the service's own answer, with the ids that support asks for; the others come from between.
            answer = self._finish(reply, call) if fault.fault == "status" else wire.Answer.from_reply(reply)
            entry.status = answer.status
            await answer.response()(scope, receive, send)
        else:
            await wire.spoil(fault, answer or wire.Answer(200, b"{}"), scope, receive, send)

    def _call(self, request: Request, place: Place, service: str, host: str, browser: bool, body: bytes) -> Call:
        scheme = "http" if browser else "https"
        return Call(
            service=service,
            method=request.method,
            path=place.path,
            query=dict(parse_qsl(request.url.query, keep_blank_values=True)),
            headers=dict(request.headers),
            body=body,
            host=host.partition(":")[0],
            origin=f"{scheme}://{host}",
            real_names=place.real_names,
            world=self._world,
            browser=browser,
            region=place.region,
        )

    def _apply(self, surface: Surface, call: Call, entry: LogEntry) -> wire.Answer:
        """Lets the service answer, counts what it changed and completes the log entry."""
        try:
            reply = surface.handle(call)
        except Exception:  # noqa: BLE001 - a defect of ours is one answer 500, not the end of the cloud
            _log.exception("the practice cloud failed at %s %s", call.method, call.path)
            reply = surface.error(500, "InternalServerError", "The practice cloud itself failed; its log says where.")
        if reply.applied:
            self._world.applied[reply.applied] += 1
        entry.status, entry.applied = reply.status, reply.applied
        entry.principal = reply.principal or entry.principal
        return self._finish(reply, call)

    def _finish(self, reply: Reply, call: Call | None = None) -> wire.Answer:
        """The reply as bytes, with the headers that every service sends."""
        answer = wire.Answer.from_reply(reply)
        request_id = str(uuid.uuid4())
        sent = call.headers if call else {}
        answer.headers.setdefault("Date", formatdate(self._world.clock.wall(), usegmt=True))
        answer.headers.setdefault("x-ms-request-id", request_id)
        answer.headers.setdefault("x-ms-correlation-request-id", sent.get("x-ms-correlation-request-id") or request_id)
        if "x-ms-client-request-id" in sent:
            answer.headers.setdefault("x-ms-client-request-id", sent["x-ms-client-request-id"])
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    def _bearer_name(self, call: Call) -> str | None:
        """The name in the bearer token of a request that its service may never see."""
        try:
            claims = self._world.directory.tokens.read(bearer(call))
        except TokenRefused:
            return None
        return str(claims.get("upn") or claims.get("unique_name") or claims.get("app_displayname"))

    def _spoil_token(self, fault: Fault, call: Call) -> None:
        try:
            token = bearer(call)
            if call.service == "platform":
                self._world.adobe.expire_token(token)
            elif fault.fault == "expire_token":
                self._world.directory.tokens.expire(token)
            else:
                claims = self._world.directory.tokens.read(token)
                self._world.directory.tokens.challenge(call.service, claims["oid"])
        except TokenRefused:
            return
