# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""Which of a customer's sentences a person should read first: what fails, what it costs them, by when, how they stand.

Quoted as written, never paraphrased. What was suspected of steering is not read, so it cannot be quoted either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from shared.domain.boundary import is_suspicion
from shared.domain.cues import FAILS, Cue, cues
from shared.domain.observation import Observations, Request, Sentiment, ServiceFailure, Urgency
from shared.domain.suspicion import as_read, suspicions
from shared.domain.text import sentences
from shared.domain.wants import Want, asking_part, deadline, threatens, wishes

MOST = 3
"""Sentences that are quoted."""

LONGEST = 200
"""Characters of a quoted sentence."""

CUT = " […]"
"""Stands where words were left out."""

_READ = 20_000  # characters: a longer text is read by its head and tail, as everywhere
_FEWEST_WORDS = 2
_TELLS = 4  # words from which a sentence tells something of its own
_COSTS = re.compile(
    r"\b(?:by hand|from memory|on paper|manually|cannot work|can'?t work|(?:we|they|staff|customers?|clients?|patients?|wards?|users?) (?:are|is) (?:waiting|stuck|unable|blocked)|waiting for|have to|had to|costs? (?:us|me)|lost (?:us|a|\d)|losing|used to (?:be|take|have)|right now|meanwhile|every (?:day|week|friday|month|time)|third time|all (?:our|sites)|\d+ (?:users|people|staff|customers|employees|hours)|half of|whole team|deadline|audit|payroll|event|is over|spend a morning|unconvinced"
    r"|von hand|händisch|manuell|warten|zum (?:dritten|zweiten|wiederholten) mal|kostet (?:uns|mich)|mussten|muss ich|alle (?:mitarbeiter|kollegen)|verlieren|\d+ (?:leuten?|mitarbeiter\w*|kunden)"
    r"|à la main|attend\w*|nous coûte|obligés? de|bloqués?|perd\w+|a mano|esperando|nos cuesta|tenemos que|perdiendo|perdemos|à mão|à espera|temos de|a mano|aspett\w+|ci costa|dobbiamo|perdendo|met de hand|wachten|kost ons|moeten)\b",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"(?:how|where|why|what|when) (?:do|can|should|would|could) (?:i|we) (?:do|get|find|set|change|turn)? ?(?:it|this|that|these|those|them)\b"
    r"|(?:but |and |so |yet |still,? )?(?:it|this|that|these|those|they|he|she)\b|(?:and|but|or|so|if so)\b"
    r"|(?:aber |und )?(?:das|dies\w*|es)\b|(?:mais |et )?(?:cela|ça|il|elle)\b|(?:pero |y )?(?:eso|esto)\b",
    re.IGNORECASE,
)
_REMARKS = 6  # words
_AT_A_GLANCE = 220  # characters that are read in the ticket itself as fast as in a quotation
_SHORT = 330  # characters: a message that would be quoted whole is read above
_COURTESY = re.compile(
    r"^\W*(?:(?:dear|hello|hi|hiya|hey|good (?:morning|afternoon|evening|day)|guten|hallo|bonjour|hola|buen\w+|olá|bom dia|ciao|buongiorno|beste|goede\w*|geachte|gentil\w+|sehr geehrte\w*|liebes?|kind|best|warm|with|yours|regards|thanks?|thank you|mit freundlichen|freundliche|cordialement|bien à vous|saludos|cumprimentos|cordiali|met vriendelijke|groeten)\b(?:[ ,]+[^\s.!?]+){0,4}[,.!]?)\W*$",
    re.IGNORECASE,
)


def quotes(request: Request | None, seen: Observations | None, *, fired: frozenset[str], said: date) -> tuple[str, ...]:
    """The sentences to read first, at most three: what fails, what it costs, the deadline, how they stand.

    Sentences that follow each other in the text do so here, and one that leans on the sentence before it ("it has not
    come") is not shown without it. A short plain request is not quoted, nor a short message of which nothing would be left
    out: it stands right above.

    Args:
        request: None where the words are no longer kept: then only what decided is left of them.
        fired: ids of the rules that kept a draft away: a suspected failure is looked for as well.
        said: the day of the message, by which its days are understood.
    """
    told = _told(request) if request else []
    text = "\n".join(told)
    if seen is not None and is_plain(seen) and sum(map(len, told)) <= _AT_A_GLANCE and request is not None:
        return ()
    steered = any(map(is_suspicion, fired))
    wanted = {wish.words for wish in wishes(asking_part(text))}
    found: list[str] = []
    for sentence in _by_weight(told, seen, fired, text, said):
        if sentence in found or not _may_be_quoted(sentence) or any(sentence in one for one in found):
            continue
        if steered and sentence not in wanted:
            continue  # a piece of the attack that no pattern knows by itself
        found.append(sentence)
        if len(found) == MOST:
            break
    read = request is not None and seen is not None and seen.language.readable
    if read and len(found) == len(told) and sum(map(len, told)) <= _SHORT:
        return ()
    return tuple(shortened(one) for one in _in_turn(found, told))


def is_plain(seen: Observations) -> bool:
    """Whether a text that was read is calm, presses nobody and reports nothing."""
    return seen.language.readable and seen.is_calm and seen.urgency.label is Urgency.STANDARD


