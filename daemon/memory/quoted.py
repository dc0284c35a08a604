"""Where else in the file words of memories stand: notices that asked about a goal, alone or with others."""

import json
import sqlite3
from collections.abc import Sequence
from typing import cast

from daemon.memory.model import Fact

TAKEN_OUT = "…"
"""What a notice says from then on."""
SAID = "said/"
"""Begins what the words of a cause are called in the record: see `Forgotten.refs`."""
_TOLD = "SELECT id, key, text, body, cause FROM notification WHERE kind = 'coaching' OR kind = 'digest'"


def take_out(connection: sqlite3.Connection, facts: Sequence[Fact]) -> Sequence[str]:
    """Take the words of facts out of the notices that have them; return what their causes are called in the record.

    The notices stay: that something was told, when, and what came of it.
    """
    goals = {f"coaching/{_goal_of(fact)}/" for fact in facts if fact.kind == "goal"}
    words = [text for fact in facts if fact.kind == "goal" for text in (fact.text, _thing_of(fact))]
    refs = list[str]()
    for number, key, text, body, cause in connection.execute(_TOLD).fetchall() if goals else ():
        if key.rpartition("/")[0] + "/" in goals or any(one in text for one in words):
            emptied = json.dumps({**json.loads(body), "title": "", "lines": []})
            connection.execute("UPDATE notification SET text = ?, body = ? WHERE id = ?", (TAKEN_OUT, emptied, number))
            refs.append(f"{SAID}{cast('dict[str, object]', json.loads(cause)).get('id')}")
    return refs


def _goal_of(fact: Fact) -> str:
    """Return the number of a goal, also of one that progress was told of."""
    return fact.object.partition("/")[0] if fact.relation == "progress" else str(fact.id)


def _thing_of(fact: Fact) -> str:
    """Return the words that a notice has of a fact: see `daemon.remembering.coaching`."""
    return fact.text if fact.relation == "progress" else fact.object.removeprefix("to ")
