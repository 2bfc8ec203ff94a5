"""As much of an IMAP server as a reader of one folder needs, with TLS if it has a certificate."""

import re
import socketserver
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class ImapServer:
    """A mail that is None can't be had. With a certificate it encrypts at once, or when asked."""

    def __init__(
        self,
        mails: list[bytes | None],
        certificate: Path | None = None,
        is_encrypted_at_once: bool = True,
    ) -> None:
        self.mails = dict(enumerate(mails, 1))
        self.tls: ssl.SSLContext | None = None
        self.is_encrypted_at_once = bool(certificate) and is_encrypted_at_once
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
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
            return b"* CAPABILITY IMAP4rev1 STARTTLS\r\n"
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
        with suppress(ssl.SSLError):  # the client does not trust us
            self._converse()

    def _converse(self) -> None:
        if self.imap.is_encrypted_at_once:
            self._encrypt()
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.wfile.write(self.imap.answer(command) + f"{tag} OK done\r\n".encode())
            if command == "STARTTLS":
                self._encrypt()

    def _encrypt(self) -> None:
        assert self.imap.tls
        self.request = self.imap.tls.wrap_socket(self.request, server_side=True)
        self.setup()


def make_certificate(path: Path) -> Path:
    """Of 127.0.0.1, signed by itself, with its key in the same file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([])
    own_address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(own_address, critical=True)  # there is no other name
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    as_text = (pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*as_text) + certificate.public_bytes(pem))
    return path
