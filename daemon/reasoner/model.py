"""The seam to a language model: a prompt in, its text in pieces out."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

BYTES_PER_TOKEN = 3
"""Fewer than the three to four bytes that a token of English or German has, so that a count errs on the long side."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked."""

    messages: tuple[Message, ...]
    schema: Mapping[str, object] | None = None
    """The JSON schema that the answer has to follow; None: free text."""
    most_tokens: int = 400
    """Of the answer: what is longer is cut off, and then no answer."""

    @property
    def tokens(self) -> int:
        """About how many tokens it is, rather too many than too few."""
        return sum(tokens_in(message.text) + 8 for message in self.messages)


class Model(Protocol):
    """Something that completes prompts: `daemon.reasoner.ollama.Ollama`, or a double in the tests."""

    def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
        """Yield the answer in pieces as they come; closing it ends the work over there.

        Raises:
            ModelError: it did not come to its end.
        """
        ...

    async def warm(self) -> None:
        """Have it loaded before somebody waits for it.

        Raises:
            ModelError: it cannot be.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


def tokens_in(text: str) -> int:
    """Return about how many tokens a text is, rather too many than too few."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN)
