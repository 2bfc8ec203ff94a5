from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from news import suppressions


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"
    verbose_name = _("Subscriptions")

    def ready(self) -> None:
        """The one signal here: django-anymail tells in no other way what its webhooks heard."""
        from subscriptions import bounces
        from subscriptions.models import Suppression

        suppressions.known_to(self.name, Suppression.objects.among)
        if find_spec("anymail"):
            from anymail.signals import tracking

            tracking.connect(bounces.hear_provider, dispatch_uid="bounces")
