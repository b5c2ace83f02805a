"""`DraftWriter` on a chat endpoint: redacts, asks within its time, reads paragraphs out of what comes back."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.adapters.openai_chat.answer import Unusable, the_one_in
from shared.adapters.openai_chat.asking import OfOneEndpoint, text_of
from shared.adapters.openai_chat.endpoint import Form
from shared.adapters.openai_chat.instructions import LONGEST_WORDS, shown
from shared.domain.observation import Outcome, ReaderVersion, Usage
from shared.domain.text import bounded, canonical
from shared.domain.wording import Assignment, Paragraph
from shared.ports.draft_writer import Written

NAME = "draft-writer-1"
"""Raise the number with every change of the instructions that may change a wording."""

LONGEST_SOURCE = 4000
"""Characters of one source that are shown."""

_FILE = Path(__file__).with_name("writing.md")
_MOST_PARAGRAPHS = 12


class _Paragraph(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: str
    sources: list[str]


class _Wording(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    paragraphs: list[_Paragraph] = Field(max_length=_MOST_PARAGRAPHS)


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "paragraphs": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "sources": {"type": "array", "items": {"type": "string"}}},
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["paragraphs"],
    "additionalProperties": False,
}
"""Written out: strict endpoints take neither references nor limits of length."""

SCHEMA_TEXT = json.dumps(SCHEMA, sort_keys=True)
WORDING = Form("wording", SCHEMA, plain_tokens=1200, reasoning_tokens=6000)


@cache
def instructions() -> str:
    """The system message: the same for every draft, and nothing of any request in it."""
    return _FILE.read_text(encoding="utf-8")


class ChatWriter(OfOneEndpoint):
    """`DraftWriter`: asks one endpoint for a wording."""

    form = WORDING

    @property
    def version(self) -> ReaderVersion:
        """The model and the instructions it is given."""
        told = hashlib.sha256(f"{instructions()}\n{SCHEMA_TEXT}".encode())
        return ReaderVersion(model=self._asker.model, instructions=NAME, sha256=told.hexdigest())

    def most(self, assignment: Assignment) -> Usage:
        """The most that a wording may use."""
        request = min(len(assignment.request.subject) + len(assignment.request.text), LONGEST_WORDS)
        sources = sum(min(len(one.text), LONGEST_SOURCE) + 400 for one in assignment.sources)
        # In JSON a line end or a quotation mark takes two characters.
        return self._asker.most(instructions() + SCHEMA_TEXT, 2 * (request + sources) + 500)

    def write(self, assignment: Assignment, *, names: tuple[str, ...] = ()) -> Written:
        """Word one draft; every failure is an outcome."""
        words = shown(assignment.request, self._redactor, names)
        told = self._asker.ask(instructions(), user_message(assignment, words.text))
        if told.completed is None:
            return Written(outcome=told.outcome, usage=told.usage)
        try:
            found = paragraphs_in(text_of(told.completed))
        except Unusable as unusable:
            return Written(outcome=unusable.outcome, usage=told.usage)
        own = tuple(one.model_copy(update={"text": words.restore(one.text)}) for one in found)
        return Written(outcome=Outcome.ANSWERED, paragraphs=own, usage=told.usage)


def user_message(assignment: Assignment, words: str) -> str:
    """The request and the sources as one JSON document: a text in it cannot end it."""
    sources = [
        {
            "id": one.id,
            "kind": "approved" if one.approved else "article",
            "title": bounded(canonical(one.title), 200),
            "text": bounded(canonical(one.text), LONGEST_SOURCE),
        }
        for one in assignment.sources
    ]
    return json.dumps({"language": assignment.language, "request": words, "sources": sources}, ensure_ascii=False)


def paragraphs_in(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of the one wording in a model's text.

    Raises:
        Unusable: there is none, there are several that differ, or it says nothing.
    """
    found = the_one_in(text, _read)
    if not found:
        raise Unusable(Outcome.EMPTY)
    return found


def _read(candidate: object) -> tuple[Paragraph, ...] | None:
    try:
        wording = _Wording.model_validate(candidate)
    except ValidationError:
        return None
    told = ((canonical(one.text), one.sources) for one in wording.paragraphs)
    return tuple(Paragraph(text=text, sources=tuple(dict.fromkeys(sources))) for text, sources in told if text)
