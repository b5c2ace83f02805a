# ruff: noqa: E501 (an expression cut into lines is harder to read than a long one)
"""Attempts to steer the system in other languages than English, one table per language.

Each language says its words for the same few things; `_SHAPES` puts them together into signs. A sign needs an order
*and* what only the system could be ordered about: "ignore my last mail" and "the AI project" are honest in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple


class _Tongue(NamedTuple):
    """One language's words, as regular expressions.

    Attributes:
        common: its commonest words; a text without any of them is in another language. Empty: its letters tell.
        ignore: orders to ignore or forget.
        rules: what an assistant was told.
        told: "what you were told", which needs no verb.
        machine: names of the reader that is no person.
        order: what one orders such a reader to do.
        become: "you are now", "act as if".
        unbound: "without rules", "an administrator".
        show: orders to show.
        prompt: what is kept from customers.
        alone: "without a human looking at it".
    """

    common: str
    ignore: str
    rules: str
    told: str
    machine: str
    order: str
    become: str
    unbound: str
    show: str
    prompt: str
    alone: str


_TONGUES = (
    _Tongue(  # German
        common="und die der das ist du dir dich deine deinen ich alle alles wie bitte nicht ohne den dem mir für jetzt ab",
        ignore=r"ignoriere?|ignorieren sie|vergiss|vergessen sie|vergesst|missachte|verwirf|umgehe|setze? dich",
        rules=r"anweisung|instruktion|regeln|vorgaben|vorschrift|anordnung|richtlinie|befehle|programmierung",
        told=r"was (?:man )?(?:dir|euch) (?:\w+ ){0,3}(?:gesagt|vorgegeben|aufgetragen|beigebracht|befohlen)",
        machine=r"ki|ki[- ](?:assistent|system|modell|agent)\w*|künstliche intelligenz|sprachmodell|chatbot|bot|automatische system|assistenzsystem",
        order=r"stufe|einstuf|klassifizier|markier|bewerte|antworte|beantwort|weise|zuweis|genehmig|bestätig|zeige|leite|schreib|setze",
        become=r"du bist (?:jetzt|nun|ab (?:jetzt|sofort))|ab (?:jetzt|sofort|nun) bist du|tu so, als|verhalte dich|spiele? (?:jetzt )?(?:die|eine|einen|den)|stell dir vor, du",
        unbound=r"ohne (?:\w+ )?(?:regeln|grenzen|einschränkung|beschränkung|vorgaben|filter)|keine (?:regeln|grenzen|einschränkungen)|administrator|uneingeschränkt",
        show=r"gib|zeige?|nenne?|verrate?|wiederhole?|drucke?|wie lautet|schreib",
        prompt=r"system[- ]?(?:prompt|nachricht|anweisung)|deine (?:\w+ )?(?:anweisungen|instruktionen|vorgaben)|interne[nr]? notiz",
        alone=r"ohne (?:jede |eine )?(?:menschliche\w*|manuelle\w*) (?:prüfung|kontrolle|freigabe)|ohne dass (?:ein mensch|jemand) (?:es |sie |das )?(?:prüft|liest|sieht)|(?:an|keinen|keinem) (?:\w+ )?menschen? (?:weiter|übergeben|vorlegen)",
    ),
    _Tongue(  # French
        common="tu les tes toutes tous est le la de ton ta ne pas et je vos ce cette sans à des une un",
        ignore=r"ignore[rz]?|oublie[rz]?|néglige[rz]?|contourne[rz]?|ne (?:tiens|tenez) (?:plus |pas )?compte|ne (?:respecte|suis)\w* (?:plus|pas)",
        rules=r"instructions|consignes|règles|directives|ordres",
        told=r"(?:tout )?ce qu(?:'on|e l'on) (?:t'|vous )a\w* (?:dit|demandé|appris)",
        machine=r"l'?ia|ia|intelligence artificielle|modèle de langage|chatbot|assistant (?:ia|automatique|virtuel)|système automatique",
        order=r"class|marqu|répond|confirm|affich|montr|approuv|accord|envoi|attribu|mets|mettre",
        become=r"tu es (?:maintenant|désormais|à présent)|désormais,? tu es|à partir de maintenant,? tu|fais comme si|imagine que tu|joue le rôle|comporte-toi",
        unbound=r"sans (?:\w+ )?(?:règle|limite|restriction|filtre|contrainte)|aucune (?:règle|limite|restriction)|administrateur",
        show=r"affiche|montre|révèle|donne|répète|recopie|quel est|écris",
        prompt=r"(?:prompt|message|invite|instructions?) (?:du )?système|prompt système|tes (?:\w+ )?(?:instructions|consignes)|notes internes",
        alone=r"sans (?:contrôle|vérification|validation|intervention) humaine?|sans (?:qu'un|l'avis d'un) (?:humain|agent)|(?:à|par) aucun (?:agent )?humain|n'en parle à aucun",
    ),
    _Tongue(  # Spanish
        common="las los tu tus todas el la de que y eres es sin para mi lo ahora por un una",
        ignore=r"ignor[ae]\w{0,2}|olvid[ae]\w{0,2}|omit[ae]|desobedec\w+|haz caso omiso|no sigas|sáltate",
        rules=r"instrucciones|órdenes|reglas|indicaciones|directrices|normas",
        told=r"(?:todo )?lo que (?:te|se te|os) (?:han|ha|hayan) (?:dicho|pedido|enseñado|ordenado)",
        machine=r"la ia|ia|inteligencia artificial|modelo de lenguaje|chatbot|asistente (?:virtual|automático|de ia)|sistema automático",
        order=r"clasific|marc|respond|confirm|muestr|aprueb|apruéb|asign|avis|escrib|pon",
        become=r"(?:ahora|a partir de ahora|desde ahora),? (?:eres|actúas|serás)|eres ahora|actúa como|finge|haz como si|imagina que eres",
        unbound=r"sin (?:ningun[ao]s? |\w+ )?(?:regla|límite|restricci|filtro|norma)|administrador",
        show=r"muestra|muéstra\w+|revela|imprime|repite|escribe|cuál es|dime|enséña\w+",
        prompt=r"mensaje de(?:l)? sistema|prompt(?: de(?:l)? sistema)?|tus (?:\w+ )?instrucciones|notas internas",
        alone=r"sin (?:revisión|control|supervisión|intervención) human[ao]|sin que (?:nadie|una persona) lo|no (?:avises|pases|mandes|escales) \w* ?(?:a )?(?:ningun[ao]|una?) (?:persona|humano|agente)",
    ),
    _Tongue(  # Portuguese
        common="todas todos suas tuas seu tua que de da dos as você tu és sem para meu minha não agora tudo em é um uma",
        ignore=r"ignor[ae]\w{0,2}|esque[çc]\w+|desconsider\w+|não sig\w+|contorn[ae]",
        rules=r"instruções|ordens|regras|diretrizes|indicações|normas",
        told=r"(?:tudo )?o que (?:te|lhe) (?:disseram|foi dito|ensinaram|pediram)",
        machine=r"a ia|ia|inteligência artificial|modelo de linguagem|chatbot|assistente (?:virtual|automático|de ia)|sistema automático",
        order=r"classifi|marqu|marc|respond|confirm|mostr|aprov|atribu|escrev|avis",
        become=r"(?:agora|a partir de agora|desde agora),? (?:você é|és|tu és|você será)|você agora é|aja como|age como|finge?j?a? que|imagin[ae] que (?:é|és|você)",
        unbound=r"sem (?:nenhuma?s? |\w+ )?(?:regra|limite|restriç|filtro)|administrador",
        show=r"mostr[ea]|revel[ea]|imprim[ae]|repit[ae]|repete|escrev[ae]|qual é|diz|diga",
        prompt=r"mensagem d[eo] sistema|instruções d[eo] sistema|prompt|(?:tuas|suas) (?:\w+ )?instruções|notas internas",
        alone=r"sem (?:revisão|controlo|controle|supervisão|verificação|intervenção) human[ao]|sem que (?:ninguém|uma pessoa)|não (?:encaminh\w+|avis\w+|pass\w+) \w* ?(?:a|para) (?:nenhuma?|uma?) (?:pessoa|humano|agente)",
    ),
    _Tongue(  # Italian
        common="le tutte tutti tue tuo che di il la sei senza per tutto ora adesso non del un una mi",
        ignore=r"ignora\w{0,2}|dimentica\w{0,2}|trascura\w{0,2}|non (?:seguire|rispettare|tenere conto)|aggira",
        rules=r"istruzioni|regole|direttive|indicazioni|ordini",
        told=r"(?:tutto )?(?:ciò|quello) che ti (?:è stato|hanno) (?:detto|insegnato|ordinato)",
        machine=r"l'?ia|ia|intelligenza artificiale|modello linguistico|chatbot|assistente (?:virtuale|automatico|ia)|sistema automatico",
        order=r"classific|segna|rispond|conferm|mostra|approva|assegna|scriv|imposta|ignora|dimentica",
        become=r"(?:ora|adesso|da (?:ora|adesso)(?: in poi)?),? (?:sei|agisci)|sei (?:ora|adesso)|comportati|fai finta|immagina di essere|agisci come",
        unbound=r"senza (?:\w+ )?(?:regol|limit|restrizion|filtr)|amministratore",
        show=r"mostra\w{0,2}|rivela\w{0,2}|stampa\w{0,2}|ripeti|scrivi|qual è|dimmi",
        prompt=r"(?:messaggio|prompt) d[ie]l? sistema|prompt|le tue (?:\w+ )?istruzioni|note interne|dati degli altri clienti",
        alone=r"senza (?:\w+ )?(?:controllo|revisione|verifica|intervento) uman[oa]|senza che (?:nessuno|una persona)|non (?:inoltrare|passare|avvisare) \w* ?(?:a )?(?:nessun\w*|una?) (?:persona|umano|operatore)",
    ),
    _Tongue(  # Dutch
        common="de alle alles je jij jouw het een niet dat zonder nu mij me laat vanaf eerdere dit",
        ignore=r"negeer|vergeet|omzeil|volg (?:\w+ ){0,2}niet",
        rules=r"instructies|regels|opdrachten|richtlijnen|aanwijzingen|voorschriften",
        told=r"(?:alles )?wat (?:je|jou|u) (?:is|werd) (?:verteld|opgedragen|geleerd)",
        machine=r"de ai|ai|kunstmatige intelligentie|taalmodel|chatbot|ai-assistent|automatische systeem",
        order=r"markeer|classificeer|beantwoord|antwoord|bevestig|toon|laat|keur|stuur|zet|wijs",
        become=r"je bent (?:nu|vanaf nu)|vanaf nu ben je|doe alsof|gedraag je|stel je voor dat je",
        unbound=r"zonder (?:\w+ )?(?:regels|grenzen|beperkingen|filters)|geen (?:regels|grenzen|beperkingen)|beheerder",
        show=r"toon|onthul|laat (?:\w+ )?zien|laat|herhaal|print|geef|wat is",
        prompt=r"systeem(?:prompt|bericht|instructies?)|jouw (?:\w+ )?instructies|interne notities",
        alone=r"zonder (?:menselijke|handmatige) (?:controle|beoordeling|tussenkomst)|zonder dat iemand|(?:niet|geen) (?:\w+ )?(?:door )?(?:naar|aan) een (?:mens|medewerker)",
    ),
    _Tongue(  # Polish
        common="wszystkie wszystkich wszystko bez jesteś się swoje od teraz mi nie że na dla jak co wcześniejsze poprzednie to do",
        ignore=r"z?ignoruj|zapomnij|pomiń|nie stosuj",
        rules=r"instrukcj|polece|zasad|regu[łl]|wytyczn",
        told=r"(?:wszystk\w+,? )?co ci (?:powiedziano|kazano|przekazano)",
        machine=r"sztuczn\w+ inteligencj\w*|ai|modelu? językow\w+|chatbot\w*|bot\w*|automatyczn\w+ system\w*",
        order=r"oznacz|sklasyfikuj|zaklasyfikuj|odpowiedz|potwierd|pokaż|zatwierd|przypisz|napisz|ustaw",
        become=r"(?:od teraz|teraz) jesteś|jesteś teraz|udawaj|zachowuj się|wyobraź sobie, że jesteś",
        unbound=r"bez (?:\w+ )?(?:zasad|reguł|ogranicze|filtr)|administrator",
        show=r"pokaż|ujawnij|wypisz|powtórz|podaj|napisz|jaki jest",
        prompt=r"instrukcje systemow\w+|(?:prompt|komunikat) systemow\w+|swo(?:je|ich) (?:\w+ )?(?:instrukcj|polece)\w*|notatki wewnętrzne",
        alone=r"bez (?:udziału|kontroli|sprawdzenia przez|weryfikacji) (?:człowieka|ludzk\w+)|nie przekazuj \w* ?(?:do )?człowiek",
    ),
    _Tongue(  # Russian, Ukrainian
        common="",
        ignore=r"игнорируй\w*|забудь\w*|ігноруй\w*|не (?:следуй|соблюдай)\w*|отмени",
        rules=r"инструкци|указани|правил|інструкці|команд|настро",
        told=r"(?:вс[её],? )?что тебе (?:\w+ )?(?:сказали|велели|говорили)",
        machine=r"искусственн\w+ интеллект\w*|ии|нейросет\w*|языков\w+ модел\w*|чат-?бот\w*|бот\w*|автоматическ\w+ систем\w*",
        order=r"помет|отмет|классифицир|ответь|подтверд|покажи|одобр|назнач|напиши|поставь|не передавай",
        become=r"(?:ты|теперь ты|отныне ты|ты теперь)(?: —| -)? (?:теперь )?(?:\w+ )?(?:администратор|ассистент|помощник|модель|бот)|притворись|веди себя|представь, что ты",
        unbound=r"без (?:\w+ )?(?:ограничени|правил|фильтр|запрет)|администратор",
        show=r"покажи\w*|раскрой|выведи|повтори|напиши|назови|какой",
        prompt=r"системн\w+ (?:промпт|сообщени|инструкци)\w*|промпт|сво[ий]\w* (?:\w+ )?инструкци\w*|внутренни\w+ заметк\w*",
        alone=r"без (?:участия|проверки|контроля) (?:человек\w*|людей)|не (?:передавай|показывай)\w* (?:\w+ ){0,2}(?:человеку|людям|оператору)",
    ),
)

# An order stands at the beginning of a clause: "your calendar ignores the rules" is a complaint, in French the same word.
_BEGINS = (
    r"(?:^|[.!?:;,>\]\"“”«„¿¡(–-]\s*|\b(?:bitte|und|dann|also|jetzt|nun|puis|et|maintenant|merci de|por favor|y|ahora|entonces|e|agora"
    r"|então|poi|ora|per favore|dan|nu|en|alsjeblieft|alstublieft|proszę|teraz|и|теперь|пожалуйста)\s+|\bd')"
)
# What stands between the words of one order: no end of a sentence, and no comma, behind which another thought begins.
_NEAR = r"[^.,;:!?\n]{0,40}?"
_SENTENCE = r"[^.!?\n]{0,120}?"
_ADDRESSED = r"(?:^|[\[(]\s*|\b)(?:an|für|to|à|pour|para|per|al?|aan|voor|do|dla|для|к)\s+(?:(?:die|den|das|diese|l[ao'’]?|de|el|il|o|os|jeden|każdej?)\s*)?"

_CHINESE_JAPANESE_KOREAN_ARABIC = (
    ("override", r"(?:忽略|无视|無視|忘记|忘掉|不要理会|不必理会|不要遵守|跳过).{0,12}(?:指令|指示|规则|規則|说明|设定|要求)"),
    ("role_play", r"(?:你现在是|从现在开始你是|从现在起你是|假装你是|扮演).{0,20}(?:没有.{0,6}(?:规则|限制)|管理员|助手|机器人)"),
    ("prompt_leak", r"(?:显示|输出|告诉我|打印|重复|透露).{0,10}(?:系统提示|提示词|系统消息|内部(?:备注|说明)|你的指令)"),
    ("to_the_machine", r"(?:致|给|请)(?:人工智能|ai|机器人|语言模型)|无需人工|不要转(?:给)?人工|不经人工"),
    ("override", r"(?:指示|命令|ルール)を?(?:すべて|全て)?(?:無視|忘れ)|(?:지시|명령|규칙).{0,6}(?:무시|잊)|تجاهل .{0,20}(?:التعليمات|الأوامر)"),
)  # fmt: skip
_NORDIC_TURKISH = (
    ("override", r"\b(?:ignorera|glöm|ignorer|glem) (?:\w+ ){0,4}(?:instruktioner\w*|regler\w*)|(?:talimatları|kuralları) (?:yok say|unut|görmezden gel)"),
)  # fmt: skip
_NORDIC_TURKISH_WORDS = frozenset({"ignorera", "glöm", "ignorer", "glem", "talimatları", "kuralları"})
_WORDS = re.compile(r"\w+")


@cache
def _shapes_of(words: _Tongue) -> tuple[tuple[str, str], ...]:
    return tuple(_shapes(words))


def _shapes(words: _Tongue) -> Iterator[tuple[str, str]]:
    """The signs of one language: kind and expression."""
    yield "override", rf"{_BEGINS}(?:{words.ignore})\b{_NEAR}\b(?:{words.rules})"
    yield "override", rf"\b(?:{words.ignore})\b,?\s(?:\w+\s){{0,2}}?,?\s?(?:{words.told})"
    yield "to_the_machine", rf"{_ADDRESSED}(?:{words.machine})\b{_SENTENCE}\b(?:{words.order})"
    yield "role_play", rf"\b(?:{words.become})\b{_SENTENCE}\b(?:{words.unbound})"
    yield "prompt_leak", rf"\b(?:{words.show})\b{_NEAR}(?:{words.prompt})"
    yield "to_the_machine", rf"\b(?:{words.alone})"


def signs_abroad(lower: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Kind and pattern of every sign in the languages that a text may be in.

    Most texts are in one language and are looked at for that one only.
    """
    words = frozenset(_WORDS.findall(lower))
    for tongue in _TONGUES:
        if not words.isdisjoint(_split(tongue.common)) if tongue.common else not lower.isascii():
            yield from _compiled(_shapes_of(tongue))
    if not lower.isascii():
        yield from _compiled(_CHINESE_JAPANESE_KOREAN_ARABIC)
    if words & _NORDIC_TURKISH_WORDS:
        yield from _compiled(_NORDIC_TURKISH)


@cache
def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


@cache
def _compiled(signs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The signs of one language, compiled when a text in it is first seen: all of them take half a second."""
    return tuple((kind, re.compile(pattern.replace(" ", r"\s"), re.MULTILINE)) for kind, pattern in signs)
