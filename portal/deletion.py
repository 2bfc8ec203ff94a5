"""The end of an account: no trace of the person stays, and every thread stays whole.

What becomes of each kind of row stands in docs/decisions.md. It may take a while, so a row says
that it is to be done; a worker does it, and a sweep what no worker has done. Every step may come
twice.
"""

import re
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

import comments.deletion
import news.deletion
import subscriptions.deletion
from news.models import AuditEntry
from portal import letters
from portal.models import AccountDeletion, Letter, User

_TRY_AGAIN_AFTER = timedelta(minutes=1)
# Links that confirm an address work for three days.
_UNCONFIRMED_FOR = timedelta(days=7)
_AT_ONCE = 100
_OF_PEOPLE = [
    "portal",
    "account",
    "mfa",
    "usersessions",
    "socialaccount",
    "subscriptions",
    "comments",
]


@transaction.atomic
def ask(user: User, takes_comments: bool = False) -> None:
    """Close the account and log it out everywhere at once; the rest is owed."""
    AccountDeletion.objects.get_or_create(user=user, defaults={"takes_comments": takes_comments})
    User.objects.filter(pk=user.pk).update(is_active=False)
    for session in UserSession.objects.filter(user=user):
        session.end()


def delete(user_id: int) -> Letter | None:
    """Forget the person and delete the account, if that was asked for: the letter that says so."""
    asked = AccountDeletion.objects.select_related("user").filter(user=user_id).first()
    if asked is None:
        return None
    user, addresses = asked.user, _addresses(asked.user)
    comments.deletion.forget(user, addresses, asked.takes_comments)
    news.deletion.forget(user)
    subscriptions.deletion.forget(user, addresses)
    _forget_at_the_desk(user, addresses)
    _end_sessions(user, addresses)
    with transaction.atomic():
        if locked := User.objects.select_for_update().filter(pk=user.pk).first():
            Letter.objects.filter(email__in=addresses).delete()
            farewell = _farewell(locked)
            locked.delete()
            return farewell
    return None


def sweep(now: datetime | None = None) -> None:
    """Do what is still owed; and see to accounts whose address was never confirmed."""
    now = now or timezone.now()
    for user in _never_confirmed(now)[:_AT_ONCE]:
        ask(user)
    owed = AccountDeletion.objects.filter(asked_at__lte=now - _TRY_AGAIN_AFTER).order_by("pk")
    for user_id in list(owed.values_list("user", flat=True)[:_AT_ONCE]):
        delete(user_id)


def _addresses(user: User) -> list[str]:
    others = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return sorted({address.lower() for address in (user.email, *others) if address})


def _forget_at_the_desk(user: User, addresses: list[str]) -> None:
    """The audit log names the rows that were changed; those of this person by their name."""
    named = rf"\m{re.escape(user.username)}\M"
    told = Q(kind__regex=rf"^({'|'.join(_OF_PEOPLE)})\.") & (
        Q(name__iregex=named) | Q(detail__iregex=named)
    )
    for address in addresses:
        told |= Q(name__icontains=address) | Q(detail__icontains=address)
    AuditEntry.objects.filter(told).erase()


def _end_sessions(user: User, addresses: list[str]) -> None:
    """Theirs, and those of visitors on the way into the account."""
    for session in Session.objects.iterator():
        data = session.get_decoded()
        on_the_way = data.get("account_login") or {}
        is_theirs = data.get(SESSION_KEY) == str(user.pk)
        leads_to_them = on_the_way.get("user_pk") == user_pk_to_url_str(user)
        if is_theirs or leads_to_them or any(address in str(data) for address in addresses):
            session.delete()


def _farewell(user: User) -> Letter | None:
    confirmed = EmailAddress.objects.filter(user=user, verified=True, primary=True).first()
    if confirmed is None:
        return None
    return letters.owe("account/email/account_deleted", confirmed.email, {"user": user})


def _never_confirmed(now: datetime) -> QuerySet[User]:
    """Whoever typed the address may have meant another one: it isn't ours to keep."""
    of_user = EmailAddress.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        Exists(of_user.filter(verified=False)),
        ~Exists(of_user.filter(verified=True)),
        last_login=None,
        is_staff=False,
        date_joined__lte=now - _UNCONFIRMED_FOR,
    ).exclude(deletion__isnull=False)
