"""The composition root: every object is built here, and nowhere else.

`hearth.build` puts the parts together, `process.serve` runs them as a process. A new part is built by one function in
the module of its area, and is one line in `hearth.build` for each of: its effects, its health, what it runs.
"""

from daemon.app.hearth import Hearth, Run, build
from daemon.app.keeping import DATABASE
from daemon.app.process import serve

__all__ = ["DATABASE", "Hearth", "Run", "build", "serve"]
