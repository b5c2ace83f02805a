"""What the models saw in a request. Observations decide nothing; rules do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from shared.domain.record import Instant, Record


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
        label: what the engine says; the most probable label, unless it leans towards one that is costly to miss.
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

    @property
    def words(self) -> str:
        """Subject and text, a line apart."""
        return f"{self.subject}\n{self.text}"


class Head(StrEnum):
    """The four questions that every reader answers."""

    CATEGORY = "category"
    URGENCY = "urgency"
    SENTIMENT = "sentiment"
    SERVICE_FAILURE = "service_failure"


class Sureness(StrEnum):
    """How sure the second reader says that it is. It has no probabilities, and words are what it is good at."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


class Opinion(Record, Generic[Label]):
    """The second reader's answer to one question.

    Attributes:
        evidence: the customer's own words that it quotes, found in the text. Never to a log.
    """

    label: Label
    sureness: Sureness
    evidence: str = ""


class Answer(Record):
    """The second reader's answer to all questions.

    Attributes:
        steering: words by which the text tries to give orders to software; empty where it does not.
    """

    category: Opinion[Category]
    urgency: Opinion[Urgency]
    sentiment: Opinion[Sentiment]
    service_failure: Opinion[ServiceFailure]
    steering: str = ""


class Outcome(StrEnum):
    """What came of turning to the second reader. Everything but `answered` counts as "unsure"."""

    ANSWERED = "answered"
    UNAVAILABLE = "unavailable"  # no connection, a cut one, or a server's error
    LATE = "late"
    RATE_LIMITED = "rate_limited"
    DENIED = "denied"  # key, credit, permission or model
    REJECTED = "rejected"  # the endpoint does not take such a request
    REFUSED = "refused"  # the model would not answer, or a filter stepped in
    EMPTY = "empty"
    CUT_SHORT = "cut_short"
    INVALID = "invalid"  # no JSON, or of another shape
    CONTRADICTORY = "contradictory"  # several answers that differ
    UNFOUNDED = "unfounded"  # it quotes words that are not in the text, or claims something without any
    NOT_CONNECTED = "not_connected"  # its secret is incomplete or cannot be read
    BREAKER_OPEN = "breaker_open"
    LIMIT_REACHED = "limit_reached"
    UNPRICED = "unpriced"  # the policy has no price for the model, so no limit could hold


class ReaderVersion(Record):
    """Who the second reader is: its model, and the instructions that it was given, by name and SHA-256 (hex)."""

    model: str
    instructions: str
    sha256: str


class Usage(Record):
    """Tokens that a reading used, over all its tries."""

    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)


class FirstLook(Record):
    """What the embedded engine said by itself, kept beside what came of a second look."""

    category: Reading[Category]
    urgency: Reading[Urgency]
    sentiment: Reading[Sentiment]
    service_failure: Reading[ServiceFailure]


class SecondLook(Record):
    """That a second reader was turned to, about what, and what it said.

    Attributes:
        asked: the questions that the embedded engine left in doubt.
        reader: None where no reader could be connected.
        answer: only where the outcome is `answered`.
        usage: None where nobody was asked, or the reader did not say.
        micro_dollars: what the reading is counted as; millionths of a dollar.
    """

    asked: tuple[Head, ...]
    outcome: Outcome
    first: FirstLook
    at: Instant
    reader: ReaderVersion | None = None
    answer: Answer | None = None
    usage: Usage | None = None
    micro_dollars: int = Field(default=0, ge=0)

    @property
    def settles_category(self) -> bool:
        """Whether the second reader was asked for the category and knew it."""
        asked = Head.CATEGORY in self.asked
        return asked and self.answer is not None and self.answer.category.sureness is not Sureness.UNSURE


class Observations(Record):
    """Everything the models saw in one version of a ticket.

    Attributes:
        second: the second reader's part in it. The four readings hold what came of both; see `cascade`.
        embedding: where the text lies among all texts, as signed bytes; empty where the engine has none. It is kept
            with a fact of its own, once, and not with every item that holds observations.
    """

    category: Reading[Category]
    urgency: Reading[Urgency]
    sentiment: Reading[Sentiment]
    service_failure: Reading[ServiceFailure]
    language: LanguageReading
    suspicions: tuple[Suspicion, ...] = ()
    engine: EngineVersion
    second: SecondLook | None = None
    embedding: bytes = Field(default=b"", exclude=True, repr=False)

    @property
    def is_calm(self) -> bool:
        """Whether nothing unhappy, no failure and no complaint was read, certain or not."""
        return (
            self.sentiment.label is Sentiment.NEUTRAL
            and self.service_failure.label is ServiceFailure.NONE
            and self.category.label is not Category.COMPLAINT
        )

    @property
    def heard(self) -> Observations:
        """What place, promise, priority and alerts go by.

        In a language that nobody read, urgency and mood are guesses: they count as standard and neutral. The boundary
        goes by all that was seen, so such a ticket is a person's all the same.
        """
        answered = self.second is not None and self.second.answer is not None
        if self.language.readable or self.language.code == "und" or answered:
            return self
        return self.model_copy(
            update={
                "urgency": self.urgency.model_copy(update={"label": Urgency.STANDARD}),
                "sentiment": self.sentiment.model_copy(update={"label": Sentiment.NEUTRAL}),
            }
        )

    @property
    def first(self) -> FirstLook:
        """What the embedded engine said by itself."""
        if self.second is not None:
            return self.second.first
        return FirstLook(
            category=self.category,
            urgency=self.urgency,
            sentiment=self.sentiment,
            service_failure=self.service_failure,
        )
