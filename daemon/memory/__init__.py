"""What the household said and wants remembered: kept word for word, found again, corrected, and forgotten for good."""

from daemon.memory.embedding import Embedder, StaticEmbedder
from daemon.memory.forgetting import Selection
from daemon.memory.keeping import Memory
from daemon.memory.model import (
    Assurance,
    EmbeddingError,
    Fact,
    FactId,
    Forgotten,
    Heard,
    Hit,
    Learned,
    MemoryId,
    Note,
    Recalled,
    RememberingError,
)
from daemon.memory.ollama import OllamaEmbedder
from daemon.memory.rows import Kept

__all__ = [
    "Assurance",
    "Embedder",
    "EmbeddingError",
    "Fact",
    "FactId",
    "Forgotten",
    "Heard",
    "Hit",
    "Kept",
    "Learned",
    "Memory",
    "MemoryId",
    "Note",
    "OllamaEmbedder",
    "Recalled",
    "RememberingError",
    "Selection",
    "StaticEmbedder",
]
