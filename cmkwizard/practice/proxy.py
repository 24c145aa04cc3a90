"""A CONNECT proxy that brings the real host names to the practice cloud and refuses all others."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from cmkwizard.practice.naming import is_real_name

HEAD_LIMIT = 16 * 1024
HEAD_TIMEOUT_S = 60.0


class ConnectProxy:
    """Tunnels to one port of this machine, whatever real name is asked for: nothing ever leaves it."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._tunnels: set[asyncio.Task[None]] = set()  # the loop itself keeps no hold of them

    async def start(self, listener: socket.socket) -> asyncio.Server:
        """Starts to listen. A tunnel ends with its task, at the latest when the loop cancels it."""
        return await asyncio.start_server(self._accept, sock=listener, limit=HEAD_LIMIT)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tunnel = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tunnels.add(tunnel)
        tunnel.add_done_callback(self._tunnels.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_TIMEOUT_S):
                head = await reader.readuntil(b"\r\n\r\n")
            status = self._judge(head)
            if status != "200 Connection established":
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
                return
            upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
            writer.write(f"HTTP/1.1 {status}\r\n\r\n".encode())
            try:
                async with asyncio.TaskGroup() as both_ways:
                    both_ways.create_task(_pump(reader, upstream_writer))
                    both_ways.create_task(_pump(upstream_reader, writer))
            finally:
                upstream_writer.transport.abort()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away or never spoke
        except asyncio.CancelledError:
            writer.transport.abort()  # the cloud ends: nobody waits for what is still to be sent
            raise
        finally:
            with contextlib.suppress(OSError):
                writer.close()

    def _judge(self, head: bytes) -> str:
        """The status line's end for a request head."""
        method, _, rest = head.decode("latin-1").partition(" ")
        host, _, port = rest.partition(" ")[0].rpartition(":")
        if method != "CONNECT":
            return "405 Method Not Allowed"
        if port != "443" or not is_real_name(host.lower()):
            return "403 Forbidden"
        return "200 Connection established"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies one direction until its end, then passes the end on (or the break, when the other side broke off)."""
    try:
        while chunk := await reader.read(64 * 1024):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        writer.transport.abort()
