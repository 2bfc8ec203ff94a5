"""The stylesheets and scripts that pages link to: some files joined into one, named by its hash.

There is no build step: the first request of a process joins and compresses them, browsers keep them
for good. While DEBUG is on, a changed file makes a new hash.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

_STYLES_OF_PAGES = [
    *("tokens", "base", "prose", "motion", "layout", "masthead", "buttons", "signs", "headings"),
    *("forms", "cards", "search", "front", "article", "discussion", "comments", "comment_actions"),
    *("comment_form", "subscriptions", "account"),
    "print",
]
ASSETS = {
    "vestnik.css": [f"portal/css/{name}.css" for name in _STYLES_OF_PAGES],
    "admin.css": [
        f"portal/css/{name}.css"
        for name in (
            *("tokens", "admin", "admin_desk", "admin_article", "admin_texts", "admin_digest"),
            "admin_incoming",
            *("admin_front", "editor"),
        )
    ],
    "vestnik.js": ["portal/js/vestnik.js", "portal/js/discussion.js", "portal/js/writing.js"],
    "moderation.css": ["portal/css/moderation.css", "portal/css/moderation_case.css"],
    "passkeys.js": ["portal/js/passkeys.js"],
    "moderation.js": ["portal/js/moderation.js"],
    "desk.js": [f"portal/js/{name}.js" for name in ("desk", "pasting", "body_editor", "pins")],
    "focal.js": ["portal/js/focal.js"],
    "editor.css": ["portal/css/editor.css"],
    "editor.js": ["portal/js/pasting.js", "portal/js/body_editor.js"],
    "htmx.js": ["django_htmx/htmx-2.min.js"],
}
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_ADDRESS = re.compile(r"(?P<stem>[a-z]+)\.(?P<digest>[0-9a-f]{12})\.(?P<extension>css|js)")
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """`bodies` by content encoding; the empty one is plain."""

    name: str
    digest: str
    bodies: dict[str, bytes]

    @cached_property
    def url(self) -> str:
        stem, extension = self.name.split(".")
        return reverse("asset", args=[f"{stem}.{self.digest}.{extension}"])


def get_asset(name: str) -> Asset:
    paths = _paths(name)
    stamp = max(path.stat().st_mtime_ns for path in paths) if settings.DEBUG else 0
    return _join(name, paths, stamp)


@lru_cache(maxsize=16)
def _paths(name: str) -> tuple[Path, ...]:
    return tuple(Path(_find(path)) for path in ASSETS[name])


def _find(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"no static file {path}")
    return found


@lru_cache(maxsize=16)
def _join(name: str, paths: tuple[Path, ...], stamp: int) -> Asset:
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    body = (_squeezed(text) if name.endswith(".css") else text).encode()
    bodies = {"": body, "br": brotli.compress(body), "gzip": gzip.compress(body, mtime=0)}
    return Asset(name, sha256(body).hexdigest()[:12], bodies)


def _squeezed(css: str) -> str:
    """Without comments and runs of blanks; compression does the rest."""
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Pages cached from before a deployment name an older hash: they get today's file, uncached."""
    address = _ADDRESS.fullmatch(name)
    own_name = f"{address['stem']}.{address['extension']}" if address else ""
    if not address or own_name not in ASSETS:
        raise Http404
    wanted = get_asset(own_name)
    encoding = _encoding_for(request)
    response = HttpResponse(wanted.bodies[encoding], content_type=_TYPES[address["extension"]])
    if encoding:
        response["Content-Encoding"] = encoding
    response["Cache-Control"] = _FOR_GOOD if wanted.digest == address["digest"] else "no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _encoding_for(request: HttpRequest) -> str:
    offered = {part.strip() for part in request.headers.get("Accept-Encoding", "").split(",")}
    return next((encoding for encoding in ("br", "gzip") if encoding in offered), "")
