"""Sums, shares and units: "what's 18 times 24?", "how many grams are in a pound?"; a coin, a die, a number."""

import math
import random
from pathlib import Path

from skills.api import Skill
from skills.builtin.units import converted
from skills.builtin.words import amount
from skills.language import current, say
from skills.model import Reply, Request

DIGITS = 4
"""As many digits of a result that is not whole are told."""
EXACT_BELOW = 1e15
"""Beyond this a float no longer tells whole numbers apart."""

skill = Skill("calculator")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("calculator.sum")
async def calculate(request: Request, a: float, b: float, operation: str) -> Reply:
    """Answer "what's 18 times 24?" and "15 percent of 84"."""
    del request
    result = _result(float(a), float(b), operation)
    if result is None:
        return Reply(say("Nothing can be divided by zero."), failed=True)
    return _told(result)


@skill.handles("calculator.root")
async def root(request: Request, a: float) -> Reply:
    """Answer "what's the square root of 81?"."""
    del request
    return _told(math.sqrt(a))


@skill.handles("calculator.convert")
async def convert(request: Request, unit: str, to: str, a: float = 1.0) -> Reply:
    """Answer "how many grams are in a pound?" and "350 Fahrenheit in Celsius"."""
    del request
    result = converted(float(a), unit, to)
    if result is None:
        return Reply(say("The two measure different things."), failed=True)
    rounded = _rounded(result)
    told = amount(rounded, to, _in_digits(rounded))
    return Reply(say("That's {result}.", result=told) if rounded == result else say("About {result}.", result=told))


@skill.handles("calculator.coin")
async def coin(request: Request) -> Reply:
    """Answer "flip a coin"."""
    del request
    return Reply(say("Heads.") if random.randrange(2) else say("Tails."))


@skill.handles("calculator.dice")
async def dice(request: Request) -> Reply:
    """Answer "roll a die"."""
    del request
    return Reply(say("It's a {number}.", number=random.randint(1, 6)))


@skill.handles("calculator.pick")
async def pick(request: Request, low: float, high: float) -> Reply:
    """Answer "pick a number between one and ten"."""
    del request
    return Reply(say("I pick {number}.", number=random.randint(*sorted((int(low), int(high))))))


def _result(a: float, b: float, operation: str) -> float | None:
    match operation:
        case "plus":
            return a + b
        case "minus":
            return a - b
        case "times":
            return a * b
        case "percent":
            return a * b / 100
        case _:
            return a / b if b else None


def _told(result: float) -> Reply:
    rounded = _rounded(result)
    digits = _in_digits(rounded)
    return Reply(say("That's {result}.", result=digits) if rounded == result else say("About {result}.", result=digits))


def _rounded(result: float) -> float:
    """Return a result to four digits, or to the whole number where it has more."""
    if not result or abs(result) >= EXACT_BELOW:
        return result
    return round(result, max(0, DIGITS - 1 - math.floor(math.log10(abs(result)))))


def _in_digits(result: float) -> str:
    plain = f"{result:.10f}".rstrip("0").rstrip(".") if abs(result) < EXACT_BELOW else f"{result:.3e}"
    return plain.replace(".", current().decimal)
