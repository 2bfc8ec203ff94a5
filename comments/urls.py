from django.urls import include, path

from comments.views import reading, writing

app_name = "comments"

_comment = [
    path("", reading.comment, name="comment"),
    path("reply/", writing.reply, name="reply"),
    path("edit/", writing.edit, name="edit"),
    path("delete/", writing.delete, name="delete"),
]

urlpatterns = [
    path("discussions/", reading.discussion_list, name="discussion_list"),
    path(
        "articles/<int:pk>-<str:slug>/comments/",
        include(
            [
                path("", reading.discussion, name="discussion"),
                path("new/", writing.create, name="create"),
                path("<int:seq>/", include(_comment)),
            ]
        ),
    ),
    path("users/<str:username>/", reading.profile, name="profile"),
]
