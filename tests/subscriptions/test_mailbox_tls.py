"""Bounces are fetched over TLS, at once or after asking, and from nobody who can't prove a name."""

from pathlib import Path

import pytest
from pytest_django import Settings

from subscriptions import mailboxes
from subscriptions.tasks import read_bounces
from tests.subscriptions.imap import ImapServer, make_certificate

pytestmark = pytest.mark.django_db

SCHEMES = pytest.mark.parametrize("scheme", ["imap+ssl", "imap+tls"])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path / "server.pem")


def read_from(server: ImapServer, scheme: str, settings: Settings) -> None:
    settings.BOUNCES_URL = f"{scheme}://news:secret@127.0.0.1:{server.port}/Bounces"
    read_bounces()


@SCHEMES
def test_a_server_with_a_trusted_certificate_is_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, certificate: Path, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with ImapServer([b"garbage"], certificate, scheme == "imap+ssl") as server:
        read_from(server, scheme, settings)
        assert (server.login, server.seen) == ('news "secret"', {1})


@SCHEMES
def test_any_other_server_never_hears_the_password(
    settings: Settings, certificate: Path, scheme: str
) -> None:
    with ImapServer([b"garbage"], certificate, scheme == "imap+ssl") as server:
        with pytest.raises(mailboxes.ERRORS):
            read_from(server, scheme, settings)
        assert (server.login, server.seen) == ("", set())
