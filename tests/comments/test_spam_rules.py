"""What is held for a moderator, from whom, and why; and what is let pass."""

import random
from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import call_command
from pytest_django import Settings

from comments import markdown, posting, spam
from comments.models import Comment, Discussion, SpamPhrase
from comments.spam import Rule, Submission
from portal.models import User
from tests.comments.readers import make_known_reader, make_newcomer, make_trusted_reader
from tests.factories import make_article, make_source, make_user

pytestmark = pytest.mark.django_db

WORDS = [
    *("орбита", "лететь", "кратер", "быстро", "станция", "и", "вчера", "снимок", "мы", "антенна"),
    *("грунт", "взять", "тень", "холодно", "прибор", "но", "завтра", "инженер", "они", "посадка"),
    *("сигнал", "ждать", "ночь", "далеко", "ракета", "или", "долго", "учёный", "она", "батарея"),
]
SPAM = "Поднял сто тысяч за неделю на этой платформе, вывод моментальный, всем советую попробовать"
ORDINARY = "Интересно, а почему зонд садили именно туда? В прошлый раз искали место у экватора."
LONG = " ".join(random.Random(5).choices(WORDS, k=700))


@pytest.fixture(autouse=True)
def newcomers(settings: Settings, db: None) -> None:
    SpamPhrase.objects.all().delete()
    settings.FIRST_COMMENTS_HELD, settings.COMMENTS_UNTIL_TRUSTED = 2, 10


def submission(author: User, body: str = ORDINARY, **more: Any) -> Submission:
    more.setdefault("article", make_article())
    return Submission(author, body=body, seconds=more.pop("seconds", 60), **more)


def rules(author: User, body: str = ORDINARY, **more: Any) -> set[Rule]:
    return set(spam.judge(submission(author, body, **more)).reasons)


def write(author: User, body: str, status: str = "visible", article: Any = None) -> Comment:
    comment = posting.post(article or make_article(), author.pk, body)
    Comment.objects.filter(pk=comment.pk).update(status=status)
    spam.remember(comment)
    return comment


@pytest.mark.parametrize("make", [make_known_reader, make_trusted_reader])
@pytest.mark.parametrize("body", [ORDINARY, "+1", "Спасибо!", "> Quoted.\n\nYes.", "😂😂😂", "?"])
def test_ordinary_comments_pass(make: Any, body: str) -> None:
    assert rules(make(), body) == set()


def test_what_is_said_over_and_over_is_held_but_not_for_being_quoted() -> None:
    refrain = "Купите у нас, у нас дешевле, " * 12
    parent = write(make_known_reader(), refrain)
    quoted = markdown.quote(refrain) + "Это уже третий раз за день."
    assert rules(make_trusted_reader(), quoted, parent=parent) == set()
    assert Rule.MONOTONOUS in rules(make_trusted_reader(), refrain, parent=parent)
    assert Rule.MONOTONOUS in rules(make_trusted_reader(), quoted)


def test_the_first_comments_of_an_account_are_held() -> None:
    assert rules(make_newcomer()) == {Rule.FIRST}


def test_in_a_premoderated_discussion_everybody_waits_but_the_newsroom() -> None:
    article = make_article()
    Discussion.objects.create(article=article, state="premoderated")
    assert rules(make_trusted_reader(), article=article) == {Rule.PREMODERATED}
    assert rules(make_user(is_staff=True), article=article) == set()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Подробности здесь: https://shop.example.com/?ref=1", Rule.LINK),
        ("Подробности на shop-example точка com", Rule.LINK),
        ("Подробности на shop-example точка ру, почитайте", Rule.LINK),
        ("Пишите мне, отвечу всем: @best_manager", Rule.CONTACT),
        ("Звоните 8 (912) 345-67-89", Rule.CONTACT),
        ("Собираем на 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Rule.WALLET),
        ("Отличный вapиaнт для мeня", Rule.LOOKALIKES),
        ("По\u200bпро\u200bбуйте са\u200bми", Rule.INVISIBLE),
        (LONG, Rule.LONG),
        ("Купите у нас слона! " * 40, Rule.MONOTONOUS),
        ("@ann @bob @carl @dave @emma посмотрите", Rule.MENTIONS),
    ],
)
def test_what_readers_who_are_not_trusted_yet_wait_for(body: str, rule: Rule) -> None:
    assert rule in rules(make_known_reader(), body)


