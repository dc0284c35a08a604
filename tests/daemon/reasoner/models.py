"""Models without a model: what they answer is written down, or worked out from the prompt."""

from collections.abc import AsyncGenerator, Callable, Sequence

from daemon.reasoner.errors import ModelError
from daemon.reasoner.model import Prompt

Answer = str | ModelError


class ScriptedModel:
    """Answers what was written for it, in order; an error is raised."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked: list[Prompt] = []
        self.warmed = 0

    async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
        self.asked.append(prompt)
        answer = self._answers.pop(0)
        if isinstance(answer, ModelError):
            raise answer
        for start in range(0, len(answer), 7):
            yield answer[start : start + 7]

    async def warm(self) -> None:
        self.warmed += 1

    async def close(self) -> None:
        return None


class FunctionModel:
    """Answers what a function makes of the prompt."""

    def __init__(self, answer: Callable[[Prompt], str]) -> None:
        self._answer = answer

    async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
        yield self._answer(prompt)

    async def warm(self) -> None:
        return None

    async def close(self) -> None:
        return None


def texts_of(prompt: Prompt) -> Sequence[str]:
    """Return what a prompt says."""
    return [message.text for message in prompt.messages]
