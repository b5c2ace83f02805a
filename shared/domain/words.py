"""Words that carry a topic, folded so that spelling and inflection matter less."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)['’](?=\w{2})")
_SHORTEST_GRAM, _LONGEST_GRAM = 3, 5

_TOPICLESS = {
    "en": """a about all also am an and another any are as at be been best but by can cant cheers could day days dear
        did do does doesnt dont each every for from get good got had has have having he hello help her hey hi hiya his
        how i id if im in into is it its ive just kind know let lets like look looking lumen board many may me might
        more morning most much must my need new no not now of on one only or other our out over own please question
        regards she should since so some still support tell than thank thanks that the their them then there these
        they this those to too two up us very want was way we wed well were werent weve what when where which who whom
        why will wish with wont would yes you your""",
    "de": """aber alle als am an auch auf aus bei beim bin bis bitte board da damit dank danke dann das dass dem den
        denn der des dich die dies diese diesem diesen dieser dieses dir doch du durch ein eine einem einen einer
        eines er es etwas fur frage freundlichen ganz gern gerne geht gibt grusse gruss guten habe haben hallo hat
        hatte hatten herr frau hilfe hier ich ihm ihn ihnen ihr ihre ihrem ihren im in ins ist ja jetzt kann kein
        keine konnen konnte liebe lumen man mehr mein meine meinem meinen meiner mich mir mit mochte morgen mussen muss
        nach nicht noch nun nur ob oder ohne schon schone sehr sein seine seit sich sie sind so soll sollte tag team
        uber um und uns unser unsere unserem unseren unserer vielen vom von vor war was wegen weil welche wenn wer
        werden wie wieder will wir wird wo wollen wurde wurden zu zum zur""",
    "fr": """a ai aide alors au aux avec avez avoir avons board bonjour bonne ce cela ces cet cette ca car cher comme
        comment cordialement dans de des donc du elle en encore equipe est et etes etre eu fait faire faut il ils je
        journee la le les leur lumen ma mais me meme merci mes moi mon ne ni nos notre nous on ont ou oui par pas peut
        peux plus possible pour pourriez pouvez puis quand que quel quelle quelles quels question qui sa salut sans se
        ses si son sont souhaite soir suis sur ta te tres tu un une vos votre voudrais vous y""",
    "es": """a al algo ahora ante ayuda board buenas buenos como con cordial cual cuando cuanto de del desde dias donde
        e el ella ellos en entre equipo era eres es esa ese eso esta este esto estoy estamos favor fue gracias ha haber
        hace hacer hasta hay he hola la las le les lo los lumen mas me mi mis mucho muchas muy necesito ni no nos
        nosotros nuestra nuestras nuestro nuestros o os para pero podemos podria por porque pregunta puede puedo pueden
        que quien quiero quisiera queremos saludo saludos se ser si sin sobre su sus tambien tan tarde tardes te tengo
        tenemos tiene todo todos tu tus un una unas uno unos usted ustedes y ya yo""",
}
_STOP = {language: frozenset(words.split()) for language, words in _TOPICLESS.items()}


def content_words(text: str, language: str) -> list[str]:
    """The words of a text in order, without accents and without those that carry no topic."""
    stop = _STOP.get(language, frozenset())
    return [word for word in spoken_words(text, language) if word not in stop]


def spoken_words(text: str, language: str) -> list[str]:
    """All words of a text in order, in small letters and without accents."""
    lowered = text.lower()
    if language == "fr":
        lowered = _ELISION.sub("", lowered)
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", lowered))
    folded = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _WORD.findall(folded)


def stem(word: str) -> str:
    """A word cut to where inflection usually begins."""
    return word if len(word) <= 4 else word[: max(4, min(6, len(word) - 2))]


def stems(words: list[str]) -> set[str]:
    """Each word's stem."""
    return set(map(stem, words))


def grams(words: list[str]) -> set[str]:
    """Runs of characters within each word, its ends marked: near misses and compounds still meet."""
    return {
        edged[at : at + size]
        for edged in (f" {word} " for word in words)
        for size in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1)
        for at in range(len(edged) - size + 1)
    }
