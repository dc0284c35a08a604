"""Checkpoints as PyTorch writes them, written without it: in both layouts, with numbers of our own."""

import io
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from voice.ge2e import SHAPES

Tensor = NDArray[np.float32]


class FloatStorage:
    """Stands for torch's."""


def _rebuild_tensor_v2(*_: object) -> None:
    raise AssertionError("only its name is written")


class _Written:
    """A tensor on its way into a pickle."""

    def __init__(self, key: str, values: Tensor) -> None:
        self.key, self.values = key, values

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        shape = self.values.shape
        strides = tuple(step // 4 for step in self.values.strides)
        hooks: OrderedDict[str, object] = OrderedDict()
        return _rebuild_tensor_v2, (_Stored(self.key, self.values.size), 0, shape, strides, False, hooks)


class _Stored:
    def __init__(self, key: str, count: int) -> None:
        self.key, self.count = key, count


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: object, /) -> object:
        if isinstance(obj, _Stored):
            return ("storage", FloatStorage, obj.key, "cpu", obj.count)
        return None


@contextmanager
def _as_torch():
    """Let pickle find our stand-ins where it will name them."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    FloatStorage.__module__, _rebuild_tensor_v2.__module__ = "torch", "torch._utils"
    torch.__dict__["FloatStorage"] = FloatStorage
    utils.__dict__["_rebuild_tensor_v2"] = _rebuild_tensor_v2
    before = {name: sys.modules.get(name) for name in ("torch", "torch._utils")}
    sys.modules.update({"torch": torch, "torch._utils": utils})
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def _pickled(content: object, protocol: int = 2) -> bytes:
    stream = io.BytesIO()
    with _as_torch():
        _Pickler(stream, protocol).dump(content)
    return stream.getvalue()


def _held(tensors: Mapping[str, Tensor]) -> object:
    state = OrderedDict((name, _Written(str(at), values)) for at, (name, values) in enumerate(tensors.items()))
    return {"step": 1564501, "model_state": state}


def stream(tensors: Mapping[str, Tensor]) -> bytes:
    """Return a checkpoint of PyTorch before 1.6."""
    keys = [str(at) for at in range(len(tensors))]
    head = [pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    body = [len(values.ravel()).to_bytes(8, "little") + values.tobytes() for values in tensors.values()]
    return b"".join([*head, _pickled(_held(tensors)), pickle.dumps(keys, 2), *body])


def archive(tensors: Mapping[str, Tensor]) -> bytes:
    """Return a checkpoint of PyTorch 1.6 or later."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        file.writestr("archive/data.pkl", _pickled(_held(tensors)))
        for at, values in enumerate(tensors.values()):
            file.writestr(f"archive/data/{at}", values.tobytes())
    return whole.getvalue()


def untrained(seed: int = 1) -> dict[str, Tensor]:
    """Return weights of the encoder that nobody trained: the arithmetic is the same, what comes out means little."""
    chance = np.random.default_rng(seed)
    return {name: chance.normal(0, 0.08, shape).astype(np.float32) for name, shape in SHAPES.items()}
