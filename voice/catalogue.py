"""The speech models that Hearth can fetch: where they are, how big, how they are checked, under which licence.

Hashes are copied from what the publishers list, never made up: Vosk's ``model-list.json`` (size and MD5; SHA-256 of the
English one from the LFS pointer of its mirror at huggingface.co/rhasspy/vosk-models) and ``voices.json`` of
rhasspy/piper-voices (size and MD5). A file without a hash here is checked against the publisher's list when it is
pulled, and every file's SHA-256 is kept at its first verified download (`voice.models`). Of a file in a git repository
the hash is the name that git gives its content, which the tree of that commit lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

VOSK_HOST = "https://alphacephei.com/vosk/models"
GITHUB_HOST = "https://raw.githubusercontent.com"
PIPER_HOST = "https://huggingface.co/rhasspy/piper-voices/resolve/main"


class Kind(StrEnum):
    """What a model is for."""

    RECOGNIZER = "recognizer"
    """A folder for `voice.kaldi.Vosk`."""
    SYNTHESIZER = "synthesizer"
    """A Piper voice: ``.onnx`` with its ``.onnx.json`` beside it."""
    SPEAKER = "speaker"
    """A folder for `voice.ge2e.Ge2e`: who speaks, in any language."""


ANY = "any"
"""The language of what serves all of them."""


@dataclass(frozen=True, slots=True)
class Remote:
    """One file to fetch."""

    path: str
    """Below the model's host; the last part is the file's name."""
    size: int | None = None
    """Bytes; None: the publisher's list tells."""
    md5: str | None = None
    sha256: str | None = None
    git_blob: str | None = None
    """What git calls the content: the SHA-1 of ``blob SIZE``, a zero, and the file."""

    @property
    def name(self) -> str:
        """The file's name without folders."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Offer:
    """One model of the catalogue."""

    name: str
    kind: Kind
    language: str
    licence: str
    about: str
    host: str
    files: tuple[Remote, ...]
    index: str = ""
    """The publisher's list of sizes and MD5s below `host`, for files without a hash."""

    @property
    def size(self) -> int | None:
        """Bytes to download, None when not all are known."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)


def _vosk(name: str, language: str, file: Remote, about: str) -> Offer:
    return Offer(name, Kind.RECOGNIZER, language, "Apache-2.0", about, VOSK_HOST, (file,))


def _piper(name: str, language: str, stem: str, licence: str, hashes: Mapping[str, tuple[int, str]]) -> Offer:
    region, speaker, quality = stem.split("-")
    folder = f"{region[:2]}/{region}/{speaker}/{quality}"
    paths = (f"{folder}/{stem}.onnx", f"{folder}/{stem}.onnx.json", f"{folder}/MODEL_CARD")
    files = tuple(Remote(path, *hashes.get(path.rsplit("/", 1)[-1], (None, None))) for path in paths)
    return Offer(name, Kind.SYNTHESIZER, language, licence, f"Piper voice {stem}", PIPER_HOST, files, "voices.json")


_OFFERS = (
    _vosk(
        "vosk-small-en",
        "en",
        Remote(
            "vosk-model-small-en-us-0.15.zip",
            41_205_931,
            sha256="30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
        ),
        "US English, for small machines",
    ),
    _vosk(
        "vosk-lgraph-en",
        "en",
        Remote("vosk-model-en-us-0.22-lgraph.zip", 130_557_655, "2df36985f8ed8eb7b78476cadcdab48f"),
        "US English, more exact, 130 MB",
    ),
    _vosk(
        "vosk-small-de",
        "de",
        Remote("vosk-model-small-de-0.15.zip", 46_499_967, "4f21f92c0897b48287ef8839420608eb"),
        "German, for small machines",
    ),
    _vosk(
        "vosk-small-fr",
        "fr",
        Remote("vosk-model-small-fr-0.22.zip", 42_233_323, "8873b1234503f6edd55f54bfff31cf3e"),
        "French, for small machines",
    ),
    _vosk(
        "vosk-small-es",
        "es",
        Remote("vosk-model-small-es-0.42.zip", 39_817_833, "2d5c94f9859a84881a0ef744738ebd31"),
        "Spanish, for small machines",
    ),
    _piper(
        "piper-en",
        "en",
        "en_US-lessac-medium",
        "Blizzard 2013 research licence (see its MODEL_CARD)",
        {
            "en_US-lessac-medium.onnx": (63_201_294, "2fc642b535197b6305c7c8f92dc8b24f"),
            "en_US-lessac-medium.onnx.json": (4_885, "c1f2b7bddefe113f3255ff9ef234cfd3"),
            "MODEL_CARD": (351, "42f2dd4a98149e12fc70b301d9579dfd"),
        },
    ),
    Offer(
        "speaker-ge2e",
        Kind.SPEAKER,
        ANY,
        "Apache-2.0",
        "who speaks: the GE2E encoder of Resemblyzer 0.1.4",
        GITHUB_HOST,
        (
            Remote(
                "resemble-ai/Resemblyzer/15d828edebe06bc72b9cabc8ef8ca5ab2cb457ce/resemblyzer/pretrained.pt",
                git_blob="47e405a459e4b97a21325dc78ba6f8270498ac06",
            ),
        ),
    ),
    _piper("piper-de", "de", "de_DE-thorsten-medium", "see its MODEL_CARD", {}),
)

CATALOGUE: Mapping[str, Offer] = MappingProxyType({offer.name: offer for offer in _OFFERS})

GIGABYTE = 1_000_000_000
_RECOGNIZERS = ((6 * GIGABYTE, 4, "vosk-lgraph"), (0, 1, "vosk-small"))
"""Memory and cores from which a recognizer is worth it, the most exact first; the small ones take 0.3 GB
(alphacephei.com/vosk/models). The others' needs are a careful guess: they were never run here."""
_VOICE_NEEDS = 1_500_000_000
"""A Piper voice takes 150 MB; below this the machine is better off with espeak-ng."""


def suggested(language: str, *, memory_bytes: int, cores: int) -> tuple[Offer, ...]:
    """Return the recognizer and the voice that fit a machine, best first; nothing in a language without any.

    What is too big for the machine is left out: Hearth listens and speaks without models as well.
    """
    names: list[str] = []
    for memory, processors, stem in _RECOGNIZERS:
        name = f"{stem}-{language[:2]}"
        if memory_bytes >= memory and cores >= processors and name in CATALOGUE:
            names.append(name)
            break
    voice = f"piper-{language[:2]}"
    if memory_bytes >= _VOICE_NEEDS and voice in CATALOGUE:
        names.append(voice)
    return tuple(CATALOGUE[name] for name in names)
