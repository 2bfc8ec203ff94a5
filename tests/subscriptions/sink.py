"""A real SMTP server in a thread, which keeps what it accepts and misbehaves when told to."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """`on_rcpt` and `on_data` get the recipient; what they return is answered in place of 250."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, bytes]] = []
        self.on_mail: Callable[[], str | None] = lambda: None
        self.on_rcpt: Callable[[str], str | None] = lambda recipient: None
        self.on_data: Callable[[str], str | None] = lambda recipient: None
        self.connections = 0

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.accepted]

    def message(self, number: int = 0) -> EmailMessage:
        return message_from_bytes(self.accepted[number][1], policy=policy.default)  # type: ignore[return-value]

    # What aiosmtpd calls.

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name, self.connections = hostname, self.connections + 1
        return responses

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        return await self._answer(server, self.on_mail) or "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if refusal := await self._answer(server, self.on_rcpt, address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        recipient = envelope.rcpt_tos[0]
        if refusal := await self._answer(server, self.on_data, recipient):
            return refusal
        self.accepted.append((recipient, envelope.content))
        return f"250 2.0.0 OK queued as {len(self.accepted)}"

    async def _answer(self, server: Any, ask: Callable[..., str | None], *what: str) -> str | None:
        answer = await asyncio.to_thread(ask, *what)  # so that it may use the database, and wait
        if answer == "hang up":
            server.transport.abort()
        return answer


class OnFreePort(Controller):
    """Bound before it starts, so that no other process can take its port."""

    def __init__(self, handler: Sink) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self.socket.getsockname()[1])

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.socket)


@contextmanager
def running_sink() -> Iterator[tuple[Sink, int]]:
    """The sink, and the port of 127.0.0.1 that it listens on."""
    sink = Sink()
    controller = OnFreePort(sink)
    controller.start()
    try:
        yield sink, controller.port
    finally:
        controller.stop()
