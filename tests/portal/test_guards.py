"""Guards for the whole project: what must stay true whatever is added."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.management import call_command
from django.utils import translation

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "portal/locale/ru/LC_MESSAGES/django.po"


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


def test_apps_import_one_way():
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_the_russian_interface_is_complete():
    entries = polib.pofile(str(CATALOGUE))
    assert [entry.msgid for entry in entries if not entry.translated() or entry.fuzzy] == []
    assert [entry.msgid for entry in entries if entry.obsolete] == []


def test_the_compiled_catalogue_is_the_written_one():
    written, compiled = (
        {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in catalogue}
        for catalogue in (
            polib.pofile(str(CATALOGUE)),
            polib.mofile(str(CATALOGUE.with_suffix(".mo"))),
        )
    )
    assert compiled == written


@pytest.mark.skipif(not shutil.which("xgettext"), reason="collecting strings needs gettext")
def test_every_string_of_the_interface_is_in_the_catalogue(tmp_path):
    copy = tmp_path / "copy"
    for name in ("portal", "news", "comments", "subscriptions", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    written = {entry.msgid for entry in polib.pofile(str(CATALOGUE))}
    script = (
        "import django; from django.conf import settings; from django.core.management import "
        "call_command; settings.configure(USE_I18N=True, LOCALE_PATHS=['portal/locale']); "
        "django.setup(); call_command('makemessages', locale=['ru'], no_obsolete=True, verbosity=0)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=copy, check=True, capture_output=True)
    collected = polib.pofile(str(copy / CATALOGUE.relative_to(ROOT)))
    assert {entry.msgid for entry in collected} - written == set()
    assert written - {entry.msgid for entry in collected} == set()


def test_production_settings_pass_djangos_deployment_check():
    environment = {
        **os.environ,
        "DEBUG": "false",
        "SECRET_KEY": "".join(chr(33 + i * 7 % 90) for i in range(64)),
        "SITE_URL": "https://news.example.org",
        "TRUSTED_PROXY_COUNT": "1",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_every_setting_is_listed_in_the_example():
    source = "".join(path.read_text() for path in (ROOT / "portal/settings").glob("*.py"))
    read = set(re.findall(r'read(?:_[a-z]+)?\(\s*"([A-Z0-9_]+)"', source)) | {"EMAIL_URL"}
    listed = set(re.findall(r"^#([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == {name for name in listed if not re.match("ANYMAIL_|SOCIAL_[A-Z]+_", name)}


def test_the_page_for_administrators_lists_every_periodic_task_with_its_interval():
    seconds = {"s": 1, "min": 60, "h": 3600}
    listed = {
        task: float(number) * seconds[unit]
        for row in re.findall(
            r"^\| `(\w+\.tasks\.[^|]+) \| (\d+) (\w+) \|",
            (ROOT / "docs/operations.md").read_text(),
            re.MULTILINE,
        )
        for task in re.findall(r"\w+\.tasks\.\w+", row[0])
        for number, unit in [row[1:]]
    }
    listed.pop("news.tasks.tell_hub")  # only with WEBSUB_HUB
    listed.pop("news.tasks.translate_due")  # only with TRANSLATOR_URL
    listed.pop("subscriptions.tasks.read_bounces")  # only with BOUNCES_URL
    started = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert listed == started


def test_no_app_has_a_drawer_for_odds_and_ends():
    forbidden = {"utils.py", "helpers.py", "services.py", "signals.py"}
    ours = [
        ROOT / config.label
        for config in apps.get_app_configs()
        if config.path.startswith(str(ROOT / config.label))
    ]
    assert [path for app in ours for path in app.rglob("*.py") if path.name in forbidden] == []


OURS = {"portal", "news", "comments", "subscriptions"}


def test_the_desk_names_every_field_in_russian():
    with translation.override("ru"):
        unnamed = {
            f"{model._meta.label}.{name}"
            for desk in admin.site._registry.values()
            for model, name in _fields_shown(desk)
            if desk.model._meta.app_label in OURS
            and not re.search("[А-Яа-яЁё]", str(model._meta.get_field(name).verbose_name))
        }
    assert sorted(unnamed) == []


def _fields_shown(desk):
    """(model, name) of the fields in its list and form, and in those of its inlines."""
    for one in [desk, *(inline(desk.model, admin.site) for inline in desk.inlines)]:
        listed = {name for name in one.list_display if name != "__str__"} if one is desk else set()
        sets = one.fieldsets or [(None, {"fields": one.fields or _editable(one)})]
        names = {*listed, *one.readonly_fields, *flatten_fieldsets(sets)}
        columns = {field.name for field in one.model._meta.fields if not field.primary_key}
        yield from ((one.model, name) for name in names & columns)


def _editable(desk):
    return [field.name for field in desk.model._meta.fields if field.editable]
