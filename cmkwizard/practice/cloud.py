"""The practice cloud as a whole: starts, stops, and tells where it is."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from cmkwizard.practice.naming import PLATFORM_HOSTS, loopback_names
from cmkwizard.practice.proxy import ConnectProxy
from cmkwizard.practice.scenarios import Scenario, build_world, load_scenario
from cmkwizard.practice.server import Application
from cmkwizard.practice.state import World

if TYPE_CHECKING:
    from cmkwizard.practice.tls import Authority

KEEP_ALIVE_S = 3600  # an idle connection that closes under a client's write would look like a fault nobody asked for
START_LIMIT_S = 60.0
HANDSHAKE_S = 60.0
"""How long a TLS greeting may take; on a computer that is busy with much else it has taken several seconds."""


class _WireProtocol(H11Protocol):
    """Tells the application which connection a request came in on, so that faults can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = partial(_with_transport, self.app, transport)


async def _with_transport(
    app: ASGIApp, transport: asyncio.Transport, scope: Scope, receive: Receive, send: Send
) -> None:
    await app({**scope, "extensions": {"practice.transport": transport}}, receive, send)


class PracticeCloud:
    """A practice cloud in a thread of its own. `start()` returns when it listens; `stop()` ends it within a second.

    scenario: name or path of a .toml file; port 0: any free one; speed: practice seconds for each real second;
    folder: where the authority's certificate is written (default: a temporary folder that `stop()` removes).
    Raises BadScenario.
    """

    def __init__(
        self, scenario: str = "happy", *, port: int = 0, speed: float = 1.0, folder: Path | None = None
    ) -> None:
        self.scenario: Scenario = load_scenario(scenario)
        self.world: World = build_world(self.scenario, speed=speed)
        self.control_token = secrets.token_urlsafe(32)
        self._port = port
        self._folder = folder
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None
        self._state = ServerState()
        self._proxy_port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._listening = threading.Event()
        self._failure: BaseException | None = None
        self._end: asyncio.Event | None = None

    def start(self) -> Self:
        """Listens, then returns. Raises OSError when the port is taken."""
        sockets = [_listener(port) for port in (self._port, 0, 0)]
        if self._folder is None:  # gone with the program even when nobody calls stop()
            self._own_folder = tempfile.TemporaryDirectory(prefix="cmkwizard-practice-", ignore_cleanup_errors=True)
            self._folder = Path(self._own_folder.name)
        self._folder.mkdir(parents=True, exist_ok=True)
        self.world.port, self.world.browser_port, self._proxy_port = (each.getsockname()[1] for each in sockets)
        from cmkwizard.practice.tls import Authority  # makes certificates: needed from here on, and slow to load

        authority = Authority()
        authority.write_certificate(self.ca_file)
        self._thread = threading.Thread(target=self._run, args=(authority, sockets), name="practice-cloud", daemon=True)
        self._thread.start()
        if not self._listening.wait(START_LIMIT_S) or self._failure:
            raise RuntimeError("the practice cloud did not start") from self._failure
        return self

    def stop(self) -> None:
        """Ends the thread, every connection and the proxy. May be called twice."""
        if self._thread is None:
            return
        if self._loop is not None and self._end is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._thread = None
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def ca_file(self) -> Path:
        """The certificate that clients must trust. Raises RuntimeError before `start()`."""
        if self._folder is None:
            raise RuntimeError("the practice cloud has not been started")
        return self._folder / "ca.pem"

    @property
    def ready(self) -> dict[str, Any]:
        """Where everything is: the content of the ready file."""
        names = loopback_names(self.world.port)
        regions = dict.fromkeys(PLATFORM_HOSTS.values())
        profile = {
            "name": "practice",
            "authority": names.login,
            "resource_manager": names.arm,
            "graph": names.graph,
            "logs": names.logs,
            "vault_suffixes": [".vault.localhost", ".managedhsm.localhost"],
            "ims": names.ims,
            "platform": {
                region: names.platform + ("" if region == "VA7" else f"-{region.lower()}") for region in regions
            },
            "ca_file": str(self.ca_file),
            "browser": f"http://localhost:{self.world.browser_port}",
            "speed": self.world.clock.speed,
        }
        directory, adobe = self.world.directory, self.world.adobe
        users = sorted(directory.users.values(), key=lambda user: user.key != self.scenario.default_user)
        return {
            "profile": profile,
            "control": f"{names.login}/practice",
            "control_token": self.control_token,
            "proxy": f"http://127.0.0.1:{self._proxy_port}",
            "users": [{"name": user.upn, "tenant": user.home} for user in users],
            "adobe": {
                "organisation": adobe.organisation,
                "client_id": adobe.client_id,
                "client_secret": adobe.client_secret,
            },
        }

    def _run(self, authority: Authority, sockets: list[socket.socket]) -> None:
        try:
            asyncio.run(self._serve(authority, sockets))
        except Exception as failure:  # noqa: BLE001 - told to the thread that waits in start()
            self._failure = failure
        finally:
            for each in sockets:
                each.close()
            self._listening.set()

    async def _serve(self, authority: Authority, sockets: list[socket.socket]) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        secure, browser, proxy = sockets
        application = Application(self.world, self.control_token)
        servers = [
            await self._loop.create_server(
                self._factory(application.serve),
                sock=secure,
                ssl=authority.context(),
                ssl_handshake_timeout=HANDSHAKE_S,
            ),
            await self._loop.create_server(self._factory(application.serve_browser), sock=browser),
            await ConnectProxy(self.world.port).start(proxy),
        ]
        self._listening.set()
        await self._end.wait()
        for each in sockets:
            if sys.platform != "win32":  # the loop there accepts in another way
                self._loop.remove_reader(each)
        # What was accepted a moment ago becomes a connection and a task, which can be ended. A server that is closed
        # before has no place for it, and asyncio would forget the open socket.
        await _turns()
        for server in servers:
            server.close()
        await self._end_connections()

    async def _end_connections(self) -> None:
        """Ends what is connected and all that runs, so that the loop closes with no socket left open."""
        self._abort()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._abort()  # those that came up meanwhile
        await _turns()  # each layer learns of the loss from the one below: TCP, TLS, HTTP

    def _abort(self) -> None:
        for connection in list(self._state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()

    def _factory(self, app: ASGIApp) -> Any:
        config = Config(
            app,
            interface="asgi3",
            http=_WireProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",  # a client that goes away is no news here; our own failures are logged by the server
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        config.load()
        return partial(_WireProtocol, config, self._state, {})


async def _turns() -> None:
    """Lets the loop do what it has begun: from an accepted socket to its task, and back, each step takes a turn."""
    for _ in range(5):
        await asyncio.sleep(0)


def _listener(port: int) -> socket.socket:
    # The protocol is named so that asyncio recognises accepted connections as TCP and sends small writes at once.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":  # there it would let another program take the port over
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def serve(scenario: str, port: int, ready_file: Path | str, speed: float = 1.0) -> None:
    """Runs a practice cloud until the program is interrupted or told to end.

    The ready file appears, complete and readable for its owner alone, once the cloud listens, and goes with it.
    Raises BadScenario, OSError.
    """
    ready_file = Path(ready_file)
    over = threading.Event()
    before = {each: signal.signal(each, lambda *_: over.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    cloud = PracticeCloud(scenario, port=port, speed=speed)
    try:
        ready = cloud.start().ready
        write_ready_file(ready_file, ready)
        while not over.wait(0.5):  # in steps: elsewhere than on Unix a signal does not end a wait
            pass
        _withdraw(ready_file, ready)
    finally:
        cloud.stop()
        for each, handler in before.items():
            signal.signal(each, handler)


def write_ready_file(path: Path, content: dict[str, Any]) -> None:
    """Writes the ready file beside its place, then moves it there. Raises OSError."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _withdraw(path: Path, content: dict[str, Any]) -> None:
    """Removes the ready file, unless another practice cloud has put its own there meanwhile."""
    with contextlib.suppress(OSError, ValueError):
        if json.loads(path.read_text("utf-8")) == content:
            path.unlink()
