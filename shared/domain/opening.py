"""The first things to do for one ticket, where more is known than the kind of situation: day, number, ticket, name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.advice_words import LANGUAGES
from shared.domain.cues import Cue
from shared.domain.observation import Request
from shared.domain.policy import Policy
from shared.domain.promise_words import promised_in
from shared.domain.promises import Kept, Promise, standing
from shared.domain.suspicion import as_read
from shared.domain.ticket import Customer, EarlierTicket
from shared.domain.wants import Deadline, Want, Wish
from shared.domain.words import content_words, stems

_CALL = re.compile(
    r"\b(?:call|ring|phone|ruf\w*|rückruf\w*|anruf\w*|rappel\w*|appel\w*|llam\w+|lig(?:o|amos|arei)|richiam\w+|bel(?:len)?)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?\d[\d ()/-]{6,}\d")
_WAITED = timedelta(days=7)
_ANOTHER_DAY = timedelta(hours=12)
_ALIKE = 0.7  # of the words of both
_FEWEST = 2  # words that tell a question
_NAMED = 3


def overdue(promises: tuple[Promise, ...], now: datetime, zone: str) -> tuple[Promise, ...]:
    """The promises whose day is over without a word, and those of a word without a day that a week did not bring."""
    told = [(standing(one, now=now, zone=zone), one) for one in promises]
    missed = (Kept.NOT_KEPT, Kept.PASSED)
    late = [one for kept, one in told if kept in missed or (kept is Kept.WAITING and now - one.said_at >= _WAITED)]
    return tuple(sorted(late, key=lambda one: (not one.of_answer, one.due is None, -one.said_at.timestamp())))


def begin_with_promise(late: tuple[Promise, ...], here: str, zone: str, *, legal: bool) -> str:
    """What to begin with, where a promise of ours was not kept as far as can be seen; empty where none was."""
    if not late:
        return ""
    one = late[0]
    said = one.said_at.astimezone(ZoneInfo(zone))
    where = promised_in(one, here)
    day = f"for {one.due:%a %-d %b}" if one.due else f"on {said:%-d %b}"
    if legal:
        return f"Find out first what became of the promise {day} {where}; it is named only if the manager agrees."
    if not one.of_answer:
        return f"Begin with what was promised {day} {where}; check first whether it was done."
    what = "call" if _CALL.search(one.sentence) else "answer"
    return f"Begin with the {what} promised {day} {where}, which did not come as far as can be seen here."


def same_question(request: Request | None, elsewhere: Mapping[str, Request], language: str) -> tuple[str, ...]:
    """Ids of other open tickets of the customer that ask the same."""
    mine = _told(request, language)
    if len(mine) < _FEWEST:
        return ()
    others = ((id, _told(other, language)) for id, other in elsewhere.items())
    return tuple(id for id, theirs in others if theirs and len(mine & theirs) >= _ALIKE * len(mine | theirs))


def _told(request: Request | None, language: str) -> set[str]:
    return stems(content_words(as_read(request).text, language)) if request else set()


def answer_together(same: tuple[str, ...]) -> str:
    """That one answer may serve several tickets; empty where it does not."""
    if not same:
        return ""
    more = f" and {len(same) - _NAMED} more" if len(same) > _NAMED else ""
    named = ", ".join(f"#{id}" for id in same[:_NAMED])
    return f"The same question stands in {named}{more}, still open: answer once and close the rest."


def nobody_speaks(code: str, policy: Policy | None) -> str:
    """That nobody here is known to speak the language; empty where somebody does, or it is not known who does."""
    if policy is None or code not in LANGUAGES or any(code in agent.languages for agent in policy.agents):
        return ""
    return f"Nobody here is listed as speaking {LANGUAGES[code]}: have the message translated, and the answer as well."


def sooner(until: Deadline | None, due_at: datetime, zone: str) -> str:
    """That the customer's own day ends before ours; empty where it does not."""
    if until is None or not until.firm or until.day >= due_at.astimezone(ZoneInfo(zone)).date():
        return ""
    return f"Answer before {until.day:%a %-d %b} is over: the deadline here is later than theirs."


def contact_line(cued: frozenset[Cue], customer: Customer) -> str:
    """Who looks after the customer, where that is the question."""
    if Cue.CONTACT not in cued:
        return ""
    if customer.success_owner:
        return f"The customer data name {customer.success_owner} as the one who looks after them."
    return "The customer data name nobody who looks after them: have customer success name a person, then answer."


def call_first(wished: tuple[Wish, ...]) -> str:
    """The call that they ask for, with their number; empty where they ask for none."""
    asked = next((wish.words for wish in wished if wish.want is Want.CALL), None)
    if asked is None:
        return ""
    number = _NUMBER.search(asked)
    if number is None:
        return "They ask for a call: offer one, with a time."
    return f"They ask for a call: ring “{number.group()}” before anything is written."


def earlier_messages(earlier: tuple[EarlierTicket, ...], written_at: datetime) -> str:
    """Where the messages lie that they say they wrote before; what they wrote on the same day is not it."""
    earlier = tuple(one for one in earlier if written_at - one.created_at >= _ANOTHER_DAY)
    if not earlier:
        return "Look for their earlier messages by name and address: this system knows of none from before."
    named = ", ".join(f"#{one.id} of {one.created_at:%-d %b}" for one in earlier[:_NAMED])
    return f"Look up their earlier messages ({named}) and name them with their dates."


def steps(
    wished: tuple[Wish, ...], earlier: tuple[EarlierTicket, ...], late: tuple[Promise, ...], written_at: datetime
) -> Iterator[tuple[str, str]]:
    """What stands in place of a general step: (the words that it begins with, the words for this ticket)."""
    wants = {wish.want for wish in wished}
    if Want.REPLY in wants:
        yield "Look up their earlier messages", earlier_messages(earlier, written_at)
    if Want.CALL in wants:
        yield "Write now", ""  # the call is told ahead
    if late:
        yield "Find out who promised what", ""
    elif Want.PROMISED in wants:
        unknown = "Look in the contract and the mails of sales for what they say was agreed: none of it is known here."
        yield "Find out who promised what", unknown
