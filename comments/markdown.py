"""The small Markdown of comments: paragraphs, emphasis, links, lists, quotes, code. No HTML."""

import nh3
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "pre", "code"}

# maxNesting bounds the work that hostile nesting can cause.
_parser = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True, "maxNesting": 20})
_parser.enable(["paragraph", "list", "blockquote", "code", "fence"])
_parser.enable(["emphasis", "backticks", "link", "autolink", "escape", "newline", "entity"])


def render(source: str) -> str:
    """Safe HTML of a comment's `source`; rendered once, when it is saved."""
    return nh3.clean(
        _parser.render(source),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="ugc nofollow noopener",
    )
