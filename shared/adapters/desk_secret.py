"""What is stored to sign in to a desk by OAuth client credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.domain.errors import DeskAccessLost


class OAuthSecret(BaseModel):
    """The part of a desk's API secret that such desks have in common."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True)

    base_url: str = Field(pattern=r"^https?://[^/\s]+(/\S*)?$")
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1)
    integration_user_id: str = Field(min_length=1)


Secret = TypeVar("Secret", bound=BaseModel)


def read_secret(model: type[Secret], secret: Mapping[str, object], *, desk: str) -> Secret:
    """A stored secret as its model.

    Raises:
        DeskAccessLost: it lacks something; the message names what, and no value.
    """
    try:
        return model.model_validate(secret)
    except ValidationError as error:
        missing = ", ".join(sorted({str(one["loc"][0]) for one in error.errors(include_input=False)}))
        message = f"the secret of {desk} lacks or misspells {missing}: run 'firstline connect {desk}' again"
        raise DeskAccessLost(message, status=401, permission="a complete secret") from None
