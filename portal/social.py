"""Logging in by other sites, where settings.SOCIAL_PROVIDERS names some.

They only tell us who somebody is. Their word that an address is confirmed counts as ours would;
it opens no account that was there before: that takes its owner, logged in, to connect the two.
"""

import logging
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess, Provider
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language
from requests import RequestException

from portal import names
from portal.accounts import REGISTERED_AT
from portal.models import User

logger = logging.getLogger(__name__)

_LANGUAGE = "social_language"
# What comes of no answer, and of one that isn't what its protocol says: no JSON, a part missing or
# of a kind that it should not be.
_NO_SENSE = (
    *(RequestException, LookupError, TypeError, ValueError, AttributeError),
    ImproperlyConfigured,  # an id that is too long
)


def provider_called(request: HttpRequest, name: str) -> Provider:
    """Raises Http404 unless it is switched on."""
    if name not in settings.SOCIAL_PROVIDERS:
        raise Http404
    return get_adapter(request).get_provider(request, name)


def begin(request: HttpRequest, provider: Provider) -> HttpResponse:
    """A page that leads on at once: to be redirected there, a form would need a wider CSP.

    Whoever is logged in connects their account with the one over there, others log in by it.
    """
    process = AuthProcess.CONNECT if request.user.is_authenticated else AuthProcess.LOGIN
    request.session[_LANGUAGE] = get_language()
    try:
        answer = provider.redirect(request, process, next_url=get_next_redirect_url(request))
    except _NO_SENSE as error:
        return _out_of_order(request, provider, error)
    context = {"provider": provider, "url": answer.get("Location", "")}
    return render(request, "socialaccount/leave.html", context)


def finish(request: HttpRequest, provider: Provider) -> HttpResponse:
    """They are back, in the language in which they left: the address that they come to has none."""
    language = request.session.get(_LANGUAGE, get_language())
    activate(language)
    request.LANGUAGE_CODE = language
    view = OAuth2CallbackView.adapter_view(provider.get_oauth2_adapter(request))
    try:
        response: HttpResponse = view(request)
    except _NO_SENSE as error:
        response = _out_of_order(request, provider, error)
    patch_vary_headers(response, ["Cookie"])
    return response


def _out_of_order(request: HttpRequest, provider: Provider, error: Exception) -> HttpResponse:
    logger.error("%s can't be used to log in", provider.name, exc_info=error)
    response: HttpResponse = render_authentication_error(request, provider, exception=error)
    return response


def connections(user: User) -> QuerySet[SocialAccount]:
    """By which sites somebody can log in; those that are switched off sleep."""
    return SocialAccount.objects.filter(user=user, provider__in=settings.SOCIAL_PROVIDERS).order_by(
        "pk"
    )


class GitHub(GitHubProvider):
    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        return _kept(data.get("login"))

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The main one: all the others are none of our business."""
        found = super().extract_email_addresses(data)
        return [address for address in found if address.primary]


class OpenIDConnect(OpenIDConnectProvider):
    def extract_uid(self, data: dict[str, Any]) -> str:
        """Both parts of the answer have to be about the same person (OpenID Connect, 5.3.2)."""
        subjects = {part["sub"] for part in data.values()}
        if len(subjects) != 1:
            raise OAuth2Error("userinfo and id_token are about two people")
        return str(super().extract_uid(data))

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        told = self.extract_common_fields(data)
        return _kept(told["username"] or told["email"] or told["name"])

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Some say "false" for false, which would be as good as true."""
        found: list[EmailAddress] = super().extract_email_addresses(data)
        for address in found:
            address.verified = address.verified in (True, "true")
        return found


def _kept(name: object) -> dict[str, str]:
    """By what somebody knows their account over there again. Of pictures, real names and the rest
    that sites tell nothing is kept.
    """
    return {"username": str(name or "")[:100]}


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Those of the settings alone, so that no page asks the database for others."""
        known: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
        apps = [SocialApp(provider=kind, **app) for kind in known for app in known[kind]["APPS"]]
        return [
            app
            for app in apps
            if provider in (None, app.provider, app.provider_id)
            and client_id in (None, app.client_id)
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The key to their account over there is forgotten, and so is each address but one."""
        sociallogin.token = None
        if not sociallogin.is_existing:
            confirmed = [address for address in sociallogin.email_addresses if address.verified][:1]
            sociallogin.email_addresses = confirmed
            for address in confirmed:
                sociallogin.user.email = address.email

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Names and addresses to begin the form with."""
        user: User = sociallogin.user
        user.username, user.email = str(data.get("username") or ""), str(data.get("email") or "")
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, str]:
        """The name from over there is only proposed if it could be had here."""
        name = names.normalise(sociallogin.user.username)
        try:
            names.validate_not_reserved(name)
            get_account_adapter().clean_username(name)
        except ValidationError:
            name = ""
        return {"email": sociallogin.user.email, "username": name}

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        user = super().save_user(request, sociallogin, form)
        request.session[REGISTERED_AT] = sociallogin.state.get("next")
        return user
