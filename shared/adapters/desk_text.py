"""Our notes as HTML that every desk takes, and the desks' HTML as plain text."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from itertools import groupby

from shared.domain.note import Block, BlockKind, Note
from shared.domain.text import bounded

# A note that is refused would be a note lost. The least that a desk takes in characters, a little less: Zendesk's
# 65,535. A desk that counts otherwise says so.
LONGEST_HTML = 60_000
_SHORTER = ((60, 1_000), (30, 400), (15, 150), (5, 50))

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def note_html(note: Note, longest: int = LONGEST_HTML) -> str:
    """The note as HTML. Its words are escaped, all of them; only this module's tags are tags."""
    html = "".join(_block(block) for block in note.blocks)
    for lines, length in _SHORTER:
        if len(html) <= longest:
            break
        html = "".join(_block(_shortened(block, lines, length)) for block in note.blocks)
    return html


def _shortened(block: Block, lines: int, length: int) -> Block:
    """At most so many lines of such a length. Heading and marker stay whole: notes are found again by them."""
    if block.kind in (BlockKind.HEADING, BlockKind.SMALL):
        return block
    kept = tuple(bounded(line, length) for line in block.lines[:lines])
    return block.model_copy(update={"lines": kept if len(block.lines) <= lines else (*kept, "[...]")})


def _block(block: Block) -> str:
    title = f"<p><strong>{_text(block.title)}</strong></p>" if block.title else ""
    lines = [_text(line) for line in block.lines]
    match block.kind:
        case BlockKind.HEADING:
            return f"{title}<h3>{' '.join(lines)}</h3>"
        case BlockKind.LIST:
            return f"{title}<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
        case BlockKind.QUOTE:
            return f"{title}<blockquote>{_paragraphs(lines)}</blockquote>"
        case BlockKind.SMALL:
            return f"<p><small>{'<br>'.join(lines)}</small></p>"
        case BlockKind.TEXT:
            return f"{title}{_paragraphs(lines)}"


def _paragraphs(lines: list[str]) -> str:
    """An empty line ends a paragraph, any other line end stays one."""
    groups = groupby(lines, key=lambda line: bool(line.strip()))
    return "".join(f"<p>{'<br>'.join(group)}</p>" for filled, group in groups if filled)


def _text(words: str) -> str:
    return escape(_CONTROLS.sub("", words)).replace("\n", "<br>")


def plain_text(html: str) -> str:
    """The words of an article or a message, one line per block, list items with a dash; no scripts, no styles."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(reader.parts).replace("\xa0", " ").split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


class _TextReader(HTMLParser):
    _BLOCKS = frozenset(
        {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "tr", "blockquote", "pre"}
    )
    _SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SILENT:
            self._silent += 1
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "br":
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in self._BLOCKS:
            self.parts.append("\n\n" if tag != "tr" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in self._BLOCKS and tag != "tr":
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # Line ends of the source are spaces of the page.
            self.parts.append(data.replace("\n", " "))
