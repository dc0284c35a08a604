"""The process that speaks with Piper: ``python -m voice.piper_worker VOICE.onnx``.

Facts are those of piper-tts 1.8.0: the class takes no session options, so the session is replaced to keep it to one
core; one chunk comes per sentence, and a sentence that is being computed cannot be interrupted.
"""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

from voice.model import EngineError, ModelError
from voice.models import verify_folder
from voice.volume import evened
from voice.worker import Speaker, serve

_PIECE_BYTES = 8192
_THREADS = 1
"""0.09 of real time on one core is enough; the other cores belong to the house."""


class Piper:
    """A loaded Piper voice."""

    def __init__(self, voice: Path) -> None:
        """Load `voice` and the ``.onnx.json`` beside it, and synthesize once so that the first answer is not slower.

        Raises:
            ModelError: a file is missing (``model-missing``) or cannot be read (``model-broken``).
            EngineError: piper-tts is not installed (``engine-missing``).
        """
        config = voice.with_name(voice.name + ".json")
        for file in (voice, config):
            if not file.is_file():
                raise ModelError(
                    f"the voice lacks {str(file)!r}; pull it with: hearth models pull piper-en", code="model-missing"
                )
        verify_folder(voice.parent)
        try:
            from piper import PiperVoice

            runtime = importlib.import_module("onnxruntime")  # it has neither stubs nor types
        except ImportError as error:
            raise EngineError(f"piper-tts cannot be loaded: {error}", code="engine-missing") from error
        try:
            self._voice = PiperVoice.load(voice, config_path=config, download_dir=voice.parent)
            options = runtime.SessionOptions()
            options.intra_op_num_threads = _THREADS
            options.inter_op_num_threads = 1
            self._voice.session = runtime.InferenceSession(str(voice), options, providers=["CPUExecutionProvider"])
            self.say("Okay.", lambda _rate_hz, _pcm: True)
        except Exception as error:  # onnxruntime has its own tree, json and piper raise anything
            raise ModelError(f"Piper cannot read the voice {str(voice)!r}: {error}") from error
        self.name = f"piper {voice.stem}"

    def say(self, sentence: str, emit: Callable[[int, bytes], bool]) -> None:
        """Synthesize `sentence` and hand it on in pieces, so that a stop takes effect between two of them."""
        for chunk in self._voice.synthesize(sentence):
            pcm = evened(chunk.audio_int16_bytes)
            for begin in range(0, len(pcm), _PIECE_BYTES):
                if not emit(chunk.sample_rate, pcm[begin : begin + _PIECE_BYTES]):
                    return


def main() -> None:
    """Serve on stdin and stdout."""

    def load() -> Speaker:
        return Piper(Path(sys.argv[1]))

    serve(load)


if __name__ == "__main__":
    main()
