"""Connections by HTTP in which every wait counts against one deadline, from the first byte of a
header to the last of the body, and of which the address that is connected to is known.
"""

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from typing import Any

Places = Sequence[tuple[socket.AddressFamily, Any]]


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds; raises TimeoutError where there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def places_of(host: str, port: int) -> Places:
    """Wherever the system's resolver says that `host` is."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, place) for family, _, _, _, place in found]


class Connection(HTTPConnection):
    """To one of the `places` of a host, and never for longer than there is time."""

    def __init__(
        self,
        host: str,
        port: int,
        deadline: Deadline,
        *,
        is_secure: bool,
        places: Callable[[str, int], Places] = places_of,
    ) -> None:
        super().__init__(host, port)
        self.default_port = 443 if is_secure else 80
        self._is_secure, self._deadline, self._places = is_secure, deadline, places

    def connect(self) -> None:
        plain = self._reach()
        if not self._is_secure:
            self.sock = plain
            return
        context = ssl.create_default_context()
        context.sslsocket_class = _TimedSSLSocket
        try:
            plain.settimeout(self._deadline.left())
            self.sock = context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        self.sock.deadline = self._deadline  # type: ignore[attr-defined]

    def _reach(self) -> "_TimedSocket":
        failure = OSError(self.host)
        for family, place in self._places(self.host, self.port):
            plain = _TimedSocket(family, socket.SOCK_STREAM)
            plain.deadline = self._deadline
            try:
                plain.settimeout(self._deadline.left())
                plain.connect(place)
                return plain
            except OSError as error:
                plain.close()
                failure = error
        raise failure


class _TimedSocket(socket.socket):
    """Each wait for bytes ends at the deadline: a server that drips them gains no time."""

    deadline: Deadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)


class _TimedSSLSocket(ssl.SSLSocket):
    deadline: Deadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)
