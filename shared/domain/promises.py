# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""What our agents have promised a customer, found in their own public messages by rule; quoted, never paraphrased.

A sentence counts where an agent commits the company to do something and either names a day or says what will be done.
Courtesy ("we will be happy to help"), refusals, questions and conditions without a day are none. What cannot be told
from a conversation (whether a refund arrived) is not guessed: then only the passing of its day is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.domain.moments import named_day
from shared.domain.record import Instant, Record
from shared.domain.suspicion import suspicions
from shared.domain.text import sentences
from shared.domain.ticket import DeskTicket, Role

KEPT = 5
"""Promises remembered of one ticket, the newest."""

_LONGEST = 240
_COMMITS = (
    # English
    r"\b(?:i|we)(?:'ll| will| shall|'m going to| am going to|'re going to| are going to) (?!not\b|never\b|be (?:happy|glad|able|here|closing)|gladly|happily|need\b)",
    r"\byou(?:'ll| will) (?:have|hear|receive|get|be (?:refunded|credited|contacted|called|notified))\b",
    r"\b(?:will|should|shall|is going to|are going to) be (?:\w+ly )?(?:fixed|live|ready|refunded|credited|corrected|released|resolved|restored|available|with you|back|delivered|sent|done|called|shipped|removed|added)\b",
    r"\b(?:i|we) (?:promise|guarantee|commit|undertake)\b|\b(?:is|are) (?:planned|scheduled|due) (?:for|to)\b|\byou have my word\b",
    r"\b(?:our|the|my) (?:\w+ )?(?:team|colleagues?|engineers?|developers?|manager|finance|billing)(?:'ll| will| is going to| are going to) (?!not\b)",
    # German
    r"\b(?:ich|wir) werden? (?!nicht\b|gerne?\b)|\bwerden? (?:ich|wir) (?!nicht\b|gerne?\b)",
    r"\b(?:ich|wir) (?:melden?|rufen?|senden?|schicken?|erstatten?|liefern|kümmern?|korrigieren?|schreiben?|überweisen?|buchen?|prüfen?|klären?|beheben?) (?!gerne?\b)",
    r"\b(?:melden?|rufen?|senden?|schicken?|kümmern?|erstatten?) (?:ich|wir)\b|\bmeld(?:et|en) sich\b|\bsie (?:erhalten|bekommen|hören)\b",
    r"\b(?:wird|werden) [^.!?]{0,70}\b(?:behoben|erstattet|korrigiert|geliefert|freigeschaltet|verfügbar|fertig|gutgeschrieben|gelöst|umgesetzt|bereitgestellt)\b",
    r"\b(?:verspreche|versprechen|garantiere|garantieren|zusagen|sagen? ihnen [^.!?]{0,60}\bzu)\b",
    # French
    r"\b(?:nous (?:vous )?allons|je (?:vous )?vais|on va) (?!pas\b)|\b(?:je|nous|vous) (?:(?:vous|le|la|les|y|en|l') ?)*\w+(?:erai|irai|drai|rrai|erons|irons|drons|rrons|errez|evrez|urez)\b",
    r"\bsera(?:it|ient)? (?:corrigée?|remboursée?|prête?|disponible|livrée?|résolue?|envoyée?)\b|\b(?:nous nous engageons|je m'engage|je vous promets|nous vous promettons|nous garantissons)\b",
    # Spanish
    r"\b(?:vamos a|voy a) (?!tener que)\w+r|\b\w{2,}(?:aré|eré|iré|dré|aremos|eremos|iremos|dremos)\b|\b(?:recibirá|tendrá)n?\b",
    r"\b(?:estará|será)n? (?:list[oa]|disponible|resuelt[oa]|corregid[oa]|reembolsad[oa]|entregad[oa])s?\b|\b(?:prometemos|prometo|nos comprometemos|garantizamos)\b",
    # Portuguese
    r"\b(?:vamos|vou|iremos|irei) (?!precisar)\w+r\b|\b\w{2,}(?:arei|erei|irei)\b|\b(?:receberá|terá)\b",
    r"\b(?:estará|será) (?:pront[oa]|disponível|resolvid[oa]|corrigid[oa]|reembolsad[oa]|entregue)\b|\b(?:prometemos|comprometemo-nos|garantimos)\b",
    # Italian
    r"\b\w{2,}(?:eremo|iremo|dremo|rremo|erò|irò|drò|rrò)\b|\b(?:riceverà|avrà)\b|\bsarà (?:pront[oa]|disponibile|risolt[oa]|corrett[oa]|rimborsat[oa]|consegnat[oa])\b",
    r"\b(?:promettiamo|prometto|ci impegniamo|garantiamo)\b",
    # Dutch
    r"\b(?:ik|wij|we) (?:zal|zullen|gaan) (?!niet\b|graag\b)|\bu (?:krijgt|ontvangt|hoort)\b|\b(?:ik|wij|we) (?:bellen?|sturen?|stuur|laten|laat|nemen|neem|mailen?|storten?)\b",
    r"\bwordt [^.!?]{0,70}\b(?:opgelost|gecorrigeerd|teruggestort|geleverd|hersteld|verholpen)\b|\b(?:beloof|beloven|garanderen)\b",
)
_SWORN = r"\b(?:promise|guarantee|commit to|undertake|you have my word|verspreche\w*|zusagen|m'engage|engageons|promets|promettons|garantissons|prometemos|prometo|comprometemos|promettiamo|prometto|impegniamo|beloof|beloven)\b"
_COMMITS_ON_A_DAY = (
    r"\b(?:we|i) (?:aim|plan|hope)\b|\bexpect\b|\bon (?:its|the|their) way\b|\b(?:i|we)(?:'ve| have) (?:asked|booked|arranged|scheduled)\b|\bwith you\b|\bgoes live\b",
    r"\b(?:ruft|meldet|liefert|sendet|schickt|erstattet|erhalten sie|bekommen sie)\b|\b(?:beheben|liefern|korrigieren|schalten|veröffentlichen|prüfen|klären) wir\b|\b(?:kommt|folgt) (?:am|bis|morgen|nächste)",
    r"\b(?:je|nous) (?:vous |le |la |les )*(?:rappell?e|rappelons|envoi?e|envoyons|rembours(?:e|ons)|corrige(?:ons)?|reviens|revenons|livrons)\b",
    r"\b(?:le|les|te|lo|la|o|a|os) (?:llam|env[ií]|devolv|corr[ei]g|entreg|contact|ligamos|enviamos)\w*\b|\b(?:richiamiamo|inviamo|rimborsiamo|consegniamo|la richiamo)\b",
)
_DEEDS = (
    r"\b(?:refund|credit|reimburse|correct|fix|call|ring|phone|send|get back|let you know|update you|reply|come back|follow up|deliver|ship|release|restore|investigat|look into|check|escalate|extend|waive|remove|add|inform|posted|contact|hear|receive|issue|transfer|waiv|replace|review)",
    r"\b(?:erstatt|gutschreib|gutgeschr|korrigier|behe|behoben|meld|ruf|rückruf|send|schick|antwort|liefer|prüf|klär|kümmer|inform|rückmeld|überweis|erhalten|bekommen|freischalt|freigeschalt|bereitstell|bereitgestell|zurück)",
    r"\b(?:rembours|crédit|corrig|rappel|appel|envo|enverr|répond|revien|recontact|livr|vérifi|tien|inform|recev|résou|transm)",
    r"\b(?:reembols|devolv|abon|corr[ei]g|llam|envi|respond|contact|inform|entreg|revis|recib|arregl|solucion|resolv|retorn|lig|verific|escrev)",
    r"\b(?:rimbors|accredit|corregg|richiam|ricontatt|invi|mander|rispond|inform|consegn|verific|ricev|risolv|controll|faremo sapere|farò sapere)",
    r"\b(?:terugbet|terugstort|crediter|corriger|bel|stur|stuur|mail|antwoord|laten weten|laat u|hoort|krijgt|ontvangt|lever|controler|uitzoek|herstel|oploss|contact)",
)
_ANSWERS = re.compile(
    r"\b(?:get back|come back|let you know|update you|keep you (?:posted|informed|updated)|reply|hear (?:from|back)|call|ring|phone|contact you|follow up|inform you|write"
    r"|meld|ruf|rückruf|antwort|rückmeld|informier|schreib|hören"
    r"|rappel|recontact|revien|répond|tien(?:drons|drai)|inform|llam|contactar|respond|ligar|retorn|escrev|richiam|ricontatt|risponder|faremo sapere|farò sapere|bel(?:len)?\b|laten weten|laat u|hoort|antwoord)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^\W*(?:if|should you|once you|as soon as you|when you|wenn|falls|sobald sie|sollten sie|si |s'il|dès que vous|cuando|en cuanto|se |quando|als |zodra|wanneer)",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"\b(?:be (?:happy|glad|pleased) to|feel free|don't hesitate|as always|close this|closing this|anything else|at any time|helfen gerne?|gerne? weiter|jederzeit|bei fragen|n'hésitez|no dude|não hesite|non esiti|aarzel niet|zodra u)\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:unfortunately|cannot|can't|won't|unable|leider (?:nicht|kein\w*)|nicht (?:\w+ )?können|malheureusement|ne pourr\w+ pas|lamentablemente|no podremos|infelizmente|purtroppo|helaas)\b",
    re.IGNORECASE,
)
_COMMITMENT = re.compile("|".join(_COMMITS), re.IGNORECASE)
_ON_A_DAY = re.compile("|".join(_COMMITS_ON_A_DAY), re.IGNORECASE)
_OATH = re.compile(_SWORN, re.IGNORECASE)
_DEED = re.compile("|".join(_DEEDS), re.IGNORECASE)


