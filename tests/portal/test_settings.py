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
        ("BOUNCES_URL", "pop3://u:hidden@h", "BOUNCES_URL must be a URL such as imap+ssl://"),
    ],
)
def test_a_wrong_setting_is_named_and_no_password_shown(name, value, said):
    environment = {k: v for k, v in os.environ.items() if k != name}
    if value is not None:
        environment[name] = value
    command = [sys.executable, "manage.py", "check"]
    result = subprocess.run(
        command, cwd=Path(settings.BASE_DIR), env=environment, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert said in result.stderr
    assert "hidden" not in result.stderr
    assert "Traceback" not in result.stderr
