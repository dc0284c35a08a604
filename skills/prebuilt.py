"""Compiles the sentences of the built-in skills beforehand, so that even the first start finds them compiled.

``python -m skills.prebuilt [LANGUAGE ...]`` writes them beside the code, 3 to 4 MB a language; run it before a wheel is
built or after an installation. Without it a first start takes half a second longer, and then has it done by
`skills.compiling`.
"""

import argparse
import shutil

from skills import registry
from skills.grammar import load
from skills.grammar.cache import SHIPPED

LANGUAGES = ("en", "de")


def main() -> None:
    """Write what the languages on the command line need, else English and German, in the place of what is there."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("languages", nargs="*", default=LANGUAGES)
    given = arguments.parse_args()
    shutil.rmtree(SHIPPED, ignore_errors=True)
    found = registry.load()
    for language in given.languages:
        load(language, found.documents(language, cache=SHIPPED), cache=SHIPPED)
    for file in SHIPPED.iterdir():
        file.chmod(0o644)  # read by whoever runs the daemon
    SHIPPED.chmod(0o755)


if __name__ == "__main__":
    main()
