"""Where the second reader is found: the content of the secret, or of the command line's environment."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, SecretStr


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
