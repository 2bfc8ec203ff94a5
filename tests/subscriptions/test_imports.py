"""Administrators bring subscribers along who agreed elsewhere, and take all of them out."""

import contextlib
import csv
import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.models import AuditEntry
from subscriptions import imports, subscriber_file, tasks
from subscriptions.models import (
    ConsentEvent,
    ImportLine,
    SubscriberImport,
    Subscription,
    Suppression,
    hash_of_address,
)
from tests.factories import make_user
from tests.subscriptions.rows import make_subscription

pytestmark = pytest.mark.django_db

ADD = "/admin/subscriptions/subscriberimport/add/"
FORM = {
    "evidence": "Ticked “news by mail” when they joined the club, 2024–2026.",
    "language": "en",
    "time_zone": "Europe/Riga",
    "encoding": "utf-8-sig",
}


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    return client


def upload(desk: Client, content: str | bytes, **fields: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return desk.post(ADD, {**FORM, **fields, "file": SimpleUploadedFile("old.csv", data)})


def bring(desk: Client, content: str | bytes, **fields: str) -> SubscriberImport:
    """Upload it, and let a worker do its part."""
    answer = upload(desk, content, **fields)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    source = SubscriberImport.objects.latest("pk")
    while imports.go_on(source.pk):
        pass
    source.refresh_from_db()
    return source


def refused(desk: Client, source: SubscriberImport) -> list[list[str]]:
    answer = desk.get(f"/admin/subscriptions/subscriberimport/{source.pk}/refused.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))[1:]


def test_they_come_in_active_with_the_evidence_of_their_consent(desk: Client) -> None:
    head = "Name;E-Mail;Lang;local_time;agreed"
    source = bring(desk, f"{head}\nVera;Vera@Example.org;ru;19;2025-03-01\n;boris@example.org;;;\n")
    assert (source.total, source.imported, bool(source.finished_at)) == (2, 2, True)
    vera, boris = Subscription.objects.order_by("-email")
    assert (vera.email, vera.status, vera.language) == ("vera@example.org", "active", "ru")
    assert (str(vera.local_time), boris.time_zone) == ("19:00:00", "Europe/Riga")
    assert vera.next_due_at.astimezone(vera.zone).hour == 19
    consent = vera.consent_events.get()
    assert consent.action == "confirmed" and consent.origin == f"import {source.pk}, line 2"
    assert FORM["evidence"] in consent.text and "2025-03-01" in consent.text
    assert not ImportLine.objects.exists()


def test_nobody_who_left_or_is_there_or_must_not_be_written_to_is_touched(desk: Client) -> None:
    for status in ("active", "paused", "unsubscribed", "suppressed"):
        due = {} if status == "active" else {"next_due_at": None}
        make_subscription(f"{status}@example.org", status=status, **due)
    gone = hash_of_address("gone@example.org")
    Suppression.objects.create(address_hash=gone, reason="erased")
    before = list(Subscription.objects.order_by("pk").values())
    names = ("active", "paused", "unsubscribed", "suppressed", "gone")
    source = bring(desk, "email\n" + "".join(f"{name}@example.org\n" for name in names))
    assert list(Subscription.objects.order_by("pk").values()) == before
    why = [row[2] for row in refused(desk, source)]
    assert why[:2] == ["There already"] * 2
    assert why[2:] == ["Unsubscribed here", *["Must not be written to"] * 2]


def test_who_asked_and_has_not_confirmed_comes_in(desk: Client) -> None:
    make_subscription("vera@example.org", status="pending", next_due_at=None)
    bring(desk, "email\nvera@example.org\n")
    assert Subscription.objects.get().status == "active"


def test_twice_in_the_file_is_once(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    source = bring(desk, "email\na@example.org\nA@example.org\nb@example.org\na@EXAMPLE.org\n")
    assert source.imported == 2
    assert [row[0] for row in refused(desk, source)] == ["3", "5"]


WRONG = ["", "vera", "a@b", "=cmd|'/c calc'!A0", "+1@", "a@b.org\0", "x" * 10_000 + "@example.org"]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_line_that_is_no_subscriber_is_told_and_stops_nothing(desk: Client, wrong: str) -> None:
    source = bring(desk, f'email,language\n"{wrong}",en\nvera@example.org,\n')
    assert source.imported == 1
    [row] = refused(desk, source)
    assert row[2] == "Not valid" and row[3]
    assert not row[1].startswith(("=", "+"))


@pytest.mark.parametrize("cells", ["xx,,", ",Mars/Base,", ",,25:00", ",,²", ",,-1"])
def test_other_columns_are_checked_too(desk: Client, cells: str) -> None:
    source = bring(desk, f"email,language,time_zone,local_time\nvera@example.org,{cells}\n")
    assert source.imported == 0
    assert cells.strip(",") in refused(desk, source)[0][3]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "must name the columns"),
        ("name\nVera\n", "must name the columns"),
        ("email\nвера@пример.рф\n".encode("cp1251"), "can’t be read as UTF-8"),
        (b"\xff\xfe\x00\x00" * 50, "can’t be read as UTF-8"),
        (b"email\n" + b'"' + b"x" * 200_000, "not a CSV file"),
    ],
)
def test_a_file_that_is_of_no_use_is_refused_as_a_whole(
    desk: Client, content: Any, words: str
) -> None:
    answer = upload(desk, content)
    assert answer.status_code == 200
    assert words in answer.content.decode() or not content
    assert FORM["evidence"] in answer.content.decode()
    assert not SubscriberImport.objects.exists() and not ImportLine.objects.exists()


