"""The error of a configuration that cannot be used."""

from daemon.errors import DaemonError


class ConfigError(DaemonError):
    """The configuration cannot be used; the message is one line that names the place and the remedy. Exit code 78."""

    code = "config-invalid"
