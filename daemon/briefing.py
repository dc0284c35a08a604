"""Puts a briefing together: asks every skill for its part of it, and waits for none of them long."""

import asyncio
import logging
from collections.abc import Sequence

from skills.briefing import Part
from skills.model import Request
from skills.registry import Registry

log = logging.getLogger("hearth." + __name__)

PART_S = 1.5
"""The longest that one skill may think about its part; all of them think at the same time."""


async def gather(registry: Registry, request: Request, kind: str) -> Sequence[str]:
    """Return what the skills have to say in a briefing of a kind, in their order; one that breaks says nothing."""
    parts = [part for part in registry.parts() if part.kind == kind]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_said(part, request)) for part in parts]
    return [sentence for task in tasks for sentence in task.result() if sentence]


async def _said(part: Part, request: Request) -> Sequence[str]:
    try:
        async with asyncio.timeout(PART_S):
            said = await part.function(request)
    except Exception:  # the border to skills: one that breaks must not take the briefing with it
        log.exception("skill %s broke on its part of a briefing", part.skill)
        return ()
    return (said,) if isinstance(said, str) else said
