# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""What attempts to steer the system look like, as regular expressions over canonical lower-case text.

Honest customers write about rules, prompts, roles, markup and formulas too. A sign therefore asks for more than a
word: an order *to the system*, markup that only a model would read, or content that is kept from human eyes.
"""

from __future__ import annotations

import re
from functools import cache

_AI = (
    r"(?:ai|a\.i\.|llm|language model|gpt\w*|claude|chatbot|ai[- ](?:assistant|agent|model|system|triage)|virtual assistant"
    r"|automated (?:assistant|agent|system|triage)|assistant|model|bot|ki|ia)"
)
_RULES = r"(?:instructions?|prompts?|rules|guidelines|directions|directives|polic(?:y|ies)|programming|constraints|guardrails|safeguards|training)"
_ASIDE = r"(?:\s+(?:all|any|every|each|of|the|these|those|your|you|previous|prior|above|earlier|preceding|foregoing|system|safety|other|existing|current|original|initial|entire))"
# "should I ignore the previous instructions?" and "I was told to ignore ..." are honest.
_NOT_ASKED = r"(?<!should i )(?<!shall i )(?<!can i )(?<!may i )(?<!must i )(?<!do i )(?<!could i )(?<!we )(?<!i )(?<!told me to )(?<!told us to )(?<!told to )(?<!said to )"
_STOP = r"(?:ignore|disregard|forget|override|bypass|overrule|neglect|drop|set aside|do not follow|don'?t follow|stop following)"
_START = r"(?:^|[.!?:;,>\]\"“(-]\s*|\b(?:please|pls|then|and|now|must|should|also|you|instead|to)\s+)"
_LABELS = r"(?:neutral|standard|none|billing|technical|feature_request|complaint|other|critical|high|draftable|not bounded|agent_with_\w+)"
_FIELDS = (
    r"(?:category|urgency|sentiment|service[_ ]failure|owner|confidence|agent_with_draft|bounded|suspicions?|injection)"
)

_SIGNS: dict[str, tuple[str, ...]] = {
    "override": (
        # The verb is looked for before what stands in front of it: that costs a fifth of the time.
        rf"\b(?={_STOP}){_NOT_ASKED}{_STOP}"
        rf"{_ASIDE}{{1,5}}\s+{_RULES}\b(?! for (?:assembl|install|set))",
        r"\b(?:ignore|disregard) (?:your|all|any) (?:\w+ ){0,2}(?:rules|instructions|guidelines|policy)\b",
        _START
        + r"(?:ignore|disregard|forget) (?:everything|anything|all)(?: that)? (?:you (?:were|have been|are|know|learned)|above|before this|written above|said above)",
        _START
        + r"(?:ignore|disregard) (?:the |all )?(?:rules|policy|policies|instructions|text|guidelines) (?:above|before)",
        r"\b(?:takes? precedence over|supersedes?|replaces?|overrides?) (?:the |your |all |any )?(?:\w+ ){0,2}(?:system (?:prompt|message)|instructions|guidelines)",
        r"\b(?:new|updated|real|actual|trusted|your) (?:\w+ )?(?:instructions|task|orders)(?: \w+){0,4} (?:follow|are as follows|for the (?:model|ai|assistant))\b",
        r"\b(?:admin|administrator|system|developer|root) override\b",
    ),
    "role_play": (
        r"\byou are (?:now )?(?:no longer|\w+,) (?:an? )?(?:\w+ )?(?:assistant|ai|bot|model)\b",
        r"\byou are now (?:an? |the |in )?(?:\w+ ){0,2}(?:assistant|ai|bot|model|dan|mode|router|admin|administrator|unrestricted|jailbroken|terminal|persona)\b",
        r"\b(?:assistant|ai|model|bot) (?:without|with no|free of) (?:any )?(?:restrictions|rules|limits|filters|guidelines)",
        r"\b(?:pretend|imagine|roleplay|role-play) (?:that )?(?:you(?:'re| are)|to be) (?!(?:a |the |our |in (?:my|our) )?(?:customer|user|my shoes|place))",
        r"\b(?:act|behave|answer|respond) as (?:if you (?:were|are) )?(?:an? |the )?(?:\w+ )?(?:ai|llm|dan|jailbroken|unrestricted|system administrator|root user|linux terminal|assistant without)\b",
        r"\bstay in character\b|\bdo anything now\b|\bjailbreak (?:mode|yourself)|\b(?:enter|enable|activate) (?:dan|god|jailbreak) mode\b",
        r"\bdeveloper mode (?:is )?(?:enabled|on)\b|\bin developer mode the\b",
        r"\bdu bist (?:jetzt|nun|ab sofort) (?:ein|eine|der|kein|mein)\w* .{0,30}(?:assistent|ki|modell|bot)|\btu es (?:maintenant|désormais) (?:un|une) (?:assistant|ia|mod[eè]le)",
        r"\b(?:ahora eres|você agora é|agora você é|ora sei|adesso sei|je bent nu) (?:un|uma?|una?|een) (?:\w+ )?(?:asistente|ia|modelo|assistente|modello|assistent|ai)",
    ),
    "fake_system": (
        r"<\|(?:im_start|system|start_header_id|begin_of_text|user|assistant)\|?>|<<\s*/?sys\s*>>|\[/?inst\]|</?\s*system[_ -]?(?:prompt|message|instructions?)?\s*>",
        r"^\W*(?:system|assistant|developer|admin)(?: (?:message|prompt|note|notice|instructions?|command|update))?\W*:\s*\W*(?:you\b|the (?:customer|user|assistant|ticket)|ignore|set|mark|classify|always|never|do not|from now|new|this (?:ticket|customer|user)|refund|approve|policy|reply|draft|override)",
        r"\[/system\]|^\W*\[(?:system|assistant|admin|developer)(?: \w+)?\]\W*(?:policy|you\b|the (?:customer|user|assistant|ticket)|ignore|set|mark|classify|always|never|from now|refund|approve|override|new instruction)",
        r"^#{2,}\s*(?:instructions?|system(?: prompt)?|response|new task)\s*:",
        r"\b(?:the|this) assistant (?:must|should|will|has to|is (?:required|instructed|authori[sz]ed))\b",
    ),
    "breakout": (
        r"[\"'“]role[\"'”]\s*:\s*[\"'“](?:system|assistant|developer|tool)[\"'”]\s*,\s*[\"'“]content",
        rf"[\"'“]{_FIELDS}[\"'”]\s*:\s*[\"'“]?[\w .]+[\"'”]?\s*,\s*[\"'“]{_FIELDS}[\"'”]\s*:",
        r"[\"'“](?:owner|cause|next_state)[\"'”]\s*[:=]\s*[\"'“]?agent_with_draft|\bagent_with_draft\b",
        r"</?\s*(?:(?:customer|user)[_-](?:message|input|text|request|email|data|content)|untrusted[_-]?\w*|ticket[_-](?:text|body|content))\s*>|</(?:ticket|instructions?|prompt)>|<instructions?>",
        r"\b(?:end|begin|start) of (?:the )?(?:untrusted|customer|user)(?:'s)? (?:input|message|text|data|content)\b|\b(?:begin|end) untrusted (?:input|text|data)\b",
        r"\b(?:trusted|privileged) instructions\b|\bnew task for (?:the|this) (?:model|ai|assistant|system|bot)\b",
    ),
    "prompt_leak": (
        r"\b(?:print|reveal|show|repeat|output|display|leak|dump|quote|recite|disclose|paste|translate|return|answer with|write out|tell me)(?: \w+){0,5} (?:your|the) (?:\w+ ){0,2}(?:system|hidden|initial|secret|developer|internal) (?:prompt|message|instructions|guidelines|briefing|notes?)\b",
        _START
        + r"(?:print|reveal|repeat|output|recite|show me) (?:all )?(?:of )?your (?:\w+ )?(?:instructions|prompt|guidelines)\b(?! (?:for|on|manual))",
        r"\b(?:instructions|prompt) (?:word (?:for|by) word|verbatim)\b|\bwhat (?:are|is) your (?:system|hidden|initial|original|secret|internal) (?:prompt|instructions)\b",
        _START
        + r"(?:list|show|print|send|reveal|give)(?: me)?(?: out)? (?:the |all )?(?:last |other |every )?(?:\w+ )?(?:other customers|all customers|other users|last \w+ tickets|internal notes|internal briefing)\b",
        r"\bconversation history to \S+|\b(?:api keys?|passwords?|payment details|e-?mail address(?:es)?) of (?:every|all|other|the other|another)? ?(?:customers?|agents?|users?)\b",
        r"\b(?:gib|zeige?|nenne|verrate)(?: \w+){0,4} (?:systemprompt|system-prompt|systemnachricht|systemanweisung)|\b(?:affiche|montre|révèle|donne)\w*(?: \S+){0,5} (?:prompt système|message système|invite système)|\b(?:muestra|revela|imprime|mostra|rivela|mostre|revele|toon|onthul)\w*(?: \S+){0,6} (?:mensaje de(?:l)? sistema|prompt (?:del|de|do|di) sistema|prompt de sistema|messaggio di sistema|mensagem d[eo] sistema|systeemprompt|systeembericht)",
    ),
    "to_the_machine": (
        rf"\b(?:notes?|messages?|instructions?|attention|important|reminder|addressed|information)\s*(?:to|for)\s*:?\s*(?:any |the |all |our |your )?{_AI}\b",
        rf"(?:^|[\[(<>*\"]\s*)(?:to|for|dear|attention) (?:any |the |all )?{_AI}\b(?! (?:team|department|project|companies))",
        r"\b(?:as|if you are|if you're) an? (?:ai|llm|language model|ai (?:assistant|agent|model)|automated (?:system|assistant)|large language model)\b[^.?]{0,80}\b(?:must|should|will|reply|respond|include|write|output|say|append|draft|approve|mark|set|classify|ignore)\b",
        r"^\W*(?:ai|llm|gpt|assistant|model)\s*[,:]\s*(?:please )?(?:disregard|ignore|the customer|forget|reply|respond|write|set|mark|classify|put|add|approve|repeat|state|do not)",
        _START
        + rf"(?:classify|label|categori[sz]e|tag|rate|treat) (?:this|it|the|my)(?: (?:ticket|request|message|case|e-?mail))? (?:as|with) {_LABELS}\b",
        rf"\b(?:set|change|force)(?: the)? (?:sentiment|urgency|category|service[_ ]failure|owner|confidence)\s*(?:to|=|:|as) {_LABELS}",
        r"\bno human (?:review|approval|check|agent)(?: is)? (?:required|needed|necessary)|\b(?:skip|bypass|avoid) (?:any |the )?human (?:review|approval|check|agent)|\b(?:do not|don'?t|never) (?:escalate|forward|route|hand|pass|transfer|show|send) (?:this |it |the ticket )?(?:\w+ )?(?:to|over to) (?:an? |any )?(?:human|person|real agent|human agent)",
        r"\b(?:do not|don'?t|without) (?:flag(?:ging)?|mention(?:ing)?) (?:it|this|that|this request|anything)(?: \w+){0,2} (?:in|to) (?:the )?(?:briefing|agent|draft|summary|human)|\bin the draft and do not flag\b|\bempathy boundary\b",
        r"\b(?:draft|write|answer with|repeat (?:it|this|that) in|put (?:it|this|that) in)(?: \w+){0,4} your (?:draft|final reply)\b|\bas the final reply\b|\bdraft a reply (?:that|which|saying|confirming|granting)\b|\bwrite a reply (?:which|that) (?:says|states|confirms|grants)\b",
        r"\bdecode (?:this|the following|it)(?: \w+){0,3} and (?:do|follow|execute|reply|carry|obey|run)\b|\b(?:carry it out|do what it says)\b",
        r"\b(?:refunds?|credits?)(?: \S+){0,5} (?:are|is) approved without a human\b|\bfill in the (?:values|details|data) of the customer\b|\breplac(?:e|ing) \{\w+\} with the customer",
        r"\b(?:starting today|from now on),? always (?:include|add|answer|reply|write|confirm|state)\b",
        r"\bréponds? que (?:mon|le|la)|\bn'en parle à aucun\b|\bmarca este (?:caso|ticket) como resuelto\b|\bantworte (?:nur|ausschließlich) mit\b",
    ),
    "placeholder_link": (
        r"!?\[[^\]\n]{0,80}\]\(\s*https?://[^)\s]*[?&#/=][^)\s]*(?:\{[^)}\s]*\}|%7b|<[^)>\s]*>|\[[^)\]\s]*\]|\$\(?\w+)[^)\s]*\)",
        r"!\[[^\]\n]{0,80}\]\(\s*https?://[^)\s?]*\?(?:[^)\s]*[&;])?(?:q|d|data|text|msg|c|content|payload|leak|s|info)=[^)\s]*\)",
        r"!\[[^\]\n]{0,80}\]\(\s*(?:javascript|data:text)",
    ),
    "formula": (
        r"(?:^|[\"',;\t])\s*[=+@-]\s*(?:hyperlink|import(?:xml|data|html|feed|range)|webservice|image)\s*\([^\n]*https?:[^\n]*(?:[&;]\s*[a-z]{1,2}\d|concat|[?&]\w*=)",
        r"(?:^|[\"',;:\t])\s*[=+@-][^\n]{0,40}\b(?:cmd|powershell|mshta|msexcel|rundll32)\s*\|",
    ),
}

_OVERRIDE_ABROAD = (
    # German, French, Spanish, Portuguese, Italian, Dutch
    r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*|verwirf|umgehe) (?:bitte )?(?:sie )?(?:alle|alles|die|deine|ihre|saemtliche|sämtliche|jegliche)?(?: \w+)? ?(?:anweisungen|instruktionen|regeln|vorgaben|anordnungen|richtlinien|befehle)\b",
    r"\b(?:ignore[rz]?|oublie[rz]?|néglige[rz]?|contourne[rz]?) (?:toutes? )?(?:les|tes|vos|ces) (?:\w+ )?(?:instructions|consignes|règles|directives)\b",
    r"\b(?:ignor[ae]\w*|olvid[ae]\w*|omit[ae]\w*|desobedece\w*) (?:por favor )?(?:todas? )?(?:las|tus|sus|estas) (?:\w+ )?(?:instrucciones|órdenes|reglas|indicaciones|directrices)\b",
    r"\b(?:ignor[ae]\w*|esqueç\w*|esquec\w*|desconsider\w*) (?:todas? )?(?:as|suas|tuas|estas) (?:\w+ )?(?:instruções|ordens|regras|diretrizes)\b",
    r"\b(?:ignora\w*|dimentica\w*|trascura\w*) (?:tutte )?(?:le|queste) (?:tue |sue |vostre )?(?:\w+ )?(?:istruzioni|regole|direttive|indicazioni)\b",
    r"\b(?:negeer|vergeet|omzeil) (?:alle|al|de|je|jouw|uw) (?:\w+ ){0,2}(?:instructies|regels|opdrachten|richtlijnen|aanwijzingen)\b",
    # Polish, Swedish, Danish, Turkish, Russian, Ukrainian, Chinese, Japanese, Korean, Arabic
    r"\b(?:z?ignoruj|zapomnij) (?:\w+ ){0,3}(?:instrukcje|polecenia|zasady)|\b(?:ignorera|glöm|ignorer|glem) (?:\w+ ){0,4}(?:instruktioner\w*|regler\w*)",
    r"(?:talimatları|kuralları) (?:yok say|unut|görmezden gel)|(?:игнорируй|забудь|ігноруй)\w* (?:\w+ ){0,3}(?:инструкци|указани|правил|інструкці)",
    r"(?:忽略|无视|無視|忘记).{0,12}(?:指令|指示|规则|说明)|(?:指示|命令|ルール)を?(?:すべて|全て)?(?:無視|忘れ)|(?:지시|명령|규칙).{0,6}(?:무시|잊)|تجاهل .{0,20}(?:التعليمات|الأوامر)",
)
# One of these stems is in every match of the expressions above; looking for them first spares nearly every text the rest.
_RULES_ABROAD = (
    "anweis", "instru", "regel", "regler", "vorgabe", "anordn", "richtlin", "richtlij", "befehl", "consigne", "règle", "directive", "reglas",
    "órdenes", "indica", "directri", "ordens", "regras", "diretriz", "istruz", "regole", "direttiv", "opdracht",
    "aanwijz", "polece", "zasady", "talimat", "kural", "инструкц", "указани", "правил", "інструкц", "指令", "指示",
    "规则", "说明", "命令", "ルール", "지시", "명령", "규칙", "التعليمات", "الأوامر",
)  # fmt: skip

_HIDDEN_STYLE = r"(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|color\s*:\s*(?:#fff(?:fff)?|white|transparent)|(?:max-)?height\s*:\s*0|left\s*:\s*-\d{3,})"
_HIDDEN = (
    rf"<(?P<tag>[a-z]+)[^>]*{_HIDDEN_STYLE}[^>]*>(?P<content>[^<]{{20,}})",
    r"<!--(?P<content>(?:(?!-->).){10,400})-->",
    r"<(?:img|a|input|meta)[^>]*(?:alt|title|content|value|aria-label)\s*=\s*[\"'](?P<content>[^\"']{20,})",
)


@cache
def signs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kind and pattern of every sign, compiled at first use and not at import."""
    return tuple((kind, re.compile(pattern, re.MULTILINE)) for kind, group in _SIGNS.items() for pattern in group)


def override_abroad(lower: str) -> re.Match[str] | None:
    """An order to ignore the rules in another language than English."""
    if not any(stem in lower for stem in _RULES_ABROAD):
        return None
    return next(filter(None, (pattern.search(lower) for pattern in _abroad())), None)


@cache
def _abroad() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _OVERRIDE_ABROAD))


@cache
def hidden() -> tuple[re.Pattern[str], ...]:
    """Markup that keeps words from human eyes; the group `content` holds them."""
    return tuple(re.compile(pattern, re.DOTALL) for pattern in _HIDDEN)


@cache
def bare_order() -> re.Pattern[str]:
    """What is no sign in plain sight, but is one where words are hidden."""
    return re.compile(
        r"\b(?:system|assistant|ai)\s*:|\b(?:disregard|ignore) (?:the|all|any|your)\b"
        r"|\b(?:mark|set) (?:\w+ )?as\b|\bin(?:to)? the (?:draft|reply)\b"
    )
