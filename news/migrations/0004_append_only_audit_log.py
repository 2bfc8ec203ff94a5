"""The audit log is only ever added to, whoever asks: an administrator, our own code, a shell.

A person may be forgotten: then an entry forgets who did it, or what it calls them and says of them.
"""

from django.db import migrations

from news.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("news", "0003_translations")]

    operations = [
        append_only(
            "news_auditentry",
            "audit log",
            keys=("by_id",),
            words=("name", "detail", "why"),
        )
    ]