def test_other_encodings_are_read(desk: Client) -> None:
    content = "почта\nвера@пример.рф\nvera@пример.рф\n".encode("cp1251")
    source = bring(desk, content, encoding="cp1251")
    assert (source.total, source.imported) == (2, 1)
    assert Subscription.objects.get().email == "vera@xn--e1afmkfd.xn--p1ai"


def test_without_evidence_nobody_comes_in(desk: Client) -> None:
    assert upload(desk, "email\nvera@example.org\n", evidence=" ").status_code == 200
    assert not SubscriberImport.objects.exists()


def test_a_killed_worker_costs_nothing(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    upload(desk, "email\n" + "".join(f"r{n}@example.org\n" for n in range(5)))
    source = SubscriberImport.objects.get()
    assert imports._decide_batch(source.pk)
    with monkeypatch.context() as killed:
        killed.setattr(ConsentEvent.objects, "bulk_create", _die)
        with pytest.raises(KeyboardInterrupt):
            imports._decide_batch(source.pk)
    assert (Subscription.objects.count(), source.lines.waiting().count()) == (2, 3)
    assert imports.unfinished() == [source.pk]
    tasks.sweep_imports.run()
    while imports.go_on(source.pk):
        pass
    assert Subscription.objects.count() == ConsentEvent.objects.count() == 5


def _die(*args: object) -> None:
    raise KeyboardInterrupt


def test_the_page_shows_how_far_it_is(desk: Client) -> None:
    upload(desk, "email\nvera@example.org\nvera\n")
    page = f"/admin/subscriptions/subscriberimport/{SubscriberImport.objects.get().pk}"
    assert "0 of 2 lines decided" in desk.get(f"{page}/change/").content.decode()
    imports.go_on(SubscriberImport.objects.get().pk)
    text = desk.get(f"{page}/progress/").content.decode()
    assert "2 of 2 lines decided" in text and "refused.csv" in text and "hx-get" not in text


def peak_of(number: int, file: Path) -> int:
    lines = (f"reader{n}@example.org,Reader number {n}\n" for n in range(number))
    with file.open("w") as written:
        written.writelines(["email,name\n", *lines])
    source = SubscriberImport(file_name="big.csv", evidence="x", language="en")
    with file.open("rb") as opened:
        tracemalloc.start()
        imports.begin(source, opened, "utf-8-sig")
        assert imports._decide_batch(source.pk)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert source.total == number
    return peak


def test_memory_is_flat_in_the_size_of_the_file(tmp_path: Path) -> None:
    peak_of(1_000, tmp_path / "first.csv")
    assert peak_of(10_000, tmp_path / "large.csv") < 1.5 * peak_of(1_000, tmp_path / "small.csv")


def test_queries_are_few_for_each_batch(desk: Client) -> None:
    upload(desk, "email\n" + "".join(f"r{n}@example.org\n" for n in range(400)))
    with CaptureQueriesContext(connection) as queries:
        imports.go_on(SubscriberImport.objects.get().pk)
    assert len(queries) <= 16
    assert Subscription.objects.count() == 400


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300), encoding=st.sampled_from(list(subscriber_file.ENCODINGS)))
def test_no_file_is_an_error_of_ours(content: bytes, encoding: str) -> None:
    with contextlib.suppress(subscriber_file.Unreadable):
        list(subscriber_file.read(io.BytesIO(b"email,a\n" + content), encoding))


def test_the_export_is_whole_safe_and_in_the_log(desk: Client) -> None:
    make_subscription("=1+1@example.org")
    make_subscription("vera@example.org", status="unsubscribed", next_due_at=None)
    answer = desk.get("/admin/subscriptions/subscription/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["email"] for row in rows] == ["'=1+1@example.org", "vera@example.org"]
    assert rows[1]["status"] == "unsubscribed"
    assert AuditEntry.objects.get(action="export").by.username == "boss"


def test_what_was_exported_can_be_imported(desk: Client) -> None:
    make_subscription("=1+1@example.org", local_time="19:30")
    answer = desk.get("/admin/subscriptions/subscription/export.csv")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    Subscription.objects.all().delete()
    assert bring(desk, content).imported == 1
    back = Subscription.objects.get()
    assert (back.email, str(back.local_time)) == ("=1+1@example.org", "19:30:00")


def test_the_list_offers_both_to_who_may(desk: Client, client: Client) -> None:
    page = desk.get("/admin/subscriptions/subscription/").content.decode()
    assert "export.csv" in page and ADD in page
