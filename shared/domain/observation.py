"""What the models saw in a request. Observations decide nothing; rules do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from shared.domain.record import Record


class Category(StrEnum):
    """The one thing a request is mainly about."""

    BILLING = "billing"
    TECHNICAL = "technical"
    FEATURE_REQUEST = "feature_request"
    COMPLAINT = "complaint"
    OTHER = "other"


class Urgency(StrEnum):
    """What happens if nobody looks for a day, mildest first."""

    STANDARD = "standard"
    HIGH = "high"
    CRITICAL = "critical"


class Sentiment(StrEnum):
    """The customer's stance towards the company."""

    NEUTRAL = "neutral"
    FRUSTRATED = "frustrated"
    AT_RISK = "at_risk"


class ServiceFailure(StrEnum):
    """A failure of the company that the customer reports."""

    NONE = "none"
    PRODUCT_DEFECT = "product_defect"
    BILLING_ERROR = "billing_error"
    BROKEN_PROMISE = "broken_promise"


Label = TypeVar("Label", bound=StrEnum)
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Reading(Record, Generic[Label]):
    """One head's answer: a label, how sure it is, and the sentence that decided.

    Attributes:
        label: the most probable label.
        scores: a probability for every label of the head; they add up to 1.
        evidence: the customer's sentence that moved the score most. Customer's words: never to a log.
    """

    label: Label
    scores: dict[Label, Probability]
    evidence: str = ""

    @property
    def probability(self) -> float:
        """The probability of the label, 0 to 1."""
        return self.scores[self.label]

    def probability_not(self, label: Label) -> float:
        """The probability that the truth is any label but this one, 0 to 1."""
        return 1.0 - self.scores.get(label, 0.0)


class LanguageReading(Record):
    """The language of the customer's own words.

    Attributes:
        code: ISO 639-1, or `und` where there are no words to go by.
        readable: whether the engine was trained on this language.
    """

    code: str
    probability: Probability
    readable: bool


class Suspicion(Record):
    """A sign that the text tries to steer the system instead of asking for help."""

    kind: str
    evidence: str


class EngineVersion(Record):
    """Which engine looked: its name and the SHA-256 of its artifact (hex)."""

    name: str
    sha256: str


class Request(Record):
    """The customer's words at the time of triage, cleaned: data, never instructions.

    Attributes:
        suspicions: signs seen in the words as they came, before cleaning took out what hid them.
    """

    subject: str = ""
    text: str
    channel: str = "email"
    suspicions: tuple[Suspicion, ...] = ()


class Observations(Record):
    """Everything the models saw in one version of a ticket."""

    category: Reading[Category]
    urgency: Reading[Urgency]
    sentiment: Reading[Sentiment]
    service_failure: Reading[ServiceFailure]
    language: LanguageReading
    suspicions: tuple[Suspicion, ...] = ()
    engine: EngineVersion
