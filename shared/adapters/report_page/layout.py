"""Pieces of the mail in MJML. Whatever is put into them as text is escaped here, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from shared.adapters.report_page.palette import DARK, LIGHT, Palette

_FONT = "system-ui,'Segoe UI',Roboto,Arial,sans-serif"
_LONGEST_CELL, _LONGEST_LINE = 120, 400  # characters: names come from other systems; a mail of 100 kB is clipped
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_STUCK = "\N{NO-BREAK SPACE}"


class Tile(NamedTuple):
    """One figure to see first: what it is, the figure, and what it is compared with."""

    label: str
    value: str
    beside: str


def text(value: str) -> str:
    """Any text as HTML, on one line; control characters are dropped."""
    plain = "".join(c for c in _SPACE.sub(" ", value) if c.isprintable() or c == _STUCK)
    return escape(plain, quote=True)


def _attribute(value: str) -> str:
    """Any text as an attribute's value; the compiler would write a fixed space or a backslash as Rust does."""
    return text(value.replace(_STUCK, " ")).replace("\\", "&#92;")


def document(*, title: str, preview: str, body: Iterable[str]) -> str:
    """A whole mail."""
    return f"""<mjml lang="en">
<mj-head>
<mj-title>{text(title)}</mj-title>
<mj-preview>{text(preview)}</mj-preview>
<mj-raw><meta name="color-scheme" content="light dark" /><meta name="supported-color-schemes" content="light dark" />
</mj-raw>
<mj-attributes>
<mj-all font-family="{_FONT}" />
<mj-text font-size="15px" line-height="1.55" color="{LIGHT.ink}" padding="0" />
<mj-table font-size="14px" line-height="1.4" color="{LIGHT.ink}" padding="10px 0 0" />
<mj-section padding="0" />
<mj-column padding="0" />
</mj-attributes>
<mj-style>{_style()}</mj-style>
</mj-head>
<mj-body background-color="{LIGHT.ground}" width="600px" css-class="ground">
{"".join(body)}
</mj-body>
</mjml>"""


def _style() -> str:
    """What cannot be said inline: the dark colours, the pictures' dark twins, and narrow screens."""
    return f"""
:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
h1, h2, p, ol, ul {{ margin: 0; }}
.numbers th, .numbers td {{ padding: 7px 0 7px 10px; border-bottom: 1px solid {LIGHT.line};
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; vertical-align: top; }}
.numbers th {{ color: {LIGHT.soft}; font-weight: 600; font-size: 12px; line-height: 1.25; vertical-align: bottom; }}
.numbers th {{ white-space: normal; word-break: normal; overflow-wrap: normal; }}
.numbers .first {{ text-align: left; white-space: normal; padding-left: 0; min-width: 90px;
  overflow-wrap: anywhere; }}
.numbers .total td {{ font-weight: 600; border-bottom: 0; }}
.soft {{ color: {LIGHT.soft}; }}
@media only screen and (max-width: 480px) {{
  .inner > table > tbody > tr > td {{ padding-left: 18px !important; padding-right: 18px !important; }}
  .numbers th, .numbers td {{ padding-left: 5px; font-size: 13px; }}
  .numbers th {{ font-size: 11px; }}
  .numbers .wide {{ display: none; }}
}}
@media (prefers-color-scheme: dark) {{
{_dark(DARK)}
}}"""


def _dark(dark: Palette) -> str:
    return f"""  body, .ground {{ background: {dark.ground} !important; }}
  .card, .card > table {{ background: {dark.card} !important; }}
  .card div, .card td, .card h2, .card li {{ color: {dark.ink} !important; }}
  .card .soft, .card .soft div, .numbers th {{ color: {dark.soft} !important; }}
  .foot div {{ color: {dark.soft} !important; }}
  .numbers th, .numbers td {{ border-color: {dark.line} !important; }}
  .band, .band > table {{ background: {dark.band} !important; }}
  .band div, .band h1 {{ color: {dark.on_band} !important; }}
  .in-light {{ display: none !important; }}
  .in-dark {{ display: block !important; max-height: none !important; }}"""


def band(*, title: str, above: str, below: str) -> str:
    """The head of the mail."""
    return f"""<mj-section padding="12px 0 0" />
<mj-section css-class="band inner" background-color="{LIGHT.band}" border-radius="12px" padding="26px 32px">
<mj-column>
<mj-text color="{LIGHT.on_band}" font-size="13px">{text(above)}</mj-text>
<mj-text color="{LIGHT.on_band}"><h1 style="font-size:26px;line-height:1.25;font-weight:700;">{text(title)}</h1>
</mj-text>
<mj-text color="{LIGHT.on_band}" font-size="14px">{text(below)}</mj-text>
</mj-column>
</mj-section>"""


def card(title: str, *parts: str) -> str:
    """A section with a heading. Parts are MJML already."""
    return f"""<mj-section padding="12px 0 0" />
<mj-section css-class="card inner" background-color="{LIGHT.card}" border-radius="12px" padding="24px 32px 26px">
<mj-column>
<mj-text><h2 style="font-size:18px;line-height:1.3;font-weight:700;">{text(title)}</h2></mj-text>
{"".join(parts)}
</mj-column>
</mj-section>"""


