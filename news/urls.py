from django.urls import path, register_converter
from django.urls.converters import StringConverter

from news import feeds, views
from news.feed_formats import FORMATS


class FeedEnding(StringConverter):
    regex = "|".join(FORMATS)


register_converter(FeedEnding, "feed_ending")

app_name = "news"
urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("articles/", views.archive, name="archive"),
    path("search/", views.search, name="search"),
    path("articles/<int:pk>-<str:slug>/", views.article, name="article"),
    path("articles/<int:pk>-<str:slug>/vote/", views.vote, name="vote"),
    path("rubrics/<slug:slug>/", views.rubric, name="rubric"),
    path("sources/<slug:slug>/", views.source, name="source"),
    path("about/views/", views.views_rule, name="views_rule"),
    path("entities/<slug:slug>/", views.entity, name="entity"),
    path("feed.<feed_ending:ending>", feeds.everything, name="feed"),
    path("rubrics/<slug:slug>/feed.<feed_ending:ending>", feeds.rubric, name="rubric_feed"),
    path("sources/<slug:slug>/feed.<feed_ending:ending>", feeds.source, name="source_feed"),
    path("entities/<slug:slug>/feed.<feed_ending:ending>", feeds.entity, name="entity_feed"),
]
