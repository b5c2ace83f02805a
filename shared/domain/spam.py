# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""Recognising bulk offers and frauds from their words, in seven languages; sure of little, and wrong about no customer.

Three things have to come together: what such mail sells, somebody who sells it unasked, and the hook. Whoever writes about
spam, has received some, or speaks of something of their own with us is a customer.
"""

from __future__ import annotations

import re
from functools import cache

LONGEST = 4_000
"""Characters that are looked at; whoever has more to say is no mass mailing of these kinds."""

_SOLD = (
    r"\bseo\b|\bsearch engines?\b|\b(?:first|top) page (?:of|on) google|\b(?:back ?links?|link insertions?|dofollow)\b|\b(?:guest|sponsored) posts?\b|\b(?:referencement|référencement|première page de google|posicionar su|primeros puestos de google|primeira página do google|prima pagina (?:di|su) google|eerste pagina van google|platz 1 bei google|gastbeiträge)\b",
    r"\b(?:web ?sites?|logos?|web design|mobile app development|explainer videos?)\b",
    r"\b(?:e-?mail|attendees?|contact) lists?\b|\b[\d,.]+ (?:leads|contacts)\b",
    r"\bloans?\b|\bkredite?\b|\bprêts?\b|\bpréstamos?\b|\bempréstimos?\b|\bprestit[oi]\b|\bleningen?\b",
    r"\b(?:lottery|lotería|loterie|lotteria|loterij|prize|jackpot|yearly draw|lucky winner|gewinner|gewinn|gagné|tirée? au sort|ganador|premio|prémio|prêmio|vincitore|vinto|prijs gewonnen)\b",
    r"\b(?:bitcoin|crypto\w*|trading bot|forex|passive income)\b",
    r"\b(?:viagra|cialis|meds online|without prescription|ohne rezept)\b",
    r"\b(?:million|millones|millions|millionen|milhões|milioni|miljoen) (?:us )?(?:dollars?|euros?|usd|eur|pounds)\b|\bunclaimed (?:fund|inheritance)\b",
)
_UNASKED = (
    r"\bwe (?:offer|provide|sell|design|build|develop|can (?:put|place|rank|redesign|bring)|are an? [\w ]{0,40}(?:company|agency))\b|\bour (?:seo |digital )?(?:packages|services|trading bot|developers)\b",
    r"\bi (?:came across|checked|visited|was on|found|reviewed) your (?:\w+ )?(?:web ?site|site|blog)\b|\bwould you be interested in\b|\bdo you need (?:an? )?(?:urgent )?(?:loan|money|funds)\b",
    r"\b(?:you (?:have been|were|are) (?:selected|chosen)|your e-?mail(?: address)? (?:has |was )?(?:won|been (?:selected|drawn)|selected))\b|\bi am (?:an? |the )(?:banker|widow|barrister|lawyer of|director of a bank|minister)\b|\bforeign partner\b|\b(?:invest|deposit) (?:now|\d+)|\b(?:cheap|discount) \w+ online\b",
    r"\bwir (?:bringen|verkaufen|vergeben|bieten|platzieren|erstellen)\b|\bbrauchen sie (?:dringend )?geld\b|\b(?:mail-)?adresse wurde\b",
    r"\bnous (?:plaçons|vendons|offrons|proposons|accordons)\b|\bj'(?:offre|accorde)\b|\bvotre adresse a été\b|\bvous avez gagné\b",
    r"\b(?:podemos posicionar|ofrecemos|vendemos)\b|\bsu correo (?:\w+ )?ha (?:sido )?(?:seleccionado|ganado|resultado)",
    r"\b(?:oferecemos|vendemos|colocamos o seu)\b|\bo seu e-?mail foi\b",
    r"\b(?:portiamo|offriamo|vendiamo|proponiamo)\b|\b(?:la sua|il suo) (?:e-?mail|indirizzo) (?:\w+ )?(?:è stat[oa]|ha vinto)",
    r"\bwij (?:zetten|bieden|verkopen|plaatsen|maken)\b|\buw e-?mail(?:adres)? (?:\w+ )?(?:is|heeft) (?:geselecteerd|gewonnen|getrokken)",
)
_HOOK = (
    r"\breply (?:yes|stop|remove|unsubscribe|for|to get|urgently|with)\b|\bsay stop\b|\bto be removed\b|\bnot interested\b|\bdo not wish to (?:hear|receive)\b|\blet me know your interest\b",
    r"\bfree (?:audit|quote|sample|analysis)\b|\bsend (?:you )?(?:a |an |our )?(?:proposal|sample|pricing|portfolio|quote)\b|\b(?:price list|bulk discount)\b|\b(?:begin|starting|start|only|for only|just|from) (?:at )?[$€£]\s?\d|\bwe pay (?:by|via|with) paypal\b",
    r"\bclaims? (?:your prize|officer|agent)\b|\b(?:bank|account) details\b|\bwhatsapp\b|\btelegram (?:channel|group)\b|\bguaranteed (?:results|profits?|returns?)\b|\bapply (?:today|now)\b|\byou (?:will )?(?:receive|keep|get) \d+ ?%|\b\d+ ?% off today\b|\bstart earning\b",
    r"\b(?:antworten sie mit|mit stop|preisliste|bankdaten|jetzt beantragen|keine weiteren angebote|ab \d+ (?:euro|€) im monat)\b",
    r"\b(?:répondez (?:oui|stop)|audit gratuit|coordonnées bancaires|ne plus recevoir nos offres)\b|\bà partir de \d+ ?€ par mois",
    r"\b(?:auditoría gratuita|responda (?:baja|sí|para)|datos bancarios|no recibir más ofertas)\b|\bdesde \d+ euros al mes\b",
    r"\b(?:responda para|tabela de preços|dados bancários|preços a partir|auditoria gratuita|não receber mais)\b",
    r"\b(?:analisi gratuita|risponda (?:per|sì|cancellami)|dati bancari|non ricevere altre offerte)\b|\bda \d+ euro al mese\b",
    r"\b(?:gratis analyse|antwoord ja|bankgegevens|meld u af)\b|\bvanaf \d+ euro per maand\b",
)
_CUSTOMER = re.compile(
    r"\b(?:spam|phishing|scam|fraud|suspicious|betrug|arnaque|estafa|fraude|truffa|oplichting)\b"
    r"|\b(?:i|we)(?:'ve| have)? (?:just )?(?:received|got)\b|\b(?:ich|wir) haben? .{0,60}(?:erhalten|bekommen)\b|\b(?:j'ai|nous avons) reçu\b|\b(?:he|hemos) recibido\b|\brecebi\b|\b(?:ho|abbiamo) ricevuto\b|\b(?:ik heb|we hebben) .{0,60}(?:ontvangen|gekregen)\b"
    r"|\b(?:my|our) (?:account|invoices?|orders?|subscription|plan|boards?|workspace|users?|seats?|cards?|tickets?|customers?|clients?|team|import|export|api|data)\b"
    r"|\b(?:mein\w*|unser\w*) (?:konto|rechnung\w*|vertrag|abo|boards?|karten?|kunden?|team|daten)\b|\b(?:mon|ma|mes|notre|nos) (?:compte|factures?|abonnement|tableaux?|clients?|équipe)\b|\b(?:mi|mis|nuestr[oa]s?) (?:cuenta|facturas?|tableros?|clientes?|equipo)\b"
    r"|\b(?:minha|meus?|nossos?|nossas?) (?:contas?|faturas?|quadros?|clientes?|equipa|equipe)\b|\b(?:mio|mia|nostr[oaie]) (?:account|conto|fattur[ae]|bacheca|clienti|team)\b|\b(?:mijn|onze?) (?:account|facturen|factuur|borden|bord|klanten|team)\b"
    r"|\b(?:log ?in|password|error|fehler\w*|crash\w*|refund|upload\w*|import\w*|export\w*)\b|^\W*(?:fwd?|wg|tr|rv|i|enc)\s*:|forwarded message",
    re.IGNORECASE | re.MULTILINE,
)


def looks_like_spam(subject: str, text: str) -> bool:
    """Whether a text is a bulk offer or a fraud. Says nothing of who wrote it; a known customer's mail is none."""
    if len(text) > LONGEST:
        return False
    lower = f"{subject}\n{text}".lower().replace("’", "'")
    sold, unasked, hook = _patterns()
    return all(pattern.search(lower) for pattern in (sold, unasked, hook)) and _CUSTOMER.search(lower) is None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    sold, unasked, hook = (re.compile("|".join(group)) for group in (_SOLD, _UNASKED, _HOOK))
    return sold, unasked, hook
