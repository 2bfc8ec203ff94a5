"""Asks a machine for a translation, by the HTTP API that LibreTranslate has made common.

POST /translate with {"q": …, "source": "en", "target": "ru", "format": "html" | "text"} answers
{"translatedText": …}, or {"error": …} with another status than 200.
https://docs.libretranslate.com/
"""

import json
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from news.connections import Connection, Deadline
from news.models import MachineTranslation

DEADLINE = 180  # seconds, for all parts of an article
MOST_BYTES = 4 * 2**20

Trouble = MachineTranslation.Trouble


class TranslationFailed(Exception):
    """There is no translation; `trouble` says why, `detail` more of it, for an editor.

    What `is_passing` may go well by itself later.
    """

    def __init__(self, trouble: Trouble, detail: object = "", *, is_passing: bool = False) -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble, self.detail = trouble, str(detail)[:300]
        self.is_passing = is_passing


class Translator:
    """From `source` to `target`, within one deadline for all that is asked of it."""

    def __init__(self, source: str, target: str) -> None:
        self._languages = {"source": source, "target": target}
        self._deadline = Deadline(DEADLINE)

    def words(self, text: str) -> str:
        """`text` in one line. Raises TranslationFailed, as does the other."""
        return " ".join(self._translate(text, "text").split())

    def html(self, html: str) -> str:
        return self._translate(html, "html")

    def _translate(self, text: str, form: str) -> str:
        if not text.strip():
            return ""
        key = {"api_key": settings.TRANSLATOR_KEY} if settings.TRANSLATOR_KEY else {}
        answer = self._ask({"q": text, "format": form, **self._languages, **key})
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, str) or not translated.strip():
            raise TranslationFailed(Trouble.GARBLED)
        return translated

    def _ask(self, question: dict[str, str]) -> Any:
        place = urlsplit(settings.TRANSLATOR_URL)
        is_secure = place.scheme == "https"
        port = place.port or (443 if is_secure else 80)
        connection = Connection(place.hostname or "", port, self._deadline, is_secure=is_secure)
        headers = {"Content-Type": "application/json", "Connection": "close"}
        try:
            path = f"{place.path.rstrip('/')}/translate"
            connection.request("POST", path, json.dumps(question).encode(), headers)
            with connection.getresponse() as response:
                return _read(response)
        except TimeoutError:
            raise TranslationFailed(Trouble.TOO_SLOW, is_passing=True) from None
        except OSError as error:
            raise TranslationFailed(Trouble.UNREACHABLE, error, is_passing=True) from error
        except (HTTPException, ValueError, RecursionError) as error:
            raise TranslationFailed(Trouble.GARBLED, type(error).__name__) from error
        finally:
            connection.close()


def _read(response: HTTPResponse) -> Any:
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TranslationFailed(Trouble.TOO_LARGE, f"> {MOST_BYTES // 2**20} MiB")
    if response.status != 200:
        is_busy = response.status == HTTPStatus.TOO_MANY_REQUESTS
        raise TranslationFailed(
            Trouble.BUSY if is_busy else Trouble.STATUS,
            f"{response.status} {_reason(body)}".strip(),
            is_passing=is_busy or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        )
    return json.loads(body)


def _reason(body: bytes) -> str:
    """What it says itself, if that is for people."""
    try:
        said = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return " ".join(str(said).split())[:200]
