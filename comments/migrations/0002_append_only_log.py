"""The moderation log is only ever added to, whoever asks: a moderator, our own code, a shell.

What an event names may go (an account, an article); then the event forgets it, and its note with it.
"""

from django.db import migrations

from news.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]

    operations = [
        append_only(
            "comments_moderationevent",
            "moderation log",
            keys=("moderator_id", "comment_id", "discussion_id", "subject_id"),
            words=("note",),
        )
    ]
