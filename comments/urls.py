from django.urls import include, path

from comments.views import (
    appeals,
    changing,
    letters,
    mine,
    moderated_readers,
    moderation,
    moderation_counts,
    moderation_log,
    profiles,
    reactions,
    reading,
    writing,
)

app_name = "comments"

_comment = [
    path("", reading.comment, name="comment"),
    path("reply/", writing.reply, name="reply"),
    path("edit/", changing.edit, name="edit"),
    path("delete/", changing.delete, name="delete"),
    path("restore/", changing.restore, name="restore"),
    path("history/", changing.history, name="history"),
    path("actions/", reactions.actions, name="actions"),
    path("report/", reactions.report, name="report"),
]

_moderation = [
    path("", moderation.queue_page, name="queue"),
    path("decide/", moderation.decide, name="decide"),
    path("comments/<int:pk>/", moderation.case, name="case"),
    path("readers/<str:username>/", moderated_readers.reader, name="moderated_reader"),
    path("discussions/<int:pk>/", moderation.discussion_state, name="discussion_state"),
    path("appeals/", appeals.appeal_list, name="appeals"),
    path("appeals/<int:pk>/", appeals.decide, name="appeal_decide"),
    path("log/", moderation_log.log, name="log"),
    path("acts/<uuid:act>/undo/", moderation_log.undo, name="undo"),
]

urlpatterns = [
    path("discussions/", reading.discussion_list, name="discussion_list"),
    path("discussions/latest/", reading.latest, name="latest"),
    path("discussions/mine/", mine.followed, name="followed"),
    path("discussions/mine/told/", mine.told, name="told"),
    path("discussions/mine/mail/", mine.by_mail, name="by_mail"),
    path("discussions/mine/drafts/", mine.begun, name="drafts"),
    path("discussions/mine/muted/", mine.muted, name="muted"),
    path("discussions/moderation/", moderation_counts.counts, name="moderation_counts"),
    path("moderation/", include(_moderation)),
    path("discussions/letters/<str:purpose>/<str:token>/", letters.stop, name="letters_stop"),
    path(
        "discussions/letters/<str:purpose>/<str:token>/again/",
        letters.resume,
        name="letters_resume",
    ),
    path("appeals/<str:token>/", appeals.appeal, name="appeal"),
    path(
        "articles/<int:pk>-<str:slug>/comments/",
        include(
            [
                path("", reading.discussion, name="discussion"),
                path("read/", reading.read, name="read"),
                path("update/", reading.update, name="update"),
                path("update/count/", reading.update_count, name="update_count"),
                path("new/", writing.create, name="create"),
                path("vote/", reactions.vote, name="vote"),
                path("follow/", reactions.follow, name="follow"),
                path("<int:seq>/", include(_comment)),
            ]
        ),
    ),
    path("users/<str:username>/", profiles.profile, name="profile"),
    path("users/<str:username>/mute/", reactions.mute, name="mute"),
]
