"""Routines that are said in plain words: read back, and kept only after a yes."""

import json
from collections.abc import Mapping
from textwrap import shorten
from typing import cast

from skills.api import Skill
from skills.builtin.readback import says
from skills.language import say
from skills.model import Ask, Reply, Request, Wants
from skills.routines import routine_add

LONGEST_NAME = 60
"""In characters: a routine is called by how it was said, as far as that is a name."""

skill = Skill("routine_drafts")


@skill.command()
async def draft(request: Request, definition: object = None, said: str = "", sure: bool = False) -> Reply:
    """Answer "when the front door opens turn on the hall light": what that is understood as, and whether to keep it."""
    if not isinstance(definition, Mapping):
        return Reply(say("I did not understand that as a routine."), failed=True)
    routine = dict(cast("Mapping[str, object]", definition))
    if not sure:
        question = say("{routine} Shall I keep that?", routine=says(routine, request.home))
        return Reply(question, ask=Ask(question, slot="sure", wants=Wants.YES))
    name = shorten(said, LONGEST_NAME, placeholder="…").strip(" ,.;:")
    kept = {"alias": name[:1].upper() + name[1:], **routine}
    return Reply(say("I keep that in mind."), [routine_add(json.dumps(kept, ensure_ascii=False))])


@skill.command()
async def ask(request: Request, question: str = "") -> Reply:
    """Answer "every evening close the shutters": what has to be known before that is a routine."""
    del request
    return Reply(question, ask=Ask(question))
