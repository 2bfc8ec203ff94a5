"""What moderators need not type in themselves. The list is theirs from there on."""

from django.db import migrations

EVERYBODY = [
    *("казино вулкан", "онлайн казино", "бездепозитный бонус", "купить диплом", "купить права"),
    *("кредит без отказа", "займ без отказа", "сильный приворот", "снять порчу", "закладки купить"),
    *("накрутка подписчиков", "индивидуалки", "online casino", "double your bitcoin"),
    *("spell caster", "recover your lost", "hack whatsapp", "payday loan", "buy followers"),
    *("viagra", "cialis", "crypto giveaway", "guaranteed profit"),
]
NOT_TRUSTED = [
    *("казино", "займ", "микрозайм", "букмекер", "ставки на спорт", "прогнозы на спорт"),
    *("игровые автоматы", "фриспин", "выигрыш", "джекпот", "вывод средств", "пассивный доход"),
    *("доход в день", "в день на карту", "заработок в интернете", "заработок без вложений"),
    *("заработок на дому", "подработка без опыта", "работа без опыта", "сигналы для трейдинга"),
    *("удвоить депозит", "оформить кредит", "без справок", "виагра", "сиалис", "похудеть за"),
    *("эскорт", "проститутки", "интим услуги", "знакомства без регистрации", "промокод"),
    *("продвижение сайтов", "раскрутка сайта", "купить ссылки", "подпишись на канал"),
    *("подписывайтесь на канал", "подписывайтесь на мой", "мой канал", "моём профиле"),
    *("мой профиль", "ссылка в профиле", "ссылка в описании", "переходи по ссылке"),
    *("переходите по ссылке", "пиши в лс", "пишите в лс", "пиши в личку", "пишите в личку"),
    *("пишите в личные сообщения", "пиши в директ", "пишите в телеграм", "пишите в вотсап"),
    *("casino", "free spins", "jackpot", "make money online", "earn from home", "passive income"),
    *("trading signals", "forex trading", "binary options", "bitcoin investment", "loan offer"),
    *("love spell", "escort", "hot girls", "adult dating", "seo services", "backlinks"),
    *("weight loss pills", "cheap meds", "click here", "my profile", "my channel", "link in bio"),
    *("see my bio", "dm me", "text me on", "add me on", "whatsapp me", "contact me on"),
    *("promo code", "work from home job", "fast cash", "no credit check"),
]


def fill(apps, schema_editor):
    SpamPhrase = apps.get_model("comments", "SpamPhrase")
    phrases = [(text, "everybody") for text in EVERYBODY]
    phrases += [(text, "not_trusted") for text in NOT_TRUSTED]
    SpamPhrase.objects.bulk_create(
        [SpamPhrase(text=text, holds=holds, has_endings=True) for text, holds in phrases],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_append_only_log")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
