"""The guard of our four package names: strangers under them would be imported in our place."""

from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

from daemon.errors import DaemonError

OURS = ("daemon", "devices", "skills", "voice")
DISTRIBUTION = "hearth-home"


class StrangerError(DaemonError):
    """Something else is installed under a name of ours (PyPI's python-daemon brings a ``daemon``). Exit code 78."""

    code = "foreign-package"


def refuse_strangers(*, thoroughly: bool = False) -> None:
    """Let pass only if our names are ours; ``thoroughly`` also asks every installed distribution, in about 0.1 s.

    Raises:
        StrangerError: naming the stranger and the remedy.
    """
    root = Path(__file__).resolve().parent.parent
    for name in OURS:
        spec = find_spec(name)
        where = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if where != root / name:
            raise StrangerError(
                f"package {name!r} comes from {str(where)!r}, not from Hearth; give Hearth its own venv"
            )
    if not thoroughly:
        return
    owners = packages_distributions()
    for name in OURS:
        for stranger in set(owners.get(name, ())) - {DISTRIBUTION}:
            raise StrangerError(f"distribution {stranger!r} brings a package {name!r} of its own; uninstall it")
