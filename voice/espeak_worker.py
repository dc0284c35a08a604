"""The process that speaks with espeak-ng, and spells out how words sound: ``python -m voice.espeak_worker VOICE``."""

import sys

from voice.espeak import Espeak
from voice.worker import Speaker, serve


def main() -> None:
    """Serve on stdin and stdout; with ``--ipa`` print the pronunciation of each line of stdin and end."""
    voice = sys.argv[1] if len(sys.argv) > 1 else "en-us"
    if "--ipa" in sys.argv:
        engine = Espeak(voice)
        for line in sys.stdin:
            sys.stdout.write(engine.ipa(line.strip()) + "\n")
        return

    def load() -> Speaker:
        return Espeak(voice)

    serve(load)


if __name__ == "__main__":
    main()
