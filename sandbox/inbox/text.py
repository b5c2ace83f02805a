"""Text and HTML of messages: each is made from the other, and HTML is kept to what cannot do harm."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import nh3

BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote", "table", "tr", "hr", "pre", "dl", "dt", "dd"}
ALLOWED = BLOCKS | {
    "br", "span", "strong", "b", "em", "i", "u", "li", "a", "code", "small", "thead", "tbody", "th", "td", "sub", "sup",
}  # fmt: skip


def harmless(markup: str) -> str:
    """Keep an allow-list of tags, no attributes but a link's address; scripts go with their content."""
    return _clean(markup, {"a": {"href"}})


def readable(markup: str) -> str:
    """The same of an article, whose author may hide a part from its readers: that stays hidden."""
    kept = _clean(markup, {"a": {"href"}, "*": {"style"}}, filter_style_properties={"display"})
    return kept.replace('style="display:none"', "hidden")  # the page's policy allows no style in the markup


def _clean(markup: str, attributes: dict[str, set[str]], **more: Any) -> str:
    return nh3.clean(
        markup,
        tags=ALLOWED,
        attributes=attributes,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        **more,
    )


def to_html(text: str) -> str:
    """Paragraphs at empty lines, breaks at the others, everything else escaped."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


def to_text(markup: str) -> str:
    """What a person reads of some HTML; blocks stand apart by empty lines."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th", "dd"):
            self.parts.append(" ")
        elif tag in BLOCKS:
            self.parts.append("\n" if tag in ("tr", "dt") else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and tag not in ("tr", "dt", "dd"):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))
