"""Comments are written in a small Markdown: harmless, and as quick for hostile texts as for any."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.markdown import LONGEST_QUOTE, quote, render

LINK = '<a href="https://e.com" rel="ugc nofollow noopener">'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("One\ntwo\n\nthree", "<p>One<br>\ntwo</p>\n<p>three</p>"),
        (
            "*a* _b_ **c** __d__",
            "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong></p>",
        ),
        ("**a *b***", "<p><strong>a <em>b</em></strong></p>"),
        ("***a** b*", "<p><em><strong>a</strong> b</em></p>"),
        ("2*3*4, 2 * 3, snake_case_name", "<p>2*3*4, 2 * 3, snake_case_name</p>"),
        ("“**Да**” — _нет_!", "<p>“<strong>Да</strong>” — <em>нет</em>!</p>"),
        (r"\*not\* \[this\]", "<p>*not* [this]</p>"),
        ("`a*b*` ``c`d``", "<p><code>a*b*</code> <code>c`d</code></p>"),
        ("`not closed", "<p>`not closed</p>"),
        ("```\n*a*\n\n<b>\n```\nc", "<pre><code>*a*\n\n&lt;b&gt;</code></pre>\n<p>c</p>"),
        ("> a\nb", "<blockquote><p>a</p></blockquote>\n<p>b</p>"),
        ("> > a", "<blockquote><blockquote><p>a</p></blockquote></blockquote>"),
        ("- a\n- b\n  - c\n\nd", "<ul><li>a</li>\n<li>b\n<ul><li>c</li></ul></li></ul>\n<p>d</p>"),
        ("  - a\n  - b", "<ul><li>a</li>\n<li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li>\n<li>b</li></ol>'),
        ("1984. It was", "<p>1984. It was</p>"),
        ("# a\n---", "<p># a<br>\n---</p>"),
    ],
)
def test_what_the_marks_do(source, html):
    assert render(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[x](https://e.com)", f"<p>{LINK}x</a></p>"),
        ("[*x*](https://e.com)", f"<p>{LINK}<em>x</em></a></p>"),
        ("See https://e.com.", f"<p>See {LINK}https://e.com</a>.</p>"),
        ("(https://e.com)", f"<p>({LINK}https://e.com</a>)</p>"),
        ("<https://e.com>", f"<p>{LINK}https://e.com</a></p>"),
        ("[https://x.com](https://e.com)", f"<p>{LINK}https://x.com</a></p>"),
        ("[[a](https://e.com)](x)", f"<p>[{LINK}a</a>](x)</p>"),
        ("![x](https://e.com)", f"<p>!{LINK}x</a></p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](//e.com) [x](/a) [x](data:x)", "<p>[x](//e.com) [x](/a) [x](data:x)</p>"),
    ],
)
def test_links(source, html):
    assert render(source) == html


def test_an_address_may_hold_brackets_and_letters_of_any_script():
    html = render("https://ru.wikipedia.org/wiki/Сон_(фильм).")
    assert "/Сон_(фильм)</a>." in html


def test_a_quote_holds_what_was_said_and_not_what_it_quotes():
    assert quote("> old\nmine\n\nmore\n") == "> mine\n>\n> more\n\n"
    assert len(quote("word " * 1000)) < LONGEST_QUOTE + 10


TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "pre", "code"}


class Walker(HTMLParser):
    """Fails on whatever is not among the few things that a comment may hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth = 0
        self.feed(html)
        self.close()
        assert self.depth == 0

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS
        for name, value in attributes:
            assert (tag, name) in {("a", "href"), ("a", "rel"), ("ol", "start")}
            assert name != "href" or re.match(r"https?://|mailto:", value, re.IGNORECASE)
        self.depth += tag != "br"

    def handle_endtag(self, tag):
        self.depth -= 1

    def handle_comment(self, data):
        raise AssertionError(data)


PIECES = [
    *("*", "**", "_", "[", "]", "](", ")", "![", "`", "```", "\n", "\n\n", "> ", "- ", "1. ", "  "),
    *("a", "ё", " ", "\\", "<", ">", "&", '"', "'", "<script>", "<!--", "</p>", "onerror=alert(1)"),
    *("https://e.com", "https://e.com/?a=1&b", "javascript:alert(1)", "mailto:a@b.c", "&lt;", "\0"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=200))
def test_nothing_that_is_typed_becomes_more_than_it_may(source):
    Walker(render(source))


HOSTILE = [
    *("*", "_", "* ", "**a ", "*a **b ", "*a_b ", "*_", "a*", "**b", "***a**b*", "_a __b "),
    *("[", "![", "[](", "[[](", "[a](", "[a](<b", "[a]((", "*[a](", "](", "[`a", "*a](", "[a]"),
    *("`", "`a", "``a`b", "`\n", "```\n", "\\", "<", "<http://a", "https://", "https://a ", "&"),
    *("> ", ">", "> a\n", "> - ", "- ", "- a\n", "  - a\n", "-    a\n", "\n\n- ", "1. ", "a\n    "),
    *("\n", "\t", " ", "- \n", "https://a(b)", "https://a)))", "<https://x>", "[x](https://a(b)c"),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_markdown_of_twice_the_length_takes_about_twice_as_long(piece):
    """Quadratic work would take 64 times as long for 8 times the text."""
    short, long = piece * (1250 // len(piece)), piece * (10_000 // len(piece))
    assert processing_time(long) < 25 * processing_time(short)


@pytest.mark.parametrize("unit", ["{}a{}", "[{}]({})", "{}>{}"])
def test_nested_markdown_is_not_followed_for_ever(unit):
    html = render(unit.format("*" * 2500 + "[" * 2500, "]" * 2500))
    assert html.count("<em>") + html.count("<a ") < 20
    assert render("> " * 1000 + "a").count("<blockquote>") == 6


def processing_time(source: str) -> float:
    def once() -> float:
        start = time.process_time()
        render(source)
        return time.process_time() - start

    return max(min(once() for _ in range(5)), 0.0001)
