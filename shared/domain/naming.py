"""Names of topics: salient words of their requests, in seven languages, and nobody's private ones."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from shared.domain.topics import Asked, term
from shared.domain.words import content_words, stem

_LONGEST_TEXT = 2_000  # characters: what a request is about stands near its beginning
_WORDS_IN_NAME = 3
_COMMON = 0.25

_SAY_NOTHING = """https http www com html org
    able anyone anything assistance assist available better can come came currently didnt doesnt done else ever
    everything find found gave getting give given giving gonna happen happened happening hasnt havent inform
    information instead isnt issue issues keep keeps know long made make making many mine need needed needs nothing
    possible problem problems put really regarding saying says see seems show showing shows someone something soon
    started still sure take taken taking tell thing things thought times told took tried try trying understand
    unable use used user users using wanna wanted wanting wants wasnt whats wheres whos within without wonder
    damn damned fuck fucking shit bloody goddamn
    wondering work worked working works wrong yesterday today tomorrow ago week month year january february march
    april june july august september october november december monday tuesday wednesday thursday friday saturday sunday
    afternoon evening night sir madam maam mister customer customers
    problem probleme fehler funktioniert gemacht heute gestern morgen uhr woche monat jahr
    probleme problemes marche fonctionne aujourdhui hier demain semaine mois annee merci
    problema problemas funciona hoy ayer manana semana mes ano
    depuis toujours jamais rien beaucoup dia tarde noite desde
    ainda alguem algum alguma ao aos apenas aqui as ate bem boa bom com como da das de depois desde do dos ela ele
    eles em era essa esse esta estao estou eu faz fazer foi hoje ontem isso isto ja la mais mas me meu meus minha minhas
    muito na nao nas nem no nos nossa nosso num o obrigada obrigado ola onde os ou para pela pelo pode podem
    poderia por porque posso preciso qual quando que quem quero se sem ser seu sim sobre sou sua tambem tem tenho
    ter tive tudo um uma umas uns vez voce voces
    abbiamo agli ai al alla alle anche ancora aver avete avere buona buongiorno buonasera c che chi ci ciao cio come
    con cosa cosi da dal dalla dei del della delle di dopo dove e ed era essere fa fare fatto fino gia gli grazie ha hai
    hanno ho i il in io la le lei li lo loro ma mi mia mie miei mio molto ne nel nella no noi non nostra nostro o ogni
    oggi ieri per perche piu poi posso possiamo potete puo qual quale quando quella quello questa questo qui sara salve
    se sei senza si sia siamo sono sta stato sto su sua sul sulla suo suoi tra tutto un una uno vi voi volta vorrei
    aan al alles als altijd bedankt ben bent bij dag dan dank dankjewel dat de deze die dit doen door dus een en er
    geen goede goedemorgen graag groet groeten haar had heb hebben hebt heeft heel het hij hoe hoi hun
    iemand iets ik in is ja je jij jullie kan kunnen kunt maar me meer met mij mijn moet na naar niet nog nu of om
    ons onze ook op over sinds te tot u uit uw van vandaag gisteren veel voor vraag waar waarom wanneer wat we wel
    welke wie wij wil willen worden wordt zal ze zich zien zij zijn zo zonder zou"""
# Besides those that carry no topic for a search: "issue" and "working" find nothing, and name nothing either.
_NO_NAMES = frozenset(_SAY_NOTHING.split())


class Namer:
    """Names topics by the words that their requests have and others have not.

    Args:
        everybody: all requests of the window: how common a term is among them tells how little it says.
    """

    def __init__(self, everybody: Sequence[Asked]) -> None:
        self._all = len(everybody)
        self._common = Counter(term for one in everybody for term in one.terms)

    def name(self, members: Sequence[Asked], texts: Iterable[tuple[str, str]]) -> str:
        """Up to three words that a quarter of the requests use, at least three of them, or half of a few.

        Rarer words may be somebody's name.

        Args:
            texts: of some of the members, each with its language.
        """
        within = Counter(term for one in members for term in one.terms)
        written: dict[int, Counter[str]] = defaultdict(Counter)
        place: dict[int, list[int]] = defaultdict(list)
        for text, language in texts:
            for at, word in enumerate(dict.fromkeys(content_words(text[:_LONGEST_TEXT], language))):
                if word.isalpha() and 3 <= len(word) <= 24 and word not in _NO_NAMES and len(set(word)) > 1:
                    written[term(stem(word))][word] += 1
                    place[term(stem(word))].append(at)
        needed = max(min(3, math.ceil(len(members) / 2)), math.ceil(_COMMON * len(members)))
        shown = [one for one in written if within[one] >= needed and sum(written[one].values()) > 1]
        salience = {one: self._salience(one, within[one], len(members)) for one in shown}
        telling = [one for one in shown if salience[one] > 0]
        best = sorted(telling, key=lambda one: (-salience[one], one))[:_WORDS_IN_NAME]
        in_order = sorted(best, key=lambda one: sum(place[one]) / len(place[one]))
        return " ".join(max(written[one].items(), key=lambda item: (item[1], item[0]))[0] for one in in_order)

    def _salience(self, term: int, within: int, members: int) -> float:
        """How much of the topic has the term, times how much more often than elsewhere."""
        share = within / members
        elsewhere = (self._common[term] - within + 0.5) / (self._all - members + 1)
        return share * math.log(max(share / elsewhere, 1.0)) if share > elsewhere else 0.0