def _in_turn(found: list[str], told: list[str]) -> list[str]:
    """Sentences by weight, but those that are neighbours in the text in its order; a leaning one with its neighbour."""
    if not set(found) <= set(told):
        return found
    places = [told.index(one) for one in found]
    for at in tuple(places):
        before = at - 1
        if before >= 0 and before not in places and _LEANS.match(told[at]) and _may_be_quoted(told[before]):
            room = len(places) < MOST
            if room or len(places) > places.index(at) + 1:
                places = places if room else places[:-1]
                places.insert(places.index(at), before)
    runs: list[list[int]] = []
    for at in places:
        run = next((run for run in runs if at in (run[0] - 1, run[-1] + 1)), None)
        if run is None:
            runs.append([at])
        else:
            run.append(at)
            run.sort()
    return [told[at] for run in _joined(runs) for at in run]


def _joined(runs: list[list[int]]) -> list[list[int]]:
    """Runs that touch, since a sentence between two of them came last, as one."""
    done: list[list[int]] = []
    for run in runs:
        touching = next((one for one in done if run[0] == one[-1] + 1 or run[-1] == one[0] - 1), None)
        if touching is None:
            done.append(run)
        else:
            touching.extend(run)
            touching.sort()
    return done


def of_the_fault(request: Request, seen: Observations) -> str:
    """What a request says of a fault: its subject, the sentence that decided, and the two that name most failures."""
    told = _told(request)
    failing = sorted(told, key=lambda one: -len(FAILS.findall(one)))[:2]
    parts = (
        as_read(request).subject,
        seen.service_failure.evidence,
        *(one for one in failing if FAILS.search(one)),
    )
    return "\n".join(dict.fromkeys(part for part in parts if part))


def gist(request: Request) -> str:
    """The one sentence of a request that tells most: of law, of a fault, of what it costs; the first where none does."""
    told = [one for one in _told(request) if _may_be_quoted(one)]
    weight = [
        len(FAILS.findall(one)) + len(_COSTS.findall(one)) + 2 * threatens(one) - 3 * bool(_LEANS.match(one))
        for one in told
    ]
    return told[weight.index(max(weight))] if told else ""


def shortened(sentence: str, longest: int = LONGEST) -> str:
    """A sentence with its end left out where it is long, at a word, and a sign that says so."""
    if len(sentence) <= longest:
        return sentence
    room = longest - len(CUT)
    cut = sentence.rfind(" ", room // 2, room + 1)
    return sentence[: cut if cut > 0 else room].rstrip(" ,;:") + CUT


def _told(request: Request) -> list[str]:
    """The customer's sentences without greetings, and without what tries to steer."""
    honest = as_read(request)
    text = honest.text if honest.text.strip() else honest.subject
    told = [one.strip() for one in sentences(text[:_READ])]
    return [one for one in told if any(map(str.isalnum, one)) and not _COURTESY.match(one)]


def _by_weight(
    told: list[str], seen: Observations | None, fired: frozenset[str], text: str, said: date
) -> Iterator[str]:
    if seen is None or not seen.language.readable:
        yield from told[:2]
        return
    asked, found, wished = asking_part(text), cues(text), wishes(asking_part(text))
    grave = [one for one in _evidence(seen, fired) if one]
    if seen.service_failure.label is not ServiceFailure.NONE or "service_failure" in fired:
        failing = _best(told, FAILS, seen.service_failure.evidence) or grave[:1]
        yield from failing
        told = [one for one in told if one not in failing]
        if seen.urgency.label is Urgency.CRITICAL:
            yield from _best(told, FAILS, "")  # since when, and how many
    yield from (found[cue] for cue in (Cue.LOCKED_OUT, Cue.MISREAD, Cue.AGAIN) if cue in found)
    if [wish.want for wish in wished] == [Want.ANSWER]:
        yield wished[0].words
    if any(wish.want is Want.HEARD for wish in wished):
        yield from [one for one in told if len(one.split()) >= _REMARKS][-1:]  # a remark says last what it is about
    calm = seen.sentiment.label is Sentiment.NEUTRAL and seen.urgency.label is Urgency.STANDARD
    if not calm or fired & {"unhappy_customer", "service_failure"}:
        yield from _best(told, _COSTS, seen.urgency.evidence if seen.urgency.label is not Urgency.STANDARD else "")
    if (until := deadline(asked, said)) is not None:
        yield until.words
    yield from grave
    yield from (wish.words for wish in wished)
    yield seen.category.evidence
    yield seen.sentiment.evidence


def _evidence(seen: Observations, fired: frozenset[str]) -> Iterator[str]:
    """What decided, the gravest first."""
    if seen.service_failure.label is not ServiceFailure.NONE or "service_failure" in fired:
        yield seen.service_failure.evidence
    if seen.sentiment.label is not Sentiment.NEUTRAL:
        yield seen.sentiment.evidence
    if seen.urgency.label is not Urgency.STANDARD:
        yield seen.urgency.evidence


def _best(told: list[str], words: re.Pattern[str], evidence: str) -> list[str]:
    """The sentence with most of such words; what the model pointed at counts for half a word."""
    scored = [
        (len(words.findall(one)) + 0.5 * (one == evidence) - (one.endswith("?")), -at, one)
        for at, one in enumerate(told)
        if one == evidence or len(one.split()) >= _TELLS or not one.isascii()
    ]
    most = max(scored, default=None)
    return [most[2]] if most and most[0] > 0 else []


def _may_be_quoted(sentence: str) -> bool:
    # Some languages set no spaces between words.
    long_enough = len(sentence.split()) >= _FEWEST_WORDS or not sentence.isascii()
    return long_enough and not suspicions(sentence)
