# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""Days that a text names: "by Friday", "bis zum 30.", "dans trois jours", as dates by the day on which it was said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

_WEEKDAYS = (
    "monday|montag|lundi|lunes|segunda(?:-feira)?|lunedì|maandag",
    "tuesday|dienstag|mardi|martes|terça(?:-feira)?|martedì|dinsdag",
    "wednesday|mittwoch|mercredi|miércoles|quarta(?:-feira)?|mercoledì|woensdag",
    "thursday|donnerstag|jeudi|jueves|quinta(?:-feira)?|giovedì|donderdag",
    "friday|freitag|vendredi|viernes|sexta(?:-feira)?|venerdì|vrijdag",
    "saturday|samstag|samedi|sábado|sabato|zaterdag",
    "sunday|sonntag|dimanche|domingo|domenica|zondag",
)
_MONTHS = (
    "jan(?:uary)?|januar|janvier|enero|janeiro|gennaio|januari",
    "feb(?:ruary)?|februar|février|febrero|fevereiro|febbraio|februari",
    "mar(?:ch)?|märz|mars|marzo|março|maart",
    "apr(?:il)?|avril|abril|aprile",
    "may|mai|mayo|maio|maggio|mei",
    "june?|juni|juin|junio|junho|giugno",
    "july?|juli|juillet|julio|julho|luglio",
    "aug(?:ust)?|août|agosto|augustus",
    "sept?(?:ember)?|septembre|septiembre|setembro|settembre",
    "oct(?:ober)?|oktober|octobre|octubre|outubro|ottobre",
    "nov(?:ember)?|novembre|noviembre|novembro",
    "dec(?:ember)?|dezember|décembre|diciembre|dezembro|dicembre",
)
_NUMBERS = (
    "one|an?|einem?|einer|une?|una?|uma|uno|um|een|één",
    "two|zwei|deux|dos|dois|duas|due|twee",
    "three|drei|trois|tres|três|tre|drie",
    "four|vier|quatre|cuatro|quatro|quattro",
    "five|fünf|cinq|cinco|cinque|vijf",
    "six|sechs|seis|sei|zes",
    "seven|sieben|sept|siete|sete|sette|zeven",
    "eight|acht|huit|ocho|oito|otto",
    "nine|neun|neuf|nueve|nove|negen",
    "ten|zehn|dix|diez|dez|dieci|tien",
)
_UNITS = {  # days of each; 0 is an hour
    0: r"hours?|stunden?|heures?|horas?|or[ae]|uur",
    7: r"weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|week",
    1: r"(?:(?:business|working) )?days?|(?:werk|arbeits)?tage?n?|jours?|días?|dias?|giorn[oi]|(?:werk)?dagen|dag",
    30: r"months?|monate?n?|mois|mes(?:es)?|mês|mes[ei]|maanden|maand",
}
_IN = r"(?:in|within|innerhalb(?: von)?|binnen|dans|sous|d'ici|dentro de|en|em|fra|entro|over)"
_BEFORE = (
    r"(?:by|until|till|before|no later than|bis(?: zum| spätestens)?|vor|spätestens(?: am)?|avant(?: le)?"
    r"|d'ici(?: au?| le)?|antes del?|hasta(?: el)?|a más tardar(?: el)?|entro(?: il)?|prima di|até(?: a| ao)?|antes d[aeo]"
    r"|voor|vóór|uiterlijk(?: op)?)"
)
_NEXT_DAY = (
    r"tomorrow|(?<!guten )morgen(?! (?:zusammen|früh werden))|demain|mañana(?! por)|domani|amanhã"
    r"|next (?:business|working) day|am nächsten (?:werk)?tag"
)
_TODAY = (
    r"today|tonight|this (?:morning|afternoon|evening)|end of (?:the )?day|heute|aujourd'hui|ce soir|hoy|oggi|hoje"
    r"|vandaag|vanavond"
)
_WEEK_ENDS = (
    r"(?:this|end of (?:the|this)) week|end of week|diese[rn]? woche|ende der woche|cette semaine|fin de (?:la )?semaine"
    r"|esta semana|questa settimana|fine settimana|deze week|eind(?:e)? (?:van )?(?:de )?week"
)
_NEXT_WEEK = (
    r"next week|nächste[rn]? woche|kommende[rn]? woche|la semaine prochaine|la próxima semana|la semana que viene"
    r"|la (?:prossima settimana|settimana prossima)|na próxima semana|volgende week"
)
_MONTH_ENDS = (
    r"end of (?:(?:the|this) )?month|ende des monats|monatsende|fin du mois"
    r"|fin(?:al)? de(?:l)? mes|fine (?:del )?mese|questo mese|fim do mês|einde? van de maand"
)


