"""Compiles sentences in a process of its own: it takes 60 MiB and a second, and the house is to be heard meanwhile."""

import asyncio
import logging
import marshal
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from skills.documents import Document
from skills.grammar import is_kept, load

log = logging.getLogger("hearth." + __name__)

COMPILE_S = 120.0
"""A language takes one second; this is for a small computer that has other things to do."""


async def compile_beside(language: str, documents: Sequence[Document], cache: Path) -> bool:
    """Have what `load` makes of sentences put into a folder; return whether it is there now. Nothing is raised."""
    try:
        # It says itself what it cannot write.
        given = marshal.dumps(cast("str", (language, tuple(map(dict, documents)))))
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", __name__, str(cache)), stdin=asyncio.subprocess.PIPE
        )
    except (OSError, ValueError) as error:
        log.info("the sentences in %r cannot be compiled beforehand: %s", language, error)
        return False
    try:
        async with asyncio.timeout(COMPILE_S):
            await child.communicate(given)
    except TimeoutError:
        log.info("the sentences in %r took longer than %.0f s to compile", language, COMPILE_S)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return child.returncode == 0


def main() -> None:
    """Compile what standard input holds into the folder on the command line, with the lowest priority."""
    # The unit's filter refuses it (~@resources): then it compiles at the daemon's own priority.
    with suppress(PermissionError):
        os.nice(19)
    cache = Path(sys.argv[1])
    language, documents = marshal.loads(sys.stdin.buffer.read())  # noqa: S302 - from the process that started this
    load(language, documents, cache=cache)
    if not is_kept(language, documents, cache):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
