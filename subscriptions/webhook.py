"""What a mail provider tells of letters, by django-anymail's webhooks."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def mail_events(request: HttpRequest) -> HttpResponse:
    """Of EMAIL_PROVIDER; not there without it, or without a secret to know it by.

    No cookie entitles here, but the secret that the provider has to show.
    """
    secret = getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET")
    webhook = _webhook(settings.EMAIL_PROVIDER) if secret else None
    if webhook is None:
        raise Http404
    return webhook(request)


def _webhook(provider: str) -> Any:
    if not provider:
        return None
    from anymail.urls import urlpatterns

    name = f"{provider}_tracking_webhook"
    return next((each.callback for each in urlpatterns if each.name == name), None)
