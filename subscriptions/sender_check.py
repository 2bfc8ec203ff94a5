"""Will mail of ours be taken? What can be known of it before the first digest leaves.

SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of the sender's domain, asked of the DNS, and
the settings that letters hang on. Large mail services refuse senders without them.
"""

import re
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from subscriptions.addresses import normalise
from subscriptions.models import SenderCheck

WAIT = 3  # seconds for each question; there are about five

OK, WARNING, MISSING, UNKNOWN = "ok", "warning", "missing", "unknown"

LEVELS = {
    OK: _("Good"),
    WARNING: _("Look at it"),
    MISSING: _("Missing"),
    UNKNOWN: _("Not known"),
}
TEXTS = {
    "ok": "%(it)s",
    "sender_invalid": _("DEFAULT_FROM_EMAIL has no address: %(it)s"),
    "sender_example": _("DEFAULT_FROM_EMAIL still has the address of the example: %(it)s"),
    "site_not_https": _(
        "SITE_URL is %(it)s. Mail programs offer unsubscribing with one click only to an https "
        "address."
    ),
    "mail_local": _(
        "EMAIL_URL leads to this machine (%(it)s). That is right only if a mail server runs here "
        "which signs with DKIM."
    ),
    "spf_none": _("%(it)s has no SPF record: add a TXT record that names who may send for it."),
    "spf_many": _("%(it)s has several SPF records, which counts as none: merge them into one."),
    "spf_everybody": _("The SPF record of %(it)s lets everybody send for it: end it with ~all."),
    "spf_open": _(
        "The SPF record of %(it)s does not say what holds for all others: end it with ~all."
    ),
    "dkim_selector": _(
        "DKIM_SELECTOR is not set, so the key of %(it)s can’t be looked up. Your mail server or "
        "provider tells the selector it signs with."
    ),
    "dkim_none": _("There is no DKIM key at %(it)s: publish the one your mail server signs with."),
    "dkim_revoked": _("The DKIM key at %(it)s is empty, which means that it was revoked."),
    "dmarc_none": _("%(it)s has no DMARC record: add “v=DMARC1; p=none” at least."),
    "dmarc_broken": _("The DMARC record of %(it)s has no policy (p=)."),
    "mx_none": _("%(it)s takes no mail (no MX record), so bounces and answers are lost."),
    "dns_silent": _("The DNS did not answer about %(it)s within some seconds. Try again."),
}


class Finding(NamedTuple):
    """`code` names its words in TEXTS; `it` is what stands in them."""

    what: str
    level: str
    code: str
    it: str

    @property
    def label(self) -> str:
        return str(LEVELS[self.level])

    def __str__(self) -> str:
        return str(TEXTS[self.code]) % {"it": self.it}


def sender() -> str:
    """The address that digests come from, in its normal form; empty where there is none."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        return normalise(address) if "@" in address else ""
    except ValidationError:
        return ""


def check() -> SenderCheck:
    """Look now, and keep what was found."""
    address = sender()
    found = list(_findings(address))
    is_ok = all(finding.level in (OK, WARNING) for finding in found)
    return SenderCheck.objects.create(sender=address, is_ok=is_ok, findings=found)


def findings_of(check: SenderCheck) -> list[Finding]:
    return [Finding(*finding) for finding in check.findings]


def _findings(address: str) -> Iterator[Finding]:
    yield from _settings(address)
    domain = address.rpartition("@")[2]
    if domain:
        for ask in (_spf, _dkim, _dmarc, _mx):
            try:
                yield ask(domain)
            except dns.exception.DNSException:
                yield Finding(ask.__name__[1:].upper(), UNKNOWN, "dns_silent", domain)


def _settings(address: str) -> Iterator[Finding]:
    if not address.rpartition("@")[2]:
        yield Finding("From", MISSING, "sender_invalid", settings.DEFAULT_FROM_EMAIL)
    elif re.search(r"[@.]example\.(?:org|com|net)$", address):
        yield Finding("From", MISSING, "sender_example", address)
    else:
        yield Finding("From", OK, "ok", address)
    is_https = urlsplit(settings.SITE_URL).scheme == "https"
    yield Finding(
        "List-Unsubscribe",
        OK if is_https else MISSING,
        "ok" if is_https else "site_not_https",
        settings.SITE_URL,
    )
    if not settings.EMAIL_PROVIDER and settings.EMAIL_HOST in ("localhost", "127.0.0.1", "::1"):
        yield Finding("SMTP", WARNING, "mail_local", settings.EMAIL_HOST)
    else:
        yield Finding("SMTP", OK, "ok", settings.EMAIL_PROVIDER or settings.EMAIL_HOST)


def _spf(domain: str) -> Finding:
    records = [text for text in _texts(domain) if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
    if len(records) != 1:
        return Finding("SPF", MISSING, "spf_many" if records else "spf_none", domain)
    words = records[0].lower().split()
    if "all" in words or "+all" in words:
        return Finding("SPF", MISSING, "spf_everybody", domain)
    if not any(word.endswith("all") or word.startswith("redirect=") for word in words):
        return Finding("SPF", WARNING, "spf_open", domain)
    return Finding("SPF", OK, "ok", records[0])


def _dkim(domain: str) -> Finding:
    if not settings.DKIM_SELECTOR:
        return Finding("DKIM", MISSING, "dkim_selector", domain)
    name = f"{settings.DKIM_SELECTOR}._domainkey.{domain}"
    keys = [tags["p"] for tags in map(_tags, _texts(name)) if "p" in tags]
    if not keys:
        return Finding("DKIM", MISSING, "dkim_none", name)
    if not any(keys):
        return Finding("DKIM", MISSING, "dkim_revoked", name)
    return Finding("DKIM", OK, "ok", name)


def _dmarc(domain: str) -> Finding:
    """That of the domain, or of one above it, which counts for it."""
    labels = domain.split(".")
    for above in range(max(len(labels) - 1, 1)):
        name = f"_dmarc.{'.'.join(labels[above:])}"
        records = [text for text in _texts(name) if text.lower().startswith("v=dmarc1")]
        if len(records) == 1:
            code = "ok" if _tags(records[0]).get("p") else "dmarc_broken"
            level = OK if code == "ok" else MISSING
            return Finding("DMARC", level, code, records[0] if level == OK else name)
    return Finding("DMARC", MISSING, "dmarc_none", domain)


def _mx(domain: str) -> Finding:
    hosts = [str(record.exchange) for record in _ask(domain, "MX")]
    found = [host for host in hosts if host != "."]
    if not found:
        return Finding("MX", WARNING, "mx_none", domain)
    return Finding("MX", OK, "ok", ", ".join(sorted(found)))


def _tags(record: str) -> dict[str, str]:
    """Of "v=DKIM1; k=rsa; p=…"."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _is, value in pairs}


def _texts(name: str) -> list[str]:
    """TXT records, whose pieces belong together without a blank."""
    found = (b"".join(record.strings) for record in _ask(name, "TXT"))
    return [text.decode(errors="replace").strip()[:500] for text in found]


def _ask(name: str, kind: str) -> list[Any]:
    """Empty where there is none; raises DNSException where that isn't known."""
    try:
        return list(_resolver().resolve(name, kind, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []


def _resolver() -> dns.resolver.Resolver:
    """The machine's own, or the one that DNS_SERVER names."""
    host, _colon, port = settings.DNS_SERVER.partition(":")
    resolver = dns.resolver.Resolver(configure=not host)
    if host:
        resolver.nameservers, resolver.port = [host], int(port or 53)
    resolver.timeout = resolver.lifetime = WAIT
    return resolver
