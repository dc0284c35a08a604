"""What never reaches the record: codes, pins, passwords, tokens, and what people confide to the memory."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import cast

MASK = "•••"
_SECRET = re.compile(r"(^|_)(code|pin|password|passcode|passphrase|token|secret|api_key|confided)s?$", re.IGNORECASE)
_SHORTEST = 3
"""A shorter secret is masked in its own place only: as a word it would blot out half of a sentence."""


def redact(value: object) -> object:
    """Return ``value`` as plain JSON values, with what stands under a secret's name masked."""
    return plain(value, _mask)


def plain(value: object, look: Callable[[object, object], object] = lambda _key, item: item) -> object:
    """Return ``value`` as plain JSON values; ``look`` may change what stands under a key."""
    match value:
        case Mapping():
            items = cast("Mapping[object, object]", value).items()
            return {str(key): plain(look(key, item), look) for key, item in items}
        case str() | bool() | int() | float() | None:
            return value
        case Sequence() | Set():
            return [plain(item, look) for item in cast("Sequence[object] | Set[object]", value)]
        case _:
            return str(value)


def _mask(key: object, item: object) -> object:
    return MASK if _is_secret(key, item) else item


def masked(text: str, arguments: Mapping[str, object]) -> str:
    """Return ``text`` without the secrets that stand in ``arguments``: "open it with 4711" tells the code too."""
    for secret in secrets(arguments):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, MASK)
    return text


def secrets(value: object) -> Iterator[str]:
    """Yield what stands under a secret's name."""
    match value:
        case Mapping():
            for key, item in cast("Mapping[object, object]", value).items():
                if _is_secret(key, item):
                    yield str(item)
                else:
                    yield from secrets(item)
        case str():
            return
        case Sequence() | Set():
            for item in cast("Sequence[object] | Set[object]", value):
                yield from secrets(item)
        case _:
            return


def _is_secret(key: object, item: object) -> bool:
    return item is not None and _SECRET.search(str(key)) is not None
