"""Roles are groups, so that an administrator can see and change what each may do."""

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

_NEWS = ["article", "articletext", "correction", "image", "mention", "entity", "entityalias"]

ROLES = {
    "author": [
        *(f"{verb}_{model}" for model in _NEWS for verb in ("add", "change", "view")),
        *("view_incomingitem", "change_incomingitem"),
    ],
    "editor": [
        *(f"{verb}_{model}" for model in _NEWS for verb in ("add", "change", "view", "delete")),
        *(f"{verb}_{model}" for model in ("rubric", "source") for verb in ("add", "change", "view")),
        *(f"{verb}_incomingfeed" for verb in ("add", "change", "view", "delete")),
        *("view_incomingitem", "change_incomingitem"),
        "publish_article",
        *("view_subscription", "view_edition", "change_edition", "view_delivery", "view_comment"),
        *(f"{verb}_editorsnote" for verb in ("add", "change", "view", "delete")),
    ],
    "translator": [
        *("view_article", "change_article", "view_image", "view_source", "view_rubric"),
        *("add_articletext", "change_articletext", "view_articletext"),
    ],
    "moderator": [
        *("view_comment", "moderate_comment", "view_commentreport", "view_moderationevent"),
        *("view_discussion", "change_discussion"),
        *(f"{verb}_spamphrase" for verb in ("add", "change", "view", "delete")),
    ],
}


def create_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for label in ("news", "comments", "subscriptions"):
        # Permissions come after migrations; these are needed now.
        create_permissions(real_apps.get_app_config(label), verbosity=0)
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(codename__in=codenames))


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
