"""What spammers write, in twelve patterns, worded by us after what every site knows.

`{a|b}` stands for one of its parts, and upper case words in it for what differs each time: SITE,
PHONE, HANDLE, WALLET, READER, SUM, WORD.
"""

import random
import re
from collections.abc import Callable

_CHOICE = re.compile(r"\{([^{}]*)\}")
_SYLLABLES = [*("ba", "ber", "co", "dan", "el", "fer", "gar", "hol", "in", "jor", "kal", "lum")]
_SYLLABLES += [*("mar", "nor", "ost", "pel", "qui", "rad", "sol", "tor")]
_TOPS = ["top", "xyz", "club", "shop", "online", "com", "ru", "site", "bet", "icu"]

PATTERNS: dict[str, list[str]] = {
    "casino": [
        "{Играю|Сижу|Кручу} {тут|здесь} {уже полгода|с весны|третий месяц}, {вывел|поднял} SUM "
        "{рублей|р}. {Бездепозитный бонус|Фриспины|Бонус} {за регистрацию|новичкам}: SITE",
        "{Best|Top|Number one} online casino of the year, {free spins|200 % bonus} for {everyone "
        "here|new players}, {I won|my brother won} SUM dollars {last night|in a week}! SITE",
    ],
    "crypto": [
        "{Мой|Наш} {куратор|наставник} {Анна|Виктор|Елена} {научила|помог} {зарабатывать|получать} "
        "на {крипте|бирже} SUM {в неделю|за месяц}. {Пишите|Пиши} {ей|ему} в телеграм: @HANDLE",
        "I {invested|started with} SUM dollars and {withdrew|earned} ten times more {in two weeks|"
        "within a month} thanks to {Mrs. Laura|Mr. Brent|expert Dave}. {WhatsApp|Telegram}: PHONE",
    ],
    "pills": [
        "{Buy|Order} {viagra|cialis|v1agra} {without prescription|cheaply}, {discreet|fast} "
        "delivery {worldwide|to your door}, {prices from|only} SUM cents: SITE",
        "{Похудела|Минус} на {12|15|18} кг {за месяц|без диет}, {пила|принимала} {только|лишь} "
        "{эти капли|этот чай}. {Заказать|Брала} {можно тут|вот здесь}: SITE",
    ],
    "praise with a link": [
        "{Great|Nice|Awesome|Wonderful} {post|article|blog}! {Thanks for|I really like} {sharing|"
        "your writing style}. {Here is|Please visit} {my page|my web site|also my blog}: SITE",
        "{Отличная|Полезная|Классная} {статья|публикация}, {автору респект|спасибо}! {У нас на "
        "сайте|В нашем блоге} {тоже много интересного|есть похожее}: SITE",
    ],
    "loans": [
        "{Деньги|Займ} {до SUM рублей|на карту} {за 15 минут|сегодня}, {без справок|без отказа}, "
        "{с любой историей|пенсионерам и студентам}. {Звоните|Тел.|Номер}: PHONE",
        "{Need|Looking for} {urgent|fast} {cash|loan}? {We offer|Our company gives} loans {from "
        "SUM|at 2 %}, no credit check. {Email|Apply}: HANDLE@gmail.com",
    ],
    "look-alike letters": [
        "{Лyчшиe|Сaмыe низкиe} {cтaвки|цeны} {нa cпopт|в гopoдe}, {выигpaл|пoднял} SUM {вчepa|зa "
        "нeдeлю} и {вaм coвeтую|никoгo нe cлушaл}. {Набepи|Ищи} в пoискe WORD",
        "{Ｂｅｓｔ ｄｅａｌｓ|Ｃｈｅａｐ ｗａｔｃｈｅｓ} {оnly tоdау|fоr уоu}, {sаvе|gеt} SUM "
        "{dоllаrs|реrсеnt} оn {bаgs|shоеs} аt WORD {stоrе|shор}",
    ],
    "invisible characters": [
        "За\u200bра\u200bба\u200bты\u200bвай {до\u200bма|с те\u200bле\u200bфо\u200bна} от SUM "
        "{в день|в не\u200bде\u200bлю}, {обу\u200bчу|по\u200bка\u200bжу} {бесплатно|всему}, WORD",
        "E\u200bar\u200bn SUM {a d\u200bay|ev\u200bery w\u200beek} from {ho\u200bme|yo\u200bur "
        "pho\u200bne}, {no sk\u200bills|no ri\u200bsk}, ask WORD",
    ],
    "one text from many accounts": [
        "{Друзья|Люди|Коллеги}, {хватит|перестаньте} {терпеть|молчать}, пока чиновники делят наши "
        "деньги за нашими спинами. {Распространите|Перешлите} это сообщение всем своим знакомым, "
        "завтра {будет поздно|уже не дадут}.",
        "{Wake up|Open your eyes}, {people|friends}: they have been hiding the real cure from us "
        "for forty years because healthy people bring no profit. {Copy|Share} this message "
        "{everywhere|to all you know} before they {delete|remove} it.",
    ],
    "calling many readers": [
        "@READER @READER @READER @READER @READER @READER {посмотрите|зацените}, {что я нашёл|как "
        "надо}, {подробности|всё} {у меня в профиле|по ссылке в профиле}",
        "@READER @READER @READER @READER @READER {look at this|you have to see it}, {more|the "
        "rest} on my {page|profile}, WORD",
    ],
    "over and over": [
        "{КУПИТЕ ДИПЛОМ|ПРОДАМ АККАУНТЫ|ДЕШЁВЫЕ БИЛЕТЫ} WORD!!! " * 14,
        "{BUY FOLLOWERS|CHEAP TRAFFIC|SEO SERVICES} WORD >>> " * 16,
    ],
    "a hidden address": [
        "{Подробнее|Всё расписано} {тут|здесь}: HANDLE точка {ру|ком|онлайн}, {там и фото|"
        "почитайте}, {не пожалеете|это надо видеть}",
        "[{the full story|read more|proof}](https://SHORT) {and|or} {search for|go to} "
        "h t t p s : / / HANDLE {dot|[.]} {com|top}, {they do not show it|you will thank me}",
    ],
    "money for an address": [
        "{Собираем|Помогите собрать} {на операцию|на лечение|на приют} {ребёнку|сестре|собакам}, "
        "{любая сумма|хоть немного} важна: WALLET {спасибо всем|не проходите мимо}",
        "{Giveaway|Double your bitcoin}: send {0.1|0.05} BTC to WALLET and {get back twice|"
        "receive SUM} {within an hour|today only}",
    ],
}


