"""A table that counts as DynamoDB does, as far as a budget of rate limits asks it to."""

from __future__ import annotations

import re

from shared.adapters.dynamodb.keys import Key
from shared.adapters.dynamodb.table import Only


class Counting:
    """The two requests that a budget makes of the table, answered as DynamoDB would."""

    def __init__(self) -> None:
        self.items: dict[Key, dict[str, int]] = {}
        self.reads = self.writes = 0

    def get(self, key: Key) -> dict[str, int] | None:
        self.reads += 1
        return dict(self.items[key]) if key in self.items else None

    def change(self, key: Key, expression: str, only: Only) -> bool:
        self.writes += 1
        item, values = self.items.setdefault(key, {}), only.values
        place = re.search(r"n(\d+)", expression).group(1)
        begun, units = item.get(f"t{place}"), item.get(f"n{place}", 0)
        if expression.startswith("ADD"):
            if begun != values[":start"] or units > values[":room"]:
                return False
            item[f"n{place}"] = units + values[":units"]
            return True
        if begun is not None and begun >= values[":start"]:
            return False
        item[f"n{place}"], item[f"t{place}"] = values[":units"], values[":start"]
        return True

    def used(self) -> dict[str, int]:
        return {key.pk: sum(n for name, n in item.items() if name[0] == "n") for key, item in self.items.items()}
