# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""Recognising a note that says thank you and nothing else: nobody waits for an answer to it.

Taking a request for such a note means that a customer is never answered. So it is not looked for signs of thanks, but for
anything else: every word has to belong to a thank-you, in one of seven languages, and one word more makes it a request.
"""

from __future__ import annotations

import re
from functools import cache

LONGEST_NOTE = 400
"""Characters of own words; whoever writes more says more."""

# Where an earlier mail begins that is not quoted line by line.
_HISTORY = re.compile(
    r"^_{10,}|^-{3,}.{1,60}-{3,}\s*$|^##-|^(?=.{0,300}\d).{6,300}(?:wrote|schrieb|écrit ?|escribió|escreveu|scritto|schreef|geschreven).{0,80}:?\s*$"
    r"|^\W{0,2}(?:from|von|de|da|van) ?:\W{0,2}.{1,120}@",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"^>.*$", re.MULTILINE)
_FOOTER = re.compile(
    r"^(?:sent from my|von meinem|gesendet von|envoyé de|enviado d\w+|inviato da|verstuurd vanaf) ?.{1,40}$",
    re.IGNORECASE | re.MULTILINE,
)
_DASHES = re.compile(r"^-- ?$", re.MULTILINE)
_GLAD = re.compile(
    "[\U0001f600-\U0001f60a\U0001f60d\U0001f618\U0001f642\U0001f917\U0001f970\U0001f44c-\U0001f44d\U0001f44f\U0001f4aa\U0001f64c\U0001f64f\U0001f389\U0001f31f\U0001f3fb-\U0001f3ff\u2728\u2764\u263a\u2665\ufe0f\u200d]"
)
# One of these is in every thank-you; most messages end here.
_HINT = re.compile(
    r"than[kx]|thx|\bty|\bta\b|cheers|appreciat|dank|merci|gracias|agradec|obrigad|grazie|ringraz", re.IGNORECASE
)
_NAME = r"(?-i:[A-ZÀ-Þ][\w'’-]{1,20})"
_NO_NAME = r"(?!(?:yes|no|ok|okay|please|stop|wait|cancel|monday|tuesday|wednesday|thursday|friday|saturday|sunday|ja|nein|bitte|oui|non|sí|si|sim|não|nee|graag|tomorrow|today|now|but|and|how|when|why|what|where|who)\b)"
_END_OF_LINE = r"(?=[\s,.!]*(?:\n|$))"

_GREETING = (
    rf"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|moin|liebe[rs]?|sehr geehrte[rs]?|bonjour|bonsoir|salut|chère?|hola|buen(?:os|as) (?:días|tardes)|estimad[oa]s?"
    rf"|olá|oi|bom dia|boa (?:tarde|noite)|ciao|buon(?:giorno|asera)|salve|gentile|beste|goede(?:morgen|middag|navond|ndag)|dag)(?: (?:team|all|there|everyone|support|zusammen|frau|herr|mr|mrs|ms|madame|monsieur)\.?)?(?:,? {_NO_NAME}{_NAME}){{0,2}}(?:[,!.\n]|$)"
)
_MUCH = r"(?: (?:so |very )?much| a lot| a (?:million|bunch|ton)| again| once more| all| both| to you all| indeed)?"
_YOUR = r"(?:your|the|all your|all the) (?:(?:very )?(?:quick|fast|prompt|kind|swift|great|excellent|rapid|speedy) )?(?:help|support|reply|response|answer|assistance|service|work|patience|effort|explanation)"
_THANKS = (
    # English
    rf"(?:(?:many|much|big|a big|huge|kind|warm) )?(?:thanks|thank you|thankyou|thx|thanx|ty|tysm|cheers|ta){_MUCH}(?: (?:and )?(?:again|indeed))?(?: (?:for|to) (?:{_YOUR}|(?:helping|the (?:quick|fast) (?:fix|solution))|that|this|it|everything|all that|sorting (?:it|this|that)(?: out)?))?(?: and (?:help|support|patience))?",
    r"(?:very )?(?:much|greatly) appreciated|(?:i |we )?(?:really )?appreciate (?:it|that|your help|the (?:quick )?(?:help|reply))",
    # German
    r"(?:(?:vielen|herzlichen|besten|lieben|tausend|recht|schönen|ganz) )*(?:dank|danke)(?: (?:schön|sehr|vielmals|nochmal|nochmals|noch einmal|dir|ihnen|euch))*(?: für (?:die|ihre|deine|eure|den|das|alles)(?: (?:schnelle|rasche|prompte|gute|tolle|super|freundliche|nette|kompetente))?(?: (?:hilfe|antwort|unterstützung|rückmeldung|info|lösung|mühe|erledigung|support))?)?",
    # French
    r"(?:un )?(?:grand |très grand )?merci(?: (?:beaucoup|bien|infiniment|encore|à vous|à toi|mille fois))*(?: (?:pour|de) (?:votre|ton|tout|cette|la|l')(?: ?(?:aide|réponse|retour|rapidité|réactivité|soutien))?(?: (?:rapide|précieuse|si rapide))?)?|mille mercis?|je vous remercie(?: beaucoup)?",
    # Spanish
    r"(?:muchas |muchísimas |mil |infinitas )?gracias(?: (?:de nuevo|a todos|por todo|por (?:la|su|tu|vuestra)(?: (?:rápida|pronta|gran))? (?:ayuda|respuesta|atención|solución|rapidez)(?: tan rápida)?))*|(?:se )?agradecid[oa]s?",
    # Portuguese
    r"(?:muito |muitíssimo )?obrigad[oa]s?(?: (?:mesmo|de novo|novamente|por tudo|pel[oa] (?:ajuda|resposta|atenção|apoio|rapidez|retorno)(?: rápid[oa])?))*|agradeço(?: (?:a ajuda|muito))?",
    # Italian
    r"(?:molte |tante |mille )?grazie(?: (?:mille|infinite|tante|ancora|di tutto|di cuore|per (?:l'aiuto|la (?:rapida |veloce )?risposta|il supporto|l'assistenza|tutto)))*|(?:la |vi |ti )ringrazio(?: molto)?",
    # Dutch
    r"(?:(?:heel|hartelijk|vriendelijk|ontzettend|super) )*(?:dank|bedankt|dankjewel|dankuwel)(?: (?:je|jullie|u))?(?: wel)?(?: (?:voor (?:de|het|uw|je|jullie|alles)(?: (?:snelle|goede|vlotte|fijne))?(?: (?:hulp|reactie|antwoord|ondersteuning|service))?))?",
)
_PLEASED = (
    # English
    r"(?:that|this|it)(?: has| just)? (?:did the trick|(?:was|is|'s) (?:it|perfect|great|very helpful|all(?: i needed)?)|helped(?: a lot)?|solved (?:it|the (?:problem|issue)|my (?:problem|issue))|fixed (?:it|the (?:problem|issue)|my (?:problem|issue))|worked(?: perfectly| great)?)",
    r"(?:(?:it|everything|all|that|this|the (?:problem|issue)|my (?:problem|issue))(?:'s| is| has been| was)? )?(?:now |all )?(?:working|works|solved|fixed|resolved|sorted|good|clear|fine)(?: (?:now|again|fine|perfectly|great|well|like a charm|as expected))*",
    r"got it|(?:that's |very |so |how )?(?:perfect|great|excellent|awesome|wonderful|brilliant|fantastic|amazing|super|lovely|nice|cool|helpful|kind of you)|problem solved|all (?:good|set|fine|clear)(?: now)?|you(?:'re| are) (?:the best|a star|great|amazing|wonderful)|great (?:help|support|service|job|work)",
    r"(?:you (?:can|may) |please |feel free to )?close (?:this|the|my) (?:ticket|case|request)|(?:this|the) (?:ticket|case) can be closed|no (?:further|more) (?:questions|help needed|action needed)",
    r"have a (?:great|nice|good|lovely|wonderful) (?:day|week|weekend|evening|one)|(?:happy|good) weekend|enjoy your (?:day|weekend|evening)",
    # German
    r"(?:(?:das|es|jetzt|nun|alles|hat|das hat|es hat|ist|das problem ist|die sache ist|damit ist(?: alles)?|somit ist(?: alles)?) )*(?:funktioniert|klappt|geht|geklappt|gelöst|behoben|geholfen|bestens|gut|super|prima|perfekt|klasse|toll|wunderbar|großartig|alles klar|einwandfrei|passt)(?: (?:jetzt|nun|wieder|alles|bestens|einwandfrei|prima|super|sehr|mir sehr|gut))*",
    r"(?:ein )?schöne[ns]? (?:tag|wochenende|woche|abend|feierabend)(?: noch)?|sie können das ticket schließen|ticket kann geschlossen werden",
    # French
    r"(?:tout|ça|cela|c'est|le problème est|tout est)?(?: ?(?:fonctionne|marche|réglé|résolu|parfait|super|génial|bon|en ordre|rentré dans l'ordre|bien))(?: (?:maintenant|à présent|parfaitement|de nouveau|bien))*|parfait|super|génial|top|bonne (?:journée|soirée|semaine|continuation)|bon week-?end",
    # Spanish
    r"(?:ya |ahora )?(?:(?:todo |me |está |está todo |ha quedado |quedó |el problema está )*)(?:funciona|solucionado|resuelto|arreglado|perfecto|genial|estupendo|excelente)(?: (?:todo|ya|ahora|bien|perfectamente|de nuevo))*|(?:que tenga(?:n|s)? )?(?:un )?buen (?:día|fin de semana)|buena (?:tarde|semana)",
    # Portuguese
    r"(?:já |agora |está |tudo |está tudo |o problema está |já está |ficou )*(?:funciona|a funcionar|funcionando|funcionou|resolvido|resolvida|perfeito|ótimo|óptimo|excelente)(?: (?:agora|já|tudo|bem|perfeitamente|novamente))*|(?:tenha )?(?:um )?bom (?:dia|fim de semana)|boa (?:tarde|semana)",
    # Italian
    r"(?:ora |adesso |tutto |è |è tutto |il problema è |ha )*(?:funziona|funzionato|risolto|perfetto|ottimo|benissimo|a posto|sistemato|tutto ok)(?: (?:ora|adesso|tutto|bene|perfettamente|di nuovo))*|(?:le auguro )?(?:una )?buona (?:giornata|serata|settimana)|buon (?:weekend|fine settimana|lavoro)",
    # Dutch
    r"(?:het |alles |nu |is |het is |het probleem is |dat )*(?:werkt|opgelost|gelukt|geholpen|top|perfect|super|prima|geweldig|fijn|goed)(?: (?:nu|weer|alles|perfect|prima|goed|helemaal))*|(?:nog )?(?:een )?(?:fijne|prettige|goede) (?:dag|avond|week|weekend)(?: verder)?|fijn weekend",
)
_CLOSING = re.compile(
    r"(?:^|(?<=[\n.!,] )|(?<=[\n.!,]))(?:(?:with |my )?(?:best|kind|warm)(?:est)? (?:regards|wishes)|regards|best|all the best|sincerely|yours(?: \w+)?|greetings|(?:mit |viele |liebe |beste |schöne |herzliche |freundliche[nr]? )+(?:grüße[n]?|gruß)|gruß|lg|vg|mfg"
    r"|(?:bien )?cordialement|bien à vous|salutations|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|cumprimentos|atenciosamente|abraço|(?:cordiali )?saluti|(?:met )?(?:vriendelijke |hartelijke )?groet(?:en|jes)?)\b[ ,.!]*",
    re.IGNORECASE | re.MULTILINE,
)
_ANYTHING_ELSE = re.compile(
    r"\b(?:anything else|(?:any|other|further|more) (?:other |further )?questions|further help|noch etwas|weitere fragen|sonst noch|autre (?:chose|question)|d'autres questions|algo más|otra (?:pregunta|cosa)"
    r"|mais alguma (?:coisa|questão|dúvida)|(?:qualcos')?altro|altre domande|nog (?:iets|vragen)|andere vragen)\b",
    re.IGNORECASE,
)
_NAMES_SOMEBODY = re.compile(
    r"[A-ZÀ-Þ][\w.,:'’&-]*|(?:of|at|and|de|van|von|der|den|la|le|di|da|do|dos|und|et|y|e|en|tel|[mt])[.:]?|[&,|·•-]|\S+@\S+|(?:www\.|https?://)\S+|[\d+()/-]{2,}"
)
_BETWEEN = re.compile(
    r"[\s,.!;:…()\-–—*&+\"'“”„«»]+|(?:and|und|et|y|e|en|so|that's|das|i|oh|wow)\b[\s,]*", re.IGNORECASE
)


def only_thanks(text: str) -> bool:
    """Whether a message says thank you, perhaps that all is well, and not a word more.

    Args:
        text: a message as the desk tells it; what it quotes below is not looked at.
    """
    own = _own_words(text) if _HINT.search(text, 0, 2 * LONGEST_NOTE) else ""
    if not own or len(own) > LONGEST_NOTE or "?" in own or "¿" in own:
        return False
    place, thanked = 0, False
    while place < len(own):
        found = _next(own, place)
        if found is None:
            return False
        place, is_thanks = found
        thanked = thanked or is_thanks
    return thanked


def asks(answer: str) -> bool:
    """Whether an agent's answer asks something: thanks behind it may be a yes. Whether there is anything else is no question."""
    questions = re.findall(r"[^.!?\n]*\?", re.sub(r"https?://\S+", "", answer[: 20 * LONGEST_NOTE]))
    return len(answer) > 20 * LONGEST_NOTE or any(not _ANYTHING_ELSE.search(question) for question in questions)


