"""Speaker vectors from Vosk's own speaker model, where a household has one."""

import json
from pathlib import Path
from typing import Protocol, cast

from voice.model import RATE_HZ, EngineError, ModelError
from voice.speaker import SPEECH_MIN_S, Calibration, Vector, unit


class _Kaldi(Protocol):
    """What we use of `vosk.KaldiRecognizer` with a speaker model."""

    def AcceptWaveform(self, data: bytes) -> int: ...  # noqa: N802 - vosk's names
    def SetSpkModel(self, spk_model: object) -> None: ...  # noqa: N802
    def FinalResult(self) -> str: ...  # noqa: N802


class VoskSpeakers:
    """Vosk's x-vectors (``vosk-model-spk-0.4``, 128 numbers), beside a Vosk recognizer's model.

    Vosk gives a vector only with a recognition that is not n-best, so the utterance is decoded once more, with a
    grammar of nothing. Written against vosk 0.3.45; never run with the real speaker model, which no package brings.
    """

    def __init__(self, model_dir: Path, speaker_dir: Path) -> None:
        """Load both. Raises ModelError when one of them is missing or broken, EngineError when vosk is."""
        if not speaker_dir.is_dir() or not model_dir.is_dir():
            absent = model_dir if not model_dir.is_dir() else speaker_dir
            raise ModelError(f"there is no speaker model at {str(absent)!r}", code="model-missing")
        try:
            import vosk
        except (ImportError, OSError) as error:
            raise EngineError(f"vosk cannot be loaded: {error}", code="engine-missing") from error
        vosk.SetLogLevel(-1)
        self.name = speaker_dir.name
        self.calibration = Calibration()
        try:
            self._model: object = vosk.Model(model_path=str(model_dir))
            self._speakers: object = vosk.SpkModel(str(speaker_dir))
        except Exception as error:  # vosk raises plain Exception
            raise ModelError(f"Vosk cannot read the speaker model in {str(speaker_dir)!r}") from error

    def vector(self, pcm: bytes) -> Vector:
        """Return the vector; empty for less than SPEECH_MIN_S."""
        import vosk

        if len(pcm) < SPEECH_MIN_S * RATE_HZ * 2:
            return ()
        decoder = cast("_Kaldi", vosk.KaldiRecognizer(self._model, RATE_HZ, '["[unk]"]'))
        decoder.SetSpkModel(self._speakers)
        decoder.AcceptWaveform(pcm)
        found = cast("dict[str, object]", json.loads(decoder.FinalResult())).get("spk")
        return unit([float(value) for value in cast("list[float]", found)]) if isinstance(found, list) else ()
