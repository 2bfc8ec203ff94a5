from django.urls import path

from news import views

app_name = "news"
urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("articles/", views.archive, name="archive"),
    path("articles/<int:pk>-<str:slug>/", views.article, name="article"),
    path("articles/<int:pk>-<str:slug>/vote/", views.vote, name="vote"),
    path("rubrics/<slug:slug>/", views.rubric, name="rubric"),
    path("sources/<slug:slug>/", views.source, name="source"),
    path("entities/<slug:slug>/", views.entity, name="entity"),
]