@pytest.mark.parametrize(
    "body",
    [
        "Вот первоисточник: https://journal.example.com/paper/1",
        "Телефон министерства: 8 (495) 123-45-67, так и написано на сайте",
        "Опечатка в слове сomputer",
        "The Telegram channels had this in the morning, the signal comes late",
        "@ann @bob @carl @dave @emma посмотрите",
        LONG,
    ],
)
def test_trusted_readers_may_do_more(body: str) -> None:
    assert rules(make_trusted_reader(), body) == set()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("Собираем на 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Rule.WALLET),
        ("Пишите в телеграм: @best_manager", Rule.CONTACT),
        ("Лyчший вapиaнт для мeня", Rule.LOOKALIKES),
        ("По\u200bпро\u200bбуйте са\u200bми", Rule.INVISIBLE),
        ("Купите у нас слона! " * 40, Rule.MONOTONOUS),
        (" ".join(f"Купите слона {word}!" for word in WORDS), Rule.MONOTONOUS),
        ("Всё расписано вот здесь: https://clck.ru/3abcd", Rule.HIDDEN_LINK),
        (" ".join(f"https://site{number}.example" for number in range(5)), Rule.MANY_LINKS),
    ],
)
def test_some_things_nobody_may(body: str, rule: Rule) -> None:
    assert rule in rules(make_trusted_reader(), body)


def test_links_to_us_and_to_our_sources_are_no_reason() -> None:
    make_source("wire", homepage="https://www.wire.example.org/")
    body = f"{site.SITE_URL}/en/ и https://www.wire.example.org/news/1"
    assert rules(make_known_reader(), body) == set()


def test_neither_are_links_of_the_article_itself() -> None:
    article = make_article(source_url="https://www.wire.example.net/1")
    article.texts.update(body='<p>As <a href="https://lab.example.net/2">they say</a>.</p>')
    body = "Вот что пишут: https://lab.example.net/3 и https://wire.example.net/4"
    assert rules(make_known_reader(), body, article=article) == set()
    assert Rule.LINK in rules(make_known_reader(), body)


def test_nor_links_to_where_many_readers_link_unless_spam_does_too() -> None:
    body = "Почитайте https://pedia.example.org/moon"
    for number in range(3):
        assert Rule.LINK in rules(make_known_reader(), body)
        write(make_trusted_reader(), f"Об этом {number}: https://pedia.example.org/{number}")
    assert rules(make_known_reader(), body) == set()
    write(make_known_reader(), "Купите https://pedia.example.org/shop", "spam")
    assert Rule.LINK in rules(make_known_reader(), body)


@pytest.mark.parametrize(
    ("link", "is_held"),
    [
        *(("ru.wikipedia.org/wiki/Moon", False), ("www.nasa.gov/moon", False)),
        *(("www.ox.ac.uk/news", False), ("pravo.gov.ru/doc/1", False), ("esa.int/Science", False)),
        *(("gov.casino.top/1", True), ("wikipedia.org.top/1", True), ("moon.com/edu", True)),
        *(("gov.com/x", True), ("edu.ru/x", True), ("casino.ac/x", True)),
    ],
)
def test_nor_links_to_libraries_universities_and_authorities(link: str, is_held: bool) -> None:
    found = rules(make_known_reader(), f"Об этом подробно: https://{link}")
    assert (Rule.LINK in found) == is_held


def test_neither_is_quoting_the_comment_that_is_answered() -> None:
    parent = write(make_trusted_reader(), "См. https://journal.example.com/1 и @best_manager")
    body = f"> {parent.body}\n\nСпасибо, почитаю."
    assert rules(make_known_reader(), body, parent=parent) == set()


def test_nor_is_calling_a_reader_by_name() -> None:
    make_user("Vera")
    assert rules(make_known_reader(), "@vera, ты права, я с тобой согласен") == set()


def test_words_of_the_list_hold_whom_they_should() -> None:
    SpamPhrase.objects.create(text="быстрый займ", has_endings=True)
    SpamPhrase.objects.create(text="Казино", holds="everybody")
    known, trusted = make_known_reader(), make_trusted_reader()
    assert rules(known, "Оформил быстрый зaйм онлайн") == {Rule.PHRASE, Rule.LOOKALIKES}
    assert rules(known, "много быстрых слов, займы ни при чём") == set()
    assert rules(trusted, "Оформил быстрый займ онлайн") == set()
    assert rules(trusted, "КАЗИН0, к.а.з.и.н.о!") == {Rule.PHRASE}
    assert rules(trusted, "Это казинообразно") == set()


