"""Rules of incoming feeds that have many cases: addresses, pauses, documents."""

from datetime import timedelta
from email.message import Message
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.incoming import alike, pace
from news.incoming.addresses import is_allowed, is_public
from news.incoming.documents import Document, read
from news.incoming.fetching import Answer, FetchFailed
from tests.news.feed_server import item, rss

# Networks that are nobody's on the public internet (IANA's registries of special addresses).
OUT_OF_BOUNDS = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32"),
    *("::/96", "::1/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001:db8::/32"),
    *("64:ff9b:1::/48", "100::/64", "2001::/32"),
]


@st.composite
def inside(draw, networks=OUT_OF_BOUNDS):
    network = ip_network(draw(st.sampled_from(networks)))
    return network[draw(st.integers(0, network.num_addresses - 1))]


@given(inside())
def test_no_address_of_a_network_out_of_bounds_is_asked(address):
    assert not is_public(address)


@given(inside(["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "100.64.0.0/10"]))
def test_an_address_does_not_hide_in_another(address):
    number = int(address)
    hidden = [
        IPv6Address((0xFFFF << 32) | number),  # mapped
        IPv6Address(number),  # compatible
        IPv6Address((0x0064FF9B << 96) | number),  # NAT64
        IPv6Address((0x2002 << 112) | (number << 80)),  # 6to4
    ]
    assert not any(map(is_public, hidden))
    assert not any(is_allowed(f"{address}%eth0") for address in hidden)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_what_is_public_is_so_in_any_writing(address):
    mapped = IPv6Address((0xFFFF << 32) | int(address))
    translated = IPv6Address((0x0064FF9B << 96) | int(address))
    assert is_public(address) == is_public(mapped) == is_public(translated)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_the_public_internet_is_asked(address):
    assert is_public(ip_address(address))


def test_networks_of_the_settings_are_asked_and_no_others(settings):
    settings.FEED_NETWORKS = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    allowed = ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1", "8.8.8.8"]
    assert [is_allowed(address) for address in allowed] == [True] * 4
    assert not is_allowed("10.2.0.1") and not is_allowed("fe80::1%eth0")


numbers = st.lists(st.integers(0, 40), unique=True, max_size=24)


@given(numbers, numbers, st.dictionaries(st.integers(0, 40), st.floats(0, 1)))
def test_to_leave_out_what_is_common_loses_nothing_that_is_alike(one, other, common):
    if len(set(one) & set(other)) >= alike._FEWEST_SHARED:
        assert set(alike._rare(one, common)) & set(other)


spans = st.timedeltas(timedelta(0), timedelta(days=400))


@given(spans, st.booleans(), spans)
def test_pauses_stay_within_a_quarter_of_an_hour_and_a_day(interval, is_new, rest):
    for pause in (pace.adapted(interval, is_new, rest), pace.after_failures(interval, 10**9)):
        assert pace.SHORTEST <= pause <= pace.LONGEST


@given(spans, spans, st.integers(0, 50))
def test_pauses_grow_where_nothing_comes_and_shrink_where_something_does(interval, rest, failures):
    quiet, busy = (pace.adapted(interval, is_new, rest) for is_new in (False, True))
    assert busy <= quiet and busy >= min(rest, pace.LONGEST)
    after = [pace.after_failures(interval, failures + more) for more in (0, 1)]
    assert after == sorted(after)


def test_a_feed_that_never_rests_is_read_every_quarter_of_an_hour_and_a_dead_one_daily():
    busy = quiet = pace.FIRST
    for _ in range(20):
        busy = pace.adapted(busy, True, timedelta(0))
        quiet = pace.adapted(quiet, False, timedelta(0))
    assert (busy, quiet) == (pace.SHORTEST, pace.LONGEST)


def document(text: str | bytes, content_type: str = "") -> Document:
    headers = Message()
    if content_type:
        headers["Content-Type"] = content_type
    body = text.encode() if isinstance(text, str) else text
    return read(Answer("https://agency.example/feed", headers, body))


def only_item(text: str | bytes, content_type: str = ""):
    (found,) = document(text, content_type).items
    return found


CYRILLIC = rss(item(title="Зонд сел на обратной стороне Луны", description="Ёжик. Это не шутка."))


@pytest.mark.parametrize(
    ("codec", "declared", "content_type"),
    [
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "windows-1251", "text/html"),
        ("utf-8-sig", "koi8-r", ""),
        ("windows-1251", "windows-1251", "text/xml; charset=utf-8"),
        ("windows-1251", "", "text/xml; charset=windows-1251"),
        ("koi8-r", "KOI8-R", "application/octet-stream"),
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "utf-8", "image/png"),
        ("utf-16-be", "", "text/xml; charset=nonsense"),
    ],
)
def test_letters_are_understood_whatever_is_said_of_them(codec, declared, content_type):
    said = f'encoding="{declared}"' if declared else ""
    text = CYRILLIC.replace('encoding="utf-8"', said)
    found = only_item(text.encode(codec), content_type)
    assert found.title == "Зонд сел на обратной стороне Луны"
    assert found.lead == "Ёжик. Это не шутка."


@pytest.mark.parametrize(
    "date",
    [
        *("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", ""),
        *("0000-00-00", "99999999999999999999"),
    ],
)
def test_dates_that_can_not_be_are_none(date):
    assert only_item(rss(item(pubDate=date))).published_at is None


def test_items_without_id_address_or_headline_are_known_again():
    bare = {"guid": "", "link": "", "pubDate": ""}
    texts = [rss(item(1, **bare), item(2, **bare)), rss(item(2, **bare), item(1, **bare))]
    first, second = ({found.key for found in document(text).items} for text in texts)
    assert first == second and len(first) == 2
    nameless = only_item(rss(item(title="", **bare)))
    assert nameless.title.startswith("Engineers tell of landing")
    assert document(rss("<item/>", item(title="", description="", **bare))).items == []


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://[::1", "https://", "h" * 600]
)
def test_addresses_that_lead_nowhere_are_left_out(link):
    assert only_item(rss(item(link=link))).link == ""


