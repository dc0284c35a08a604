"""Routines said in plain words: a sentence in, the draft of a routine out, or the one question that is left."""

from skills.grammar.plain.drafting import Household, draft
from skills.grammar.plain.model import Draft, Unclear

__all__ = ["Draft", "Household", "Unclear", "draft"]