def test_a_new_installation_knows_some_words() -> None:
    call_command("migrate", "comments", "0002", verbosity=0)
    call_command("migrate", "comments", verbosity=0)
    reader = make_trusted_reader()
    assert rules(reader, "Лучшее 0нлайн-кaзинo года, и не только") >= {Rule.PHRASE}
    assert rules(make_known_reader(), "Как не проиграть в казино: не ходить туда") == {Rule.PHRASE}
    assert rules(reader, "Как не проиграть в казино: не ходить туда") == set()


def test_a_changed_list_counts_at_once() -> None:
    reader = make_trusted_reader()
    phrase = SpamPhrase.objects.create(text="казино", holds="everybody")
    assert rules(reader, "казино") == {Rule.PHRASE}
    phrase.text = "лотерея"
    phrase.save()
    assert (rules(reader, "казино"), rules(reader, "лотерея")) == (set(), {Rule.PHRASE})
    phrase.delete()
    assert rules(reader, "лотерея") == set()


def test_repeating_oneself_is_held_from_everybody_and_thanking_isnt() -> None:
    reader = make_trusted_reader()
    write(reader, SPAM)
    write(reader, "Спасибо!")
    assert rules(reader, SPAM.upper() + " 🔥🔥") == {Rule.REPEATED}
    assert rules(reader, "Спасибо!") == set()


def test_the_same_few_words_over_and_over_are_held() -> None:
    reader = make_known_reader()
    for _ in range(3):
        write(reader, "Ко мне в профиль!")
    assert rules(reader, "ко мне в профиль") == {Rule.REPEATED}


def test_what_others_have_just_said_is_held() -> None:
    write(make_known_reader(), SPAM)
    again = SPAM.replace("неделю", "месяц")
    assert rules(make_known_reader(), again) == {Rule.LIKE_OTHERS}
    trusted = make_trusted_reader()
    assert rules(trusted, again) == set()
    write(make_known_reader(), SPAM)
    assert rules(trusted, again) == {Rule.LIKE_OTHERS}


@pytest.mark.parametrize(
    ("status", "rule"),
    [("spam", Rule.LIKE_SPAM), ("pending", Rule.LIKE_OTHERS), ("hidden", Rule.LIKE_OTHERS)],
)
def test_what_moderators_objected_to_is_known_again(status: str, rule: Rule) -> None:
    write(make_known_reader(), SPAM, status)
    noisy = " ".join(f"{word}{'!' * (number % 4)}" for number, word in enumerate(SPAM.split()))
    assert rules(make_trusted_reader(), f"Кстати. {noisy}") == {rule}


@pytest.mark.parametrize("opening", ["A question to the editors.", "Для тех, кто не в теме:"])
def test_two_readers_may_begin_alike(opening: str) -> None:
    write(make_known_reader(), f"{opening} How old was the other one, please?")
    assert rules(make_known_reader(), f"{opening} Nobody said where it fell down.") == set()


def test_two_readers_may_link_to_the_same_page() -> None:
    page = "https://data.example.org/indicator/population-total-of-all-countries"
    for thought in ("So few of them.", "See for yourselves"):
        write(make_trusted_reader(), f"{thought} {page}")
    assert rules(make_trusted_reader(), f"Not what I thought. {page}") == set()


def test_newcomers_who_wait_for_a_good_link_do_not_spoil_it_for_others() -> None:
    for number in range(2):
        write(make_known_reader(), f"Мысль {number} https://archive.example.org/", "pending")
    assert rules(make_trusted_reader(), "И вот https://archive.example.org/") == set()
    assert Rule.SPAM_LINK in rules(make_known_reader(), "И вот https://archive.example.org/")


def test_an_account_that_is_held_twice_is_no_longer_trusted() -> None:
    reader = make_trusted_reader()
    for number in range(2):
        write(reader, f"Мысль номер {number}", "pending")
    assert rules(reader, "Подробности здесь: https://shop.example.com/") == {Rule.LINK}


