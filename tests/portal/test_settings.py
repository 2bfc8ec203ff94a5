"""Wrong settings name the variable and why, when anything starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", None, "SECRET_KEY is not set"),
        (
            "DATABASE_URL",
            "mysql://u:hidden@h/d",
            "DATABASE_URL must be a URL such as postgresql://",
        ),
        ("DATABASE_URL", "postgresql://u:hidden@h:port/d", "DATABASE_URL must be a URL"),
        ("REDIS_URL", "memory://", "REDIS_URL must be a URL such as redis://"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE must be an IANA name"),
        ("DATABASE_POOL_SIZE", "many", "DATABASE_POOL_SIZE can't be used"),
        ("SITE_URL", "news.example.org", "SITE_URL must be a URL"),
        ("EMAIL_URL", "pigeon://x", "EMAIL_URL must be a URL such as smtp://"),
        ("SOCIAL_PROVIDERS", "github", "SOCIAL_GITHUB_CLIENT_ID is not set"),
        ("SOCIAL_PROVIDERS", "our login", "SOCIAL_PROVIDERS: 'our login' must be of a-z"),
        ("REFUSED_MAIL_DOMAINS", "a.org,/nowhere/at/all", "REFUSED_MAIL_DOMAINS can't be used"),
        ("BOUNCES_URL", "pop3://u:hidden@h", "BOUNCES_URL must be a URL such as imap+ssl://"),
    ],
)
def test_a_wrong_setting_is_named_and_no_password_shown(name, value, said):
    environment = {k: v for k, v in os.environ.items() if k != name}
    if value is not None:
        environment[name] = value
    result = check(environment)
    assert result.returncode == 1
    assert said in result.stderr
    assert "hidden" not in result.stderr
    assert "Traceback" not in result.stderr


OURS = {"CLIENT_ID": "vestnik", "SECRET": "hidden", "URL": "https://login.example.org"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"URL": "http://login.example.org"}, "SOCIAL_OUR_LOGIN_URL must be https"),
        ({"URL": ""}, "SOCIAL_OUR_LOGIN_URL must be a URL such as https://"),
        ({"SECRET": ""}, "SOCIAL_OUR_LOGIN_SECRET is empty"),
        ({}, ""),
    ],
)
def test_a_site_to_log_in_by_needs_all_its_settings(changed, said):
    of_site = {f"SOCIAL_OUR_LOGIN_{part}": value for part, value in (OURS | changed).items()}
    result = check(os.environ | of_site | {"SOCIAL_PROVIDERS": "our-login,google"} | GOOGLE)
    assert result.returncode == bool(said)
    assert said in result.stderr
    assert "hidden" not in result.stderr


GOOGLE = {"SOCIAL_GOOGLE_CLIENT_ID": "vestnik", "SOCIAL_GOOGLE_SECRET": "hidden"}


def check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(
        command, cwd=Path(settings.BASE_DIR), env=environment, capture_output=True, text=True
    )
