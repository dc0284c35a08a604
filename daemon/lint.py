"""What ``hearth routine lint`` does: a file of routines in, what is wrong with them out, without a daemon."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from daemon.errors import DaemonError
from daemon.routines.linting.findings import Finding
from daemon.routines.linting.linting import lint
from daemon.routines.model import NotUnderstood
from daemon.routines.playing.house import NOWHERE, read_house
from daemon.routines.reading import read_routines

LARGEST_FILE = 20_000_000
"""Bytes; ten thousand routines have about ten million."""


class RoutineFileError(DaemonError):
    """A file of routines cannot be read; the message names it."""

    code = "routine-file-invalid"


@dataclass(frozen=True, slots=True)
class Linted:
    """What came of looking at a file."""

    routines: int
    findings: Sequence[Finding]
    not_understood: Sequence[NotUnderstood]

    def as_object(self) -> dict[str, object]:
        """Return it as JSON has it: ``routines``, ``findings``, ``not_understood``."""
        return {
            "routines": self.routines,
            "findings": [asdict(finding) for finding in self.findings],
            "not_understood": [
                {"routine": place.routine, "where": place.where, "why": place.why} for place in self.not_understood
            ],
        }

    def told(self) -> str:
        """Return it as text for the terminal."""
        lines = [f"{finding.kind.replace('_', ' ')}: {finding.explain}" for finding in self.findings]
        lines += [
            f"not understood: {place.routine or 'the file'}, {place.where or 'the whole'}: {place.why}"
            for place in self.not_understood
        ]
        count = len(self.findings)
        found = "nothing found" if not count else "1 finding" if count == 1 else f"{count} findings"
        return "\n".join((*lines, f"{self.routines} routines, {found}"))


def lint_file(file: Path, home: Path | None = None) -> Linted:
    """Look for what is wrong with the routines of a file, in a house where a HOME file says what there is.

    Raises:
        RoutineFileError: the file cannot be read.
        HouseError: the HOME file cannot be used.
    """
    house = NOWHERE if home is None else read_house(home)
    reading = read_routines(_text(file))
    places = [place for place in reading.not_understood if not place.harmless]
    return Linted(len(reading.routines), lint(reading.routines, house), places)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise RoutineFileError(f"{str(file)!r} is larger than {LARGEST_FILE} bytes: those are no routines")
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RoutineFileError(f"{str(file)!r} cannot be read: {error}") from error
