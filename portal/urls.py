from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from news import sitemaps
from news.beacon import beacon
from portal import assets, views
from subscriptions.views import past
from subscriptions.webhook import mail_events

urlpatterns = [
    path("admin/", admin.site.urls),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-lists.xml", sitemaps.lists, name="sitemap_lists"),
    path("sitemap-articles-<int:number>.xml", sitemaps.articles, name="sitemap_articles"),
    path("sitemap-digests.xml", past.sitemap, name="sitemap_digests"),
    path("sitemap-news.xml", sitemaps.news, name="sitemap_news"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("assets/<str:name>", assets.asset, name="asset"),
    path("beacon/<int:pk>.gif", beacon, name="beacon"),
    path("mail/events/", mail_events, name="mail_events"),
    # Other sites know one address of ours each, which therefore has no language.
    path(
        "accounts/social/github/callback/",
        views.social_callback,
        {"provider_id": "github"},
        name="github_callback",
    ),
    path(
        "accounts/social/<slug:provider_id>/callback/",
        views.social_callback,
        name="openid_connect_callback",
    ),
    *i18n_patterns(
        path("", include("news.urls")),
        path("", include("comments.urls")),
        path("subscriptions/", include("subscriptions.urls")),
        path("digests/", include("subscriptions.past_urls")),
        path("accounts/settings/", views.account_settings, name="account_settings"),
        path("accounts/data/", views.account_data, name="account_data"),
        path("accounts/data/delete/", views.account_delete, name="account_delete"),
        path("accounts/deleted/", views.account_deleted, name="account_deleted"),
        re_path(
            r"^accounts/data/export\.(?P<kind>json|html)$",
            views.account_export,
            name="account_export",
        ),
        path("accounts/social/", views.social_connections, name="socialaccount_connections"),
        path("accounts/social/signup/", views.social_signup, name="socialaccount_signup"),
        path(
            "accounts/social/cancelled/",
            views.social_cancelled,
            name="socialaccount_login_cancelled",
        ),
        path("accounts/social/<slug:provider_id>/login/", views.social_login, name="social_login"),
        path("accounts/", include("allauth.account.urls")),
        path("accounts/2fa/", include("allauth.mfa.urls")),
        path("accounts/sessions/", include("allauth.usersessions.urls")),
    ),
]
if settings.SERVE_FILES:
    media = {"document_root": settings.MEDIA_ROOT}
    urlpatterns.append(path("media/<path:path>", serve, media, name="media"))

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler429 = "portal.errors.too_many_requests"
handler500 = "portal.errors.server_error"
