"""POST /customers: 200 and what became of each row, otherwise a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.import_customers.service import import_customers
from shared.adapters.dynamodb.customer_book import DynamoCustomerBook
from shared.adapters.dynamodb.rows_aside import DynamoRowsAside
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.domain.delivery import secrets_in
from shared.ports.customers import CustomerBook, RowsAside
from shared.runtime.http import REFUSED, answer_of, body_of, headers_of, refusal_of
from shared.runtime.observability import Observer, now
from shared.runtime.settings import ImportCustomersSettings


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    secrets: Callable[[], tuple[str, ...]]
    time_zone: str
    book: CustomerBook
    aside: RowsAside
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = ImportCustomersSettings.from_environment()
    reader = SecretReader.connect()
    return Deps(
        secrets=lambda: secrets_in(reader.read(settings.customers_secret)),
        time_zone=settings.time_zone,
        book=DynamoCustomerBook.connect(settings.table_name),
        aside=DynamoRowsAside.connect(settings.table_name),
        observer=Observer(settings),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer 200, 422 where no row at all could be taken, or 400, 401, 413 or 503 with what is wrong."""
    deps = deps or production_deps()
    try:
        found = import_customers(
            headers_of(event),
            body_of(event),
            secrets=deps.secrets(),
            time_zone=deps.time_zone,
            book=deps.book,
            aside=deps.aside,
            now=deps.clock(),
        )
    except REFUSED as error:
        status, code, message = refusal_of(error)
        deps.observer.done("customers refused", "CustomersRefused", reason=code, status=status.value)
        return answer_of(status, {"error": code, "message": message})
    deps.observer.done("customers imported", "CustomerLists", imported=found.imported, left_out=found.left_out)
    deps.observer.count("CustomersImported", found.imported)
    deps.observer.count("CustomersLeftOut", found.left_out)
    none_taken = found.left_out and not found.imported
    return answer_of(HTTPStatus.UNPROCESSABLE_ENTITY if none_taken else HTTPStatus.OK, found.model_dump(mode="json"))
