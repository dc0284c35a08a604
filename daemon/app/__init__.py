"""The composition root: every object is built here, and nowhere else.

`hearth.build` puts the parts together, `process.serve` runs them as a process. A new part is built in the module of its
area, as a field of what that returns: `keeping`, `house` (over `bridges`), `telling`, `talking`. Beside that it is one
line for each of: its effects (`talking.talking_of`), what it runs (`running.runs_of`), its health (`hearth`).
"""

from daemon.app.hearth import Hearth, build
from daemon.app.keeping import DATABASE
from daemon.app.process import serve

__all__ = ["DATABASE", "Hearth", "build", "serve"]
