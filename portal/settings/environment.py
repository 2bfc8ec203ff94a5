"""How settings are read: from the environment, which a file `.env` may fill.

What can't be used names its variable, and never shows a value: some have passwords.
"""

from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.encoding import punycode

BASE_DIR = Path(__file__).resolve().parents[2]
environ.Env.read_env(BASE_DIR / ".env")
env = environ.Env()

T = TypeVar("T")


def read(name: str, cast: type[T], default: Any = environ.Env.NOTSET) -> T:
    """The environment variable `name` as a `cast`; names the variable when it can't be read."""
    try:
        return env.get_value(name, cast=cast, default=default)
    except ImproperlyConfigured:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example.") from None
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} can't be used: {error}. See .env.example.") from None


def read_url(name: str, schemes: tuple[str, ...], default: Any = environ.Env.NOTSET) -> str:
    """A URL with one of `schemes` and a host."""
    url = read(name, str, default)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or not parts.hostname:
        wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} must be a URL such as {wanted}. See .env.example.")
    return url


def read_mailbox(name: str) -> str:
    """A maildir of this machine or an IMAP folder, as a URL; empty where it is not set."""
    url = read(name, str, "")
    if url.startswith("maildir:///"):
        return url
    return url and read_url(name, ("imap+ssl", "imap+tls", "imap"))


def read_domains(name: str) -> frozenset[str]:
    """Names, and files that have one on each line ("/etc/…")."""
    domains: list[str] = []
    for entry in read(name, list, []):
        try:
            names = Path(entry).read_text().split() if entry.startswith("/") else [entry]
            domains += [punycode(name).lower() for name in names]
        except (OSError, UnicodeError) as error:
            raise ImproperlyConfigured(
                f"{name} can't be used: {error}. See .env.example."
            ) from None
    return frozenset(domains)


def read_day(name: str) -> date | None:
    """A day such as 2026-11-05; None where it is not set."""
    text = read(name, str, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a day such as 2026-11-05.") from None


def read_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks such as 10.1.0.0/16, separated by commas."""
    try:
        return [ip_network(network.strip()) for network in read(name, list, [])]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. See .env.example.") from None