def _numbered(words: tuple[str, ...]) -> str:
    return "|".join(words)


_MONTH, _WEEKDAY, _NUMBER = map(_numbered, (_MONTHS, _WEEKDAYS, _NUMBERS))
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|º|ª|\.|e)?"
_WORDS = re.IGNORECASE
_ISO = re.compile(r"\b(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b")
_NAMED = re.compile(rf"\b{_DAY} (?:of |de |d')?(?P<name>{_MONTH})\b\.?,?(?: (?:de )?(?P<year>20\d\d))?", _WORDS)
_NAMED_FIRST = re.compile(rf"\b(?P<name>{_MONTH})\b\.? {_DAY}(?![\d:.,]\d)(?:,? (?P<year>20\d\d))?", _WORDS)
_DOTTED = re.compile(r"(?<![\d.,])(?P<day>[0-3]?\d)[./](?P<month>[01]?\d)[./](?:(?P<year>20\d\d))?(?![\d,])")
_DAY_OF_MONTH = re.compile(
    r"\b(?:the|on the|by the|le|el|il|zum|am|op de|de|no dia|el día) (?P<day>[0-3]?\d)(?:st|nd|rd|th|er|\.(?=\s|$)|e)"
    r"(?! (?:time|attempt|mal))"
    r"(?P<this> (?:and [^.]{0,20} )?(?:of this month|dieses monats|de ce mois|de este mes|deste mês|di questo mese|van deze maand))?",
    _WORDS,
)
_IN_A_WHILE = re.compile(
    rf"\b{_IN} (?:the next |den nächsten |les |los próximos |i prossimi )?(?P<count>\d{{1,3}}|{_NUMBER}) (?P<unit>"
    + "|".join(_UNITS.values())
    + r")\b",
    _WORDS,
)
_NAMES_A_DAY = "|".join(
    (
        _WEEKDAY,
        _MONTH,
        _TODAY,
        _NEXT_DAY,
        _WEEK_ENDS,
        _NEXT_WEEK,
        _MONTH_ENDS,
        r"the \d{1,2}(?:st|nd|rd|th)",
        r"\d{1,2}[./]",
        "then",
    )
)
_BY = re.compile(
    rf"\b{_BEFORE} (?:[\w.]+ ){{0,2}}(?:{_NAMES_A_DAY})|\bunless\b|\bat the latest\b|\b(?:deadline|frist|délai|plazo|prazo|termine|termijn) (?:of|von|bis|au|para|zum|del|de)\b",
    _WORDS,
)
_EVERY = re.compile(
    rf"\b(?:every|each|jede[nrs]?|chaque|tous les|cada|todos los|ogni|todas? as?|elke?|iedere?) (?:{_WEEKDAY}|{_MONTH})s?\b",
    _WORDS,
)
_PAST = re.compile(
    r"\b(?:(?:of|vom|dated|du|del) \d{1,2}|on a \w+day|since|ago|last|yesterday|seit|gestern|letzte[nrs]?|vergangene[nrs]?|vor (?:\w+ )?(?:tagen|wochen|monaten)"
    r"|depuis|hier|dernière?|il y a|desde|ayer|pasad[oa]|hace|dal(?:la)?|ieri|scors[oa]|ontem|passad[oa]|há|sinds|gisteren"
    r"|vorige|geleden)\b",
    _WORDS,
)

_TO_COME = re.compile(
    r"\b(?:will|shall|due|meets?|comes? up|goes|has to|have to|must|going|opens?|starts?|renew\w*|expires?|ends?|tomorrow|needs?|wants?|launch\w*|event|audit|meeting|deadline|trial|please"
    r"|morgen|läuft|endet|muss|müssen|wird|werden|brauche\w*|bitte|termin|demain|doit|dois|aura|faut|besoin|fin|mañana|vence|tiene|necesit\w+|debe|amanhã|precis\w+|termina|domani|scade|deve|serve|loopt|moet|eindigt|nodig)\b",
    _WORDS,
)
_PROMISED_BACK = re.compile(
    r"\b(?:promised|sold|assur\w+|undertook|said|told|confirmed|zugesagt|versprochen|hieß es|bestätigt|promis|prometi\w+|promesso|beloofd|toegezegd)\b",
    _WORDS,
)


