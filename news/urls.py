from django.urls import path, register_converter

from news import converters, feeds, response_views, views

register_converter(converters.FeedEnding, "feed_ending")
register_converter(converters.Day, "day")

app_name = "news"
urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("articles/", views.archive, name="archive"),
    path("search/", views.search, name="search"),
    path("articles/<int:pk>-<str:slug>/", views.article, name="article"),
    path("articles/<int:pk>-<str:slug>/vote/", views.vote, name="vote"),
    path("articles/<int:pk>-<str:slug>/responses/", views.responses, name="responses"),
    path("articles/<int:pk>-<str:slug>/respond/", response_views.respond, name="respond"),
    path("responses/", response_views.my_responses, name="my_responses"),
    path("responses/<int:pk>/", response_views.my_response, name="my_response"),
    path("articles/<int:pk>/preview/", views.preview_own, name="preview_own"),
    path("preview/<str:token>/", views.preview, name="preview"),
    path("articles/<day:on>/", views.day, name="day"),
    path("rubrics/<slug:slug>/", views.rubric, name="rubric"),
    path("sources/<slug:slug>/", views.source, name="source"),
    path("about/views/", views.views_rule, name="views_rule"),
    path("entities/", views.entity_names, name="entity_names"),
    path("entities/<slug:slug>/", views.entity, name="entity"),
    path("users/<str:username>/responses/", views.responses_by, name="responses_by"),
    path("feed.<feed_ending:ending>", feeds.everything, name="feed"),
    path("rubrics/<slug:slug>/feed.<feed_ending:ending>", feeds.rubric, name="rubric_feed"),
    path("sources/<slug:slug>/feed.<feed_ending:ending>", feeds.source, name="source_feed"),
    path("entities/<slug:slug>/feed.<feed_ending:ending>", feeds.entity, name="entity_feed"),
    path(
        "articles/<int:pk>-<str:slug>/responses/feed.<feed_ending:ending>",
        feeds.responses,
        name="responses_feed",
    ),
    path(
        "users/<str:username>/responses/feed.<feed_ending:ending>",
        feeds.responses_by,
        name="responses_by_feed",
    ),
]
