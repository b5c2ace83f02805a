"""The table, and the few requests that the stores make of it. Nothing here scans."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from shared.adapters.boto import client, translated
from shared.adapters.dynamodb.keys import PK, SK, Key
from shared.domain.errors import StoreConflict, StoredItemCorrupt, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Attributes = Mapping[str, str | int]
Write = dict[str, Any]
"""One write of a transaction, as DynamoDB takes it."""
Value = TypeVar("Value", bound=BaseModel)


class Only(NamedTuple):
    """When a write may happen."""

    expression: str
    values: Attributes = {}


_BATCH_ATTEMPTS = 8
ABSENT = Only(f"attribute_not_exists({PK})")


class Table:
    """One table. Reads are consistent; writes raise `StoreConflict` when their condition does not hold."""

    def __init__(self, dynamodb: DynamoDBClient, name: str) -> None:
        self._client = dynamodb
        self._name = name

    @classmethod
    def connect(cls, name: str) -> Table:
        """The table of this name in this account."""
        return cls(client("dynamodb"), name)

    def get(self, key: Key) -> Attributes | None:
        """An item, or None."""
        with translated(f"read {key.pk} {key.sk}"):
            answer = self._client.get_item(TableName=self._name, Key=_wire(_located(key)), ConsistentRead=True)
        return _plain(answer["Item"]) if "Item" in answer else None

    def put(self, key: Key, attributes: Attributes, only: Only | None = None) -> None:
        """Write an item, replacing the one that is there."""
        with translated(f"write {key.pk} {key.sk}"):
            self._client.put_item(**self.as_put(key, attributes, only)["Put"])

    def put_once(self, key: Key, attributes: Attributes, only: Only = ABSENT) -> bool:
        """Write an item where there is none. False, and nothing written, where there is one."""
        try:
            self.put(key, attributes, only)
        except StoreConflict:
            return False
        return True

    def put_many(self, items: Iterable[tuple[Key, Attributes]]) -> int:
        """Write many items, each replacing the one that is there, and answer how many. No key may come twice."""
        written = 0
        left = iter(items)
        while batch := [{"PutRequest": {"Item": _wire({**_located(key), **rest})}} for key, rest in islice(left, 25)]:
            written += len(batch)
            self._put_batch(batch)
        return written

    def _put_batch(self, batch: list[dict[str, Any]]) -> None:
        for attempt in range(_BATCH_ATTEMPTS):
            with translated(f"write {len(batch)} items"):
                answer = self._client.batch_write_item(RequestItems={self._name: batch})  # type: ignore[dict-item]
            batch = list(answer.get("UnprocessedItems", {}).get(self._name, []))  # type: ignore[arg-type]
            if not batch:
                return
            time.sleep(0.05 * 2**attempt)
        raise StoreUnavailable(f"{len(batch)} items were not taken")

    def delete(self, key: Key, only: Only | None = None) -> None:
        """Remove an item."""
        with translated(f"remove {key.pk} {key.sk}"):
            self._client.delete_item(TableName=self._name, Key=_wire(_located(key)), **_condition(only))

    def add(self, key: Key, amounts: Mapping[str, int], only: Only | None = None) -> None:
        """Change an item's counters; one that is not there begins at zero.

        The client repeats a request whose answer got lost, so a counter may be too high by one change.
        """
        changes = ", ".join(f"{name} :{name}" for name in amounts)
        values = {**{f":{name}": amount for name, amount in amounts.items()}, **(only.values if only else {})}
        request = {"UpdateExpression": f"ADD {changes}", **_condition(only), "ExpressionAttributeValues": _wire(values)}
        with translated(f"add to {key.pk} {key.sk}"):
            self._client.update_item(TableName=self._name, Key=_wire(_located(key)), **request)

    def change(self, key: Key, expression: str, only: Only) -> bool:
        """Change an item in place, or make it; False, and nothing changed, where the condition does not hold.

        Args:
            expression: DynamoDB's update expression; its values stand in `only`, beside those of the condition.
        """
        try:
            with translated(f"change {key.pk} {key.sk}"):
                self._client.update_item(
                    TableName=self._name, Key=_wire(_located(key)), UpdateExpression=expression, **_condition(only)
                )
        except StoreConflict:
            return False
        return True

    def transact(self, *writes: Write) -> None:
        """All of it or nothing. The client's own retry of an answer that got lost does nothing twice."""
        with translated(f"write {len(writes)} items together"):
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]  # built below

    def partition(self, pk: str, begins: str = "") -> Iterator[Attributes]:
        """Every item under a partition key, in order; or those whose sort key begins with a text."""
        only = Only(f"{PK} = :pk", {":pk": pk})
        if begins:
            only = Only(f"{PK} = :pk AND begins_with({SK}, :begins)", {":pk": pk, ":begins": begins})
        request = {"KeyConditionExpression": only.expression, "ExpressionAttributeValues": _wire(only.values)}
        return self._pages({**request, "ConsistentRead": True}, limit=None)

    def newest(self, pk: str, first: str, last: str, *, limit: int) -> Iterator[Attributes]:
        """At most `limit` items whose sort keys lie from one text to another, the last of them first."""
        only = Only(f"{PK} = :pk AND {SK} BETWEEN :first AND :last", {":pk": pk, ":first": first, ":last": last})
        request = {"KeyConditionExpression": only.expression, "ExpressionAttributeValues": _wire(only.values)}
        return self._pages({**request, "ConsistentRead": True, "ScanIndexForward": False}, limit=limit)

    def index(self, name: str, only: Only, *, limit: int) -> Iterator[Attributes]:
        """At most `limit` items from an index, in order. An index follows the table within about a second."""
        request = {"IndexName": name, "KeyConditionExpression": only.expression}
        return self._pages({**request, "ExpressionAttributeValues": _wire(only.values)}, limit=limit)

    def _pages(self, request: dict[str, Any], *, limit: int | None) -> Iterator[Attributes]:
        left = limit
        while left is None or left > 0:
            bounded = request if left is None else {**request, "Limit": left}
            with translated(f"query {request.get('IndexName', 'the table')}"):
                page = self._client.query(TableName=self._name, **bounded)
            yield from map(_plain, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request = {**request, "ExclusiveStartKey": page["LastEvaluatedKey"]}
            left = None if left is None else left - len(page["Items"])

    def as_put(self, key: Key, attributes: Attributes, only: Only | None = None) -> Write:
        """A put, for a transaction."""
        item = _wire({**_located(key), **attributes})
        return {"Put": {"TableName": self._name, "Item": item, **_condition(only)}}

    def as_check(self, key: Key, only: Only) -> Write:
        """A condition on an item that stays as it is, for a transaction."""
        return {"ConditionCheck": {"TableName": self._name, "Key": _wire(_located(key)), **_condition(only)}}

    def as_first(self, key: Key, attributes: Attributes) -> Write:
        """An item's attributes where it has none yet, for a transaction; what is there stays."""
        names = {f"#{place}": name for place, name in enumerate(attributes)}
        values = {f":{place}": value for place, value in enumerate(attributes.values())}
        sets = ", ".join(f"#{place} = if_not_exists(#{place}, :{place})" for place in range(len(attributes)))
        return self._as_update(key, f"SET {sets}", values, names=names)

    def as_add(self, key: Key, amounts: Mapping[str, int], only: Only | None = None) -> Write:
        """A change of counters, for a transaction; one that is not there begins at zero."""
        adds = ", ".join(f"{attribute} :{attribute}_more" for attribute in amounts)
        values = {f":{attribute}_more": amount for attribute, amount in amounts.items()}
        return self._as_update(key, f"ADD {adds}", values, only)

    def _as_update(
        self,
        key: Key,
        expression: str,
        values: Attributes,
        only: Only | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Write:
        update: dict[str, Any] = {
            "TableName": self._name,
            "Key": _wire(_located(key)),
            "UpdateExpression": expression,
            "ExpressionAttributeValues": _wire({**values, **(only.values if only else {})}),
        }
        if names:
            update["ExpressionAttributeNames"] = dict(names)
        return {"Update": {**update, "ConditionExpression": only.expression} if only else update}


def read_value(item: Attributes, kind: type[Value]) -> Value:
    """The domain value in an item.

    Raises:
        StoredItemCorrupt: it is none; the message names the item and nothing of its content.
    """
    try:
        return kind.model_validate_json(str(item.get("value", "")))
    except ValidationError:
        # The validation error would quote the content.
        raise StoredItemCorrupt(f"{item[PK]} {item[SK]} holds no valid {kind.__name__}") from None


def _located(key: Key) -> Attributes:
    return {PK: key.pk, SK: key.sk}


def _condition(only: Only | None) -> dict[str, Any]:
    if only is None:
        return {}
    values = {"ExpressionAttributeValues": _wire(only.values)} if only.values else {}
    return {"ConditionExpression": only.expression, **values}


def _wire(attributes: Attributes) -> dict[str, Any]:
    """Attributes as DynamoDB takes them: this table holds texts and whole numbers."""
    return {name: {"N": str(v)} if isinstance(v, int) else {"S": v} for name, v in attributes.items()}


def _plain(item: Mapping[str, Any]) -> Attributes:
    """Attributes as Python has them. A kind that we never write is left out, and missed by who reads it."""
    texts = {name: str(v["S"]) for name, v in item.items() if "S" in v}
    numbers = {name: int(v["N"]) for name, v in item.items() if "N" in v and v["N"].lstrip("-").isdigit()}
    return {**texts, **numbers}
