"""What every domain value promises."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from shared.domain.observation import Request


def test_an_error_about_a_value_never_quotes_what_a_customer_wrote() -> None:
    with pytest.raises(ValidationError) as caught:
        Request.model_validate({"text": ["my card is 4111 1111 1111 1111"]})

    assert "4111" not in str(caught.value)
