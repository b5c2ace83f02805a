"""HTML that a desk hands on as text: its words as a person saw them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LONGEST = 400_000  # characters; markup is several times its words
_BEGINS = re.compile(
    r"\s*<(?:!doctype|html|head|body|div|p|table|span|style|meta|font|center|br)\b[^<>]{0,2000}>", re.IGNORECASE
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d])", re.IGNORECASE
)
_QUOTES = re.compile(r"\b(?:gmail_quote|yahoo_quoted|moz-cite-prefix|zmail_extra|protonmail_quote)\b")
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "section", "article"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


def shown_words(text: str) -> str | None:
    """The words that the markup shows, without quotes of earlier mails; None where the text is no HTML document.

    A text with a tag somewhere in it is a text about tags.
    """
    if not _BEGINS.match(text) or len(text) > _LONGEST:
        return None
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:  # html.parser's answer to a marked section that it does not know, such as <![x[
        return None
    return "".join(reader.parts) if "".join(reader.parts).strip() else None


class _Reader(HTMLParser):
    """Collects what is shown. `_away` holds the open tags from the first one whose content is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._away: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS or tag == "tr":
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        if tag not in _VOID and (self._away or _left_out(tag, dict(attrs))):
            self._away.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._away:
            # Tags that were left open inside end with the one around them.
            del self._away[len(self._away) - 1 - self._away[::-1].index(tag) :]
        if tag in _BLOCKS:
            self.parts.append("\n\n" if tag == "p" else "\n")

    def handle_data(self, data: str) -> None:
        if not self._away:
            self.parts.append(data)


def _left_out(tag: str, attributes: dict[str, str | None]) -> bool:
    quoted = tag == "blockquote" or _QUOTES.search(attributes.get("class") or "") is not None
    unseen = "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "") is not None
    return tag in _SILENT or quoted or unseen
