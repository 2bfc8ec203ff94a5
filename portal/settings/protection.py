"""Protection: https, cookies, second factors, and what browsers may load."""

from csp.constants import NONCE, NONE, SELF

from .environment import env, read
from .site import SITE_URL
from .stores import S3_BUCKET

_HTTPS = SITE_URL.startswith("https:")
# How many proxies of our own stand before the web server: their entries of X-Forwarded-For are
# trusted, a visitor's are not.
ALLAUTH_TRUSTED_PROXY_COUNT = read("TRUSTED_PROXY_COUNT", int, 0)
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# Whether everybody who works here has to show more than a password (portal.second_factor). By
# default where the site is served by https, as it is in production.
STAFF_SECOND_FACTOR = read("STAFF_SECOND_FACTOR", bool, _HTTPS)
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
_MEDIA_HOST = [f"https://{env('S3_PUBLIC_HOST')}"] if S3_BUCKET and "S3_PUBLIC_HOST" in env else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, SELF],
        "style-src": [NONCE, SELF],
        "img-src": [SELF, "data:", *_MEDIA_HOST],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
