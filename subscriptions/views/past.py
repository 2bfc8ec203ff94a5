"""Digests that were sent, for everybody: the list, each day's page, the sitemap and the feeds."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import conditional_page, require_safe

from news import sitemaps
from news.addresses import absolute
from news.paging import keyset_page
from subscriptions.models import Edition, EditionQuerySet
from subscriptions.past import with_articles
from subscriptions.past_feed import LONGEST, DigestFeed

_MOST_IN_SITEMAP = 20_000  # 50,000 addresses are allowed


@require_safe
def past(request: HttpRequest) -> HttpResponse:
    page = keyset_page(_on_the_web(), ("-shown_on",), request.GET)
    context = {"page": page, "digests": with_articles(page.items)}
    return render(request, "subscriptions/past.html", context)


@require_safe
def edition(request: HttpRequest, on: date) -> HttpResponse:
    shown = get_object_or_404(_on_the_web(), shown_on=on)
    if request.path != (address := reverse("digests:edition", args=[on])):
        return redirect(address, permanent=True)
    [digest] = with_articles([shown])
    pages, lists = _other_addresses(on)
    context = {"digest": digest, "pages": pages, "addresses": pages | lists}
    return render(request, "subscriptions/past_edition.html", context)


@conditional_page
@require_safe
def feed(request: HttpRequest, ending: str) -> HttpResponse:
    newest = _on_the_web().order_by("-shown_on")[:LONGEST]
    response = DigestFeed(ending, with_articles(newest))(request)
    patch_cache_control(response, public=True, no_cache=True)
    return response


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The list in every language, and every day's page in those that it has."""
    pages = []
    for language, _name in settings.LANGUAGES:
        shown = Edition.objects.on_the_web().filter(language=language).order_by("shown_on")
        with translation.override(language):
            addresses = [reverse("digests:past")]
            days = shown.values_list("shown_on", flat=True)[:_MOST_IN_SITEMAP]
            addresses += [reverse("digests:edition", args=[day]) for day in days]
        pages += [sitemaps.Page(absolute(address), language) for address in addresses]
    return sitemaps.xml(request, "pages.xml", {"pages": pages})


def _on_the_web() -> EditionQuerySet:
    """In the language of the page."""
    return Edition.objects.on_the_web().filter(language=get_language())


def _other_addresses(on: date) -> tuple[dict[str, str], dict[str, str]]:
    """By language: the digests of the day in others, and the list where there is none."""
    shown = Edition.objects.on_the_web().filter(shown_on=on)
    pages, lists = {}, {}
    there = set(shown.values_list("language", flat=True))
    for language in {code for code, _name in settings.LANGUAGES} - {get_language()}:
        with translation.override(language):
            if language in there:
                pages[language] = reverse("digests:edition", args=[on])
            else:
                lists[language] = reverse("digests:past")
    return pages, lists
