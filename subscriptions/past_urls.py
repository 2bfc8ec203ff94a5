from django.urls import path

from subscriptions.views import past

app_name = "digests"
urlpatterns = [
    path("", past.past, name="past"),
    path("<day:on>/", past.edition, name="edition"),
    path("feed.<feed_ending:ending>", past.feed, name="feed"),
]
