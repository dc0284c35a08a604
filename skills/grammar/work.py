"""A bound on what one text may cost, as a count and not a time, so that it gets as far on every machine."""

from dataclasses import dataclass

MOST_WORK = 4_500
"""In steps: a place in the sentences, a way on from it, a word looked at again. 300 to 500 take a millisecond.
What is acted on takes up to 1,900 in English and 2,900 in German, what is asked about 1,500 (development sets, talk,
SLURP), with sentences that were compiled beforehand; others take up to a half more.
"""

MOST_AT_ONCE = 250
"""In steps, what an event loop may wait for: about a millisecond, and less than laying a text along its sounds costs.
Of what is said as the sentences have it 90 to 97 % take less (development sets, SLURP, Home Assistant's suite of 2026).
"""


class TooHardError(Exception):
    """A text would cost more than any command does: what was found in it so far may be the wrong half."""


@dataclass(slots=True)
class Work:
    """How much may still be done for one text."""

    left: int

    def spend(self, steps: int) -> None:
        """Use up some steps.

        Raises:
            TooHardError: there are not so many left.
        """
        self.left -= steps
        if self.left < 0:
            raise TooHardError
