"""The embeddings of approved answers: of their intents, of what they are not for, and of their wording.

They lie in files of their own beside the index of the answers' words, each named by its content and by a pointer that
is moved before the words' own. So whatever answer a search finds by words has its embeddings, and what has none (an
encoder was changed, a file is gone) is searched by words alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from shared.adapters.search.encoder import UNITS, Floats, SearchEncoder
from shared.adapters.versions import Versions
from shared.domain.errors import StoredItemCorrupt
from shared.domain.passages import passages_of
from shared.domain.resolution import Resolution
from shared.ports.delivery import Archive
from shared.ports.knowledge import KnowledgeIndex

VERSIONS = Versions("knowledge/answers")
FORMAT = 1
_FACT = re.compile(r"\{[a-z_]+\}")

Array = np.ndarray[Any, Any]


class Vectors(NamedTuple):
    """Embeddings by the name of what was embedded, and the encoder that made them.

    Attributes:
        questions, passages: the sums of both kinds, and how many there are: they are compared without their middle.
    """

    encoder: str
    by_name: dict[str, Floats]
    questions: tuple[Array, int]
    passages: tuple[Array, int]


def question_name(text: str) -> str:
    """The name of a sentence that was embedded as a question."""
    return _name("question", text)


def passage_name(text: str) -> str:
    """The name of a stretch of wording that was embedded as a passage."""
    return _name("passage", text)


def _name(kind: str, text: str) -> str:
    return f"{kind}/{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def wordings_of(resolution: Resolution) -> list[str]:
    """The stretches of an answer's wording that are embedded, its title with each."""
    parts = passages_of(_FACT.sub(" ", resolution.full_wording)) or passages_of(resolution.title)
    return [f"{resolution.title}\n{part.heading}\n{part.text}".replace("\n\n", "\n") for part in parts]


def build(resolutions: Iterable[Resolution], encoder: SearchEncoder, before: Vectors | None = None) -> Vectors:
    """Embed approved answers. What did not change since `before` is not embedded again."""
    known = before.by_name if before and before.encoder == encoder.sha256 else {}
    held = tuple(resolutions)
    asked = {question_name(text): text for one in held for text in (*one.intents, *one.not_for)}
    said = {passage_name(text): text for one in held for text in wordings_of(one)}
    questions = {name: known[name] if name in known else encoder.question(text) for name, text in asked.items()}
    passages = {name: known[name] if name in known else encoder.passage(text) for name, text in said.items()}
    return _vectors(encoder.sha256, questions, passages)


def _vectors(encoder: str, questions: dict[str, Floats], passages: dict[str, Floats]) -> Vectors:
    return Vectors(encoder, questions | passages, _sum(questions), _sum(passages))


def _sum(vectors: dict[str, Floats]) -> tuple[Array, int]:
    total: Array = np.sum([np.zeros(UNITS, np.float32), *vectors.values()], axis=0)
    return total, len(vectors)


def written(vectors: Vectors) -> bytes:
    """Embeddings as a file."""
    names = sorted(vectors.by_name)
    told = json.dumps({"format": FORMAT, "encoder": vectors.encoder, "names": names}).encode()
    matrix = np.array([vectors.by_name[name] for name in names], np.float16).reshape(-1, UNITS)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, told=np.frombuffer(told, np.uint8), vectors=matrix)
    return file.getvalue()


def read(content: bytes) -> Vectors:
    """Embeddings from their file.

    Raises:
        StoredItemCorrupt: it holds none, or is of another format.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            told = json.loads(held["told"].tobytes())
            if told["format"] != FORMAT:
                raise StoredItemCorrupt(f"the answers' embeddings have format {told['format']}, this reads {FORMAT}")
            matrix = held["vectors"].astype(np.float32)
            held_by_name = dict(zip(told["names"], matrix, strict=True))
            asked = {name: vector for name, vector in held_by_name.items() if name.startswith("question/")}
            said = {name: vector for name, vector in held_by_name.items() if name not in asked}
            return _vectors(str(told["encoder"]), asked, said)
    except (ValueError, KeyError, TypeError, OSError, EOFError, BadZipFile) as error:
        raise StoredItemCorrupt("the file holds no embeddings of answers") from error


def load(archive: Archive, sha: str) -> Vectors:
    """One version.

    Raises:
        StoredItemCorrupt: it is missing or was changed.
    """
    return read(VERSIONS.content(archive, sha))


class MeaningIndex:
    """`KnowledgeIndex`: embeds the answers, then lets another index swap their words in."""

    def __init__(
        self, archive: Archive, words: KnowledgeIndex, encoder: Callable[[], SearchEncoder] = SearchEncoder
    ) -> None:
        self._archive = archive
        self._words = words
        self._connect = encoder

    def rebuild(self, resolutions: Iterable[Resolution]) -> str:
        """Index resolutions, and answer the sha256 of the words' index."""
        held = tuple(resolutions)
        VERSIONS.swap_in(self._archive, written(build(held, self._connect(), self._before())))
        return self._words.rebuild(held)

    def _before(self) -> Vectors | None:
        try:
            sha = VERSIONS.current(self._archive)
            return load(self._archive, sha) if sha else None
        except StoredItemCorrupt:
            return None  # then everything is embedded anew
