from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("People")


class DeskConfig(admin.AdminConfig):
    """Django's admin, as a site of ours."""

    default = False  # for INSTALLED_APPS to name; "portal" alone means the one above
    default_site = "portal.desk.Desk"
