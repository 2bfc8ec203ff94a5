"""What stands in a digest, and the message made of it, once for all its recipients."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from news import mail
from news.mail import Letter
from news.models import Article, ArticleQuerySet, ArticleText
from subscriptions import emails, links, stencil
from subscriptions.models import Edition, EditorsNote, Subscription
from subscriptions.parcel import Parcel
from subscriptions.slots import previous_slot
from subscriptions.topics import Topics

ARTICLES = 12
DISCUSSED = 5
LATELY = timedelta(days=7)


def choose_articles(language: str, topics: Topics, since: datetime, cut_at: datetime) -> list[int]:
    """The ids of what an edition shows, in its order.

    The pinned lead as they do on the front page, in the editors' order; then what is written in the
    reader's language, and the newest.
    """
    own_text = ArticleText.objects.filter(article=OuterRef("pk"), language=language)
    articles = _published(topics, since, cut_at).pinned_first(
        Exists(own_text).desc(), "-published_at", "-pk"
    )
    return list(articles.values_list("pk", flat=True)[:ARTICLES])


def compose(edition_id: int) -> Edition | None:
    """Render the edition, if nobody has yet; cancel it if all its articles were taken back."""
    with transaction.atomic():
        # Without the key, or planners that add deliveries to it would have to wait.
        locked = Edition.objects.select_for_update(no_key=True)
        edition = locked.filter(pk=edition_id).first()
        if edition and edition.state == Edition.State.BUILDING:
            if letter := _letter(edition, list(edition.items.values_list("article_id", flat=True))):
                message = _message(letter, edition.language)
                edition.finish_composing(letter.subject[:250], message)
            else:
                edition.cancel()
        return edition


def preview(subscription: Subscription, now: datetime) -> Letter | None:
    """The digest as it would be, were it cut now; None when there is nothing new."""
    since = subscription.covered_until or previous_slot(subscription, now).at
    return preview_for(subscription.language, Topics.of(subscription), since, now)


def preview_for(language: str, topics: Topics, since: datetime, now: datetime) -> Letter | None:
    """The same for whoever has this language, these topics and this last digest."""
    edition = Edition(language=language, topics=topics.key(), since=since, cut_at=now)
    return _letter(edition, choose_articles(language, topics, since, now))


def _day(moment: datetime) -> date:
    """Of the site, as it stands in the letter's head."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def _published(topics: Topics, since: datetime, cut_at: datetime) -> ArticleQuerySet:
    """Public, and published after `since`, up to and with `cut_at`."""
    articles = Article.objects.published().filter(published_at__gt=since, published_at__lte=cut_at)
    return topics.among(articles)


def most_discussed(edition: Edition, besides: list[int]) -> list[Article]:
    """What is argued about, though the digest doesn't tell of it: of the week before the cut."""
    topics = Topics.from_key(edition.topics)
    lately = _published(topics, edition.cut_at - LATELY, edition.cut_at)
    discussed = lately.filter(comment_count__gt=0).exclude(pk__in=besides)
    in_language = discussed.in_language(edition.language)
    return list(in_language.order_by("-comment_count", "-published_at", "-pk")[:DISCUSSED])


def _letter(edition: Edition, ids: list[int]) -> Letter | None:
    """`ids` may have been chosen a while ago: what is no longer public is left out."""
    public = Article.objects.published().in_language(edition.language)
    by_id = public.select_related("rubric", "source").in_bulk(ids)
    articles = [by_id[pk] for pk in ids if pk in by_id]
    if not articles:
        return None
    total = _published(Topics.from_key(edition.topics), edition.since, edition.cut_at).count()
    return emails.digest(
        articles,
        more=max(total - len(articles), 0),
        discussed=most_discussed(edition, ids),
        note=EditorsNote.of(_day(edition.cut_at), edition.language),
        until=edition.cut_at,
        language=edition.language,
        unsubscribe_url=links.UNSUBSCRIBE.url_of(stencil.UNSUBSCRIBE, edition.language),
        preferences_url=links.PREFERENCES.url_of(stencil.PREFERENCES, edition.language),
    )


class Mail:
    """An edition on its way: for each recipient only bytes are joined."""

    def __init__(self, edition: Edition, date: str) -> None:
        self._stencil = stencil.Stencil(bytes(edition.message or b""))
        self._date = date

    def to(self, parcel: Parcel) -> bytes:
        return self._stencil.fill(
            {
                stencil.TO: parcel.email,
                stencil.DATE: self._date,
                stencil.MESSAGE_ID: parcel.message_id,
                stencil.UNSUBSCRIBE: links.UNSUBSCRIBE.token(parcel.subscription_id),
                stencil.PREFERENCES: links.PREFERENCES.token(parcel.subscription_id),
            }
        )


def _message(letter: Letter, language: str) -> bytes:
    """MIME with CRLF, and marks wherever recipients differ. RFC 2369, 2919, 3834 and 8058."""
    unsubscribe_url = links.UNSUBSCRIBE.url_of(stencil.UNSUBSCRIBE, language)
    headers = {
        "Date": stencil.DATE,
        "Message-ID": stencil.MESSAGE_ID,
        "Content-Language": language,
        "Auto-Submitted": "auto-generated",
        "List-Id": f"<digest.{urlsplit(settings.SITE_URL).hostname}>",
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    message = EmailMultiAlternatives(
        letter.subject, stencil.fold(letter.text), to=[stencil.TO], headers=headers
    )
    message.attach_alternative(stencil.fold(letter.html), "text/html")
    rendered = mail.as_bytes(message)
    stencil.Stencil(rendered)  # raises where a mark was lost
    return rendered
