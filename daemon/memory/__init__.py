"""What the household said and wants remembered: kept word for word, found again, corrected, and forgotten for good."""

from daemon.memory.embedding import Embedder, StaticEmbedder
from daemon.memory.keeping import Memory
from daemon.memory.model import (
    Assurance,
    EmbeddingError,
    Hit,
    MemoryId,
    Note,
    RememberingError,
)
from daemon.memory.ollama import OllamaEmbedder
from daemon.memory.rows import Kept

__all__ = [
    "Assurance",
    "Embedder",
    "EmbeddingError",
    "Hit",
    "Kept",
    "Memory",
    "MemoryId",
    "Note",
    "OllamaEmbedder",
    "RememberingError",
    "StaticEmbedder",
]