def spam(pattern: str, chance: random.Random, readers: list[str]) -> str:
    """One comment of that pattern; `readers` may be called by name."""
    text = chance.choice(PATTERNS[pattern])
    while _CHOICE.search(text):
        text = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), text)
    for name, made in _made(chance, readers).items():
        text = re.sub(rf"\b{name}\b", lambda _match, made=made: made(), text)
    return text.strip()


def _made(chance: random.Random, readers: list[str]) -> dict[str, Callable[[], str]]:
    def word(count: int = 3) -> str:
        return "".join(chance.choices(_SYLLABLES, k=count))

    def site() -> str:
        begin = chance.choice(["https://", "http://", "www.", "https://www."])
        return f"{begin}{word()}.{chance.choice(_TOPS)}/{word(2)}"

    return {
        "SITE": site,
        "SHORT": lambda: f"{chance.choice(['bit.ly', 'clck.ru', 'is.gd'])}/{word(2)}",
        "PHONE": lambda: f"+7 9{chance.randint(10, 99)} {chance.randint(1000000, 9999999)}",
        "HANDLE": lambda: f"{word(2)}_{word(1)}{chance.randint(1, 99)}".replace("_", ""),
        "WALLET": lambda: (
            "bc1q" + "".join(chance.choices("023456789acdefghjklmnpqrstuvwxyz", k=38))
        ),
        "READER": lambda: chance.choice(readers),
        "SUM": lambda: f"{chance.randint(3, 900)} 000",
        "WORD": lambda: word().upper(),
    }
