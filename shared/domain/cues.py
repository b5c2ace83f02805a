# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""What a text gives away of its occasion, by rule, in seven languages: each with the sentence that says it."""

from __future__ import annotations

import re
from enum import StrEnum

from shared.domain.text import sentences
from shared.domain.thanks import only_thanks


class Cue(StrEnum):
    """An occasion that changes how an answer begins."""

    LOCKED_OUT = "locked_out"
    NO_LOGIN = "no_login"
    MISREAD = "misread"
    AGAIN = "again"
    CONTACT = "contact"
    THANKS = "thanks"
    FAULT = "fault"


FAILS = re.compile(
    r"\b(?:do(?:es)?n'?t (?:work|load|open|save|arrive|show|sync|fire)|(?:has|have|did) ?(?:n'?t| not) (?:fired|worked|arrived|been (?:delivered|refunded|corrected|credited))|not working|stop(?:s|ped)|silent|blank|empty|does nothing|never ends|loop|can(?:not|'t) (?:log|sign|get|open|see|access|save)|none of our|error|fail\w*|broken|crash\w*|clos(?:es|ing) itself|cut(?:s|ting) off|jumps? back|freez\w+|hangs?|los[te]\w*|disappear\w*|missing|left out|gone|wrong\w*|twice|two debits|double|overcharg\w*|charged|still (?:counts|shows|invoiced)|invoiced for|instead of|shows the list price|nobody (?:called|came|answered|replied)|never (?:came|arrived|heard)|not been|unanswered|(?:is|are|was|were|went|goes|been|still) down|outage|\d{3} \w+ (?:unavailable|error)|rounds? to|not see it|is not there"
    r"|funktionier\w* (?:\w+ ){0,4}nicht|geht (?:\w+ ){0,3}nicht|lässt sich nicht|fehler\w*|fehlt|kaputt|abgestürzt|stürzt|verschwunden|falsch\w*|doppelt|niemand (?:gemeldet|angerufen)|nicht (?:erhalten|angekommen|gemeldet)|abgebucht|wieder auf|weg ist"
    r"|ne (?:fonctionne|marche|s'ouvre)|erreur|panne|bloqu\w+|disparu\w*|plante|en double|deux fois|pas reçu|personne n'a"
    r"|no (?:funciona|abre|carga|llega|aparece)|falla|fallo|roto|desaparec\w+|dos veces|cobrad[oa]|não (?:funciona|abre|recebi)|falha|erro|duas vezes|cobrad[oa]"
    r"|non (?:funziona|si apre|va|ho ricevuto)|errore|guasto|sparit\w+|due volte|addebitat\w+|werkt (?:\w+ )?niet|fout|kapot|verdwenen|dubbel|twee keer|niet ontvangen)\b",
    re.IGNORECASE,
)
"""What is said of a thing that fails."""

