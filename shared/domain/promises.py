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
    r"\b(?:will|shall|is going to|are going to) be (?:\w+ly )?(?!asked|prompted|shown|charged|deleted|billed|invoiced|renewed|required|needed|redirected|opened|closed|locked|removed from|counted|listed|displayed)\w+(?:ed|en)\b|\b(?:will|should|shall|is going to|are going to) be (?:\w+ly )?(?:fixed|live|ready|refunded|credited|corrected|released|resolved|restored|available|with you|back|delivered|sent|done|called|shipped|removed|added)\b",
    r"\b(?:i|we) (?:promise|guarantee|commit|undertake)\b|\b(?:is|are) (?:planned|scheduled|due) (?:for|to)\b|\byou have my word\b",
    r"\b(?:our|my) (?:\w+ ){1,3}(?:will|is going to|are going to) (?!not\b|be closed)|\b(?:our|the|my) (?:\w+ )?(?:team|colleagues?|engineers?|developers?|manager|finance|billing)(?:'ll| will| is going to| are going to) (?!not\b)",
    # German
    r"\b(?:ich|wir) werden? (?!nicht\b|gerne?\b)|\bwerden? (?:ich|wir) (?!nicht\b|gerne?\b)",
    r"\b(?:ich|wir) (?:meld|ruf|send|schick|erstatt|liefer|kümmer|korrigier|schreib|überweis|buch|prüf|klär|beheb|änder|stell|richt|verlänger)(?:e|en|n) (?!gerne?\b)",
    r"\b(?:meld|ruf|send|schick|kümmer|erstatt|korrigier|änder)(?:e|en|n) (?:ich|wir)\b|\bwird (?:sie|ihnen|sich)\b|\bmeld(?:et|en) sich\b|\bsie (?:erhalten|bekommen|hören)\b",
    r"\b(?:wird|werden) [^.!?]{0,70}\b(?:behoben|erstattet|korrigiert|geliefert|freigeschaltet|verfügbar|fertig|gutgeschrieben|gelöst|umgesetzt|bereitgestellt)\b",
    r"\b(?:verspreche|versprechen|garantiere|garantieren|zusagen|sagen? ihnen [^.!?]{0,60}\bzu)\b",
    # French
    r"\b(?:nous (?:vous )?allons|je (?:vous )?vais|on va) (?!pas\b)|\b(?:je|nous|vous) (?:(?:vous|le|la|les|y|en|l') ?)*\w+(?:erai|irai|drai|rrai|erons|irons|drons|rrons|errez|evrez|urez)\b",
    r"\bvous \w+era\b|\bsera(?:ient)? \w+ée?s?\b|\bsera(?:it|ient)? (?:corrigée?|remboursée?|prête?|disponible|livrée?|résolue?|envoyée?)\b|\b(?:nous nous engageons|je m'engage|je vous promets|nous vous promettons|nous garantissons)\b",
    # Spanish
    r"\b(?:vamos a|voy a) (?!tener que)\w+r|\b\w{2,}(?:aré|eré|iré|dré|aremos|eremos|iremos|dremos)\b|\b(?:recibirá|tendrá)n?\b",
    r"\b(?:estará|será)n? (?:list[oa]|disponible|resuelt[oa]|corregid[oa]|reembolsad[oa]|entregad[oa])s?\b|\b(?:prometemos|prometo|nos comprometemos|garantizamos)\b",
    # Portuguese
    r"\b(?:vamos|vou|iremos|irei) (?!precisar)\w+r\b|\b\w{2,}(?:arei|erei|irei)\b|\b(?:receberá|terá)\b",
    r"\b(?:estará|será) (?:pront[oa]|disponível|resolvid[oa]|corrigid[oa]|reembolsad[oa]|entregue)\b|\b(?:prometemos|comprometemo-nos|garantimos)\b",
    # Italian
    r"\b\w{2,}(?:remo|erò|irò|drò|rrò)\b|\b(?:riceverà|avrà)\b|\bsarà (?:pront[oa]|disponibile|risolt[oa]|corrett[oa]|rimborsat[oa]|consegnat[oa])\b",
    r"\b(?:promettiamo|prometto|ci impegniamo|garantiamo)\b",
    # Dutch
    r"\b(?:ik|wij|we) (?:zal|zullen|gaan) (?!niet\b|graag\b)|\bu (?:krijgt|ontvangt|hoort)\b|\b(?:ik|wij|we) (?:bellen?|sturen?|stuur|laten|laat|nemen|neem|mailen?|storten?)\b",
    r"\bwordt [^.!?]{0,70}\b(?:opgelost|gecorrigeerd|teruggestort|geleverd|hersteld|verholpen)\b|\b(?:beloof|beloven|garanderen)\b",
)
_SWORN = r"\b(?:promise|guarantee|commit to|undertake|you have my word|verspreche\w*|zusagen|sag\w* ihnen [^.!?]{0,40}\bzu\b|m'engage|engageons|promets|promettons|garantissons|prometemos|prometo|comprometemos|promettiamo|prometto|impegniamo|beloof|beloven)\b"
_COMMITS_ON_A_DAY = (
    r"\b(?:i'm|i am|we're|we are) (?!closed|open\b|away|not\b)\w+ing\b|\b(?:goes|go|going) out\b|\barrives?\b|\b(?:we|i) (?:aim|plan|hope)\b|\bexpect\b|\bon (?:its|the|their) way\b|\b(?:i|we)(?:'ve| have) (?:asked|booked|arranged|scheduled|reserved|put you down)\b|\bwith you\b|\bgoes live\b",
    r"\b(?:wir|ich|unsere \w+|(?:herr|frau) \w+) (?!haben\b|habe\b|hatten\b|hatte\b|sind\b|bin\b|ist\b|war\w*\b|hat\b|würden?\b|bitten\b)\w+(?:en|e|t)\b|\b(?!haben|habe|hatten|sind|waren|würden|könnten)\w+(?:en|e) (?:wir|ich)\b|\bhaben sie (?:\w+ )?(?:antwort|bescheid|rückmeldung|nachricht)|\bgeh(?:t|en)\b[^.!?]{0,50}\b(?:raus|hinaus|ab|zu)\b|\b(?:ruft|meldet|liefert|sendet|schickt|erstattet|erhalten sie|bekommen sie)\b|\b(?:beheben|liefern|korrigieren|schalten|veröffentlichen|prüfen|klären) wir\b|\b(?:kommt|folgt) (?:am|bis|morgen|nächste)",
    r"\b(?:je|nous) (?:vous |le |la |les )*(?:rappell?e|rappelons|envoi?e|envoyons|rembours(?:e|ons)|corrige(?:ons)?|reviens|revenons|livrons)\b",
    r"\b(?:le|les|te|lo|la|o|a|os) (?:llam|env[ií]|devolv|corr[ei]g|entreg|contact|ligamos|enviamos)\w*\b|\b(?:richiamiamo|inviamo|rimborsiamo|consegniamo|la richiamo)\b",
)
# Of a sentence that names a day ahead: who acts, or for whom; and what makes it a request, a term or a thing of the past.
_OURS = r"\b(?:i|we|i'll|we'll|i'm|we're|our|my|us|colleague|from me|from us|ich|wir|uns|unser\w*|mein\w*|je|j'|nous|notre|nos|mon|ma|nuestr\w+|nós|noss\w+|noi|nostr\w+|\w{3,}(?:iamo|amos|emos|imos)|ik|wij|ons|onze|we)\b"
_NO_WORD_GIVEN = (
    r"\b(?:please|let (?:me|us) know|could you|can you|would you|try|may|might|must|need to|prices?|costs?|trial|charged|closed|close|open|due|applies|apply|ends?|expires?|renews?|was|were|has been|had|did|checked|listed|found|happened|occurred|if|asked|wrote|thank\w*|includes?|covers?|webinar|welcome|available from|monday to friday|contract)\b",
    r"\b(?:bitte|könn\w+ sie|sie (?:können|müssen|sollten)|preise?|kostet|testzeitraum|geschlossen|schließen|geöffnet|fällig|gilt|gelten|endet|enden|läuft|war\w*|wurden?|hat\w*|habe|haben (?!sie eine)|gab|falls|wenn|kündig\w+|erreichbar|danke?|vertrag|montag bis freitag)\b",
    r"\b(?:pourriez|pouvez|merci de|veuillez|prix|essai se|fermés?|ouverts?|échéance|se termine|était|a été|avez|si|contrat|ouverts|merci|lundi au vendredi)\b",
    r"\b(?:por favor|puede|podría|precios?|prueba termina|cerrad\w+|vence|termina|fue|ha sido|si|contrato|gracias|lunes a viernes)\b",
    r"\b(?:pode|poderia|preços?|fechad\w+|vence|foi|se|può|potrebbe|prezzi|chius\w+|scade|era|è stat\w+|kunt u|prijzen|gesloten|eindigt|verloopt|werd|als|bereikbaar|contratto?|tot vrijdag|bedankt|grazie|obrigad\w)\b",
)
_DEEDS = (
    r"\b(?:see to it|make sure|take care|sort|reactivat|revers|appl(?:y|ied)|adjust|enable|unlock|remov|exchang|refund|credit|reimburse|correct|fix|call|ring|phone|send|get back|let you know|update you|reply|come back|follow up|deliver|ship|release|restore|investigat|look into|check|escalate|extend|waive|remove|add|inform|posted|contact|hear|receive|issue|transfer|waiv|replace|review)",
    r"\b(?:erstatt|gutschreib|gutgeschr|korrigier|behe|behoben|meld|ruf|rückruf|send|schick|antwort|liefer|prüf|klär|kümmer|inform|gut\b|änder|anruf|verlänger|richt|rückmeld|überweis|erhalten|bekommen|freischalt|freigeschalt|bereitstell|bereitgestell|zurück)",
    r"\b(?:rembours|crédit|corrig|rappel|appel|contact|effectu|envo|enverr|répond|revien|recontact|livr|vérifi|tien|inform|recev|résou|transm)",
    r"\b(?:reembols|devolv|abon|corr[ei]g|llam|envi|respond|contact|inform|entreg|revis|recib|arregl|solucion|resolv|retorn|lig|verific|escrev)",
    r"\b(?:rimbors|accredit|corregg|richiam|ricontatt|invi|mander|rispond|inform|consegn|verific|ricev|risolv|controll|faremo sapere|farò sapere)",
    r"\b(?:terugbet|terugstort|crediter|corriger|bel|stur|stuur|mail|antwoord|laten weten|laat u|hoort|krijgt|ontvangt|lever|controler|uitzoek|aanpas|wijzig|regel|verhelp|herstel|oploss|contact)",
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
    r"\b(?:be (?:happy|glad|pleased) to|feel free|don't hesitate|as always|close (?:this|the|your) (?:ticket|request|case)|closing this|anything else|at any time|helfen gerne?|gerne? weiter|jederzeit|bei fragen|n'hésitez|no dude|não hesite|non esiti|aarzel niet|zodra u)\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:unfortunately|cannot|can't|won't|unable|leider (?:nicht|kein\w*)|nicht (?:\w+ )?können|malheureusement|ne pourr\w+ pas|lamentablemente|no podremos|infelizmente|purtroppo|helaas)\b",
    re.IGNORECASE,
)
_COMMITMENT = re.compile("|".join(_COMMITS), re.IGNORECASE)
_ON_A_DAY = re.compile("|".join(_COMMITS_ON_A_DAY), re.IGNORECASE)
_ACTS = re.compile(_OURS, re.IGNORECASE)
_NO_WORD = re.compile("|".join(_NO_WORD_GIVEN), re.IGNORECASE)
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
        given = _COMMITMENT.search(plain) or _ON_A_DAY.search(plain)
        return given is not None or (_ACTS.search(plain) is not None and _NO_WORD.search(plain) is None)
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
