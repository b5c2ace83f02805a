"""Where a language model is found (the secret, or the command line's environment), and what it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, SecretStr, ValidationError

from shared.domain.errors import StoredItemCorrupt


class Mode(StrEnum):
    """How much help the endpoint gives to get an answer of the right shape. Configured, never guessed."""

    SCHEMA = "schema"  # JSON schema, kept by the endpoint
    GUIDED = "guided"  # the same in the words of llama.cpp and some others: JSON, with the schema beside it
    JSON = "json"  # some JSON
    TEXT = "text"  # nothing: the instructions ask for it


def _fits_a_header(key: SecretStr) -> SecretStr:
    if not key.get_secret_value().isascii() or not key.get_secret_value().isprintable():
        raise ValueError("a key has printable ASCII characters only")
    return key


class Endpoint(BaseModel):
    """An endpoint and the model to ask there.

    Attributes:
        base_url: up to and with the version, such as `https://api.openai.com/v1` or `http://localhost:11434/v1`.
        api_key: endpoints without keys take any.
        reasoning: whether the model thinks before it answers; such models take no temperature and need more room.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    base_url: HttpUrl = HttpUrl("https://api.openai.com/v1")
    api_key: Annotated[SecretStr, Field(min_length=1), AfterValidator(_fits_a_header)] = SecretStr("none")
    model: str = Field(pattern=r"\S")
    mode: Mode = Mode.SCHEMA
    reasoning: bool = False

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> Endpoint:
        """The endpoint that a secret describes.

        Raises:
            StoredItemCorrupt: the description is incomplete; the message names fields and no value.
        """
        try:
            return cls.model_validate(dict(settings))
        except ValidationError as error:
            places = sorted({str(part["loc"][0]) for part in error.errors(include_input=False) if part["loc"]})
        raise StoredItemCorrupt(f"the language model's settings are wrong in: {', '.join(places)}")


class Form(NamedTuple):
    """What shape an answer has, and how long it may be in tokens; a model that thinks first needs more room."""

    name: str
    schema: dict[str, Any]
    plain_tokens: int
    reasoning_tokens: int

    def most_tokens(self, endpoint: Endpoint) -> int:
        """The most that an answer may be long at an endpoint."""
        return self.reasoning_tokens if endpoint.reasoning else self.plain_tokens
