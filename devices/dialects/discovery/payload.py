"""A payload as the readers see it: decoded and parsed at most once, whatever the number of entities that read it."""

import math
from collections.abc import Mapping
from typing import Final

from devices.dialects import json_payload
from devices.model import PayloadError

HEAD: Final = 60
"""So much of a foreign text is quoted in an error."""


def head(value: object) -> str:
    """Return the beginning of something foreign, quoted and safe to log."""
    shown = value if isinstance(value, str) else repr(value)
    return repr(shown if len(shown) <= HEAD else shown[:HEAD] + "…")


def finite(value: object) -> float:
    """Return a number, or a text that says one, as a float.

    Raises:
        PayloadError: it is none, a boolean, or not finite.
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    raise PayloadError(f"not a finite number: {head(value)}")


def compact(number: float) -> int | float:
    """Return 21 for 21.0 and 21.5 for 21.5: receivers that want a whole number get one."""
    return int(number) if number == int(number) else number


class Payload:
    """The bytes of one message, with their text and their JSON on demand."""

    __slots__ = ("_json", "_text", "data", "retained")

    def __init__(self, data: bytes, *, retained: bool = False) -> None:
        self.data = data
        self.retained = retained
        self._text: str | None = None
        self._json: object = ...

    @property
    def text(self) -> str:
        """The payload as text.

        Raises:
            PayloadError: it is too long or not UTF-8.
        """
        if self._text is None:
            self._text = json_payload.text(self.data)
        return self._text

    @property
    def json(self) -> object:
        """The payload as a JSON value.

        Raises:
            PayloadError: it is none.
        """
        if self._json is ...:
            # A failure is kept as well: twenty entities may read one broken payload.
            try:
                self._json = json_payload.parse(self.data)
            except PayloadError as error:
                self._json = error
        if isinstance(self._json, PayloadError):
            raise self._json
        return self._json

    @property
    def mapping(self) -> Mapping[str, object]:
        """The payload as a JSON object.

        Raises:
            PayloadError: it is something else.
        """
        value = self.json
        if not json_payload.is_object(value):
            raise PayloadError(f"not a JSON object: {head(value)}")
        return value
