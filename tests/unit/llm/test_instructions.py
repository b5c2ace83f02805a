"""What the second reader is told: the guideline whole, its own examples honest, a version for every change."""

from __future__ import annotations

import json
import re

import pytest

from shared.adapters.openai_chat.answer import SCHEMA, answer_in
from shared.adapters.openai_chat.instructions import NAME, instructions, user_message, version_of
from shared.adapters.openai_chat.reader import ChatReader
from shared.domain.errors import StoredItemCorrupt
from shared.domain.observation import Category, Request, Sentiment, ServiceFailure, Sureness, Urgency
from shared.domain.quoting import grounded
from tests.fakes.redactor import ListedRedactor

KNOWN = {"second-reader-1": "9550e41763a64ba1e9aa6f79923289638513d4885ff1fc2fc8b096367cf28352"}
"""Every version that was ever used, with the SHA-256 of what it was told. Add a line, never change one."""

EXAMPLE = re.compile(r'^Request: "(.*?)"\n(\{.*?\})$', re.MULTILINE | re.DOTALL)


def test_a_change_of_what_it_is_told_has_a_new_name():
    assert version_of("m").sha256 == KNOWN[NAME]


@pytest.mark.parametrize("label", [*Category, *Urgency, *Sentiment, *ServiceFailure, *Sureness])
def test_every_label_is_explained(label):
    assert f"`{label.value}`" in instructions()


def test_the_examples_are_answers_whose_quotations_stand_in_their_requests():
    examples = EXAMPLE.findall(instructions())
    assert len(examples) == 4
    for request, said in examples:
        assert grounded(answer_in(said), request) is not None, request


def test_the_examples_show_every_urgency_mood_and_failure():
    shown = "".join(said for _, said in EXAMPLE.findall(instructions()))
    for label in (*Urgency, *Sentiment, *ServiceFailure):
        assert f'"label":"{label.value}"' in shown


def test_the_schema_is_one_that_strict_endpoints_take():
    for one in (SCHEMA, *SCHEMA["$defs"].values()):
        if one["type"] == "object":
            assert one["additionalProperties"] is False
            assert set(one["required"]) == set(one["properties"])
    assert not {"default", "minLength", "maxLength", "pattern"} & set(re.findall(r'"(\w+)":', json.dumps(SCHEMA)))


def test_the_fence_depends_on_every_word():
    fences = {user_message(words).splitlines()[1] for words in ("a", "b", "a ", "a\n")}
    assert len(fences) == 4


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({}, "model"),
        ({"model": ""}, "model"),
        ({"model": "m", "api_key": ""}, "api_key"),
        ({"model": "m", "api_key": "schlüssel"}, "api_key"),
        ({"model": "m", "api_key": "a\nb"}, "api_key"),
        ({"model": "m", "base_url": "localhost"}, "base_url"),
        ({"model": "m", "base_url": "file:///etc/passwd"}, "base_url"),
        ({"model": "m", "mode": "hunter2"}, "mode"),
    ],
)
def test_settings_that_cannot_work_are_named_and_not_quoted(settings, place):
    with pytest.raises(StoredItemCorrupt) as caught:
        ChatReader.connect(settings, ListedRedactor())
    assert str(caught.value) == f"the language model's settings are wrong in: {place}"


def test_the_most_that_a_reading_may_use_grows_with_the_text_up_to_what_is_shown():
    reader = ChatReader.connect({"model": "m"}, ListedRedactor())
    short, long, longer = (reader.most(Request(text="x" * letters)).input_tokens for letters in (10, 5_000, 500_000))
    assert short < long < longer
    assert longer == reader.most(Request(text="x" * 600_000)).input_tokens
