"""Signs: words that mean the same to a support desk in every language that the engine reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

_SHORTEST_START = 3


@dataclass(frozen=True)
class Lexicon:
    """Signs by their terms: whole words, starts of words, and runs of words.

    Attributes:
        words: word -> names of its signs.
        starts: start of a word -> names of its signs.
        runs: first word of a run -> (the words after it, sign); a last word ending in `*` is a start.
    """

    words: Mapping[str, tuple[str, ...]]
    starts: Mapping[str, tuple[str, ...]]
    runs: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

    @classmethod
    def parse(cls, text: str) -> Lexicon:
        """Read lines `name: word start* word+word+word`; a line that begins with `#` is a comment.

        Raises:
            ValueError: a line without a name, or a start that is too short.
        """
        words: dict[str, list[str]] = defaultdict(list)
        starts: dict[str, list[str]] = defaultdict(list)
        runs: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for line in text.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            name, colon, terms = line.partition(":")
            if not colon or not name.strip():
                raise ValueError("a sign needs a name, a colon, and its terms")
            for term in sorted(set(terms.split())):
                first, *rest = term.split("+")
                if rest:
                    runs[first].append((tuple(rest), name))
                elif not term.endswith("*"):
                    words[term].append(name)
                elif len(term) > _SHORTEST_START:
                    starts[term[:-1]].append(name)
                else:
                    raise ValueError(f"sign {name}: a start of a word needs at least {_SHORTEST_START} letters")
        return cls(
            {term: tuple(names) for term, names in words.items()},
            {term: tuple(names) for term, names in starts.items()},
            {first: tuple(found) for first, found in runs.items()},
        )

    def signs(self, tokens: list[str]) -> list[str]:
        """The signs of a sentence, each once, in order of name."""
        found: set[str] = set()
        for at, token in enumerate(tokens):
            found.update(self.words.get(token, ()))
            for end in range(_SHORTEST_START, len(token) + 1):
                if names := self.starts.get(token[:end]):
                    found.update(names)
            for rest, name in self.runs.get(token, ()):
                if _follows(tokens, at + 1, rest):
                    found.add(name)
        return sorted(found)


def _follows(tokens: list[str], at: int, rest: tuple[str, ...]) -> bool:
    """Whether the words of a run stand at this place."""
    *whole, last = rest
    end = at + len(rest)
    if end > len(tokens) or tokens[at : end - 1] != whole:
        return False
    return tokens[end - 1].startswith(last[:-1]) if last.endswith("*") else tokens[end - 1] == last
