"""Our notes as HTML that every desk takes, and the desks' HTML as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import groupby

from shared.domain.note import Block, BlockKind, Note
from shared.domain.text import bounded

# A note that is refused would be a note lost. The least that a desk takes in characters, a little less: Zendesk's
# 65,535. A desk that counts otherwise says so.
LONGEST_HTML = 60_000
QUOTE = ("<blockquote>", "</blockquote>")
_SHORTER = ((60, 1_000), (30, 400), (15, 150), (5, 50))

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9:-]*)")
_NEAR = 500
_ATTRIBUTES = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}


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


def plain_text(html: str, *, headings: bool = False) -> str:
    """The words of an article or a message, one line per block, list items with a dash; no scripts, no styles.

    Args:
        headings: mark headings with `## `, by which an article is split into passages.

    It takes a time that grows with the length and no faster, whatever the markup: customers write it. (The standard
    library's parser looks for the end of an unclosed tag once for each of them.)
    """
    text = "".join(_parts(html, headings)).replace("\xa0", " ")
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _parts(html: str, headings: bool = False) -> Iterator[str]:
    """Words, and line ends where the markup has them."""
    last_end = html.rfind(">")
    at = 0
    while at < len(html):
        opens = html.find("<", at)
        # Line ends of the source are spaces of the page.
        yield unescape(html[at:] if opens < 0 else html[at:opens]).replace("\n", " ")
        if opens < 0:
            return
        tag = _TAG.match(html, opens)
        if tag is None and html[opens + 1 : opens + 2] not in ("!", "?"):
            yield "<"
            at = opens + 1
            continue
        if opens > last_end:
            return  # a tag that never ends: nobody is shown the rest
        name = "" if tag is None else tag["name"].lower()
        at = _end_of(html, opens, tag)
        if name in _SILENT and not html.startswith("</", opens):
            closes = _SILENT[name].search(html, at)
            if closes is None:
                return
            at = closes.start()
        is_end = html.startswith("</", opens)
        yield _break(name, is_end=is_end)
        if headings and not is_end and name in _HEADINGS:
            yield "## "


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
