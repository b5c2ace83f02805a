"""Our notes as HTML that every desk takes, and the desks' HTML as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import groupby
from typing import NamedTuple

from shared.domain.note import Block, BlockKind, Note
from shared.domain.text import bounded, canonical

# A note that is refused would be a note lost. The least that a desk takes in characters, a little less: Zendesk's
# 65,535. A desk that counts otherwise says so.
LONGEST_HTML = 60_000
QUOTE = ("<blockquote>", "</blockquote>")
_SHORTER = ((60, 1_000), (30, 400), (15, 150), (5, 50))

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9:-]*)")
_NEAR, _LOOKED_AT = 500, 2_000  # characters of a tag
_ATTRIBUTES = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "template")}
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_HIDING = re.compile(
    r"\shidden(?=[\s=>/])|\sstyle\s*=\s*[\"']?[^>]*?(?:display\s*:\s*none|visibility\s*:\s*hidden"
    r"|(?:font-size|opacity)\s*:\s*0(?:\.0+)?(?![.\d])|(?:left|top|text-indent)\s*:\s*-\d{3})",
    re.IGNORECASE,
)
_LONGEST_ARTICLE = 60_000  # characters, head and tail; what is longer is no article that answers a question


def note_html(note: Note, longest: int = LONGEST_HTML, *, quote: tuple[str, str] = QUOTE) -> str:
    """The note as HTML. Its words are escaped, all of them; only this module's tags are tags.

    Args:
        quote: what stands around a quote, for a desk that folds quotes away: a draft stands in one.
    """
    html = "".join(_block(block, quote) for block in note.blocks)
    for lines, length in _SHORTER:
        if len(html) <= longest:
            break
        html = "".join(_block(_shortened(block, lines, length), quote) for block in note.blocks)
    return html


def _shortened(block: Block, lines: int, length: int) -> Block:
    """At most so many lines of such a length. Heading and marker stay whole: notes are found again by them."""
    if block.kind in (BlockKind.HEADING, BlockKind.SMALL):
        return block
    kept = tuple(bounded(line, length) for line in block.lines[:lines])
    return block.model_copy(update={"lines": kept if len(block.lines) <= lines else (*kept, "[...]")})


def _block(block: Block, quote: tuple[str, str]) -> str:
    title = f"<p><strong>{_text(block.title)}</strong></p>" if block.title else ""
    lines = [_text(line) for line in block.lines]
    match block.kind:
        case BlockKind.HEADING:
            return f"{title}<h3>{' '.join(lines)}</h3>"
        case BlockKind.LIST:
            return f"{title}<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
        case BlockKind.QUOTE:
            return f"{title}{quote[0]}{_paragraphs(lines)}{quote[1]}"
        case BlockKind.SMALL:
            return f"<p><small>{'<br>'.join(lines)}</small></p>"
        case BlockKind.TEXT:
            # Its title stands on the same line: a note is read beside the conversation, where lines are few.
            lead = f"<strong>{_text(block.title)}:</strong> " if block.title and lines else ""
            return _paragraphs([f"{lead}{lines[0]}", *lines[1:]]) if lines else title


def _paragraphs(lines: list[str]) -> str:
    """An empty line ends a paragraph, any other line end stays one."""
    groups = groupby(lines, key=lambda line: bool(line.strip()))
    return "".join(f"<p>{'<br>'.join(group)}</p>" for filled, group in groups if filled)


def _text(words: str) -> str:
    return escape(_CONTROLS.sub("", words)).replace("\n", "<br>")


def article_text(html: str) -> str:
    """The words of an article as its readers see them, headings marked with `## ` as passages are split by them.

    Nothing that the page hides, and no invisible characters: they would be found, and quoted, by a machine alone.
    """
    return bounded(canonical(plain_text(html, as_article=True)), _LONGEST_ARTICLE)


def plain_text(html: str, *, as_article: bool = False) -> str:
    """The words of an article or a message, one line per block, list items with a dash; no scripts, no styles.

    Args:
        as_article: mark headings, and leave out what the page hides. Of a message nothing is left out: what hides
            in it is evidence.

    It takes a time that grows with the length and no faster, whatever the markup: customers write it. (The standard
    library's parser looks for the end of an unclosed tag once for each of them.)
    """
    parts = (word for token in _shown(_tokens(html)) for word in _of_article(token))
    text = "".join(parts if as_article else map(_of_message, _tokens(html))).replace("\xa0", " ")
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Token(NamedTuple):
    """Words, or a tag: its name, whether it ends, and its attributes as far as they are looked at."""

    words: str = ""
    name: str = ""
    is_end: bool = False
    attributes: str = ""


def _tokens(html: str) -> Iterator[_Token]:
    """Words and tags in order; what no browser shows (comments, scripts) is not among them."""
    last_end = html.rfind(">")
    at = 0
    while at < len(html):
        opens = html.find("<", at)
        # Line ends of the source are spaces of the page.
        yield _Token(unescape(html[at:] if opens < 0 else html[at:opens]).replace("\n", " "))
        if opens < 0:
            return
        tag = _TAG.match(html, opens)
        if tag is None and html[opens + 1 : opens + 2] not in ("!", "?"):
            yield _Token("<")
            at = opens + 1
            continue
        if opens > last_end:
            return  # a tag that never ends: nobody is shown the rest
        name, is_end = "" if tag is None else tag["name"].lower(), html.startswith("</", opens)
        at = _end_of(html, opens, tag)
        attributes = html[tag.end() : min(at, tag.end() + _LOOKED_AT)] if tag else ""
        if name in _SILENT and not is_end:
            closes = _SILENT[name].search(html, at)
            if closes is None:
                return
            at = closes.start()
        yield _Token(name=name, is_end=is_end, attributes=attributes)


def _shown(tokens: Iterator[_Token]) -> Iterator[_Token]:
    """Without the elements that a page hides, and all that lies in them."""
    away, depth = "", 0
    for token in tokens:
        if not away and not token.is_end and token.name not in _VOID and _HIDING.search(token.attributes):
            away, depth = token.name, 1
        elif not away:
            yield token
        elif token.name == away:
            depth += -1 if token.is_end else 1
            away = away if depth else ""


def _of_message(token: _Token) -> str:
    return token.words or _break(token.name, is_end=token.is_end)


def _of_article(token: _Token) -> tuple[str, ...]:
    marked = token.name in _HEADINGS and not token.is_end
    return (_of_message(token), "## ") if marked else (_of_message(token),)


def _end_of(html: str, opens: int, tag: re.Match[str] | None) -> int:
    """Behind a tag, or a comment. A `>` between quotation marks is not the end, as far as they are close."""
    if tag is None:
        closing = "-->" if html.startswith("<!--", opens) else ">"
        found = html.find(closing, opens + 2)
        return len(html) if found < 0 else found + len(closing)
    quoted = _ATTRIBUTES.match(html, tag.end(), tag.end() + _NEAR)
    return quoted.end() if quoted else html.find(">", tag.end()) + 1


def _break(name: str, *, is_end: bool) -> str:
    if name == "li":
        return "" if is_end else "\n- "
    if name == "br":
        return "\n"
    if name in ("td", "th"):
        return "" if is_end else " "
    if name == "tr":
        return "" if is_end else "\n"
    return "\n\n" if name in _BLOCKS else ""
