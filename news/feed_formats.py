"""How a feed is written down: RSS 2.0, Atom (RFC 4287), JSON Feed 1.1 (jsonfeed.org).

`news.feed_entries` says what stands in it; each item carries its `Entry` under "entry".
"""

import json
from mimetypes import guess_type
from typing import IO, Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

from news.feed_entries import Entry

Item = dict[str, Any]


class RssFeed(Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:dcterms": "http://purl.org/dc/terms/",
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if settings.WEBSUB_HUB:
            link = {"rel": "hub", "href": settings.WEBSUB_HUB}
            handler.addQuickElement("atom:link", None, link)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: Item) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        handler.addQuickElement("content:encoded", entry.content)
        handler.addQuickElement("dc:language", entry.language)
        handler.addQuickElement("dc:rights", entry.rights)
        if entry.source_url:
            handler.addQuickElement("dc:source", entry.source_url)
        handler.addQuickElement("dcterms:modified", rfc3339_date(entry.updated_at))
        if entry.picture:
            self._add_picture(handler, entry)

    def _add_picture(self, handler: SimplerXMLGenerator, entry: "Entry") -> None:
        assert entry.picture
        picture = entry.picture
        size = {"width": str(picture.width), "height": str(picture.height)}
        attributes = {"url": picture.url, "medium": "image", "type": type_of(picture.url), **size}
        handler.startElement("media:content", AttributesImpl(attributes))
        handler.addQuickElement("media:description", picture.alt, {"type": "plain"})
        handler.addQuickElement("media:credit", picture.credit)
        handler.endElement("media:content")


class AtomFeed(Atom1Feed):
    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if settings.WEBSUB_HUB:
            handler.addQuickElement("link", "", {"rel": "hub", "href": settings.WEBSUB_HUB})

    def item_attributes(self, item: Item) -> dict[str, str]:
        return {"xml:lang": item["entry"].language}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: Item) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        handler.addQuickElement("content", entry.content, {"type": "html"})
        if entry.source_url:
            handler.addQuickElement("link", "", {"rel": "via", "href": entry.source_url})
        if entry.picture:
            url, alt = entry.picture.url, entry.picture.alt
            link = {"rel": "enclosure", "href": url, "type": type_of(url), "title": alt}
            handler.addQuickElement("link", "", link)


class JsonFeed(SyndicationFeed):
    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: IO[str], encoding: str) -> None:
        content = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": [self._item(item["entry"]) for item in self.items],
        }
        if settings.WEBSUB_HUB:
            content["hubs"] = [{"type": "WebSub", "url": settings.WEBSUB_HUB}]
        outfile.write(json.dumps(content, ensure_ascii=False))

    def _item(self, entry: "Entry") -> Item:
        item = {
            "id": entry.id,
            "url": entry.url,
            "external_url": entry.source_url,
            "title": entry.title,
            "language": entry.language,
            "summary": entry.summary,
            "content_html": entry.content,
            "image": entry.picture.url if entry.picture else "",
            "date_published": rfc3339_date(entry.published_at),
            "date_modified": rfc3339_date(entry.updated_at),
            "authors": [{"name": entry.author}],
            "tags": entry.categories,
            "_rights": {"copyright": entry.rights, "licence_url": entry.licence_url},
        }
        return {name: value for name, value in item.items() if value != ""}


FORMATS: dict[str, type[RssFeed | AtomFeed | JsonFeed]] = {
    "rss": RssFeed,
    "atom": AtomFeed,
    "json": JsonFeed,
}


def type_of(url: str) -> str:
    return guess_type(url)[0] or "application/octet-stream"
