"""As much of an IMAP server as a reader of one folder needs."""

import re
import socketserver
import threading
from typing import Any


class ImapServer:
    """A mail that is None can't be had."""

    def __init__(self, mails: list[bytes | None]) -> None:
        self.mails = dict(enumerate(mails, 1))
        self.seen: set[int] = set()
        self.login = ""
        handler = type("Handler", (_Session,), {"imap": self})
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> "ImapServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: Any) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, command: str) -> bytes:
        """The untagged lines."""
        if command.startswith("LOGIN "):
            self.login = command.removeprefix("LOGIN ")
        elif command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        elif command == "UID SEARCH UNSEEN":
            unseen = sorted(self.mails.keys() - self.seen)
            return f"* SEARCH {' '.join(map(str, unseen))}".rstrip().encode() + b"\r\n"
        elif fetch := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            mail = self.mails[int(fetch[1])]
            if mail is None:
                return b""
            mail = mail[: int(fetch[2])]
            return b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%b)\r\n" % (len(mail), mail)
        elif store := re.match(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command):
            self.seen.add(int(store[1]))
        return b""


class _Session(socketserver.StreamRequestHandler):
    imap: ImapServer

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self.wfile.write(self.imap.answer(command) + f"{tag} OK done\r\n".encode())
