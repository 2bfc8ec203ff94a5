"""What is looked for in a text is found in every disguise, and not where it isn't."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.spam import contacts, disguises
from comments.spam.folding import fold, letters
from comments.spam.likeness import Text


@pytest.mark.parametrize(
    "written",
    [
        *("Казино", "КАЗИНО", "кaзинo", "K@3ИHO", "казин0", "к а з и н о", "к-а-з-и-н-о"),
        *("к.а.з.и.н.о", "каз*ино", "ка\u200bзи\u00adно", "ка́зи́но", "ᴋазино", "каз\ufeffино"),
    ],
)
def test_a_word_is_the_same_however_it_is_dressed_up(written: str) -> None:
    assert fold(written) == fold("казино")


@pytest.mark.parametrize(
    "written", ["𝐯𝐢𝐚𝐠𝐫𝐚", "ｖｉａｇｒａ", "v1agra", "Vi@gr@", "νiаgrа", "ⓥⓘⓐⓖⓡⓐ"]
)
def test_so_is_a_latin_one(written: str) -> None:
    assert fold(written) == fold("viagra")


def test_different_words_stay_different() -> None:
    russian = {"казино", "магазин", "вклад", "склад", "кредит", "займ"}
    english = {"viagra", "casino", "loan", "bonus", "bitcoin"}
    assert len({fold(word) for word in russian | english}) == 11


def test_ё_is_е() -> None:
    assert fold("Ещё надёжнее") == fold("еще надежнее")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("See https://www.best-casino.example.com/a?b=1#c", ["example.com"]),
        ("[here](http://user:pw@evil.co.uk:80/)", ["evil.co.uk"]),
        ("best-casino . com сейчас", ["best-casino.com"]),
        ("best-casino[.]com, best-casino(dot)com", ["best-casino.com"]),
        ("пишу hxxps://evil.top/a и h t t p", ["evil.top"]),
        ("сasinо.соm — тут", ["casino.com"]),
        ("слоты-777 точка ру", ["слоты-777.ru"]),
        ("сайт займы.рф", ["займы.рф"]),
        ("t.me/cheap_loans, bit.ly/abc", ["t.me/cheap_loans", "bit.ly/abc"]),
        ("evil.zz/page", ["evil.zz"]),
        ("ev\u200bil.c\u200bom", ["evil.com"]),
        ("mailto:a@evil.com", []),
    ],
)
def test_links_are_found(text: str, places: list[str]) -> None:
    assert contacts.links(text) == places


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Вот и всё.Но не совсем, и т.д.и т.п.",
            "It was done.it was over",
            "node.js, 3.14, v1.2.3",
        ),
        *(
            "и/или, км/ч, 24/7",
            "e.g. this, i.e. that",
            "10.000.000 рублей",
            "файл отчёт.docx готов",
        ),
    ],
)
def test_sentences_are_no_links(text: str) -> None:
    assert contacts.links(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *("звоните +7 (999) 123-45-67", "8 800 555 35 35", "8-9OO-123-45-67", "+371 2612 3456"),
        *("пиши на ivan.petrov@mail.example", "карта 4111 1111 1111 1111", "тг @diler_x"),
        *("telegram: cheap_loans", "WhatsApp — fastmoney24", "＋７９９９１２３４５６７"),
    ],
)
def test_ways_to_get_in_touch_are_found(text: str) -> None:
    assert contacts.contacts(text)


@pytest.mark.parametrize(
    "text",
    [
        *("7 900 000 000 человек", "12 345 678 901 рубль", "в 1998–2003 и 8 июня 2024 года"),
        *(
            "написали в телеграме",
            "4111 1111 1111 1112",
            "рост 1,85 при 8,5 млрд",
            "ISBN 5-17-118366-1",
        ),
    ],
)
def test_numbers_are_no_telephones(text: str) -> None:
    assert contacts.contacts(text) == []


@pytest.mark.parametrize(
    "wallet",
    [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
    ],
)
def test_wallets_are_found(wallet: str) -> None:
    assert contacts.wallets(f"Send it to {wallet}, thanks") == [wallet]
    assert contacts.wallets("sha 52908400098527886e0f7030069857d2e4169ee7") == []


@pytest.mark.parametrize(
    ("text", "is_disguised"),
    [
        ("Лучшее кaзинo и бoнуcы", True),
        ("SMSка от iPhoneом, ITшник и VIPы", False),
        ("Плохой сomputer, хороший ноутбук", False),  # one slip in some words
        ("Температура ΔT, длина λ и сила F", False),
    ],
)
def test_words_in_false_letters_are_told_from_slips(text: str, is_disguised: bool) -> None:
    assert disguises.are_many(disguises.mixed_words(text), text) is is_disguised


@pytest.mark.parametrize(
    ("text", "is_disguised"),
    [
        ("Лу\u200bчш\u200bее ка\u200bзино", True),
        ("\u202eonisac\u202c", True),
        ("Семья 👨‍👩‍👧 и флаг 🏴󠁧󠁢󠁥󠁮󠁧󠁿", False),
        ("пере\u00adно\u00adсы из ста\u00adтьи", False),
    ],
)
def test_invisible_characters_inside_of_words(text: str, is_disguised: bool) -> None:
    assert disguises.has_invisible(text) is is_disguised


SPAM = "Поднял сто тысяч за неделю на этой платформе, вывод моментальный, всем советую попробовать"


@pytest.mark.parametrize(
    "again",
    [
        SPAM.upper(),
        "!!! ".join(SPAM.split()),
        SPAM.replace("а", "a").replace("о", "o"),
        SPAM.replace("сто тысяч", "двести тысяч").replace("всем советую", "рекомендую"),
        f"Интересная статья, спасибо редакции за подробный разбор. {SPAM}",
        "".join(f"{letter}🔥" if number % 9 == 0 else letter for number, letter in enumerate(SPAM)),
    ],
)
def test_a_copy_with_noise_is_like_its_original(again: str) -> None:
    original, copy = Text(SPAM), Text(again)
    assert copy.is_like(original)
    assert len(set(copy.sketch) & set(original.sketch)) >= 2


def test_texts_on_the_same_subject_are_not_alike() -> None:
    one = Text("Зонд сел на обратной стороне Луны, и это первый случай в истории, как пишут учёные")
    other = Text(
        "Обратная сторона Луны интересна тем, что туда ещё никто не садился до этого зонда"
    )
    assert not one.is_like(other)


@given(st.text(max_size=300))
def test_no_text_upsets_anything(text: str) -> None:
    fold(text)
    contacts.links(text)
    contacts.contacts(text)
    contacts.wallets(text)
    disguises.mixed_words(text)
    disguises.has_invisible(text)
    assert Text(text).is_like(Text(text)) or not letters(text) or len(letters(text)) < 60


@pytest.mark.parametrize(
    "unit",
    [
        "8 ",
        "a.",
        "@a",
        "h t t p ",
        "+7",
        "[.]",
        " dot ",
        "ааa",
        "8(",
        "тг ",
        "а б ",
        "\u200b",
        "8-8",
    ],
)
def test_ten_thousand_hostile_characters_take_no_time(unit: str) -> None:
    text = (unit * 10_000)[:10_000]
    start = time.perf_counter()
    fold(text)
    contacts.links(text)
    contacts.contacts(text)
    contacts.wallets(text)
    disguises.mixed_words(text)
    disguises.has_invisible(text)
    Text(text).sketch  # noqa: B018
    # Two orders of magnitude above what it takes: only an explosion fails.
    assert time.perf_counter() - start < 5
