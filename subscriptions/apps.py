from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"
    verbose_name = _("Subscriptions")

    def ready(self) -> None:
        """The one signal here: django-anymail tells in no other way what its webhooks heard."""
        if find_spec("anymail"):
            from anymail.signals import tracking

            from subscriptions import bounces

            tracking.connect(bounces.hear_provider, dispatch_uid="bounces")
