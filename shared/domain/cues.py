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
    THANKS = "thanks"


_WORDS = {
    Cue.LOCKED_OUT: (
        r"\b(?:(?<!not )locked (?:me |us |him |her |them |myself )?out|lock(?:ed)? out of|(?:account|login|access) (?:is|was|has been|got) locked|no longer access (?:my|our|the) account|lost (?:my|our|the|all|his|her) (?:\w+ )?(?:phone|authenticator|second factor|2fa|access|recovery codes?|backup codes?|password|security key)|lost access to|(?:reset|disable|remove|turn off) (?:my |our |the )?(?:2fa|two-factor|mfa|second factor|authenticator)|regain access"
        r"|ausgesperrt|(?:konto|zugang|login) (?:ist |wurde )?gesperrt|nicht mehr in (?:mein|unser) konto|(?:zweiten? faktor|authenticator|wiederherstellungscodes?|zugang|handy|telefon|passwort) (?:\w+ ){0,2}verloren"
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
        r"\b(?:(?:off|down|broken?|broke|fail\w*|stop\w*|missing|wrong\w*|gone|crash\w*|errors?|late|happen\w*|charged|billed|blank|locked|lost|hang\w*|disappear\w*|waiting|empty|problems?|issues?|bugs?|double|twice|ignored|forgotten|overcharged|delayed|cancell?ed) (?:\w+ ){0,4}again|(?:once|yet) again|(?:the |for the |this is the |my )?(?:second|third|fourth|fifth|\d(?:nd|rd|th)) time|keeps? (?:happening|failing|coming back|crashing)|same (?:problem|error|issue|thing|fault) (?:again|as)|not the first time|recurr\w+"
        r"|schon wieder|erneut|nicht das erste mal|immer wieder|zum (?:zweiten|dritten|vierten|wiederholten) mal|wieder (?:das|der|die)selbe\w*"
        r"|encore une fois|à nouveau|de nouveau|(?:deuxième|troisième|énième) fois|pas la première fois|encore (?:le|la|ce|cette) même"
        r"|otra vez|de nuevo|nuevamente|(?:segunda|tercera|terceira|enésima) vez|no es la primera vez|outra vez|de novo|novamente|não é a primeira vez"
        r"|di nuovo|ancora una volta|un'altra volta|(?:seconda|terza|ennesima) volta|non è la prima volta"
        r"|alweer|nogmaals|opnieuw|(?:tweede|derde|zoveelste) keer|niet de eerste keer)\b"
    ),
}
_PATTERNS = {cue: re.compile(pattern, re.IGNORECASE) for cue, pattern in _WORDS.items()}
_AGAIN_OF_THANKS = re.compile(
    r"\b(?:thanks?|thank you|danke|merci|gracias|obrigad[oa]|grazie|bedankt|dank)\b", re.IGNORECASE
)


def cues(text: str) -> dict[Cue, str]:
    """What is found in a text, each with the first sentence that says it.

    `Cue.THANKS` is found only where the whole text is a thank-you.
    """
    told = sentences(text)
    found = {}
    for cue in (Cue.LOCKED_OUT, Cue.NO_LOGIN, Cue.MISREAD, Cue.AGAIN):
        said = next((one for one in told if _says(cue, one)), None)
        if said is not None:
            found[cue] = said
    if not found and only_thanks(text):
        found[Cue.THANKS] = told[0]
    return found


def _says(cue: Cue, sentence: str) -> bool:
    sentence = sentence.replace("’", "'")
    if cue is Cue.AGAIN and _AGAIN_OF_THANKS.search(sentence):
        return False  # "thanks again"
    return bool(_PATTERNS[cue].search(sentence))
