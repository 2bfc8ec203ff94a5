#!/usr/bin/env python
"""Django's command line, with the services that a command needs.

Where the environment names no PostgreSQL and Redis, the checkout's own embedded ones are used:
those of a running `make run`, or else a set started for the time of this command.
"""

import os
import sys
from pathlib import Path

import environ


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    environ.Env.read_env(Path(__file__).parent / ".env")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from portal import embedded

    try:
        with embedded.services():
            if mail_sink := embedded.email_url():
                os.environ.setdefault("EMAIL_URL", mail_sink)
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, embedded.EmbeddedError) as error:
        sys.exit(f"vestnik: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