_WORDS = {
    Cue.LOCKED_OUT: (
        r"\b(?:(?<!not )locked (?:me |us |him |her |them |myself )?out|lock(?:ed)? out of|(?:account|login|access) (?:is|was|has been|got) locked|no longer access (?:my|our|the) account|lost (?:my|our|the|all|his|her) (?:\w+ )?(?:phone|authenticator|second factor|2fa|access|recovery codes?|backup codes?|password|security key)|lost access to|(?:reset|disable|remove|turn off) (?:my |our |the )?(?:2fa|two-factor|mfa|second factor|authenticator)|regain access|(?:app|phone|codes?) [^.!?]{0,30}\b(?:log-?in|sign-?in|authenticator|security|verification) codes? (?:was|were|is|are) (?:still )?(?:on (?:it|that|the old)|gone)|(?:log-?in|sign-?in|authenticator|security|verification) (?:codes?|app) [^.!?]{0,30}\b(?:on (?:it|my old|the old)|gone|lost)"
        r"|ausgesperrt|(?:anmelde|login|sicherheits|authenticator)-?(?:codes?|app) [^.!?]{0,40}\b(?:auf (?:dem|meinem) alten|weg|verloren)|wieder in (?:mein|unser) konto"
        r"|(?:codes?|application) [^.!?]{0,40}\b(?:ancien (?:téléphone|mobile)|sur l'ancien)|códigos? [^.!?]{0,40}\b(?:móvil|teléfono) (?:antiguo|viejo|anterior)"
        r"|(?:konto|zugang|login) (?:ist |wurde )?gesperrt|nicht mehr in (?:mein|unser) konto|(?:zweiten? faktor|authenticator|wiederherstellungscodes?|zugang|handy|telefon|passwort) (?:\w+ ){0,2}verloren"
        r"|(?:compte|accès) (?:est |a été )?(?:bloqué|verrouillé)|perdu (?:mon|notre|l'|le) ?(?:téléphone|accès|second facteur|mot de passe|application d'authentification)"
        r"|(?:cuenta|acceso) (?:está |ha sido |fue )?bloquead[ao]|(?:perdí|perdido|perdimos) (?:el|mi|nuestro) (?:\w+ )?(?:móvil|teléfono|acceso|segundo factor|autenticador)"
        r"|conta (?:está |foi )?bloqueada|perdi o (?:meu )?(?:telemóvel|telefone|celular|acesso|segundo fator)"
        r"|(?:account|accesso) (?:è |è stato )?bloccato|perso (?:il |l'|il mio |il secondo )(?:telefono|accesso|secondo fattore|fattore)"
        r"|buitengesloten|account (?:is )?geblokkeerd|(?:telefoon|toegang|tweede factor) (?:\w+ )?(?:kwijt|verloren))\b"
    ),
    Cue.NO_LOGIN: (
        r"\b(?:(?:can(?:no|')t|can not|could(?: not|n't)|unable to|not able to|no longer) (?:log ?(?:in|on|into)|sign ?(?:in|into)|get (?:into (?:my|our|the) account|in(?! touch)))\b|(?:can(?:no|')t|can not) access (?:my|our|the) account"
        r"|(?:kann|können|komme|kommen) (?:mich |uns |ich |wir )?(?:\w+ ){0,3}nicht (?:mehr )?(?:\w+ )?(?:anmelden|einloggen|rein)"
        r"|(?:peux|pouvons|peut|arrive|arrivons) (?:plus|pas) (?:à )?(?:me |nous |se )?(?:connecter|accéder)|no (?:puedo|podemos|logro) (?:iniciar sesión|entrar|acceder)"
        r"|não (?:consigo|conseguimos) (?:entrar|aceder|acessar|iniciar sessão|fazer login)|non (?:riesco|riusciamo|posso) (?:più )?(?:ad |a )?(?:accedere|entrare)|kan (?:ik |me )?(?:\w+ ){0,2}niet (?:meer )?inloggen)\b"
    ),
    Cue.MISREAD: (
        r"\b(?:(?<!i )(?<!we )(?:did(?: not|n't)|has(?: not|n't)|have(?: not|n't)|never|hardly|nobody|no one) (?:\w+ ){0,2}(?:read|understood) (?:my|our|what (?:i|we))|(?:message|mail|question|ticket) (?:was|has) ?(?:not|n't|never) (?:been )?(?:really |even )?read|wrong (?:answer|reply|article|link)s?\b|(?:answers?|reply|replies|replied|response) (?:\w+ ){0,5}(?:something else|a different question|nothing to do with|not what (?:i|we) asked)|(?:not|isn't|wasn't) (?:what|the question) (?:i|we) asked|(?:got|received|sent|sends?|given|answer\w*|repl\w+)\b.{0,30}\blinks? about|(?:the )?same link\b|(?:canned|copy-?paste) (?:answer|reply|response)s?"
        r"|nicht (?:richtig )?gelesen(?! werden)|falsche (?:antwort|artikel)\w*|(?:link|antwort) (?:zu|über|auf) etwas anderem|nicht (?:das )?(?:was|wonach) ich gefragt|an (?:meiner|der) frage vorbei"
        r"|pas (?:vraiment )?lu mon|mauvaises? réponses?|répondu à côté|réponse type|rien à voir avec ma question"
        r"|no (?:han|ha) leído|respuestas? equivocadas?|nada que ver con (?:mi|lo que)|não leram|respostas? erradas?"
        r"|non (?:avete|hanno|ha) letto|rispost[ae] sbagliat[ae]|niet gelezen|verkeerde? antwoord\w*)\b"
    ),
    Cue.AGAIN: (
        r"\b(?:(?:off|down|broken?|broke|fail\w*|stop\w*|missing|wrong\w*|gone|crash\w*|errors?|late|happen\w*|charged|billed|blank|locked|lost|hang\w*|disappear\w*|waiting|empty|problems?|issues?|bugs?|double|twice|ignored|forgotten|overcharged|delayed|cancell?ed) (?:\w+ ){0,4}again|(?:once|yet) again|(?:the |for the |this is the |my )?(?:second|third|fourth|fifth|\d(?:nd|rd|th)) time|keeps? (?:happening|failing|coming back|crashing)|(?:seriously|really|what|not|this|not this|oh no)[,.!? ]+again(?=\W*[?!])|yesterday\b[^.!?]{0,30}\b(?:and )?(?:last (?:week|month)|the day before)|every (?:single )?(?:day|week|month) the same|each time the same|same (?:problem|error|issue|thing|fault) (?:again|as)|not the first time|recurr\w+"
        r"|schon wieder|erneut|nicht das erste mal|immer wieder|zum (?:zweiten|dritten|vierten|wiederholten) mal|wieder (?:das|der|die)selbe\w*"
        r"|encore une fois|à nouveau|de nouveau|(?:deuxième|troisième|énième) fois|pas la première fois|encore (?:le|la|ce|cette) même"
        r"|otra vez|de nuevo|nuevamente|(?:segunda|tercera|terceira|enésima) vez|no es la primera vez|outra vez|de novo|novamente|não é a primeira vez"
        r"|di nuovo|ancora una volta|un'altra volta|(?:seconda|terza|ennesima) volta|non è la prima volta"
        r"|alweer|nogmaals|opnieuw|(?:tweede|derde|zoveelste) keer|niet de eerste keer)\b"
    ),
    Cue.CONTACT: (
        r"\b(?:who (?:\w+ ){0,4}(?:looks? after|takes? care of|is (?:responsible|in charge) (?:for|of)|is|handles) (?:our|my) (?:account|workspace|contact|company)|(?:our|my) (?:new )?(?:contact(?: person)?|account manager) (?:is|now)|who is (?:our|my) (?:\w+ ){0,2}(?:contact|account manager|customer success|success manager)"
        r"|wer (?:\w+ ){0,4}(?:unser(?:e|en)?|mein(?:e|en)?) (?:ansprechpartner\w*|konto|account)|(?:unser|mein)e? ansprechpartner\w*|(?:notre|mon) (?:interlocut\w+|contact)|nuestr[ao] (?:persona de )?contacto|nostro referente|onze contactpersoon)\b"
    ),
}
_PATTERNS = {cue: re.compile(pattern, re.IGNORECASE) for cue, pattern in _WORDS.items()}
_AGAIN_OF_THANKS = re.compile(
    r"\b(?:thanks?|thank you|danke|merci|gracias|obrigad[oa]|grazie|bedankt|dank)\b", re.IGNORECASE
)


def cues(text: str) -> dict[Cue, str]:
    """What is found in a text, each with the first sentence that says it.

    `Cue.THANKS` is found only where the whole text is a thank-you. Of a recurrence the longest sentence counts, as
    "again??" alone tells nothing.
    """
    told = sentences(text)
    found = {}
    for cue in _PATTERNS:
        saying = [one for one in told if _says(cue, one)]
        if saying:
            found[cue] = max(saying, key=len) if cue is Cue.AGAIN else saying[0]
    if not found and only_thanks(text):
        found[Cue.THANKS] = told[0]
    failing = next((one for one in told if FAILS.search(one)), None)
    if failing is not None:
        found[Cue.FAULT] = failing
    return found


def _says(cue: Cue, sentence: str) -> bool:
    sentence = sentence.replace("’", "'")
    if cue is Cue.AGAIN and _AGAIN_OF_THANKS.search(sentence):
        return False  # "thanks again"
    return bool(_PATTERNS[cue].search(sentence))
