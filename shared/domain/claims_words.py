"""Words by which a claim is known, in the languages that are drafted."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?:{pattern})" for pattern in patterns), _FLAGS)


MONTHS = _any(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\b",
    r"\b(?:januar|februar|märz|juni|juli|oktober|dezember)\b",
    r"\b(?:janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre)\b",
    r"\b(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b",
    r"\b(?:gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|novembre|dicembre)\b",
    r"\b(?:janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro)\b",
    r"\b(?:januari|februari|maart|mei|augustus)\b",
)
WHEN = _any(
    r"\b(?:today|tomorrow|tonight|yesterday|this (?:week|month|afternoon|evening)|next (?:week|month|year"
    r"|business day))\b",
    r"\b(?:last (?:week|month|year)|end of (?:the )?(?:day|week|month)|shortly|within (?:the|an?) \w+"
    r"|by (?:noon|midnight))\b",
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    r"\b(?:heute|gestern|nächste[nrs]? (?:woche|monat|jahr)|diese woche|in kürze|in wenigen tagen|bis ende)\b",
    r"\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b|(?<!guten )\bmorgen\b",
    r"\b(?:aujourd'hui|demain|hier|cette semaine|semaine prochaine|mois prochain|sous peu|d'ici (?:la|le|une?))\b",
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
    r"\b(?:mañana|ayer|esta semana|próxima semana|próximo mes|en breve|lunes|martes|miércoles|jueves|viernes)\b",
    r"\b(?:domani|ieri|questa settimana|prossima settimana|a breve|lunedì|martedì|mercoledì|giovedì|venerdì)\b",
    r"\b(?:amanhã|ontem|próxima semana|em breve|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira)\b",
    r"\b(?:vandaag|gisteren|volgende week|binnenkort|maandag|dinsdag|woensdag|donderdag|vrijdag)\b"
    r"|(?<!goede)\bmorgen\b",
)
PROMISES = {
    "money back": _any(
        r"\brefund\w*|\breimburs\w*|\bmoney back\b|\b(?:credit(?:ed)?) (?:your|to your|you|the|on|back)\b"
        r"|\bcompensat\w*",
        r"\brückerstatt\w*|\berstatt\w*|\bgutschrift\w*|\bgutgeschrieben|\bentschädig\w*|\bzurückzahl\w*",
        r"\brembours\w*|\bcréditer\w*|\bdédommag\w*|\breembols\w*|\bdevolver\w* (?:el|su|o) (?:dinero|importe|valor)",
        r"\brimbors\w*|\bindenniz\w*|\bterugbetal\w*|\bvergoed\w*|\bcompensaci\w*",
    ),
    "price": _any(
        r"\bdiscount\w*|\bvoucher\w*|\bcoupon\w*|\bfor free\b|\bfree (?:of charge|month|year|upgrade)\b|\bwaive\w*"
        r"|\bno (?:extra|additional) (?:cost|charge)\b|\bat no cost\b|\bhalf price\b",
        r"\brabatt\w*|\bgutschein\w*|\bkostenlos\w*|\bkostenfrei\w*|\bgratis\b",
        r"\bremise\b|\bréduction\b|\bgratuit\w*|\bbon d'achat\b|\bdescuento\w*|\bgratuit[ao]s?\b|\bvale de\b",
        r"\bsconto\b|\bgratuit[oiae]\b|\bbuono\b|\bdesconto\b|\bgrátis\b|\bkorting\b|\bkosteloos\b",
    ),
    "guarantee": _any(
        r"\bguarantee\w*|\bwarrant(?:y|ies)\b|\bwe promise\b|\bi promise\b|\byou have my word\b"
        r"|\bnever happen again\b"
        r"|\bwill not happen again\b|\bwon't happen again\b|\brest assured\b|\b100 ?%",
        r"\bgarant\w*|\bversprech\w*|\bnie wieder vorkommen\b|\bpromet\w*|\bpromis?(?:ons|ets)\b|\bbeloven\b"
        r"|\bbeloof\b",
    ),
    "something done": _any(
        r"\b(?:i|we)(?:'ve| have)(?: (?:already|just|now|also))* (?!any\b|no\b|a\b|an\b|the\b|not\b)\w+(?:ed"
        r"|en|t|de|ne)\b",
        r"\bhas been (?:issued|processed|approved|sent|escalated|fixed|cancelled|extended|activated)\b",
        r"\b(?:wir|ich) habe?n? .{0,60}\b(?:ge\w+t|ge\w+en|storniert|aktiviert|verlängert|veranlasst|eskaliert)\b",
        r"\b(?:nous avons|j'ai) (?:déjà )?\w+(?:é|i|u|is)\b|\bhemos (?:ya )?\w+do\b|\babbiamo \w+to\b"
        r"|\bwe hebben .{0,50}\bge\w+",
    ),
    "something to come": _any(
        r"\b(?:i|we)(?:'ll| will| shall| are going to)\b(?! be (?:happy|glad))(?! (?:gladly"
        r"|happily))(?! (?:help|look into it with you))",
        r"\b(?:our|the|an?|my) (?:\w+ )?(?:team|engineers?|manager|colleagues?|developers?) (?:will"
        r"|is going to|are going to)\b",
        r"\b(?:wir werden|ich werde|unser team wird)\b|\bwir (?:melden|kümmern) uns\b",
        r"\b(?:nous allons|je vais|nous vous \w+ons bientôt|vamos a|voy a|nos pondremos|le \w+aremos)\b",
        r"\b(?:provvederemo|ci occuperemo|la contatteremo|iremos|vamos enviar|wij zullen|we zullen|ik zal)\b",
    ),
    "liability": _any(
        r"\b(?:we|i) (?:accept|admit|take) (?:full )?(?:liability|responsibility|blame)\b|\bour (?:fault"
        r"|mistake|negligence)\b",
        r"\b(?:unser|unserem) (?:fehler|verschulden)\b|\bhaften\b|\bnotre faute\b|\bnuestra culpa\b|\bcolpa nostra\b",
    ),
    "an exception": _any(
        r"\bexception\b|\bas a (?:gesture|courtesy)\b|\bgoodwill\b|\bthis once\b|\bextend your\b|\bupgrade you\b",
        r"\bkulanz\w*|\bausnahme\w*|\bgeste commercial\w*|\bexcepci[oó]n\w*|\beccezione\b|\bcoulance\b",
    ),
}
"""Kinds of commitment: one of a kind is only supported by a source that makes one of the same kind."""

RUDE = _any(
    r"!{2,}|\?{2,}|\byou should have\b|\bas (?:i|we) (?:already )?(?:said|told you)\b|\bobviously\b"
    r"|\byour (?:own )?fault\b",
    r"\bcalm down\b|\bhätten sie\b.{0,40}\bmüssen\b|\bvous auriez dû\b|\bdebería haber\b|\bper my last\b",
)
_NUMBERS = {
    2: "two zwei deux dos due dois twee",
    3: "three drei trois tres tre três drie",
    4: "four vier quatre cuatro quattro quatro",
    5: "five fünf cinq cinco cinque vijf",
    6: "six sechs seis sei zes",
    7: "seven sieben sept siete sette sete zeven",
    8: "eight acht huit ocho otto oito",
    9: "nine neun neuf nueve nove negen",
    10: "ten zehn dix diez dieci dez tien",
    12: "twelve zwölf douze doce dodici doze twaalf dozen dutzend",
    14: "fourteen vierzehn quatorze catorce quattordici veertien fortnight",
    15: "fifteen fünfzehn quinze quince quindici vijftien",
    20: "twenty zwanzig vingt veinte venti vinte twintig",
    24: "twenty-four vierundzwanzig",
    30: "thirty dreißig trente treinta trenta trinta dertig",
    48: "forty-eight achtundvierzig",
    50: "fifty fünfzig cinquante cincuenta cinquanta cinquenta vijftig half",
    60: "sixty sechzig soixante sesenta sessanta sessenta zestig",
    90: "ninety neunzig noventa novanta negentig",
    100: "hundred hundert cent cien cento honderd",
    1000: "thousand tausend mille mil duizend",
}
NUMBERS = {word: str(value) for value, words in _NUMBERS.items() for word in words.split()}

_COMMON = {
    "en": "the and you your to of in is it for that with this can on are if or be from by not under have",
    "de": "der die das und sie ist ihre ihr zu den dem mit für auf ein eine oder im nicht wird können wenn von bei",
    "fr": "le la les et vous votre vos de des du est dans pour sur une un ou ne pas si avec ce cette au aux",
    "es": "el la los las y usted su sus de del es en para con una un o no si que se puede por al",
    "it": "il lo gli la e di del della è in per con una un o non se che si può sul nella i suo",
    "pt": "o os as e de do da é em para com uma um ou não se que pode seu sua por no na ao",
    "nl": "de het een en u uw van is in voor met op of niet als dat kunt kan bij te die naar onder",
}
COMMON = {language: frozenset(words.split()) for language, words in _COMMON.items()}

_COURTESY = """hi hello dear thank thanks writing reaching contacting getting touch question asking kind best
    warm regards
    sincerely happy glad help let know anything else need please welcome hope helps sorry hear see further
    questions reply
    answer just here how short sure great note day free feel team support simply steps step follow following find below
    would like get back any time would be able also both first second then next finally once done okay yes no about
    regarding want wanted mentioned described asked understand case situation easy quick quickly possible"""
COURTESY = frozenset(_COURTESY.split())
