"""Templates of publishers: compiled once, rendered safely, to Home Assistant's results."""

import re
from collections.abc import Callable
from typing import Any, Final

from devices.dialects.discovery.expressions import compile_expression
from devices.dialects.discovery.functions import Skip, bounded
from devices.dialects.discovery.payload import Payload, head
from devices.model import PayloadError

MAX_SOURCE: Final = 4_096
"""Characters; the longest seen in the captures has 700."""
MAX_CACHED: Final = 2_048

_COPES = re.compile(r"defined|default|\bd\(|\.get\(|\bin value_json|\biif\b|\bif\b.*value_json\b(?![.\[])")

Render = Callable[[dict[str, Any]], str]


class Template:
    """One compiled template."""

    __slots__ = ("_json", "_render", "partial", "source")

    def __init__(self, source: str, render: Render) -> None:
        self.source = source
        self.partial = _COPES.search(source) is not None
        """It copes with missing keys: messages on its topic do not say everything each time."""
        self._render = render
        self._json = "value_json" in source

    def render(self, variables: dict[str, Any]) -> str | None:
        """Return the text without blanks at its ends; ``None`` where the template asks for no change.

        Raises:
            PayloadError: it fails with these variables.
        """
        try:
            return self._render(variables).strip()
        except Skip:
            return None
        # Foreign code runs here: whatever it raises is the publisher's fault and must not stop the reader.
        except Exception as error:
            raise PayloadError(f"template {head(self.source)} failed: {head(str(error))}") from error

    def read(self, payload: Payload) -> str | None:
        """Return what the template makes of a payload; ``None`` where it asks for no change, or makes nothing of it.

        Raises:
            PayloadError: it fails.
        """
        variables: dict[str, Any] = {"value": payload.text}
        if self._json:
            try:
                variables["value_json"] = payload.json
            except PayloadError:
                # As in Home Assistant: the name is missing then, and the template may cope.
                pass
        return self.render(variables) or None


class Templates:
    """Compiles templates and remembers the last few thousand: a publisher uses the same one for all its devices."""

    def __init__(self) -> None:
        self._cache: dict[str, Template] = {}

    def compile(self, source: str) -> Template:
        """Return the compiled template.

        Raises:
            PayloadError: it does not compile or wants what is not allowed.
        """
        known = self._cache.get(source)
        if known is not None:
            return known
        if len(source) > MAX_SOURCE:
            raise PayloadError(f"a template of {len(source)} characters, at most {MAX_SOURCE} are read")
        if len(self._cache) >= MAX_CACHED:
            del self._cache[next(iter(self._cache))]
        template = self._cache[source] = Template(source, _compile(source))
        return template


def _compile(source: str) -> Render:
    if "{{" not in source and "{%" not in source and "{#" not in source:
        return lambda _variables: source
    expression = compile_expression(source)
    if expression is not None:
        return lambda variables: bounded(str(expression(variables)))
    from devices.dialects.discovery.sandbox import compile_template

    # Foreign code is compiled here: Jinja, and Python's compiler behind it, raise a dozen types.
    try:
        return compile_template(source)
    except Exception as error:
        raise PayloadError(f"template {head(source)} is refused: {head(str(error))}") from error