HOSTILE = """<![CDATA[<p onclick="x()">One<script>alert(1)</script> <b>bold</b></p>
<div>Two <a href="/more" onmouseover="x()">more</a> <a href="javascript:x()">evil</a></div>
<svg onload="x()"><text>three</text></svg><style>p{}</style><iframe src="//evil.example"></iframe>
<img src="x" onerror="x()"><p> </p>
<p>The post <a href="https://x.example">A</a> appeared first on <a href="https://x">B</a>.</p>]]>"""


def test_scripts_stay_out_and_links_lead_somewhere():
    found = only_item(rss(item(description=HOSTILE)))
    assert found.lead == "One bold"
    assert found.body == (
        '<p>Two <a href="https://agency.example/more" rel="noopener">more</a> '
        '<a rel="noopener">evil</a></p>'
    )


def test_a_lead_is_not_said_twice():
    content = "<content:encoded><![CDATA[<p>In short.</p><p>At length.</p>]]></content:encoded>"
    head = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    text = rss(item(description="In short.").replace("</item>", f"{content}</item>"))
    found = only_item(text.replace('<rss version="2.0">', head))
    assert (found.lead, found.body) == ("In short.", "<p>At length.</p>")


def test_a_list_of_terms_is_no_lead():
    terms = "<dl><dt>Depth</dt><dd>20.70 km (12.86 mi)</dd></dl>"
    found = only_item(rss(item(description=f"<![CDATA[{terms}]]>")))
    assert (found.lead, found.body) == ("", terms)


def test_broken_xml_is_read_as_far_as_it_goes():
    text = rss(item(1, title="Salt & pepper <br> more"), item(2)).replace("</channel></rss>", "")
    assert [found.key for found in document(text).items] == [
        found.key for found in document(rss(item(1), item(2))).items
    ]


@pytest.mark.parametrize(
    "head", ["<ttl>180</ttl>", "<sy:updatePeriod>hourly</sy:updatePeriod><ttl>3 h</ttl>", "<ttl>-9"]
)
def test_how_often_a_feed_wants_to_be_read_is_heard_where_it_can_be(head):
    assert timedelta(0) <= document(rss(item(), head=head)).rest <= timedelta(hours=3)


@settings(max_examples=40)
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_nothing_that_a_server_sends_breaks_the_reading(noise):
    half = len(noise) // 2
    for body in (noise, noise[:half] + rss(item()).encode() + noise[half:]):
        try:
            document(body)
        except FetchFailed as failure:
            assert failure.trouble.label
