"""Where things are kept: rows, what is cached, files."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from .environment import BASE_DIR, env, read, read_url
from .site import DEBUG

read_url("DATABASE_URL", ("postgresql", "postgres"))
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,  # a restarted PostgreSQL costs nobody an error page
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": read("DATABASE_POOL_SIZE", int, 4), "timeout": 10}
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = read_url("REDIS_URL", ("redis", "rediss"))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "vestnik",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}

# How old the numbers on visitors' pages may be: views, comments, the list of discussions. What is
# published, edited or retracted shows at once. 0 makes every page anew.
PAGE_CACHE_SECONDS = read("PAGE_CACHE_SECONDS", int, 0 if DEBUG else 30)

# Files

# The web process hands out static files and pictures itself, as they lie in the source; else
# `collectstatic` gathers them, and nginx or a store hands out pictures.
SERVE_FILES = read("SERVE_FILES", bool, DEBUG)
WHITENOISE_USE_FINDERS = SERVE_FILES
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(read("MEDIA_ROOT", str, str(BASE_DIR / "var" / "media")))
S3_BUCKET = read("S3_BUCKET", str, "")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if SERVE_FILES
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if S3_BUCKET:
    if find_spec("storages") is None:
        raise ImproperlyConfigured("S3_BUCKET needs the packages of requirements-s3.txt.")
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": read("S3_ENDPOINT_URL", str, None),
            "region_name": read("S3_REGION", str, None),
            "access_key": read("S3_ACCESS_KEY", str, None),
            "secret_key": read("S3_SECRET_KEY", str, None),
            "custom_domain": read("S3_PUBLIC_HOST", str, None),
            "querystring_auth": False,
            "file_overwrite": False,
        },
    }
# More than two bodies of the longest in Cyrillic (news.forms), so that the field says what is too
# long; a proxy may allow less.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
