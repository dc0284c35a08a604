"""Routines that are said in plain words: read back with what would come of them, and kept only after a yes."""

import json
from collections.abc import Mapping
from textwrap import shorten
from typing import cast

from skills.actions import LONGEST_TIMER_S, timer_start
from skills.api import Skill
from skills.automated import Prospect
from skills.builtin.readback import says
from skills.builtin.words import sentence
from skills.language import say
from skills.model import Ask, Reply, Request, Wants
from skills.routines import routine_add

LONGEST_NAME = 60
"""In characters: a routine is called by how it was said, as far as that is a name."""

skill = Skill("routine_drafts")


@skill.command()
async def draft(
    request: Request, definition: object = None, said: str = "", sure: bool = False, tell: str = ""
) -> Reply:
    """Answer "when the front door opens turn on the hall light": what that is understood as, and whether to keep it."""
    if not isinstance(definition, Mapping):
        return Reply(say("I did not understand that as a routine."), failed=True)
    routine = dict(cast("Mapping[str, object]", definition))
    read = says(routine, request.home)
    if not sure:
        question = _question(read, await request.routines.prospect(routine), tell)
        return Reply(question, ask=Ask(question, slot="sure", wants=Wants.YES))
    name = shorten(said or read, LONGEST_NAME, placeholder="…").strip(" ,.;:")
    kept = {"alias": name[:1].upper() + name[1:], **routine}
    return Reply(say("I keep that in mind."), [routine_add(json.dumps(kept, ensure_ascii=False))])


@skill.command()
async def ask(request: Request, question: str = "") -> Reply:
    """Answer "every evening close the shutters": what has to be known before that is a routine."""
    del request
    return Reply(question, ask=Ask(question, slot="answer", wants=Wants.YES))


@skill.command()
async def once(request: Request, command: str = "", time: str = "") -> Reply:
    """Answer "tomorrow at eight turn on the boiler": it is done then, and never again."""
    from skills.builtin.appointing import spoken

    said = spoken(request, time)
    if said.when is None or said.when.rule is not None or not command:
        return Reply(said.question or say("I did not understand that."), failed=True)
    due = said.when
    length_s = due.after_s if due.after_s is not None else (due.walls[0] - request.now).total_seconds()
    if not 0 < length_s <= LONGEST_TIMER_S:
        return Reply(say("That is over, or too far away."), failed=True)
    wish = timer_start(length_s, area=request.utterance.area, command=command)
    return Reply(sentence(f"{due.said}: {command}"), [wish])


def _question(read: str, prospect: Prospect, tell: str) -> str:
    """Return what is said of a draft and asked: one worry, the most serious; the others where they are asked for."""
    worries = prospect.worries
    match tell:
        case "rest":
            told = [*worries[1:], prospect.follows, prospect.past]
            parts = told if any(told) else [say("There is nothing else.")]
        case "trial":
            known = [prospect.past, prospect.follows, *worries]
            parts = known if any(known) else [say("It would do just that: {routine}", routine=read)]
        case _:
            more = say("There is more: ask “what else?”") if len(worries) > 1 else ""
            parts = [read, worries[0], more] if worries else [read, prospect.follows, prospect.past]
    asked = say("Shall I keep it anyway?") if worries else say("Shall I keep that?")
    return " ".join(part for part in (*parts, asked) if part)
