"""A reader who has left something in every table, for whoever has to find or forget it all.

A model that names a reader and is missing here makes `test_nothing_is_missing` fail: then add its
row below, to an `export.py`, and to a `deletion.py` unless the database forgets it by itself.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils import timezone

from comments import models as discussing
from comments import moderation, posting, voting
from news import rating
from news.models import AuditEntry, WorkingCopy
from portal.models import Letter, User
from subscriptions.models import (
    BounceEvent,
    ConsentEvent,
    SubscriberImport,
    Suppression,
    hash_of_address,
)
from tests.factories import make_article, make_user
from tests.portal.people import make_reader
from tests.subscriptions.rows import make_address_change, make_edition, make_subscription

NAME, EMAIL = "Zaramella", "zaramella@example.org"
# What she typed herself and nobody else should read once she is gone.
SECRET = "qvrsecret"


def live() -> User:
    """She wrote, was answered, voted, reported, was judged, subscribed, worked at the desk."""
    user = make_reader(NAME, email=EMAIL, first_name=f"{NAME}-first", last_name=f"{NAME}-last")
    user.date_joined -= timedelta(days=30)
    user.save()
    boris = make_user("boris")
    article = make_article("Probe lands")
    first = posting.post(article, boris.pk, f"As @{NAME} said. **@{NAME.lower()}**, right?")
    own = posting.post(article, user.pk, f"First {SECRET}")
    posting.edit(own, f"I was there. Write to {EMAIL.upper()}, says @{NAME}.")
    _be_read(user, boris, article, own)
    _act(user, boris, article, first)
    _edit(user, article)
    _be_judged(user, article)
    _subscribe(user)
    _hold_an_account(user)
    return user


def _be_read(user: User, boris: User, article: Any, own: Any) -> None:
    """What others have written to her and about her."""
    answer = posting.post(article, boris.pk, f"Thanks, @{NAME}!", own.seq)
    posting.edit(answer, f"Thanks a lot, @{NAME}!")
    place = {"user": boris, "article": article, "parent": own}
    discussing.Draft.objects.create(**place, body=f"@{NAME} and one more thing")
    discussing.Notification.objects.create(user=boris, comment=own, kind="follow")
    letter = discussing.NotificationLetter.objects.create(user=user)
    discussing.Notification.objects.create(user=user, comment=answer, kind="reply", letter=letter)
    discussing.NotificationPreferences.objects.create(user=user)
    discussing.Mute.objects.create(user=boris, muted=user)
    voting.vote(own, _standing(boris), 1)
    report = {"comment": own, "reporter": boris, "reason": "other"}
    discussing.CommentReport.objects.create(**report, note=f"@{NAME} again")


def _act(user: User, boris: User, article: Any, first: Any) -> None:
    rating.rate(article, user.pk, 1)
    voting.vote(first, _standing(user), -1)
    discussing.CommentReport.objects.create(
        comment=first, reporter=user, reason="abuse", note=f"He insults me, {SECRET}"
    )
    discussing.Mute.objects.create(user=user, muted=boris)
    discussing.Follow.objects.create(user=user, discussion_id=article.pk)
    draft = {"article": make_article(), "body": f"Draft {SECRET} of @{NAME}"}
    discussing.Draft.objects.create(user=user, **draft)
    seen = {"seen_seq": 1, "shown_seq": 1, "visited_at": timezone.now()}
    discussing.Visit.objects.create(user=user, discussion_id=article.pk, **seen)
    reply = {"response_to": article, "response_kind": "reply", "state": "draft"}
    make_article(f"Her reply {SECRET}", author=user, **reply)


def _edit(user: User, article: Any) -> None:
    """What she has done at the desk to somebody's article."""
    article.revisions.record(article, user)
    content = [["texts-0-body", f"Unsaved {SECRET}"]]
    WorkingCopy.objects.create(user=user, article=article, form_key=uuid4(), content=content)
    article.preview_links.create(made_by=user, expires_at=timezone.now())


def _standing(user: User) -> User:
    """Old enough for a vote."""
    user.date_joined = timezone.now() - timedelta(days=30)
    user.save()
    return user


def _be_judged(user: User, article: Any) -> None:
    chief = make_user("chief", is_staff=True, is_superuser=True)
    hidden = posting.post(article, user.pk, f"Hidden {SECRET}")
    moderation.decide([hidden.pk], "hide", moderation.Ruling(chief, "abuse", note=f"{NAME} again"))
    notice = discussing.Notice.objects.get(author=user)
    discussing.Appeal.objects.create(notice=notice, text=f"I protest, {SECRET}")
    past = timezone.now() - timedelta(days=20)
    discussing.Ban.objects.create(user=user, reason="abuse", created_at=past, lifted_at=past)
    discussing.ModerationEvent.objects.create(action="approve", moderator=user, comment=hidden)


def _subscribe(user: User) -> None:
    subscription = make_subscription(EMAIL, user=user)
    make_address_change(subscription, new_email=f"newer-{EMAIL}")
    make_address_change(make_subscription(), new_email=EMAIL)
    source = SubscriberImport.objects.create(by=user, file_name="old.csv", language="en")
    source.lines.create(number=2, email=EMAIL, outcome="duplicate")
    consent = {"text": "I agree", "language": "en", "origin": f"form of {NAME}"}
    ConsentEvent.objects.create(subscription=subscription, action="confirmed", **consent)
    delivery = make_edition().deliveries.get()
    delivery.subscription, delivery.smtp_message = subscription, f"550 <{EMAIL}> unknown"
    delivery.save()
    bounce = {"provider": "x", "event_id": uuid4().hex, "happened_at": timezone.now()}
    known = {"address_hash": hash_of_address(EMAIL), "detail": f"<{EMAIL}> is full"}
    BounceEvent.objects.create(**bounce, **known, kind="soft", delivery=delivery)
    Suppression.objects.create(address_hash=known["address_hash"], reason="bounce")


def _hold_an_account(user: User) -> None:
    EmailAddress.objects.create(user=user, email=f"new-{EMAIL}")
    Authenticator.objects.create(
        user=user, type="recovery_codes", data={"name": f"phone of {NAME}"}
    )
    elsewhere = {"uid": f"id of {NAME}", "extra_data": {"username": NAME}}
    SocialAccount.objects.create(user=user, provider="elsewhere", **elsewhere)
    device = {"ip": "192.0.2.77", "user_agent": f"Browser of {NAME}"}
    UserSession.objects.create(user=user, session_key="s" * 32, **device)
    user.groups.add(Group.objects.get(name="author"))
    user.user_permissions.add(Permission.objects.first())
    Letter.objects.create(
        email=EMAIL,
        language="en",
        subject=f"To {NAME}",
        text=NAME,
        html=NAME,
        useful_until=timezone.now() + timedelta(days=1),
    )
    chief = User.objects.get(username="chief")
    AuditEntry.objects.record(chief, "change", user, detail=f"renamed {NAME}")
    AuditEntry.objects.record(user, "change", chief, detail=f"renamed by {NAME}")


def references() -> list[tuple[type[models.Model], str]]:
    """Every column of every table that names a reader."""
    return [
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.model is User
    ]
