"""What goes wrong with a model, sorted by what can be done about it.

::

    ModelError             no proposal came of it; the message is for the log and for `hearth doctor`
    ├── UnreachableError   nobody answers at the address, or it was left alone for a while after that
    ├── BusyError          others wait already
    ├── MissingError       it has no such model
    ├── UnableError        the model, or the server, cannot do what is needed
    ├── OverlongError      the prompt does not fit
    ├── GarbledError       what came makes no sense
    ├── CutOffError        it ended before its end
    ├── OverdueError       it took too long
    └── ForeignError       it would leave the house
"""

from daemon.errors import DaemonError


class ModelError(DaemonError):
    """No proposal came of it."""

    code = "model-error"


class UnreachableError(ModelError):
    """Nobody answers at the address."""

    code = "model-unreachable"


class BusyError(ModelError):
    """Others wait already."""

    code = "model-busy"


class MissingError(ModelError):
    """There is no such model on the server."""

    code = "model-missing"


class UnableError(ModelError):
    """The model or the server cannot do what is needed."""

    code = "model-unable"


class OverlongError(ModelError):
    """The prompt does not fit into the model's context."""

    code = "model-overlong"


class GarbledError(ModelError):
    """What came makes no sense."""

    code = "model-garbled"


class CutOffError(ModelError):
    """It ended before its end."""

    code = "model-cut-off"


class OverdueError(ModelError):
    """It took too long."""

    code = "model-overdue"


class ForeignError(ModelError):
    """The words would leave the house, and the owner has not said that they may."""

    code = "model-foreign"