def named_day(text: str, said: date) -> date | None:
    """The first day that a text names, seen from the day on which it was said; None where it names none.

    A weekday is the next of its name, a day without a year the one nearest ahead; "next week" is its Friday.
    """
    return next(iter(_days(_EVERY.sub(" ", text.lower()), said)), None)


def is_ahead(text: str, said: date) -> bool:
    """Whether a text names a day that lies ahead, and not one that a thing happened on."""
    day = named_day(text, said)
    if day is None or day < said:
        return False
    lower = text.lower()
    to_come = day > said and _TO_COME.search(lower) is not None and not _PAST.search(lower)
    return sets_a_deadline(text, said) or to_come


def sets_a_deadline(text: str, said: date) -> bool:
    """Whether a text says by when: "by", "until", "within" before a day that it names.

    What somebody had promised for a day is no deadline that the text sets.
    """
    day, lower = named_day(text, said), text.lower()
    if _PROMISED_BACK.search(lower) and "unless" not in lower:
        return False
    return day is not None and day >= said and bool(_BY.search(lower) or _IN_A_WHILE.search(lower))


def _days(lower: str, said: date) -> Iterator[date]:
    """Days by kind of naming, the exact ones first."""
    for pattern in (_ISO, _NAMED, _NAMED_FIRST, _DOTTED):
        yield from (day for match in pattern.finditer(lower) if (day := _calendar_day(match, said)))
    for match in _IN_A_WHILE.finditer(lower):
        yield said + _while(_count(match["count"]), match["unit"])
    for pattern, day_of in _RELATIVE:
        if pattern.search(lower):
            yield day_of(said)
    for place, name in enumerate(_WEEKDAY_PATTERNS):
        if name.search(lower):
            yield said + timedelta(days=(place - said.weekday() - 1) % 7 + 1)
    for match in _DAY_OF_MONTH.finditer(lower):
        yield from _next_of_month(int(match["day"]), said, this=match["this"] is not None)


def _calendar_day(match: re.Match[str], said: date) -> date | None:
    parts = match.groupdict()
    month = int(parts["month"]) if parts.get("month") else _place(_MONTHS, parts["name"]) + 1
    if parts["year"]:
        return _date(int(parts["year"]), month, int(parts["day"]))
    near = [day for year in (said.year - 1, said.year, said.year + 1) if (day := _date(year, month, int(parts["day"])))]
    return min(near, key=lambda day: abs((day - said).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_of_month(day: int, said: date, *, this: bool) -> Iterator[date]:
    for months in (0, 1, 2):
        year, month = divmod(said.year * 12 + said.month - 1 + months, 12)
        found = _date(year, month + 1, day)
        if found and (this or found >= said):
            yield found
            return


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else _place(_NUMBERS, word) + 1


def _while(count: int, unit: str) -> timedelta:
    days = next(days for days, pattern in _UNITS.items() if re.fullmatch(pattern, unit))
    return timedelta(days=count * days) if days else timedelta(days=-(-count // 24))


def _place(patterns: tuple[str, ...], word: str) -> int:
    return next(place for place, pattern in enumerate(patterns) if re.fullmatch(pattern, word))


def _end_of_week(said: date) -> date:
    return said + timedelta(days=(4 - said.weekday()) % 7)


def _end_of_month(said: date) -> date:
    return (said.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


_RELATIVE: tuple[tuple[re.Pattern[str], Callable[[date], date]], ...] = (
    (_word(_MONTH_ENDS), _end_of_month),
    (_word(_NEXT_WEEK), lambda said: said + timedelta(days=11 - said.weekday())),
    (_word(_WEEK_ENDS), _end_of_week),
    (_word(_NEXT_DAY), lambda said: said + timedelta(days=1)),
    (_word(_TODAY), lambda said: said),
)
_WEEKDAY_PATTERNS = tuple(map(_word, _WEEKDAYS))
