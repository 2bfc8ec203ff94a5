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
        path("accounts/", include("allauth.urls")),
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