def test_two_readers_may_quote_the_same_passage_of_the_article() -> None:
    article = make_article()
    passage = "Аппарат проработал на поверхности девять суток, передав тысячи снимков и замеров"
    article.texts.update(body=f"<p>{passage}. А потом замолчал.</p>")
    for _ in range(2):
        write(make_known_reader(), f"«{passage}» — а обещали месяц!", article=article)
    answer = f"{passage}? Неплохо для такой техники"
    assert rules(make_known_reader(), answer, article=article) == set()


def test_a_place_that_everybody_links_to_is_common_and_one_that_one_pushes_is_not() -> None:
    pusher, pushed = make_trusted_reader(), "https://x.pushed.top/"
    for number in range(3):
        write(make_trusted_reader(), f"Про это {number}: https://common.top/{number}")
        write(pusher, f"{number} раз об этом: {pushed}{number} и https://common.top/{number}")
    assert rules(pusher, "Ещё чуть-чуть https://sub.common.top/9 о том") == set()
    assert rules(pusher, f"Последний довод {pushed}9") == {Rule.SAME_LINK}


def test_where_spam_linked_to_nobody_links_to() -> None:
    write(make_known_reader(), "Смотри https://evil.top/a", "spam")
    assert rules(make_trusted_reader(), "Вот же https://x.evil.top/b") == {Rule.SPAM_LINK}


@pytest.mark.parametrize(
    ("seconds", "make", "is_held"),
    [
        (0.5, make_trusted_reader, True),
        (10, make_trusted_reader, False),
        (None, make_trusted_reader, False),
        (None, make_known_reader, True),
        (2.5, make_known_reader, True),
        (30, make_known_reader, False),
    ],
)
def test_nobody_types_that_fast(seconds: float | None, make: Any, is_held: bool) -> None:
    assert (Rule.TOO_FAST in rules(make(), seconds=seconds)) is is_held


def test_a_filled_in_trap_is_held() -> None:
    assert rules(make_trusted_reader(), is_trap_filled=True) == {Rule.TRAP}


@pytest.mark.parametrize("name", ["best.casino", "Займы-24.рф", "viagra_24", "telegram.cheap"])
def test_names_that_advertise_are_held(name: str) -> None:
    SpamPhrase.objects.create(text="viagra", holds="everybody")
    assert rules(make_known_reader(username=name)) == {Rule.NAME}


def test_many_discussions_within_minutes_are_held() -> None:
    reader = make_known_reader()
    for number in range(4):
        write(reader, f"Моё слово номер {number} об этом")
    assert rules(reader) == {Rule.SPREAD}


def test_an_edit_is_judged_and_a_small_one_of_a_first_comment_passes() -> None:
    newcomer = make_newcomer()
    comment = write(newcomer, ORDINARY)
    fixed = ORDINARY.replace("Интересно", "Любопытно")
    assert rules(newcomer, fixed, edited=comment) == set()
    assert rules(newcomer, f"{ORDINARY} https://evil.top", edited=comment) == {Rule.LINK}
    assert rules(newcomer, "Совсем другое, и ни слова о зонде.", edited=comment) == {Rule.FIRST}


def test_five_waiting_comments_are_enough() -> None:
    newcomer = make_newcomer()
    for number in range(5):
        write(newcomer, f"Мысль номер {number}", "pending")
    assert "wait for a moderator" in spam.judge(submission(newcomer)).refusal


def test_the_same_twice_in_one_place_is_refused() -> None:
    reader, article = make_trusted_reader(), make_article()
    write(reader, ORDINARY, article=article)
    assert "already" in spam.judge(submission(reader, article=article)).refusal


def test_the_moderator_is_told_what_was_found() -> None:
    verdict = spam.judge(
        submission(make_known_reader(), "Пишите @best_manager, https://evil.top/a")
    )
    assert verdict.rules == ("link", "contact")
    assert verdict.note == "evil.top; @best_manager"
    assert all(len(rule.value) <= 20 and rule.label for rule in Rule)


def test_old_fingerprints_are_forgotten_and_spam_is_remembered() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from comments.models import Fingerprint

    old = timezone.now() - timedelta(days=40)
    forgotten, kept = write(make_user(), SPAM), write(make_user(), ORDINARY, "spam")
    Fingerprint.objects.update(created_at=old)
    fresh = write(make_user(), "Свежо.")
    assert spam.forget_old() == 1
    assert set(Fingerprint.objects.values_list("comment", flat=True)) == {kept.pk, fresh.pk}
    assert forgotten.pk != kept.pk
