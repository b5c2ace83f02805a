"""Search by words: no model, no vendor, the same answer on every machine."""

from shared.adapters.lexical.index import LexicalIndex
from shared.adapters.lexical.knowledge import LexicalKnowledge
from shared.adapters.lexical.matcher import Matcher

__all__ = ["LexicalIndex", "LexicalKnowledge", "Matcher"]
