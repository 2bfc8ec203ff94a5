"""For one process that measures: pages are made anew each time, over one connection."""

from benchmarks.settings import *  # noqa: F403

MIDDLEWARE = [name for name in MIDDLEWARE if "page_cache" not in name]  # noqa: F405
del DATABASES["default"]["OPTIONS"]["pool"]  # noqa: F405
