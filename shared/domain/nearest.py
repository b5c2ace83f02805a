"""What the company already says on a question that a person answers: named and quoted as a source, never as a reply.

How near is near enough depends on what a ticket is. A plain question is met by much; beneath a complaint or a fault an
approved answer is an affront, unless it is plainly what was asked for; and beneath a thank-you nothing is near.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from shared.domain.choosing import Candidate, Found, Standing, candidates, questions_of
from shared.domain.cues import Cue, cues
from shared.domain.decision import Decision
from shared.domain.key_passage import key_passage
from shared.domain.observation import Request, ServiceFailure
from shared.domain.policy_parts import Drafting
from shared.domain.record import Record
from shared.domain.resolution import FactName, Resolution, filled, suited
from shared.domain.suspicion import as_read
from shared.domain.text import sentences
from shared.domain.wants import Want, asking_part, wishes
from shared.domain.wording import SourceText

PLAIN, GRAVE = 0.18, 0.75
"""The fit from which an approved answer is named beneath a plain question, and beneath anything else.

`PLAIN` is the highest at which the odd half of our own questions loses no right answer that a lower one names
(`firstline evaluate answers` prints both sides for the other half); `GRAVE` lies above whatever the demo's faults and
complaints come near to, and below what one of them asks for by name.
"""

MOST = 2
"""Texts that are named."""

FEW, ALONE = 2, 4
"""Sentences or steps that are quoted of each; of the only one beneath a plain question."""

_RIVALLED = 0.4  # where it comes nearer to what an answer is not for
_BESIDE = 0.75  # of the best one's fit, from which a second is named
_AIMED_ELSEWHERE = frozenset({Want.CANCELLATION, Want.LEGAL, Want.HEARD, Want.COMPENSATION, Want.SUPERIOR, Want.REPLY})


class Near(Record):
    """A text of the company that lies near a question.

    Attributes:
        passage: its sentences or steps that meet the question, at most four, as they stand there.
        standing: what stands between it and a draft; None for an article of the help centre.
        against: what the answer is not for, where the request comes nearer to that.
        missing: facts that it needs and nobody knows.
    """

    title: str
    link: str = ""
    passage: tuple[str, ...] = ()
    standing: Standing | None = None
    against: str = ""
    missing: tuple[FactName, ...] = ()


def floor_of(decision: Decision, request: Request) -> float | None:
    """The fit from which a text is near; None where none is looked for."""
    seen, honest = decision.understood, as_read(request)
    if seen is None or not honest.text.strip():
        return None
    wanted = {wish.want for wish in wishes(f"{honest.subject}\n{asking_part(honest.text)}")}
    if Cue.THANKS in cues(honest.text) or (decision.is_steered and Want.ANSWER not in wanted):
        return None
    plain = seen.is_calm and not wanted & _AIMED_ELSEWHERE and not {Cue.MISREAD, Cue.AGAIN} & cues(honest.text).keys()
    reported = seen.service_failure.label is not ServiceFailure.NONE
    if not plain and (reported or "?" not in honest.text):
        return None  # whoever reports a failure, or asks nothing in trouble, wants no article
    return PLAIN if plain else GRAVE


def searched_for(request: Request) -> str:
    """What is looked up of a request: a long one tells much beside its questions, so these and what leads to them."""
    honest = as_read(request)
    if asking_part(honest.text) == honest.text:
        return honest.words
    told = sentences(honest.text)
    around = [part for at, one in enumerate(told) if one.endswith("?") for part in told[max(at - 1, 0) : at + 1]]
    return "\n".join(dict.fromkeys(around)) or asking_part(honest.text)


def nearest(
    found: Sequence[Found],
    request: Request,
    drafting: Drafting,
    *,
    floor: float,
    today: date,
    plan: str | None,
    facts: Mapping[FactName, str],
) -> tuple[Near, ...]:
    """The approved answers to name, best first.

    Args:
        found: as the search ordered them.
        facts: those that are known of the customer.
    """
    meant = {one.resolution.id: one.meant for one in found}
    held = {one.resolution.id: one.resolution for one in found}
    words = as_read(request).words
    told = candidates(
        found, drafting, today=today, plan=plan, facts=facts, asked=words, several=bool(questions_of(words))
    )
    plain = floor < GRAVE
    if not any(_is_near(one, floor) for one in told):
        return ()
    # Beside one that is near a lower one counts too, beneath a plain question.
    near = [one for one in told if _is_near(one, floor) or (plain and not _is_aimed_elsewhere(one))]
    near.sort(key=lambda one: -one.fit)
    near = [one for one in near if one.fit >= _BESIDE * near[0].fit][:MOST]
    asked = searched_for(request)
    cut = {one.resolution: suited(held[one.resolution], facts, words)[0] for one in near}
    most = ALONE if len(near) == 1 and plain else FEW
    return tuple(_near(one, cut[one.resolution], asked, facts, meant[one.resolution], most) for one in near)


def _is_near(one: Candidate, floor: float) -> bool:
    if _is_aimed_elsewhere(one):
        return floor < GRAVE and one.fit >= max(floor, _RIVALLED)
    return one.fit >= floor


def _is_aimed_elsewhere(one: Candidate) -> bool:
    """Whether the request comes nearer to what an answer is not for."""
    return one.rival >= one.fit


def nearest_articles(articles: Iterable[SourceText], request: Request, language: str) -> tuple[Near, ...]:
    """The articles to name where no approved answer is near: those that the search took for an answer."""
    asked = searched_for(request)
    return tuple(_article(one, asked, language) for one in articles)[:MOST]


def _near(one: Candidate, held: Resolution, asked: str, facts: Mapping[FactName, str], meant: str, most: int) -> Near:
    body = filled(held.body, {name: fact for name, fact in facts.items() if name is not FactName.CUSTOMER_NAME})
    return Near(
        title=one.title,
        link=_shown(one.link),
        passage=key_passage(
            body, f"{asked}\n{meant}", language=held.language, intents=() if meant else held.intents, most=most
        ),
        standing=one.standing,
        against=one.against if _is_aimed_elsewhere(one) else "",
        missing=one.missing,
    )


def _article(one: SourceText, asked: str, language: str) -> Near:
    passage = key_passage(filled(one.text, {}), asked, language=language)
    return Near(title=one.title, link=_shown(one.link), passage=passage)


def _shown(link: str) -> str:
    """A link that an agent's browser can open; a desk's API address is none."""
    return link if link.startswith("https://") else ""
