"""Another site, by which people log in here: OpenID Connect as it is spoken, over HTTP.

The tests are the browser between the two: `Elsewhere.consent` is what happens over there.
"""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from uuid import uuid4

import jwt

SOMEBODY = {
    "sub": "4711",
    "preferred_username": "Vera",
    "email": "vera@example.org",
    "email_verified": True,
    "name": "Vera Real-Name",
    "picture": "https://elsewhere.example/vera.jpg",
}
CLIENT, SECRET = "vestnik", "well kept secret of ours"


class Elsewhere:
    """Its only user is `person`; `broken` maps an address of it to what it answers instead."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.person: dict[str, Any] = dict(SOMEBODY)
        self.broken: dict[str, tuple[int, str]] = {}
        self.codes: dict[str, dict[str, str]] = {}

    def consent(self, address: str) -> str:
        """Press “yes” at the page that we sent them to; where they are sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = uuid4().hex
        self.codes[code] = asked
        return self._back(asked, {"code": code})

    def refuse(self, address: str) -> str:
        asked = dict(parse_qsl(urlsplit(address).query))
        return self._back(asked, {"error": "access_denied"})

    def _back(self, asked: dict[str, str], answer: dict[str, str]) -> str:
        return f"{asked['redirect_uri']}?{urlencode(answer | {'state': asked['state']})}"

    def discovery(self, sent: dict[str, str], bearer: str) -> tuple[int, Any]:
        return 200, {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, sent: dict[str, str], bearer: str) -> tuple[int, Any]:
        """A code works once, for whoever asked for it and can show the verifier (RFC 7636)."""
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = sha256(sent.get("code_verifier", "").encode()).digest()
        shown = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = asked and asked["redirect_uri"] == sent["redirect_uri"]
        if not known or asked["code_challenge"] != shown or sent["client_secret"] != SECRET:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        token = jwt.encode(told | {"sub": self.person["sub"]}, "k" * 32, algorithm="HS256")
        return 200, {"access_token": "key-to-everything", "id_token": token, "token_type": "Bearer"}

    def userinfo(self, sent: dict[str, str], bearer: str) -> tuple[int, Any]:
        return (200, self.person) if bearer == "Bearer key-to-everything" else (401, {})


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """It answers as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.site = Elsewhere(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.site  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(sent).items()})

    def _answer(self, sent: dict[str, str]) -> None:
        site: Elsewhere = self.server.site  # type: ignore[attr-defined]
        path = urlsplit(self.path).path
        answers = {
            "/.well-known/openid-configuration": site.discovery,
            "/token": site.token,
            "/userinfo": site.userinfo,
        }
        if path in site.broken:
            status, body = site.broken[path]
        else:
            status, told = answers[path](sent, self.headers.get("Authorization", ""))
            body = json.dumps(told)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: Any) -> None:
        pass


def switch_on(settings: Any, url: str = "https://elsewhere.example") -> None:
    """As SOCIAL_PROVIDERS=elsewhere,github does."""
    app = {"client_id": CLIENT, "secret": SECRET}
    known = {
        "openid_connect": app
        | {"name": "Elsewhere", "provider_id": "elsewhere", "settings": {"server_url": url}},
        "github": app | {"name": "GitHub"},
    }
    settings.SOCIAL_PROVIDERS = ["elsewhere", "github"]
    settings.SOCIALACCOUNT_PROVIDERS = {
        kind: settings.SOCIALACCOUNT_PROVIDERS[kind] | {"APPS": [known[kind]]} for kind in known
    }
