"""The entry point of the command ``hearth``."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    from daemon.cli import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
