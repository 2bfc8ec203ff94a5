"""What editors send by mistake or on purpose: a clear word at the field, and nothing lost."""

import re
from uuid import uuid4

import pytest

from news.models import Article
from tests.factories import add_text, make_article, make_image, make_rubric, make_source
from tests.news.desk import TITLE, desk_of, save
from tests.portal.test_admin import form_of

pytestmark = pytest.mark.django_db

BODY = "texts-0-body"


def send(client, article, **fields):
    return save(client, article, form_of(article), **fields)


def at(moment):
    day, _, hour = moment.partition(" ")
    return {"published_at_0": day, "published_at_1": hour}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<style>p{}</style><p style='color:red'>Text</p>", "<p>Text</p>"),
        ('<p>A<img src="data:image/png;base64,AAAA" onerror="x()">B</p>', "<p>AB</p>"),
        ('<p><a href="data:text/html,x">a</a></p>', '<p><a rel="noopener">a</a></p>'),
        ("<p>Open <em>tags<p>and <table><tr><td>cells", None),
        ("<p>\u202ethgir ot tfel\u202c \u2066x</p>", "<p>thgir ot tfel x</p>"),
        ("<<<>>> & &amp; <p", None),
        ("<h1>Head</h1><b>bold</b> <i>it</i>", "<h2>Head</h2><strong>bold</strong> <em>it</em>"),
        ("<div>One</div><div>Two</div>", "<p>One</p><p>Two</p>"),
    ],
)
def test_a_body_is_stored_clean_and_stays_so(anna, article, typed, stored):
    send(anna, article, **{BODY: typed})
    body = article.texts.get().body
    assert stored in (None, body)
    send(anna, article, **{BODY: body, TITLE: "Again"})
    assert article.texts.get().body == body


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>Doc1</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {mso-style-parent:""; font-family:"Calibri"} --></style></head>
<body lang=RU style='tab-interval:35.4pt'><!--StartFragment-->
<h1 style='mso-pagination:none'>Зонд<o:p></o:p></h1>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-US>Probe</span></b> сел<o:p>
</o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal><a href="javascript:x()">link</a><![if !vml]><img src="file:///C:/a.png"><![endif]>
</p><!--EndFragment--></body></html>"""


def test_what_word_writes_becomes_an_articles_html(anna, article):
    send(anna, article, **{BODY: WORD})
    assert re.sub(r"\s+", " ", article.texts.get().body).strip() == (
        '<h2>Зонд</h2> <p><strong>Probe</strong> сел </p><p><a rel="noopener">link</a> </p>'
    )


def test_two_megabytes_of_cyrillic_are_refused_at_both_fields_and_shown_again(anna, article):
    typed = "я" * 2**20
    texts = {"texts-TOTAL_FORMS": 2, "texts-1-language": "ru", "texts-1-title": "Моё"}
    texts |= {"texts-1-origin": "human", BODY: typed, "texts-1-body": typed}
    page = send(anna, article, **texts).content.decode()
    assert page.count("at most 400000 characters") == 2
    assert page.count(typed) == 2
    assert 'enctype="multipart/form-data"' in page


@pytest.mark.parametrize(
    "much", [{BODY: "я" * 5 * 2**20}, dict.fromkeys(map(str, range(2000)), "")]
)
def test_more_than_any_form_holds_is_refused_in_words(anna, article, much):
    answer = send(anna, article, **much)
    assert answer.status_code == 413
    assert "8 MB, 2000 fields" in answer.content.decode()
    assert article.texts.get().title == "Probe lands"


def test_a_source_fills_what_is_empty_of_its_rights_and_nothing_else(anna, article):
    rights = {"rights_holder": "NASA", "licence": "CC0", "licence_url": "https://nasa.example/cc0"}
    source = make_source("nasa", **rights)
    page = keep(anna, article, source=source.pk).content.decode()
    assert '<span data-name="rights_holder">NASA</span>' in page
    send(anna, article, source=source.pk, rights_holder="", licence="CC BY", licence_url="")
    stored = Article.objects.get()
    assert (stored.rights_holder, stored.licence, stored.licence_url) == ("NASA", "CC BY", "")
    send(anna, article, source=source.pk, licence="", licence_url="")
    assert Article.objects.get().licence_url == "https://nasa.example/cc0"


def keep(client, article, **fields):
    data = form_of(article, form_key=uuid4(), **fields)
    return client.post(f"/admin/news/article/{article.pk}/copy/", data)


@pytest.mark.parametrize(("x", "y"), [("1.5", "0.5"), ("nan", "left")])
def test_a_focal_point_outside_the_picture_is_refused_at_its_field(anna, x, y):
    image = make_image()
    fields = {"alt_en": "Mine", "focal_x": x, "focal_y": y}
    page = anna.post(f"/admin/news/image/{image.pk}/change/", fields).content.decode()
    assert "errorlist" in page
    assert 'value="Mine"' in page
    assert 'id="focal"' in page


def test_every_number_in_the_list_of_rubrics_says_whose_it_is(anna):
    make_rubric("space")
    page = anna.get("/admin/news/rubric/").content.decode()
    assert 'aria-label="Position of “Space”"' in page


@pytest.mark.parametrize("letter", ["a", "я"])
def test_a_megabyte_is_refused_at_its_field_and_shown_again(anna, article, letter):
    typed = letter * (2**20 // len(letter.encode()))
    page = send(anna, article, **{BODY: typed, TITLE: "Mine"}).content.decode()
    assert "at most 400000 characters" in page
    assert typed in page
    assert 'value="Mine"' in page
    assert article.texts.get().title == "Probe lands"


def test_marks_that_turn_words_around_are_taken_out_of_headlines(anna, article):
    send(anna, article, **{TITLE: "Probe \u202esdnal", "texts-0-lead": "\u2067Lead"})
    text = article.texts.get()
    assert (text.title, text.lead) == ("Probe sdnal", "Lead")


@pytest.mark.parametrize("moment", ["9999-12-31 23:59", "0001-01-01 00:00", "2200-01-01 00:00"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_years_without_news_are_refused_at_the_field(anna, article, moment, zone):
    from portal.models import User

    User.objects.update(time_zone=zone)
    page = send(anna, article, **at(moment), **{TITLE: "Mine"}).content.decode()
    assert "Enter a year from 1600 to 2199." in page
    assert 'value="Mine"' in page


def test_an_hour_that_the_clocks_leave_out_is_refused_at_the_field(anna, article):
    from portal.models import User

    User.objects.update(time_zone="Europe/Berlin")
    page = send(anna, article, **at("2027-03-28 02:30"), **{TITLE: "Mine"}).content.decode()
    assert "it may be ambiguous or it may not exist" in page
    assert 'value="Mine"' in page


@pytest.mark.parametrize("moment", ["2020-01-01 08:00", " "])
def test_scheduling_into_the_past_is_refused_at_the_field(anna, article, moment):
    page = send(anna, article, **at(moment), _schedule="1", **{TITLE: "Mine"}).content.decode()
    assert "Scheduling needs a time that lies ahead." in page
    assert 'value="Mine"' in page
    assert 'name="_schedule"' in page
    assert Article.objects.get().state == "draft"


def test_a_late_press_on_publish_is_not_forgotten_by_the_refusal(anna, article):
    opened = form_of(article)
    send(desk_of("boris"), article, **{TITLE: "Boris's"})
    refused = save(anna, article, opened, **{TITLE: "Anna's", "_publish": "1"})
    assert 'name="_publish" value="1" checked' in refused.content.decode()
    over = {TITLE: "Anna's", "_publish": "1", "_overwrite": refused.context["stored"].version}
    save(anna, article, opened, **over)
    assert Article.objects.get().state == "published"


def test_what_has_changed_since_the_question_is_not_deleted_by_the_answer(anna, article):
    address = f"/admin/news/article/{article.pk}/delete/"
    shown = anna.get(address).context["object"].version
    send(desk_of("boris"), article, **{TITLE: "Boris's"})
    late = anna.post(address, {"post": "yes", "version": shown}, follow=True)
    assert "Not deleted" in late.content.decode()
    anna.post(address, {"post": "yes", "version": Article.objects.get().version})
    assert not Article.objects.exists()


def test_form_and_list_cost_what_the_design_says(anna, django_assert_max_num_queries):
    articles = [make_article(f"Number {number}", state="draft") for number in range(30)]
    add_text(articles[0], "ru", "Номер")
    send_address = f"/admin/news/article/{articles[0].pk}/change/"
    anna.get(send_address)
    with django_assert_max_num_queries(20):
        anna.get(send_address)
    with django_assert_max_num_queries(12):
        anna.get("/admin/news/article/")