def sentences(lines: Sequence[str]) -> str:
    """Sentences, one below the other."""
    items = "".join(f'<p style="padding-top:8px;">{text(line)}</p>' for line in lines)
    return f"<mj-text>{items}</mj-text>"


def note(line: str) -> str:
    """A definition or a remark, in less weight."""
    return f'<mj-text css-class="soft" color="{LIGHT.soft}" font-size="13px" padding="12px 0 0">{text(line)}</mj-text>'


def entries(every: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A list of things, each with what there is to say about it."""
    soft = f'<p class="soft" style="color:{LIGHT.soft};font-size:13px;">'
    items = []
    for title, lines in every:
        said = "".join(f"{soft}{text(cut(line, _LONGEST_LINE))}</p>" for line in lines)
        items.append(f'<p style="padding-top:14px;font-weight:600;">{text(cut(title))}</p>{said}')
    return f"<mj-text>{''.join(items)}</mj-text>"


def cut(value: str, most: int = _LONGEST_CELL) -> str:
    """A text that may be of any length, short enough to be shown."""
    return value if len(value) <= most else f"{value[: most - 1]}…"


def tiles(four: Sequence[Tile]) -> str:
    """Figures side by side: four in a row, on a phone two and two."""
    groups = "".join(f"<mj-group>{''.join(map(_tile, four[i : i + 2]))}</mj-group>" for i in range(0, len(four), 2))
    return f"""<mj-section padding="12px 0 0" />
<mj-section css-class="card" background-color="{LIGHT.card}" border-radius="12px" padding="14px 20px">
{groups}
</mj-section>"""


def _tile(tile: Tile) -> str:
    return f"""<mj-column vertical-align="top">
<mj-text css-class="soft" color="{LIGHT.soft}" font-size="12px" padding="8px 6px 0 12px">{text(tile.label)}</mj-text>
<mj-text font-size="23px" font-weight="700" line-height="1.25" padding="2px 6px 0 12px">{text(tile.value)}</mj-text>
<mj-text css-class="soft" color="{LIGHT.soft}" font-size="12px" padding="2px 6px 8px 12px">{text(tile.beside)}</mj-text>
</mj-column>"""


def picture(name: str, alt: str) -> str:
    """A chart with its dark twin; a reader that knows no dark mode sees only the light one."""
    size = "width:100%;max-width:536px;height:auto;border:0;"
    hidden = "display:none;max-height:0;mso-hide:all;"
    return f"""<mj-text padding="12px 0 0" line-height="0">
<img class="in-light" src="cid:{name}-light" alt="{_attribute(alt)}" width="536" style="display:block;{size}" />
<img class="in-dark" src="cid:{name}-dark" alt="{_attribute(alt)}" width="536" style="{hidden}{size}" />
</mj-text>"""


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, total: bool = False, wide: frozenset[int] = frozenset()
) -> str:
    """Numbers with row names in the first column.

    Args:
        total: the last row is the sum of the others.
        wide: columns that a narrow screen leaves out.
    """
    heads = "".join(f'<th scope="col"{_role(i, wide)}>{text(cell)}</th>' for i, cell in enumerate(head))
    lines = []
    for at, row in enumerate(rows):
        cells = "".join(f"<td{_role(i, wide)}>{text(cut(cell))}</td>" for i, cell in enumerate(row))
        last = total and at == len(rows) - 1
        lines.append(f'<tr class="total">{cells}</tr>' if last else f"<tr>{cells}</tr>")
    top = f"<tr>{heads}</tr>" if any(head) else ""
    return f'<mj-table css-class="numbers">{top}{"".join(lines)}</mj-table>'


def _role(column: int, wide: frozenset[int]) -> str:
    if column == 0:
        return ' class="first"'
    return ' class="wide"' if column in wide else ""


def links(by_name: Mapping[str, str]) -> str:
    """Where the same lies as files."""
    anchors = " · ".join(
        f'<a href="{escape(link, quote=True)}" style="color:{LIGHT.accent};">{text(name)}</a>'
        for name, link in by_name.items()
    )
    remark = "The links open without a login and end within hours; the files stay in the archive."
    return f"""<mj-section css-class="foot inner" padding="6px 32px 18px"><mj-column>
<mj-text color="{LIGHT.soft}" font-size="13px">{anchors}</mj-text>
<mj-text color="{LIGHT.soft}" font-size="12px">{remark}</mj-text>
</mj-column></mj-section>"""


def foot(lines: Sequence[str]) -> str:
    """The small print."""
    paragraphs = "".join(f'<p style="padding-top:6px;">{text(line)}</p>' for line in lines)
    return f"""<mj-section css-class="foot inner" padding="18px 32px 32px"><mj-column>
<mj-text color="{LIGHT.soft}" font-size="12px">{paragraphs}</mj-text>
</mj-column></mj-section>"""
