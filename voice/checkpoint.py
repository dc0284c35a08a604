"""Reads the tensors of a PyTorch checkpoint without PyTorch, and without running anything that stands in it.

A checkpoint is a pickle, which may call whatever it names: here it may name what builds a tensor, and nothing else.
Both layouts are read: the zip archive of PyTorch 1.6 and later, and the one stream of before (`torch.serialization`).
"""

import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from voice.model import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tensor = NDArray[np.float32]

BYTES_MAX = 256 * 1024 * 1024
_MAGIC = 0x1950A86A20F9469CFC6C
_TYPES: Mapping[str, str] = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}


@dataclass(frozen=True, slots=True)
class _Storage:
    """Where numbers lie that are read later."""

    key: str
    dtype: str
    count: int


@dataclass(frozen=True, slots=True)
class _Lazy:
    """A tensor whose numbers were not read yet."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]


def tensors(path: Path, part: str) -> "Mapping[str, Tensor]":
    """Return the tensors by name that stand in the dictionary `part` of a checkpoint.

    Raises:
        ModelError: it cannot be read, has no such part, or names what no tensor needs.
    """
    try:
        if path.stat().st_size > BYTES_MAX:
            raise ModelError(f"{str(path)!r} is larger than a checkpoint of this kind can be")
        return _of_archive(path, part) if zipfile.is_zipfile(path) else _of_stream(path, part)
    except OSError as error:
        raise ModelError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except (pickle.UnpicklingError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{str(path)!r} is no checkpoint that can be read: {error}") from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        # A damaged pickle breaks in any of these ways.
        raise ModelError(f"{str(path)!r} is damaged: {error!r}") from error


def _of_archive(path: Path, part: str) -> "Mapping[str, Tensor]":
    with zipfile.ZipFile(path) as archive:
        if sum(file.file_size for file in archive.infolist()) > BYTES_MAX:
            raise ModelError(f"{str(path)!r} is larger than a checkpoint of this kind can be")
        index = next(name for name in [*archive.namelist(), ""] if name.endswith("data.pkl") or not name)
        if not index:
            raise ModelError(f"{str(path)!r} is an archive, but no checkpoint")
        folder = index.removesuffix("data.pkl")
        with archive.open(index) as stream:
            lazy = _named(_Reader(stream).load(), part, path)
        return _filled(lazy, lambda storage: archive.read(f"{folder}data/{storage.key}"))


def _of_stream(path: Path, part: str) -> "Mapping[str, Tensor]":
    with path.open("rb") as stream:
        magic, _, _ = (_Reader(stream).load() for _ in range(3))
        if magic != _MAGIC:
            raise ModelError(f"{str(path)!r} is no checkpoint of PyTorch")
        reader = _Reader(stream)
        lazy = _named(reader.load(), part, path)
        content = dict[str, bytes]()
        for key in cast("list[str]", _Reader(stream).load()):
            storage = reader.storages[key]
            if int.from_bytes(stream.read(8), "little") != storage.count:
                raise ModelError(f"{str(path)!r} is damaged: a part of it has another length than it says")
            content[key] = stream.read(storage.count * _width(storage))
        return _filled(lazy, lambda storage: content[storage.key])


class _Reader(pickle.Unpickler):
    """Builds lazy tensors, and refuses all else that is not plain data."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        self.storages = dict[str, _Storage]()

    def find_class(self, module_name: str, global_name: str, /) -> object:
        """Return what stands for a name of PyTorch's."""
        if (module_name, global_name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module_name == "torch" and global_name in _TYPES:
            return global_name
        build = _BUILDERS.get(global_name) if module_name == "torch._utils" else None
        if build is None:
            raise ModelError(f"a checkpoint names {module_name}.{global_name}, which no tensor needs: it is not read")
        return build

    def persistent_load(self, pid: object) -> object:
        """Return where the numbers of a tensor lie."""
        kind, dtype, key, _, count = cast("tuple[str, str, str, str, int]", cast("tuple[object, ...]", pid)[:5])
        if kind != "storage":
            raise pickle.UnpicklingError(f"{kind!r} is no storage")
        self.storages[key] = _Storage(key, _TYPES[dtype], count)
        return self.storages[key]


def _tensor(storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object) -> _Lazy:
    expected = 1
    for size, step in reversed(list(zip(shape, stride, strict=True))):
        if size > 1 and step != expected:
            raise pickle.UnpicklingError("a tensor lies across its storage")
        expected *= size
    return _Lazy(storage, offset, shape)


def _parameter(tensor: _Lazy, *_: object) -> _Lazy:
    return tensor


_BUILDERS: Mapping[str, Callable[..., _Lazy]] = {
    "_rebuild_tensor": _tensor,
    "_rebuild_tensor_v2": _tensor,
    "_rebuild_parameter": _parameter,
}


def _named(checkpoint: object, part: str, path: Path) -> Mapping[str, _Lazy]:
    found = cast("Mapping[str, object]", checkpoint).get(part) if isinstance(checkpoint, dict) else None
    if not isinstance(found, dict):
        raise ModelError(f"{str(path)!r} has no {part!r}: it is a checkpoint of something else")
    return {name: one for name, one in cast("dict[str, object]", found).items() if isinstance(one, _Lazy)}


def _filled(lazy: Mapping[str, _Lazy], content: Callable[[_Storage], bytes]) -> "Mapping[str, Tensor]":
    import numpy as np

    filled = dict[str, "Tensor"]()
    for name, one in lazy.items():
        numbers = np.frombuffer(content(one.storage), one.storage.dtype, one.storage.count)
        size = int(np.prod(one.shape))
        filled[name] = numbers[one.offset : one.offset + size].reshape(one.shape).astype(np.float32)
    return filled


def _width(storage: _Storage) -> int:
    import numpy as np

    return np.dtype(storage.dtype).itemsize
