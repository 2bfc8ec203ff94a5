"""What pages about an account show besides their forms."""

from dataclasses import dataclass

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import second_factor, social

register = template.Library()

_PAGES: list[tuple[str, Promise]] = [
    ("comments:followed", gettext_lazy("Discussions")),
    ("news:my_responses", gettext_lazy("Responses")),
    ("subscriptions:my_preferences", gettext_lazy("Digest")),
    ("account_settings", gettext_lazy("Settings")),
    ("account_email", gettext_lazy("E-mail")),
    ("account_change_password", gettext_lazy("Password")),
    ("mfa_index", gettext_lazy("Security")),
    ("socialaccount_connections", gettext_lazy("Other sites")),
    ("usersessions_list", gettext_lazy("Devices")),
    ("account_data", gettext_lazy("My data")),
]
# The first that is named wins: most browsers claim to be others, too.
_BROWSERS = [
    *(("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Edg", "Edge"), ("OPR/", "Opera")),
    *(("YaBrowser/", "Yandex"), ("SamsungBrowser/", "Samsung Internet"), ("CriOS/", "Chrome")),
    *(("Chrome/", "Chrome"), ("Safari/", "Safari")),
]
_SYSTEMS = [
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
]


@dataclass(frozen=True)
class AccountPage:
    url: str
    label: str
    is_current: bool


@register.simple_tag(takes_context=True)
def account_pages(context: template.Context) -> list[AccountPage]:
    """Those of the menu; a page below one of them counts as it."""
    path = context["request"].path
    hidden = set() if settings.SOCIAL_PROVIDERS else {"socialaccount_connections"}
    urls = [(reverse(name), str(label)) for name, label in _PAGES if name not in hidden]
    return [AccountPage(url, label, path.startswith(url)) for url, label in urls]


@register.simple_tag(takes_context=True)
def way_back_to_the_desk(context: template.Context) -> str:
    """For whoever was led from there to set up a second factor, and has done so."""
    return second_factor.way_back(context["request"])


@register.simple_tag
def other_sites() -> list[SocialApp]:
    """By which people may log in, in the order of the settings."""
    known = {app.provider_id or app.provider: app for app in get_adapter().list_apps(None)}
    return [known[name] for name in settings.SOCIAL_PROVIDERS]


@register.simple_tag(takes_context=True)
def connected_sites(context: template.Context) -> list[SocialAccount]:
    """The reader's accounts on those."""
    return list(social.connections(context["request"].user))


@register.filter
def device(user_agent: str) -> str:
    """A name by which people know their own devices again: Firefox, Windows."""
    browser = _first(_BROWSERS, user_agent) or _("Unknown browser")
    system = _first(_SYSTEMS, user_agent)
    return f"{browser}, {system}" if system else browser


def _first(known: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
