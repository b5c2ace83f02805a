"""Whether a reader's quotation stands in the text: what it claims has to rest on the customer's own words."""

from __future__ import annotations

from shared.domain.observation import Answer, Opinion, Sentiment, ServiceFailure, Urgency

LONGEST_QUOTE = 300
"""Characters that are kept of a quotation."""

_CALM = frozenset({Urgency.STANDARD, Sentiment.NEUTRAL, ServiceFailure.NONE})
# One sign for another, so that places in the text stay the same.
_ALIKE = str.maketrans(dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»‹›", '"') | dict.fromkeys("–—‒‐‑−", "-"))


def quoted(text: str, quote: str) -> str | None:
    """The words of the text that a quotation means, or None where it has no such words.

    Spaces, line ends, and the kind of quotation marks and dashes may differ; nothing else may.
    """
    words, wanted = " ".join(text.split()), " ".join(quote.split()).strip("\"'")
    if not any(map(str.isalnum, wanted)):
        return None
    at = words.translate(_ALIKE).find(wanted.translate(_ALIKE))
    return words[at : at + min(len(wanted), LONGEST_QUOTE)] if at >= 0 else None


def grounded(answer: Answer, text: str) -> Answer | None:
    """The answer with its quotations in the text's own spelling.

    None where one of them is not in the text, or where a label claims something and quotes nothing.
    """
    opinions = {name: getattr(answer, name) for name in Answer.model_fields if name != "steering"}
    found = {name: _grounded(opinion, text) for name, opinion in opinions.items()}
    steering = quoted(text, answer.steering) if answer.steering.strip() else ""
    if None in found.values() or steering is None:
        return None
    return answer.model_copy(update={**found, "steering": steering})


def _grounded(opinion: Opinion, text: str) -> Opinion | None:  # type: ignore[type-arg]  # of any head
    if opinion.label in _CALM and not opinion.evidence.strip():
        return opinion.model_copy(update={"evidence": ""})
    evidence = quoted(text, opinion.evidence)
    return None if evidence is None else opinion.model_copy(update={"evidence": evidence})
