# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""What a customer wants done, by rule and from their own words. "Not said" is an answer, and often the truest one."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from shared.domain.moments import is_ahead, named_day, sets_a_deadline
from shared.domain.record import Record
from shared.domain.text import sentences


class Want(StrEnum):
    """What may be asked for, the gravest first."""

    CANCELLATION = "cancellation"
    LEGAL = "legal"
    PROMISED = "promised"
    REFUND = "refund"
    CORRECTION = "correction"
    COMPENSATION = "compensation"
    CALL = "call"
    SUPERIOR = "superior"
    APOLOGY = "apology"
    REPAIR = "repair"
    RETURN = "return"
    EXPLANATION = "explanation"
    DATE = "date"
    CONFIRMATION = "confirmation"
    REVIEW = "review"
    HEARD = "heard"
    REPLY = "reply"
    ANSWER = "answer"


_WORDS: dict[Want, str] = {
    Want.CANCELLATION: (
        r"\b(?:want|wish|like|going|decided|need) to (?:cancel|terminate|quit|close (?:my|our|the) account)|\bcancel (?:my|our|the) (?:account|subscription|contract|plan|order)|\b(?:give|giving) notice\b|\bclose (?:my|our) account|\bnotice period|\bwe(?:'re| are)? (?:will be )?leaving\b"
        r"|\bkündig\w+|\bvertrag (?:auf|be)\w+|\bkonto (?:schließen|löschen)"
        r"|\brésili\w+|\bclôturer (?:le|mon|notre) compte|\barrêter notre abonnement"
        r"|\b(?:cancelar|la baja del? |dar de baja|darme de baja|rescindir|baja de (?:la|mi))\b|\bencerrar a conta"
        r"|\b(?:disdire|disdetta|recedere|chiudere (?:il|l'|il nostro )\w*account)|\bopzeg\w+|\babonnement stopzetten"
    ),
    Want.LEGAL: (
        r"\b(?:lawyer|solicitor|legal (?:action|proceedings|steps)|proceedings|sue|court|ombudsman|data protection authority|charge-?back|small claims|trading standards|reverse the (?:payment|charge))\b"
        r"|\b(?:rechtsanwalt|anwalt|anwältin|klage|gericht|rechtliche schritte|mahnbescheid|datenschutzbehörde|verbraucherzentrale)\b"
        r"|\b(?:avocat|tribunal|mise en demeure|poursuites|abogad[oa]|demanda judicial|advogad[oa]|processo judicial|avvocato|vie legali|diffida|advocaat|rechter|juridische stappen)\b"
    ),
    Want.PROMISED: (
        r"\b(?:(?:you|we) (?:undertook|agreed|were (?:told|promised))|(?:was|were|been) (?:promised|assured)|you (?:promised|said you would|told (?:me|us))|as (?:agreed|promised))\b"
        r"|\b(?:zugesagt|versprochen|zugesichert|wie vereinbart)\b|\b(?:promis(?:e|es)?|convenu|prometi\w+|acordad[oa]|combinado|promess[oa]|concordat[oa]|beloofd|afgesproken)\b"
    ),
    Want.REFUND: (
        r"\brefund\w*|\bmoney back\b|\breimburs\w*|\b(?:give|pay|send|want|need|get) (?:it|us|me|back|my|our|the) (?:[\w.,]+ ){0,4}back\b|\bgive back\b|\breturn the (?:second|money|amount|payment|difference)|\bpay (?:it|us|me) back\b"
        r"|\brückerstatt\w*|\berstatt\w*|\bzurück(?:zahl|überweis|buch)\w*|\bgeld zurück"
        r"|\brembours\w*|\breembols\w*|\bdevolv(?:er|edme|éis|áis|an|uelv\w+)\b|\bdevuelv\w+|\bdevoluci\w+|\bdevolv\w+ (?:el|o|lo|la) \w+|\brimbors\w*|\bterugbetal\w*|\bgeld terug|\bterugstort\w*"
    ),
    Want.CORRECTION: (
        r"\bcorrect(?:ed)? (?:one|invoice|bill|copy|version)|\bcorrect (?:the|this|it|our)\b|\bcredit (?:note|the difference)|\bnew invoice\b|\bamend(?:ed)? (?:the )?invoice"
        r"|\bkorrigier\w*|\bberichtig\w*|\bgutschrift\b|\bneue rechnung\b|\bstorn\w+"
        r"|\b(?:corriger|rectifi\w+|avoir|facture corrigée)\b|\bcorregir\b|\brectific\w+|\bnota de crédito|\bcorrigir\b|\bcorregg\w+|\bnota di credito|\bcorriger(?:en)?\b|\bcreditnota\b"
    ),
    Want.COMPENSATION: (
        r"\b(?:compensat\w+|goodwill|damages|discount (?:for|as)|make (?:it )?up for|credit proposal|credit for the (?:outage|downtime|trouble))\b"
        r"|\b(?:entschädig\w+|schadenersatz|kulanz|entgegenkommen|wiedergutmachung)\b|\b(?:dédommag\w+|geste commercial|compensación|indemniz\w+|compensação|indenniz\w+|risarcimento|schadevergoeding|compensatie)\b"
    ),
    Want.CALL: (
        r"\b(?:call|ring|phone) (?:me|us|the \w+ desk|back|\+?\d)|\b(?:please|can you|could you|someone) (?:call|ring|phone)\b|\bcall ?back\b|\bby phone\b|\ba (?:short |quick )?call (?:with|from|would)"
        r"|\brückruf\w*|\bruf\w* (?:mich|uns|sie mich|sie uns)|\banruf\w*|\btelefonisch\b|\bneuen termin\b"
        r"|\b(?:rappel(?:er|ez|é)|appel(?:er|ez)-?(?:moi|nous)|par téléphone|llám\w+|llamen|me llame|por teléfono|liguem?|ligar-me|por telefone|richiam\w+|chiam\w+mi|al telefono|bel (?:me|mij|ons)|terugbel\w*|telefonisch)\b"
    ),
    Want.SUPERIOR: (
        r"\b(?:manager|supervisor|your boss|someone (?:senior|in charge|responsible|who can decide)|somebody (?:with a name|in charge|who)|escalat\w+|complaints? department)\b"
        r"|\b(?:vorgesetzt\w+|geschäftsführ\w+|ihre leitung|teamleit\w+|jemand\w* verantwortlich\w*)\b|\b(?:(?:parler à|joindre) (?:un |votre |le )?(?:responsable|supérieur)|(?:hablar|falar) con? (?:el |la |o |a |su |un )?(?:encargad[oa]|superior|gerente|responsável)|parlare con (?:il |un |la )?responsabile|leidinggevende)\b"
    ),
    Want.APOLOGY: (
        r"\b(?:(?:want|expect|deserve|await|owe (?:me|us)|waiting for|like) (?:\w+ ){0,2}apolog\w+|apologi[sz]e to)\b"
        r"|\b(?:erwarte\w* (?:\w+ ){0,2}entschuldigung|(?:attends|exige) (?:\w+ ){0,2}excuses|espero (?:\w+ ){0,2}disculpas?|aspetto (?:\w+ ){0,2}scuse|verwacht (?:\w+ ){0,2}excuses)\b"
    ),
    Want.REPAIR: (
        r"\b(?:please |can you |could you )?(?:fix|repair|restore|sort (?:this|it) out|look into (?:it|this|that)|get (?:it|this|us) (?:working|back|running))\b|\bwhen will (?:it|this|that) (?:work|be (?:fixed|back))|\bmake it work\b"
        r"|\b(?:beheb\w+|repar\w+|in ordnung bring\w*|wieder (?:funktionier|zum laufen)\w*|kümmern sie sich|wiederherstell\w*|beseitig\w+)\b"
        r"|\b(?:réparer|corriger le (?:bug|problème)|résoudre|rétablir|solucion\w+|arregl\w+|resolver|repar\w+|risolver\w*|sistemare|ripristinare|oploss\w+|repareren|herstellen|verhelpen)\b"
    ),
    Want.RETURN: (
        r"\b(?:bring (?:it|that|the \w+) back|having the old|the old (?:one|view|menu|version|layout) back|switch (?:it|the \w+) (?:on|back)|option to)\b"
        r"|\b(?:die alte \w+|das alte \w+|den alten \w+) (?:wieder|zurück)|\b(?:l'ancienne? \w+|la versión anterior|la vecchia \w+|de oude \w+)\b"
    ),
    Want.EXPLANATION: (
        r"\b(?:explain (?:to|what|why|how|this|it)|explanation|hear from you (?:what|why|how)|why (?:is|are|was|were|did|does|do|has|have|we|i|it|this|that)|what (?:happened|we are paying for|went wrong)|how (?:come|is it possible|could this)|reason (?:for|why))\b"
        r"|\b(?:erklär\w+|warum|weshalb|wieso|grund (?:für|dafür)|begründ\w+)\b"
        r"|\b(?:expliqu\w+|explication|pourquoi|explic\w+|por qué|porqué|porquê|por que|explicação|spieg\w+|perché|uitleg\w*|waarom)\b"
    ),
    Want.DATE: (
        r"\b(?:when (?:will|can|does|is|do) (?:it|this|that|the|we|i|you)|when (?:you|they) (?:expect|plan|think|will|can)|(?:tell|give|name) (?:me|us) (?:a|the) (?:\w+ )?(?:date|day)|a (?:committed|firm|fixed|certain) (?:date|day)|by when|eta|time ?(?:line|frame)|revised plan|roadmap|until when|how long (?:will|until|does))\b"
        r"|\b(?:bis wann|wann (?:wird|ist|kann|können|kommt|geht)|zeitplan|wie lange)\b|\b(?:quand|d'ici quand|délai|cuándo|plazo|quando|prazo|entro quando|wanneer|hoe lang)\b"
    ),
    Want.CONFIRMATION: (
        r"\b(?:please )?confirm\b|\bconfirmation\b|\bconfirm\w* in writing\b|\b(?:bestätig\w+|schriftlich)\b|\b(?:confirmer|confirmation|confirmar|confirmación|confirmação|confermare|conferma|bevestig\w+)\b"
    ),
    Want.REVIEW: (
        r"\b(?:ask|request|urge|beg|invite) you to (?:review|reconsider|rethink|revise|reword|change|soften)\b|\b(?:please|kindly) (?:review|reconsider|rethink|revise|reword)\b"
        r"|\b(?:überprüfen|überdenken|überarbeiten) sie\b|\bveuillez (?:revoir|reconsidérer)\b|\b(?:revisen|reconsideren|revejam|reconsiderem|rivedete)\b"
    ),
    Want.HEARD: (
        r"\b(?:don't want anything|do not want anything|only wanted (?:it|this) said|(?:just|only) (?:want|wanted) (?:\w+ ){1,3}to (?:know|say)|(?:would|'d) (?:\w+ )?like (?:\w+ ){1,5}to know|i just want to say|like somebody to know|would like (?:you|somebody) to know|for (?:your )?(?:consideration|information) only|pass on (?:an? )?(?:observation|impression|remark|feedback|thought)|if (?:this|it|that) (?:was|were|could be|is) considered|may i (?:just )?(?:say|remark|mention|point out|add)|if i may (?:say|remark|mention)|(?:small|little|minor) (?:remark|observation|complaint)|(?:wanted|wish|would like|'d like) to (?:mention|point out|remark)|thought (?:you|i) should (?:know|mention))\b"
        r"|\b(?:nur zur (?:info|kenntnis)|wollte (?:das|es) (?:nur|einmal|mal) (?:sagen|loswerden)|zu ihrer kenntnis)\b|\b(?:pour information|a título informativo|solo para que lo sepan|per vostra informazione|ter informatie)\b"
    ),
    Want.REPLY: (
        r"\b(?:(?:second|third|fourth|fifth|\d(?:nd|rd|th)) (?:time|attempt|message)|every (?:month|week|time) (?:i|we) (?:write|ask|call)|wrote (?:to you )?(?:twice|before|already)|asked (?:for .{1,40} on .{1,40} and on|twice|before)|went unanswered|no(?:body|(?: |-)?one) (?:has |ever )?(?:answers?|answered|replie[sd]|responded|got back)|(?:neither|none) of my \w* ?messages|had (?:no|an) (?:answer|reply)|(?:is )?any(?:body|one) (?:reading|there|in your team who reads)|gets? back to (?:me|us)|no (?:answer|reply|response))\b"
        r"|\b(?:zum (?:zweiten|dritten|vierten|wiederholten) mal|zurückmeld\w+|(?:deuxième|troisième|énième) fois|(?:segunda|tercera|terceira|seconda|terza) (?:vez|volta)|(?:tweede|derde) keer|keine (?:antwort|rückmeldung)|niemand gemeldet|niemand antwortet)\b|\b(?:pas de réponse|sans réponse|nadie (?:responde|contesta)|sin respuesta|sem resposta|ninguém respond\w+|nessuna risposta|nessuno risponde|geen (?:antwoord|reactie))\b"
    ),
}
_PATTERNS = {want: re.compile(pattern, re.IGNORECASE) for want, pattern in _WORDS.items()}
_REFUSED = re.compile(
    r"\b(?:not|n't|no|nobody|nothing to be|don't want|without|nicht|kein\w*|pas|sin|non|niet|geen|não|sem)(?: \w+){0,4}$",
    re.IGNORECASE,
)
_TOLD = re.compile(  # what already happened is no wish
    r"\b(?:promised|told|said|confirmed|asked for|was given|announced|zugesagt|versprochen|gesagt|bestätigt|promis|prometi\w+|beloofd|promesso)\b",
    re.IGNORECASE,
)
_CHARGE_BACK = re.compile(r"\bcharge-?back\b|\breverse the (?:payment|charge)\b", re.IGNORECASE)
_CLAIM = re.compile(
    r"\b(?:notice of (?:a )?claim|(?:formal|legal|our|my|file a|make a|raise a) claims?|claim (?:for|against)|formal (?:complaint|notice)|letter before action"
    r"|schadenersatz\w*|geltendmachung|reklamation\w*|(?:unsere|meine|eine) forderung"
    r"|réclamation|reclamación|reclamação|reclamo (?:formal|formale)|aansprakelijk\w*|ingebrekestelling)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"(?:second|third|fourth|fifth|\d(?:nd|rd|th)|deuxième|troisième|énième|segunda|tercera|terceira|seconda|terza|tweede|derde) (?:time|fois|vez|volta|keer)|zum \w+ mal",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"\b(?:ask\w*|writ\w+|wrote|e-?mail\w*|message\w*|contact\w*|call\w*|answer\w*|repl\w+|schreib\w*|schrieb\w*|geschrieben|frag\w*|meld\w*|gemeldet|écri\w+|demand\w+|contact\w+|escrib\w+|escrev\w+|pregunt\w+|pergunt\w+|pid\w+|peç\w+|scriv\w+|scritto|chied\w+|schrijf\w*|geschreven|vraag|vragen|mail\w*)\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(r"\bhow are you\b|\bwie geht es (?:ihnen|dir)\b|\bcomment (?:allez|vas)-", re.IGNORECASE)
_HISTORY = frozenset({Want.CORRECTION, Want.CALL, Want.REFUND, Want.CONFIRMATION, Want.EXPLANATION, Want.REPAIR})
_THEIR_OWN = re.compile(r"\b(?:we|i)(?:'ll| can| will| could| have| had| must)?(?: \w+)?\s*$", re.IGNORECASE)
_GIVING = re.compile(r"(?:give|send|pay)\b", re.IGNORECASE)
_AT_LEISURE = re.compile(r"\bwhen(?:ever)? you can\W*$", re.IGNORECASE)
_BY_THEM = frozenset({Want.CORRECTION, Want.REPAIR, Want.EXPLANATION})
_MOST = 3
_SHORT = 16  # sentences
_QUESTION = 4  # words from which a question asks something


class Wish(Record):
    """Something a customer wants.

    Attributes:
        words: the customer's sentence that says it.
    """

    want: Want
    words: str


def wishes(text: str) -> tuple[Wish, ...]:
    """What a text asks for, the gravest first, at most three; empty where it does not say.

    A question that asks for none of the known things counts as one for an answer.
    """
    told = sentences(text)
    found = {}
    for want, pattern in _PATTERNS.items():
        said = [one for one in told if _asks(want, pattern, one)]
        if said:
            # A remark begins by saying that it is one; what is wanted of it stands at its end.
            found[want] = Wish(want=want, words=said[-1 if want is Want.HEARD else 0])
    told_for = {wish.words for wish in found.values()} if Want.REPLY not in found else set()
    questions = [one for one in told if one.rstrip().endswith(("?", "？")) and _is_asked(one) and one not in told_for]
    if questions and Want.HEARD not in found:
        found[Want.ANSWER] = Wish(want=Want.ANSWER, words=questions[-1])
    if len(found) > 1 and found.keys() & {Want.REFUND, Want.CORRECTION, Want.PROMISED, Want.RETURN}:
        found.pop(Want.REPAIR, None)  # "look into it and return the money" asks for one thing
    return tuple(found.values())[:_MOST]


def _is_asked(question: str) -> bool:
    return len(question.split()) >= _QUESTION and not _SMALL_TALK.search(question)


def threatens(text: str) -> bool:
    """Whether a text speaks of legal steps or gives notice of a claim."""
    return bool(_PATTERNS[Want.LEGAL].search(text) or _CLAIM.search(text))


def takes_back(text: str) -> bool:
    """Whether a text speaks of having the bank take a payment back, and of no court."""
    return _CHARGE_BACK.search(text) is not None


def _asks(want: Want, pattern: re.Pattern[str], sentence: str) -> bool:
    sentence = sentence.replace("’", "'")
    match = pattern.search(sentence)
    if match is None or (want is not Want.HEARD and _REFUSED.search(sentence[: match.start()].rstrip())):
        return False
    if want is Want.REPLY and _TIMES.fullmatch(match.group()) and not _WRITES.search(sentence):
        return False  # something fails for the third time: nobody says that an answer is missing
    if want is Want.DATE and _AT_LEISURE.search(sentence):
        return False
    if want is Want.REFUND and _GIVING.match(match.group()) and _THEIR_OWN.search(sentence[: match.start()]):
        return False  # "can we give the seats back"
    if want in _BY_THEM and _THEIR_OWN.search(sentence[: match.start()]):
        return False
    return want not in _HISTORY or not _TOLD.search(sentence) or sentence.rstrip().endswith("?")


def asking_part(text: str) -> str:
    """The sentences of a text that ask: all of a short one; of a long one its beginning, its end, and its questions."""
    told = sentences(text)
    if len(told) <= _SHORT:
        return text
    kept = (one for at, one in enumerate(told) if at < 3 or at >= len(told) - 7 or one.endswith(("?", "？")))
    return "\n".join(kept)


class Deadline(Record):
    """By when a customer wants something, or something happens on their side.

    Attributes:
        day: the day that is named.
        firm: the words say "by" or "within", and not only when something takes place.
        words: the customer's sentence.
    """

    day: date
    firm: bool
    words: str


def deadline(text: str, said: date) -> Deadline | None:
    """The firmest, then the nearest day ahead that a text names; None where it names none."""
    ahead = [
        Deadline(day=day, firm=sets_a_deadline(one, said), words=one)
        for one in sentences(text)
        if is_ahead(one, said) and (day := named_day(one, said)) is not None
    ]
    return min(ahead, key=lambda one: (not one.firm, one.day), default=None)
