"""Roles are groups, so that an administrator can see and change what each may do.

What a role may do with which row is said where the row is: `news.admin` keeps authors to their own
articles and translators to texts, `portal.admin` keeps administrators from superusers.
"""

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

_ALL = ("add", "change", "view", "delete")
_TEXTS = ("article", "articletext", "correction", "image", "mention", "entity", "entityalias")
# What an installation has besides, and nobody needs to touch.
_MACHINERY = ("admin", "contenttypes", "sessions")

ROLES = {
    "author": [
        *("add_article", "change_article", "view_article"),
        *("add_articletext", "change_articletext", "view_articletext"),
        *("add_image", "change_image", "view_image"),
        *("view_source", "view_rubric", "view_entity", "view_mention", "view_correction"),
        *("view_incomingitem", "change_incomingitem"),
    ],
    "editor": [
        *(f"{verb}_{model}" for model in _TEXTS for verb in _ALL),
        *(f"{verb}_{model}" for model in ("rubric", "source") for verb in _ALL[:3]),
        *(f"{verb}_incomingfeed" for verb in _ALL),
        *("view_incomingitem", "change_incomingitem"),
        *("publish_article", "change_any_article", "translate_article"),
        *("view_subscription", "view_edition", "change_edition", "view_delivery", "view_comment"),
        *(f"{verb}_editorsnote" for verb in _ALL),
    ],
    "translator": [
        *("view_article", "translate_article", "view_image", "view_source", "view_rubric"),
        *("add_articletext", "change_articletext", "view_articletext"),
    ],
    "moderator": [
        *("view_comment", "moderate_comment", "view_commentreport", "view_moderationevent"),
        *("view_discussion", "change_discussion"),
        *(f"{verb}_spamphrase" for verb in _ALL),
    ],
}


def create_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for app in real_apps.get_app_configs():
        # Permissions come after migrations; these are needed now.
        create_permissions(app, verbosity=0)
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(codename__in=codenames))
    administrators, _ = Group.objects.get_or_create(name="administrator")
    every = Permission.objects.exclude(content_type__app_label__in=_MACHINERY)
    administrators.permissions.set(every)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("news", "0001_initial"),
        ("comments", "0001_initial"),
        ("subscriptions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