def _own_words(text: str) -> str:
    """The words above quotes and signature, nothing where it is not sure what is above.

    An answer may stand between quotes, and below two dashes; other signs than a glad face may take back what was said.
    """
    head = text[: 8 * LONGEST_NOTE]
    history = _HISTORY.search(head)
    own, behind = (head[: history.start()], head[history.end() :]) if history else (head, "")
    quoted = _QUOTED.search(head) is not None
    cut_off = len(text) > len(head) and (quoted or not history)
    if cut_off or (quoted and any(map(str.isalnum, _QUOTED.sub("", behind)))):
        return ""
    own = _GLAD.sub(" ", _FOOTER.sub("", _QUOTED.sub("", own)).replace("’", "'"))
    own = re.sub(r"[^\S\n]+", " ", own).strip()
    for pattern in (_DASHES, _CLOSING):
        ending = pattern.search(own)
        if ending and _is_signature(own[ending.end() :]):
            own = own[: ending.start()]
    return own.strip()


def _is_signature(lines: str) -> bool:
    """Whether lines are names, titles, companies and how to reach them; one that says something is none of these."""
    told = [line.split() for line in lines.split("\n") if line.strip()]
    return len(told) <= 6 and all(len(words) <= 6 and all(map(_NAMES_SOMEBODY.fullmatch, words)) for words in told)


def _next(own: str, place: int) -> tuple[int, bool] | None:
    """Where the phrase that begins here ends, and whether it is one of thanks; None where no phrase of ours begins."""
    ends = [
        (found.end(), thanks)
        for pattern, thanks in _phrases()
        if (found := pattern.match(own, place)) and found.end() > place
    ]
    if ends:
        return max(ends)
    between = _BETWEEN.match(own, place)
    return (between.end(), False) if between else None


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], bool], ...]:
    behind = rf"(?!\w)(?:,? {_NO_NAME}{_NAME}(?: {_NAME})?{_END_OF_LINE})?"
    greeting = (re.compile(_GREETING, re.IGNORECASE), False)
    thanks = ((re.compile(rf"(?:{phrase}){behind}", re.IGNORECASE), True) for phrase in _THANKS)
    pleased = ((re.compile(rf"(?:{phrase})(?!\w)", re.IGNORECASE), False) for phrase in _PLEASED)
    return (greeting, *thanks, *pleased)
