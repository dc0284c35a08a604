"""The root of what the daemon raises.

Each module below it draws its own branch::

    DaemonError
    ├── ConfigError      daemon.config: what was configured cannot be used
    ├── LockedError      daemon.lock: another Hearth runs on this state directory
    ├── StoreError       daemon.store.errors: the file that keeps everything cannot be used, or not now
    ├── ListAwayError    daemon.lists: a list that stands elsewhere cannot be read now
    └── GatewayError     daemon.gateway: a wish that its caller should not have made
"""


class DaemonError(Exception):
    """The base of everything that this package raises. The message names the thing and the remedy."""

    code = "daemon-error"
