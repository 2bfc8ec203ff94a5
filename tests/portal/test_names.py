"""Names that readers choose: nobody passes for somebody else, and everybody hears what is wrong."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.models import User
from portal.names import Skeleton, skeleton
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SIGNUP = {"email": "new@example.org", "password1": "correct horse battery"}


def sign_up(client, name: str) -> str:
    response = client.post("/en/accounts/signup/", SIGNUP | {"username": name})
    return response.content.decode() if response.status_code == 200 else ""


@pytest.mark.parametrize(
    "name", ["Vera", "вера", "Вера.Л", "кот-учёный", "old.prism", "Łódź_7", "7eleven"]
)
def test_ordinary_names_are_taken_as_they_are_written(client, name):
    assert sign_up(client, name) == ""
    assert User.objects.get().username == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("аdmirer", "Latin letters or in Russian ones"),  # a Cyrillic а
        ("ver\u200ba", "U+200B"),
        ("ver\u202ea", "U+202E"),
        ("vera petrova", "U+0020"),
        ("vera@example.org", "“@”"),
        ("<b>vera</b>", "“&lt;”"),
        ("vera/../admin", "“/”"),
        ("αλφα", "“α”"),
        ("vera💥", "“💥”"),
        (".vera", "between letters or digits"),
        ("ve..ra", "between letters or digits"),
        ("12345", "needs a letter"),
        ("v", "at least 2 characters"),
        ("v" * 31, "at most 30 characters"),
    ],
)
def test_a_name_that_misleads_is_refused_with_the_reason(client, name, said):
    page = sign_up(client, name)
    assert said in page
    assert "new@example.org" in page
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        *("admin", "Admin", "ADMIN", "adm1n", "admin2", "the.admin", "editor_anna", "Moderator-1"),
        *("админ", "Модератор", "редакция", "Vestnik", "deleted", "удалён", "me", "root", "Rооt"),
    ],
)
def test_names_of_the_newsroom_are_reserved(client, name):
    assert "reserved" in sign_up(client, name) or "Latin letters or" in sign_up(client, name)
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["rootbeer", "administrative", "Веник", "meadow"])
def test_names_that_only_begin_like_an_office_are_free(client, name):
    assert sign_up(client, name) == ""


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ("Vera", "vera"),
        ("vera", "ｖｅｒａ"),  # full width
        ("Вера", "вЕрА"),
        ("BOBA", "ВОВА"),
        ("pocox", "росох"),
        ("ivan.petrov", "ivan_petrov"),
        ("lvan", "Ivan"),
        ("vera1", "veral"),
        ("modern", "modem"),
        ("Артём", "Артем"),
        ("jose", "José"),
    ],
)
def test_a_name_like_another_readers_is_taken(client, taken, name):
    make_user(taken, email="other@example.org")
    assert "This name is taken, or looks like one that is." in sign_up(client, name)
    assert User.objects.count() == 1


def test_the_database_has_the_last_word():
    make_user("Vera")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user("vеrа", email="other@example.org")  # with a Cyrillic е and а


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(
        st.sampled_from("абвгёйщъIiLl01OoрРrnvV.-_éŁßĐѕіјЄ")
        | st.characters(codec="utf-8", exclude_characters="\0"),
        max_size=30,
    )
)
def test_the_database_and_the_form_see_the_same_likeness(db, name):
    reader = User.objects.first() or make_user()
    rows = User.objects.filter(pk=reader.pk).annotate(likeness=Skeleton(Value(name)))
    assert rows.get().likeness == skeleton(name)


def test_a_name_in_decomposed_letters_is_stored_composed(client):
    assert sign_up(client, "Андреи\u0306") == ""
    assert User.objects.get().username == "Андрей"


@pytest.mark.parametrize("spelling", ["VERA", "vera"])
def test_a_profile_is_found_in_any_case_under_one_address(client, spelling):
    make_user("Vera")
    assert client.get(f"/en/users/{spelling}/").url == "/en/users/Vera/"
    assert client.get("/en/users/v.e.r.a/").status_code == 404


def test_a_closed_account_has_no_profile(client):
    make_user("vera", is_active=False)
    assert client.get("/en/users/vera/").status_code == 404
