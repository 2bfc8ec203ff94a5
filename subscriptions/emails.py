"""The letters of this app, one function for each kind.

NAME_subject.txt, NAME.txt and NAME.html in templates/subscriptions/email/ are one letter.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from news import mail
from news.mail import Letter
from news.models import Article
from subscriptions import consent, links
from subscriptions.models import AddressChange, Alarm, Subscription


def confirmation(subscription: Subscription) -> EmailMultiAlternatives:
    """Asks the owner of the address whether they want the digest (double opt-in)."""
    context = {
        "subscription": subscription,
        "confirm_url": links.CONFIRM.url(subscription),
        "days": links.CONFIRM.max_age.days if links.CONFIRM.max_age else None,
    }
    return _message("confirmation", subscription.email, subscription.language, context)


def already_subscribed(subscription: Subscription) -> EmailMultiAlternatives:
    """Tells the owner, and nobody else, that the address gets the digest already."""
    context = {
        "subscription": subscription,
        "preferences_url": links.PREFERENCES.url(subscription),
        "unsubscribe_url": links.UNSUBSCRIBE.url(subscription),
    }
    return _message("already_subscribed", subscription.email, subscription.language, context)


def address_confirmation(change: AddressChange) -> EmailMultiAlternatives:
    """Asks the owner of the new address whether the digest is to come there."""
    context = {
        "change": change,
        "confirm_url": links.CONFIRM_ADDRESS.url(change),
        "days": AddressChange.OPEN_FOR.days,
    }
    return _message("address_confirmation", change.new_email, change.language, context)


def address_warning(change: AddressChange) -> EmailMultiAlternatives:
    """Tells the owner of the old address, who may not be the one who asked."""
    context = {
        "change": change,
        "keep_url": links.KEEP_ADDRESS.url(change),
        "days": AddressChange.OPEN_FOR.days,
    }
    return _message("address_warning", change.old_email, change.language, context)


def alarm(alarm: Alarm, to: list[str]) -> EmailMultiAlternatives:
    """Tells those who look after the digest what is wrong, all in one letter."""
    if alarm.edition_id:
        path = reverse("admin:subscriptions_edition_change", args=[alarm.edition_id])
    else:
        path = reverse("admin:subscriptions_edition_changelist")
    context = {"alarm": alarm, "desk_url": settings.SITE_URL + path}
    message = _message("alarm", to[0], settings.LANGUAGE_CODE, context)
    message.to = to
    return message


def digest(
    articles: list[Article],
    more: int,
    discussed: list[Article],
    note: str,
    until: datetime,
    language: str,
    unsubscribe_url: str,
    preferences_url: str,
) -> Letter:
    """`articles` have their texts in `language`; `more` were published and don't fit in.

    `discussed` are older ones with many comments; `note` is what the editors say today, or empty.
    """
    context = {
        "articles": articles,
        "more": more,
        "discussed": discussed,
        "note": note,
        "total": len(articles) + more,
        "others": len(articles) + more - 1,
        "until": timezone.localtime(until, timezone.get_default_timezone()),
        "unsubscribe_url": unsubscribe_url,
        "preferences_url": preferences_url,
    }
    return render("digest", language, context)


def digest_test(letter: Letter, email: str, language: str) -> EmailMultiAlternatives:
    """The digest as a test, marked as one; nothing of it is a delivery."""
    with translation.override(language):
        subject = _("Test: %(subject)s") % {"subject": letter.subject}
    return mail.message(Letter(subject, letter.text, letter.html), email, language)


def render(name: str, language: str, context: dict[str, Any]) -> Letter:
    context = {"consent": consent.wording(language), **context}
    return mail.render(f"subscriptions/email/{name}", language, context)


def _message(
    name: str, email: str, language: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    return mail.message(render(name, language, context), email, language)
