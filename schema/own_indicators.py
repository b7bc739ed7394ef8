"""The indicators of an office: the files that its profile names, and those that it wrote itself."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from schema.definitions import DefinitionError
from schema.indicators import IndicatorFile, load_indicators, read_indicators
from schema.own_files import INDICATORS, own_files


def office_indicators(named: Sequence[str], data: Path | None) -> list[IndicatorFile]:
    """The files that a profile names, then the office's own. An own one stands in the place of a shipped one of its
    name; one with a fault is left out."""
    own = {file.id: file for file, _ in map(read_own, own_files(data, INDICATORS)) if file is not None}
    added = [file for name, file in own.items() if name not in named]
    return [*(own.get(name) or load_indicators(name) for name in named), *added]


def own_indicator_faults(data: Path | None) -> dict[str, str]:
    """Name of each own file -> its first fault in a sentence, empty for one that is used."""
    return {path.name: read_own(path)[1] for path in own_files(data, INDICATORS)}


def read_own(path: Path) -> tuple[IndicatorFile | None, str]:
    """An own file, or none and its first fault; read again when it was changed."""
    known = path.stat()
    return read_own_as_of(path, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=40)
def read_own_as_of(path: Path, _changed: int, _size: int) -> tuple[IndicatorFile | None, str]:
    try:
        return read_indicators(path), ""
    except DefinitionError as error:
        return None, error.sentences[0]
