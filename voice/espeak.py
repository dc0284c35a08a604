"""espeak-ng through ctypes, from the library and data that ``espeakng-loader`` brings (espeak-ng 1.52).

The library is one per process, not thread-safe, and GPL: only worker processes load it (`voice.espeak_worker`).
"""

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from voice.model import EngineError

_SYNCHRONOUS = 2
_UTF8 = 1
_WORDS_PER_MINUTE = 1
_IPA = 2
_CHUNK_MS = 60

Emit = Callable[[int, bytes], bool]
"""Takes a rate in Hz and int16 mono PCM; returns whether to go on."""

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class _Library(Protocol):
    """What we use of libespeak-ng (speak_lib.h)."""

    def espeak_Initialize(self, output: int, buffer_ms: int, path: bytes, options: int) -> int: ...  # noqa: N802
    def espeak_SetSynthCallback(self, callback: object) -> None: ...  # noqa: N802
    def espeak_SetVoiceByName(self, name: bytes) -> int: ...  # noqa: N802
    def espeak_SetParameter(self, parameter: int, value: int, relative: int) -> int: ...  # noqa: N802
    def espeak_Synth(  # noqa: N802
        self, text: bytes, size: int, position: int, kind: int, end: int, flags: int, uid: object, user: object
    ) -> int: ...
    def espeak_TextToPhonemes(self, text: object, text_mode: int, phoneme_mode: int) -> bytes | None: ...  # noqa: N802


class Espeak:
    """The library, set to one voice."""

    def __init__(self, voice: str = "en-us", *, words_per_minute: int = 165) -> None:
        """Load it. Raises EngineError ``engine-missing`` when it cannot be loaded or lacks the voice."""
        self._library, data = _load()
        self._rate_hz = self._library.espeak_Initialize(_SYNCHRONOUS, _CHUNK_MS, str(data).encode(), 0)
        if self._rate_hz <= 0:
            raise EngineError(f"espeak-ng cannot read its data in {str(data)!r}", code="engine-missing")
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise EngineError(f"espeak-ng has no voice {voice!r}", code="engine-missing")
        self._library.espeak_SetParameter(_WORDS_PER_MINUTE, words_per_minute, 0)
        self.name = f"espeak-ng {voice}"

    def say(self, sentence: str, emit: Emit) -> None:
        """Synthesize `sentence` in pieces of 60 ms; stops within one when `emit` returns False."""

        def on_samples(samples: int | None, count: int, _events: int | None) -> int:
            if samples is None or count <= 0:
                return 0
            return 0 if emit(self._rate_hz, ctypes.string_at(samples, count * 2)) else 1

        callback = _CALLBACK(on_samples)
        self._library.espeak_SetSynthCallback(callback)
        text = sentence.encode() + b"\0"
        if self._library.espeak_Synth(text, len(text), 0, 1, 0, _UTF8, None, None) != 0:
            raise EngineError("espeak-ng could not synthesize")

    def ipa(self, word: str) -> str:
        """Return how `word` is pronounced, in IPA with stress marks."""
        text = ctypes.c_char_p(word.encode())
        spoken = self._library.espeak_TextToPhonemes(ctypes.byref(text), _UTF8, _IPA)
        return (spoken or b"").decode("utf-8", "replace").strip()


def _load() -> tuple[_Library, Path]:
    try:
        import espeakng_loader

        library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
        data = Path(str(espeakng_loader.get_data_path()))
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineError(f"espeak-ng cannot be loaded: {error}", code="engine-missing") from error
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    return cast("_Library", library), data