class Promise(Record):
    """A sentence by which one of us committed the company.

    Attributes:
        ticket: the desk's id of the ticket that it stands in.
        sentence: the agent's own words.
        due: the day it names.
        of_answer: it promises word (a call, an answer), so that the conversation can tell whether it came.
        followed_at: when one of us wrote to the customer next.
    """

    ticket: str
    link: str = ""
    sentence: str
    said_at: Instant
    due: date | None = None
    of_answer: bool = False
    followed_at: Instant | None = None


class Kept(StrEnum):
    """What can be told of a promise."""

    NOT_KEPT = "not_kept"
    LATE = "late"
    PASSED = "passed"  # its day is over; whether it was done stands elsewhere
    WAITING = "waiting"
    DUE = "due"
    UNDATED = "undated"
    KEPT = "kept"


def promises_in(ticket: DeskTicket, clean: Callable[[str, str], str], zone: str) -> tuple[Promise, ...]:
    """What agents have promised in a conversation, oldest first, the newest five.

    Args:
        clean: takes a message's text and the ticket's channel; answers its own words, without what it quotes.
        zone: the company's time zone, in which days are counted.
    """
    found: list[Promise] = []
    ours = [message for message in ticket.messages if message.public and message.role is Role.AGENT]
    for place, message in enumerate(ours):
        followed = ours[place + 1].at if place + 1 < len(ours) else None
        said = message.at.astimezone(ZoneInfo(zone)).date()
        for sentence in sentences(clean(message.text, ticket.channel), _LONGEST):
            if not promises(sentence, said):
                continue
            found.append(
                Promise(
                    ticket=ticket.key.id,
                    link=ticket.link,
                    sentence=sentence,
                    said_at=message.at,
                    due=_due(sentence, said),
                    of_answer=_ANSWERS.search(sentence) is not None,
                    followed_at=followed,
                )
            )
    return tuple(found[-KEPT:])


