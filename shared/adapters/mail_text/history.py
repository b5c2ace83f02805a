# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""Where a mail's own words end and earlier mails begin."""

from __future__ import annotations

import re
from itertools import pairwise

_LONGEST_LINE = 300  # characters; no mail program writes a longer line of its own

_FORWARD = re.compile(
    r"^\W{0,12}(?:begin forwarded message|forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|weitergeleitete nachricht"
    r"|(?:début du )?message (?:transféré|réexpédié)|(?:inicio del )?mensaje reenviado|(?:início da )?mensagem (?:encaminhada|reencaminhada)"
    r"|(?:inizio (?:del )?)?messaggio inoltrato|(?:begin )?doorgestuurd bericht|wiadomość przekazana)\W{0,12}$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^\W{2,12}(?:original (?:message|appointment)|ursprüngliche nachricht|message d'origine|message original|mensaje original"
    r"|mensagem original|messaggio originale|oorspronkelijk bericht|wiadomość oryginalna)\W{0,12}$",
    re.IGNORECASE,
)
_DESK_LINE = re.compile(
    r"^\W{0,8}(?:please )?(?:type|write|enter) your reply above this line|^##- .{1,120} -##$"
    r"|^\W{2,8}(?:reply above this line|bitte (?:oberhalb|über) dieser (?:zeile|linie) antworten)",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\W{0,2}(?:from|von|de|da|van|od|från|fra|от)\W{0,2}:\W{0,2}\S", re.IGNORECASE)
_HEADERS = re.compile(
    r"^\W{0,2}(?:from|sent|date|to|cc|subject|reply-to|importance|von|gesendet|datum|an|betreff|de|envoyé(?: le)?|date|à|objet|enviado(?: el)?"
    r"|enviada em|fecha|para|asunto|assunto|data|da|inviato|a|oggetto|van|verzonden|aan|onderwerp|od|wysłano|do|temat)\W{0,2}:",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"^\W{0,2}(?:sent|date|gesendet|datum|envoyé(?: le)?|enviado(?: el)?|enviada em|fecha|data|inviato|verzonden|wysłano)\W{0,2}:.{0,80}\d",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^\W{0,2}(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat)\W{0,2}:", re.IGNORECASE
)
_WROTE = r"wrote|schrieb|a écrit|a ecrit|escribió|escribio|escreveu|ha scritto|schreef|geschreven|napisał\(?a?\)?|napisała|skrev|napsal\w*|пишет|написал\w*|írta|yazdı"
_ATTRIBUTION = re.compile(
    rf"^\W{{0,3}}(?=.{{0,290}}\d).{{4,290}}\b(?:{_WROTE})\b.{{0,120}}:?\s*$|^\W{{0,3}}(?=.{{0,290}}\d{{4}}).{{4,200}}<[^<>\s]{{3,80}}@[^<>\s]{{3,80}}>\W{{0,3}}:$",
    re.IGNORECASE,
)
_BEGINS_ATTRIBUTION = re.compile(
    r"^\W{0,3}(?:on|am|le|el|em|no dia|il|op|w dniu|den|dne|în|в|\d{4}[-年]\d)\b.{0,200}\d", re.IGNORECASE
)
_POINTS_DOWN = re.compile(
    r"\b(?:below|fyi|fwd?|forward(?:ed|ing)?|unten|untenstehend\w*|weitergeleitet|zur info|ci-dessous|transfère|pour info|abajo|reenvío|abaixo"
    r"|encaminho|sotto|inoltro|hieronder|ter info|doorgestuurd)\b",
    re.IGNORECASE,
)


def without_history(lines: list[str]) -> list[str]:
    """The lines of a mail that are no quote of an earlier one.

    - Quoted lines go where something says whom they quote; answers between them stay.
    - Behind the header block of an earlier mail everything goes, unless nothing stands in front of it or what stands
      there points down: then somebody forwards a mail to have it read. What is marked as forwarded always stays.
    """
    quoting = False
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if _FORWARD.match(line[:_LONGEST_LINE]):
            return kept + _forwarded(lines[place + 1 :])
        header = _history_begins(lines, place)
        if header:
            return kept + _forwarded(lines[place:]) if _is_forwarding(kept) else kept
        attribution = _attribution(lines, place)
        behind = place + attribution
        if attribution and not _quotes_follow(lines, behind):
            return kept if _any_words(kept) else lines
        quoting = quoting or attribution > 0 or (line.startswith(">") and _attribution(lines, place, quoted=True) > 0)
        if attribution:
            place = behind
        elif quoting and line.startswith(">"):
            place += 1
        else:
            kept.append(line)
            place += 1
    return kept if _any_words(kept) else lines


def _history_begins(lines: list[str], place: int) -> bool:
    """Whether an earlier mail that is not quoted line by line begins here."""
    line = lines[place][:_LONGEST_LINE]
    if _ORIGINAL.match(line) or _DESK_LINE.match(line):
        return True
    if re.match(r"^_{10,}$", line):
        return _header_block(lines, place + 1)
    return _header_block(lines, place)


def _header_block(lines: list[str], place: int) -> bool:
    """From, and close behind it when it was sent: other texts have lines with "From:" and "To:", too."""
    block = [line[:_LONGEST_LINE] for line in lines[place : place + 6]]
    if not block or not _FROM.match(block[0]):
        return False
    a_mails = "@" in block[0] or any(map(_SUBJECT.match, block))
    return a_mails and any(map(_SENT.match, block[1:])) and sum(1 for line in block if _HEADERS.match(line)) >= 3


def _attribution(lines: list[str], place: int, *, quoted: bool = False) -> int:
    """How many lines say "On Monday somebody wrote:" from here on; mail programs break such a line into up to three."""
    first = lines[place].lstrip("> ") if quoted else lines[place]
    if not first or (first.startswith(">") and not quoted):
        return 0
    for count in (1, 2, 3):
        joined = " ".join(line.lstrip("> ") if quoted else line for line in lines[place : place + count])
        if len(joined) > _LONGEST_LINE or place + count > len(lines):
            return 0
        if _ATTRIBUTION.match(joined) and (count == 1 or _BEGINS_ATTRIBUTION.match(first)):
            return count if joined.rstrip().endswith(":") or _quotes_follow(lines, place + count) else 0
    return 0


def _quotes_follow(lines: list[str], place: int) -> bool:
    return next((line.startswith(">") for line in lines[place : place + 4] if line.strip()), False)


def _is_forwarding(above: list[str]) -> bool:
    words = " ".join(above).split()
    return not _any_words(above) or (len(words) <= 30 and _POINTS_DOWN.search(" ".join(words)) is not None)


def _forwarded(lines: list[str]) -> list[str]:
    """A forwarded mail without the lines that say who sent it when to whom; what it is about stays."""
    end = 0
    for end, (line, following) in enumerate(pairwise([*lines[:14], ""])):  # noqa: B007
        if not line.strip() and following.strip() and not _HEADERS.match(following[:_LONGEST_LINE]):
            break
        if line.strip() and not _HEADERS.match(line[:_LONGEST_LINE]) and not re.match(r"^\W{5,}$", line):
            break
    return ["", *lines[end:]] if end and _any_words(lines[end:]) else lines


def _any_words(lines: list[str]) -> bool:
    return any(character.isalnum() for line in lines for character in line)
