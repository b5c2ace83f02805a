# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""What stands below a mail's own words: signature, footer of a telephone, disclaimer."""

from __future__ import annotations

import re

_LAYERS = 4  # signature, footer and disclaimers stand below each other in any order
_SIGNATURE_LINES = 10
_PARAGRAPH_LINES = 40
_TAIL_LINES = 14  # a closing further up is part of the text

_CLOSING = re.compile(
    r"^(?:(?:with |many |my |very )?(?:best|kind|kindest|warm|warmest|friendly)? ?(?:regards|wishes|greetings)|best|all the best|cheers|sincerely|yours|yours (?:sincerely|faithfully|truly)"
    r"|(?:many |kind )?thanks(?: (?:and|&) (?:best |kind )?regards)?|thank you(?: (?:and|&) (?:best |kind )?regards)?|thanks in advance|respectfully|kr|br|rgds"
    r"|(?:mit )?(?:(?:freundlichen?|besten?|herzlichen?|vielen?|liebe[nr]?|schönen?|sonnigen?) )*(?:grüße[n]?|grüsse[n]?|gruß|gruss)(?: aus \w+)?|hochachtungsvoll|mfg|lg|vg"
    r"|(?:bien )?cordialement|(?:bien|sincères|meilleures) (?:à (?:vous|toi)|salutations)|salutations(?: distinguées)?|bien à (?:vous|toi)|amicalement|cdlt"
    r"|(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|(?:reciba )?(?:un )?cordial saludo|atentamente|atte"
    r"|atenciosamente|cumprimentos|(?:com os )?(?:melhores|meus) cumprimentos|abraços?|cordialmente|att"
    r"|(?:cordiali|distinti|cari) saluti|saluti|un saluto|cordialmente"
    r"|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|hoogachtend)[\s,.!–-]*$",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^\W{0,3}(?:sent (?:from|via|with|by) (?:my |the |outlook|yahoo|gmail|proton|mail|aol|samsung|iphone|android|blackberry).{0,60}|get outlook for .{0,60}|sent from outlook.{0,60}"
    r"|(?:diese nachricht wurde )?von mein\w+ .{1,40} gesendet\W?.{0,30}|gesendet (?:von|mit|über) .{1,60}|envoyé (?:de|depuis|à partir de) .{1,60}|télécharger outlook .{0,60}"
    r"|enviad[oa] (?:desde|do|da|pelo|pela|a partir|através) .{1,60}|inviato da(?:l mio| iphone| ipad| android| outlook| smartphone|l).{0,60}|(?:verstuurd|verzonden) (?:vanaf|met|vanuit) .{1,60}"
    r"|(?:outlook|téléchargez|obtener|ottieni|obter|download) .{0,30}outlook .{0,60}|wysłane z .{1,60})$",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"\b(?:confidential\w*|privileged|vertraulich\w*|confidentiel\w*|confidencia\w+|riservat\w+|vertrouwelijk\w*|poufn\w+)\b",
    re.IGNORECASE,
)
_FOR_WHOM = re.compile(
    r"\b(?:intended (?:solely|only|recipient)|addressee|received (?:it|this)\b.{0,40} in error|in error|unauthori[sz]ed|richtige[rn]? adressat\w*|adressat\w*|empfänger|irrtümlich|unbefugt\w*"
    r"|destinataires?|par erreur|destinatari[oa]s?|por error|por engano|por erro|per errore|geadresseerde|bestemd voor|per abuis|abusievelijk|adresat\w*)\b",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"^\W{0,3}(?:please consider the environment before printing|denken sie an die umwelt|pensez à l'environnement|bitte prüfen sie, ob)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:\S+\s+){3,}\S*[^\W\d_]\S*[.!?…][\"')\]]*$|\?[\"')\]]*$")
_SPOKEN = re.compile(r"[^\W\d_]+[,;]?\s+\w")  # in small letters: a name or a title begins with a capital one
_POSTSCRIPT = re.compile(r"^(?:p\.? ?p?\.? ?s\b|n\.? ?b\b|edit\b|update\b)", re.IGNORECASE)


def without_tail(lines: list[str]) -> list[str]:
    """The lines without what stands below the text. The first paragraph always stays."""
    for _ in range(_LAYERS):
        lines = _without_signature(_without_disclaimer(_without_footer(_stripped(lines))))
    return lines


def _stripped(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end] if end else lines


def _without_footer(lines: list[str]) -> list[str]:
    return lines[:-1] if len(lines) > 1 and len(lines[-1]) < 120 and _FOOTER.match(lines[-1]) else lines


def _without_disclaimer(lines: list[str]) -> list[str]:
    """Without the last paragraph, if it says that the mail is confidential and whom it is for."""
    start = len(lines)
    while start and lines[start - 1].strip() and len(lines) - start < _PARAGRAPH_LINES:
        start -= 1
    paragraph = " ".join(lines[start:])[:2_000]
    told = (_SECRET.search(paragraph) and _FOR_WHOM.search(paragraph)) or _PAPER.match(paragraph)
    return lines[:start] if told and any(map(str.strip, lines[:start])) else lines


def _without_signature(lines: list[str]) -> list[str]:
    """Without the last lines from a closing or from two dashes on, if none of them says something."""
    for place in range(len(lines) - 1, max(0, len(lines) - _TAIL_LINES), -1):
        line = lines[place]
        dashes = line.strip() == "--"
        if not dashes and not (len(line) < 60 and _CLOSING.match(line)):
            continue
        below = [one for one in lines[place + 1 :] if one.strip()]
        if len(below) > _SIGNATURE_LINES or any(_says_something(one[:400]) for one in below):
            return lines
        return lines[:place]
    return lines


def _says_something(line: str) -> bool:
    spoken = _SPOKEN.match(line) is not None and line[0].islower()
    return spoken or _POSTSCRIPT.match(line) is not None or _SENTENCE.search(line) is not None
