"""An SMTP server that is no bottleneck, and misbehaves by a script.

It writes down every message it accepts, by its Message-ID, before it answers. Faults come at random
by their rates, except `5xx`, which always meets the same recipients, as in real life:

    4xx       450 to the recipient, or 451 to the message
    5xx       550 to the recipient
    421       the server is closing, in place of an answer to MAIL
    stall     an answer comes after the client has given up; the message was not accepted
    reset     the connection breaks before the message is whole
    withheld  the message is accepted, and the connection breaks in place of the answer

Whoever runs it can take aim: the next connection that reaches a step holds still, to be killed.
"""

import asyncio
import os
import random
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

STEPS = ("rcpt", "dot", "accepted", "replied")
_HOLD = 0.7  # seconds that a connection holds still at most, less than clients have patience


@dataclass
class Script:
    """`rates` of faults by name, from 0 to 1. `stall` and `pace`, what each message takes, in
    seconds. `seed` makes it repeatable.
    """

    rates: dict[str, float] = field(default_factory=dict)
    stall: float = 2.0
    pace: float = 0.0
    seed: int = 1


class Sink:
    """The server in a process of its own, as its starter sees it."""

    def __init__(self, port: int, pid: int | None, log: Path, orders: Connection) -> None:
        self.port, self.pid, self.log, self._orders = port, pid, log, orders

    def aim(self, step: str) -> int | None:
        """Hold the next connection that reaches `step`; returns its client's port."""
        self._orders.send(("aim", step))
        if self._orders.poll(10):
            return self._orders.recv()
        self._orders.send(("aim", None))
        return self._orders.recv() if self._orders.poll(0.1) else None

    def misbehave(self, rates: dict[str, float]) -> None:
        """From here on with these faults; with none if there are none."""
        self._orders.send(("rates", rates))

    def events(self) -> list[tuple[str, str]]:
        """What happened to which Message-ID, in order."""
        lines = self.log.read_text().splitlines()
        return [tuple(line.split(" ", 1)) for line in lines]  # type: ignore[misc]


@contextmanager
def running(folder: Path, script: Script | None = None) -> Iterator[Sink]:
    log = folder / "accepted.log"
    log.touch()
    listener = socket.create_server(("127.0.0.1", 0), backlog=200)
    ours, theirs = get_context("fork").Pipe()
    arguments = (listener, log, script or Script(), theirs)
    process = get_context("fork").Process(target=_serve, args=arguments, daemon=True)
    process.start()
    try:
        yield Sink(listener.getsockname()[1], process.pid, log, ours)
    finally:
        process.kill()
        process.join()
        listener.close()


def _serve(listener: socket.socket, log: Path, script: Script, orders: Connection) -> None:
    server = _Server(os.open(log, os.O_WRONLY | os.O_APPEND), script, orders)
    asyncio.run(server.serve(listener))


class _Server:
    def __init__(self, log: int, script: Script, orders: Connection) -> None:
        self._log, self.script, self._orders = log, script, orders
        self._random = random.Random(script.seed)
        self._aim: str | None = None

    async def serve(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._orders.fileno(), self._obey)
        server = await loop.create_server(lambda: _Dialogue(self), sock=listener)
        await server.serve_forever()

    def _obey(self) -> None:
        try:
            order, value = self._orders.recv()
        except EOFError:
            os._exit(0)
        if order == "aim":
            self._aim = value
        else:
            self.script.rates = value

    def strikes(self, fault: str) -> bool:
        rate = self.script.rates.get(fault)
        return bool(rate) and self._random.random() < rate

    def is_hopeless(self, recipient: bytes) -> bool:
        return zlib.crc32(recipient) % 10_000 < self.script.rates.get("5xx", 0) * 10_000

    def note(self, event: str, message: bytes) -> None:
        start = message.index(b"Message-ID: ") + 12
        end = message.index(b"\r\n", start)
        os.write(self._log, b"%s %s\n" % (event.encode(), message[start:end]))

    def is_aimed_at(self, step: str, port: int) -> bool:
        if self._aim != step:
            return False
        self._aim = None
        self._orders.send(port)
        return True


class _Dialogue(asyncio.Protocol):
    """One connection. Commands may come in one packet: that is PIPELINING."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._buffer = bytearray()
        self._recipient = b""
        self._is_data = self._is_held = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._port = transport.get_extra_info("peername")[1]
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._say("220 sink ESMTP")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._work()

    def _work(self) -> None:
        while not self._is_held and not self._transport.is_closing():
            end = b"\r\n.\r\n" if self._is_data else b"\r\n"
            if (at := self._buffer.find(end)) < 0:
                return
            unit = bytes(self._buffer[:at])
            del self._buffer[: at + len(end)]
            self._message(unit) if self._is_data else self._command(unit)

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._say("250-sink\r\n250-PIPELINING\r\n250 8BITMIME")
        elif verb == b"MAIL":
            self._mail()
        elif verb == b"RCPT":
            self._rcpt(line[line.index(b"<") + 1 : line.index(b">")])
        elif verb == b"DATA":
            self._is_data = bool(self._recipient)
            self._say("354 go on" if self._is_data else "503 to whom?")
        elif verb == b"QUIT":
            self._say("221 bye")
            self._transport.close()
        else:
            self._recipient = b""
            self._say("250 OK")

    def _mail(self) -> None:
        self._recipient = b""
        if self._server.strikes("421"):
            self._say("421 4.3.2 closing")
            self._transport.close()
        else:
            self._say("250 OK")

    def _rcpt(self, recipient: bytes) -> None:
        if self._server.is_hopeless(recipient):
            self._say("550 5.1.1 who?")
        elif self._server.strikes("4xx"):
            self._say("450 4.2.0 not now")
        elif self._server.strikes("reset"):
            self._transport.abort()
        else:
            self._recipient = recipient
            self._unless_held("rcpt", lambda: self._say("250 OK"))

    def _message(self, message: bytes) -> None:
        self._is_data, self._recipient = False, b""
        if self._server.strikes("4xx"):
            self._say("451 4.3.0 not now")
        elif self._server.strikes("stall"):
            self._server.note("stalled", message)
            self._hold(self._server.script.stall, lambda: self._transport.abort())
        elif self._server.strikes("withheld"):
            self._server.note("withheld", message)
            self._transport.abort()
        elif self._server.script.pace:
            self._hold(self._server.script.pace, lambda: self._whole(message))
        else:
            self._whole(message)

    def _whole(self, message: bytes) -> None:
        self._unless_held("dot", lambda: self._accept(message))

    def _accept(self, message: bytes) -> None:
        self._server.note("accepted", message)
        self._unless_held("accepted", self._reply)

    def _reply(self) -> None:
        self._say("250 2.0.0 OK")
        self._server.is_aimed_at("replied", self._port)

    def _unless_held(self, step: str, go_on: Callable[[], None]) -> None:
        if self._server.is_aimed_at(step, self._port):
            self._hold(_HOLD, go_on)
        else:
            go_on()

    def _hold(self, seconds: float, go_on: Callable[[], None]) -> None:
        self._is_held = True
        asyncio.get_running_loop().call_later(seconds, self._let_go, go_on)

    def _let_go(self, go_on: Callable[[], None]) -> None:
        self._is_held = False
        if not self._transport.is_closing():
            go_on()
            self._work()

    def connection_lost(self, error: Exception | None) -> None:
        with suppress(Exception):
            self._transport.close()

    def _say(self, answer: str) -> None:
        self._transport.write(answer.encode() + b"\r\n")
