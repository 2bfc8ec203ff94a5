from django.urls import include, path

from comments import views

app_name = "comments"

_comment = [
    path("", views.comment, name="comment"),
    path("reply/", views.reply, name="reply"),
    path("edit/", views.edit, name="edit"),
    path("delete/", views.delete, name="delete"),
]

urlpatterns = [
    path("discussions/", views.discussion_list, name="discussion_list"),
    path(
        "articles/<int:pk>-<str:slug>/comments/",
        include(
            [
                path("", views.discussion, name="discussion"),
                path("new/", views.create, name="create"),
                path("<int:seq>/", include(_comment)),
            ]
        ),
    ),
    path("users/<str:username>/", views.profile, name="profile"),
]
