"""What `topics` wants to know of the articles, and what the nightly search answered: by tickets' keys, without words.

The search's encoder does not fit beside scikit-learn in one function, so that `sync_knowledge`, which has it and runs
when articles may have changed, searches for the questions that stand for each topic.
"""

from __future__ import annotations

from shared.domain.gaps import Nearest
from shared.domain.record import Record
from shared.domain.ticket import TicketKey

QUESTIONS = "topics/questions.json"
"""Where the archive keeps what is to be searched for."""

SEARCHED = "knowledge/nearest.json"
"""Where the archive keeps what was found."""


class Question(Record):
    """A ticket whose request is to be searched for, and the language that was read."""

    key: TicketKey
    language: str


class Questions(Record):
    """What is to be searched for."""

    questions: tuple[Question, ...] = ()


class Searched(Record):
    """What was found.

    Attributes:
        index: the version of the index that was searched.
        nearest: by ticket the article that comes nearest; None where there is none in its language.
    """

    index: str = ""
    nearest: dict[str, Nearest | None] = {}