def promises(sentence: str, said: date) -> bool:
    """Whether a sentence of an agent commits the company to something."""
    plain = sentence.replace("’", "'")
    if plain.rstrip().endswith("?") or _COURTESY.search(plain) or _REFUSAL.search(plain) or suspicions(plain):
        return False
    if _due(plain, said) is not None:
        return _COMMITMENT.search(plain) is not None or _ON_A_DAY.search(plain) is not None
    if _COMMITMENT.search(plain) is None or _CONDITION.search(plain):
        return False
    return _OATH.search(plain) is not None or _DEED.search(plain) is not None


def _due(sentence: str, said: date) -> date | None:
    day = named_day(sentence, said)
    return day if day and day >= said else None


def standing(promise: Promise, *, now: datetime, zone: str) -> Kept:
    """What can be told of a promise from the conversation alone."""
    local = ZoneInfo(zone)
    followed = promise.followed_at.astimezone(local).date() if promise.followed_at else None
    over = promise.due is not None and promise.due < now.astimezone(local).date()
    if promise.of_answer and followed is not None:
        return Kept.LATE if promise.due and followed > promise.due else Kept.KEPT
    if over:
        return Kept.NOT_KEPT if promise.of_answer else Kept.PASSED
    if promise.due is not None:
        return Kept.DUE
    return Kept.WAITING if promise.of_answer else Kept.UNDATED
