"""Service definitions: read `schema/services/*.toml`, refuse what is wrong with file, line and key.

What a file may say stands in `schema/services/service.schema.json`, written from the structs of
`schema.service_standard` and `schema.service_procedure` (`python -m schema.definitions`).
Pure apart from reading the named files.
"""

import copy
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from schema.faults import Fault
from schema.refusals import explain_toml, explain_value
from schema.service_checks import OfficeNames, faults_of, reserved_name_faults
from schema.service_procedure import Definition
from schema.service_words import fill_placeholders, wording_faults
from schema.structs import convert_values
from schema.toml_lines import KeyPath, line_at, lines_of

SERVICES = Path(__file__).parent / "services"
T = TypeVar("T")


class DefinitionError(ValueError):
    """A definition file that may not be used; `file`, `line` (from 1) and `key` are those of the first fault.

    `sentences` holds one Indonesian sentence per fault, each naming file, line and key.
    """

    def __init__(self, file: str, faults: list[tuple[int, str, str]]) -> None:
        self.file = file
        self.line, self.key, _ = faults[0]
        self.sentences = []
        for line, key, sentence in faults:
            where = f', kunci "{key}"' if key else ""
            self.sentences.append(f"{file}, baris {line}{where}: {sentence}")
        super().__init__("\n".join(self.sentences))


def load_definition(
    source: Path | str, name: str = "", office: OfficeNames | None = None, *, taking_effect: bool = False
) -> Definition:
    """Read one definition: a `Path` is opened, a `str` is the text; `name` is the file that errors show.

    The texts of one that is `taking_effect` must name what its values say; what took effect before is read as it is.
    Raises DefinitionError with every fault found; only where the text is no TOML, that alone is named.
    """

    if isinstance(source, Path):
        text = definition_text(source)
        file = name or source.name
    else:
        text = source
        file = name or "(teks)"
    return _read_definition(text, file, office and OfficeNames(*map(tuple, office)), taking_effect)


@lru_cache(maxsize=64)
def _read_definition(text: str, file: str, office: OfficeNames | None, taking_effect: bool) -> Definition:
    """Proposing, signing and adopting a standard each read it: the same text says the same."""

    def check_meaning(definition: Definition) -> Iterator[Fault]:
        yield from faults_of(definition, office)
        if taking_effect:
            yield from wording_faults(definition)
            yield from reserved_name_faults(definition)

    def prepare(values: dict[str, Any]) -> dict[str, Any]:
        return fill_placeholders(in_present_format(values))

    return read_structs(text, file, Definition, check_meaning, prepare, partial(faults_of, office=office, partly=True))


load_revision = partial(load_definition, taking_effect=True)


def read_structs(
    text: str,
    file: str,
    kind: type[T],
    check: Callable[[T], Iterable[Fault]],
    prepare: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    check_partly: Callable[[T], Iterable[Fault]] = lambda _made: (),
) -> T:
    """A TOML text as the structs of `kind`. Raises DefinitionError with every fault.

    `check` gives paths of keys with a sentence each, `check_partly` those of a file that has faults in its shape.
    """
    values = prepare(_parse_toml(text, file))
    shape_faults: list[Fault] = []
    try:
        made = convert_values(values, kind)
    except msgspec.ValidationError:
        made = _build_value(values, kind, (), shape_faults)
    if shape_faults:
        wrong = [path for path, _ in shape_faults]
        outside = [fault for fault in check_partly(made) if not is_below(fault[0], wrong)]
        faults = shape_faults + outside
    else:
        faults = [*check(made)]
    if faults:
        refuse_keys(text, file, faults)
    return made


def is_below(path: KeyPath, others: Iterable[KeyPath]) -> bool:
    """Whether a key is one of these or lies inside one."""
    return any(path[: len(other)] == other for other in others)


def refuse_keys(text: str, file: str, faults: Iterable[Fault]) -> NoReturn:
    """Raise DefinitionError for these faults of a text, each with the line of its key."""
    lines = lines_of(text)
    raise DefinitionError(file, sorted({(line_at(lines, path), key_name(path), why) for path, why in faults}))


def load_all(folder: Path = SERVICES) -> dict[str, Definition]:
    """Every definition of `folder` by id, in file name order; two files with one id are refused."""
    definitions: dict[str, Definition] = {}
    for path in sorted(folder.glob("*.toml")):
        definition = _load_as_it_stands(path, path.stat().st_mtime_ns, path.stat().st_size)
        if definition.id in definitions:
            line = lines_of(definition_text(path)).get(("id",), 1)
            why = f"layanan {definition.id} sudah ada di dokumen lain; beri id yang berbeda."
            raise DefinitionError(path.name, [(line, "id", why)])
        definitions[definition.id] = definition
    return definitions


@lru_cache(maxsize=64)
def _load_as_it_stands(path: Path, _changed: int, _size: int) -> Definition:
    """A file that did not change since is not read again: a page asks for its chapters one by one."""
    return load_revision(path)


def definition_text(path: Path) -> str:
    return decode_definition(path.read_bytes(), path.name)


def decode_definition(content: bytes, name: str) -> str:
    """The full text of a file, line ends as LF: the same text on every machine. Raises DefinitionError."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        why = f"dokumen bukan teks UTF-8 (posisi {error.start + 1}); simpan ulang sebagai UTF-8."
        line = content.count(b"\n", 0, error.start) + 1
        raise DefinitionError(name, [(line, "", why)]) from error


def key_name(path: KeyPath) -> str:
    """A path as a person counts: ("steps", 1, "to") -> "steps[2].to"."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part + 1}]"
        else:
            name += f".{part}"
    return name.lstrip(".")


def schema_text() -> str:
    """JSON Schema (2020-12) of a definition file, generated from the structs."""
    return published_schema(Definition, "Loket: dokumen definisi layanan")


def published_schema(
    kind: type[msgspec.Struct], title: str, may_be_filled: Mapping[str, Iterable[str]] | None = None
) -> str:
    """JSON Schema of the files of one kind; `may_be_filled`: keys of a table that a file need not say itself."""
    (reference,), components = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    for name, component in components.items():
        component["description"] = " ".join(component["description"].split())
        for key in (may_be_filled or {}).get(name, ()):
            if key in component["required"]:
                component["required"].remove(key)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return json.dumps({**head, **reference, "$defs": components}, indent=1, ensure_ascii=False) + "\n"


def _parse_toml(text: str, file: str) -> dict[str, Any]:
    values: dict[str, Any] | None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        if place:
            line = int(place.group(1))
        else:
            line = text.count("\n") + 1
        why = f"tulisan TOML tidak terbaca ({explain_toml(str(error))}); perbaiki baris ini."
        raise DefinitionError(file, [(line, "", why)]) from error
    except RecursionError:
        values = None
    if values is None or is_nested_deeper(values, MOST_NESTED):
        raise DefinitionError(file, [(deepest_line(text), "", TOO_DEEP)])
    return values


MOST_NESTED = 30
"""Levels of tables and lists; a shipped file has six."""
TOO_DEEP = f"tabel atau daftar bersarang lebih dari {MOST_NESTED} tingkat; tulis isinya tanpa lapisan sebanyak itu."


def is_nested_deeper(values: Any, most: int) -> bool:
    """Whether tables and lists lie in each other on more levels than that; asked level by level, not by recursion."""
    level = [values]
    for _ in range(most + 1):
        level = [inner for outer in level for inner in members_of(outer)]
        if not level:
            return False
    return True


def members_of(value: Any) -> Iterable[Any]:
    """The tables and lists directly inside a table or a list."""
    if isinstance(value, dict):
        inside = value.values()
    else:
        inside = value
    return [member for member in inside if isinstance(member, dict | list)]


def deepest_line(text: str) -> int:
    """The line (from 1) with the most signs that nest: brackets, braces and dots."""
    lines = text.split("\n")
    return 1 + max(range(len(lines)), key=lambda place: len(re.findall(r"[\[{.]", lines[place])))


def in_present_format(values: dict[str, Any]) -> dict[str, Any]:
    """A file of format 1 says in format 2 what the program did by itself in its time; stored revisions are of it.

    What belongs to one service alone (its partner, the section of its steps) comes from the shipped file of that name.
    """
    if values.get("format") != 1:
        return values
    made = copy.deepcopy(values) | {"format": 2}
    for field in tables_in(made, "fields"):
        if field.get("type") in ("nik", "kk"):
            field.setdefault("mask", {"first": 6, "last": 4})
        if field.get("role") == "key":
            made.setdefault("one_open_per", field.get("id"))
    if "photo_background" in made.pop("supplied_facts", ()):
        births = [field.get("id") for field in tables_in(made, "fields") if field.get("role") == "birth"]
        birth = births[0] if births else ""
        photo = {"id": "photo_background", "field": birth, "even_year": "biru", "odd_year": "merah"}
        made["derived_facts"] = [photo]
    for step in tables_in(made, "steps"):
        if (special := str(step.get("special"))) in _RENAMED_PAGES:
            step["special"] = _RENAMED_PAGES[special]
    shipped = {path.stem: path for path in SERVICES.glob("*.toml")}.get(str(made.get("id")))
    if shipped is not None:
        _take_over(made, tomllib.loads(definition_text(shipped)))
    return made


def _take_over(made: dict[str, Any], shipped: dict[str, Any]) -> None:
    """Put into a file of format 1 the keys of the shipped one that format 1 did not know."""
    if "partner" in shipped:
        made.setdefault("partner", shipped["partner"])
    for old, new, table, key in (
        (made, shipped, "fields", "search_hint"),
        (made, shipped, "actors", "section"),
        (made.get("identity"), shipped["identity"], "signatories", "roles"),
    ):
        known = {row["id"]: row[key] for row in new[table] if key in row}
        for row in tables_in(old, table):
            if (name := str(row.get("id"))) in known:
                row.setdefault(key, known[name])


def tables_in(values: Any, name: str) -> list[dict[str, Any]]:
    """The tables of a list, as far as the file has any of that name."""
    tables = None
    if isinstance(values, dict):
        tables = values.get(name)
    if not isinstance(tables, list):
        return []
    return [table for table in tables if isinstance(table, dict)]


def _build_value(value: Any, kind: Any, path: KeyPath, faults: list[Fault]) -> Any:
    """A value of a file as the struct, tuple or plain value that `kind` asks for.

    What does not fit goes into `faults`, and something of about its shape stands in its place, so that the rest of the
    file can be looked at too.
    """
    before = len(faults)
    inner = _without_none(kind)
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct) and isinstance(value, dict):
        return _build_struct(value, inner, path, faults)
    if get_origin(inner) is tuple and isinstance(value, list):
        item_kind = get_args(inner)[0]
        items = tuple(_build_value(item, item_kind, (*path, i), faults) for i, item in enumerate(value))
        if len(faults) > before:
            return items
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        inside, why = explain_value(str(error), kind)
        faults.append(((*path, *inside), why))
        if isinstance(value, str):
            return value
        return _empty_value(inner)


def _build_struct(value: dict[str, Any], kind: type[msgspec.Struct], path: KeyPath, faults: list[Fault]) -> Any:
    hints = get_type_hints(kind, include_extras=True)
    known = msgspec.structs.fields(kind)
    required = [field.name for field in known if field.required]
    made = {}
    for name in required:
        made[name] = _empty_value(_without_none(hints[name]))
        if name not in value:
            faults.append(((*path, name), f"kunci {name} wajib ada tetapi belum ditulis."))
    for key in value:
        if key in hints:
            made[key] = _build_value(value[key], hints[key], (*path, key), faults)
        else:
            faults.append(((*path, key), f"kunci {key} tidak dikenal; periksa ejaannya atau hapus."))
    return kind(**made)


def _without_none(kind: Any) -> Any:
    """The type behind `Annotated[...]` and `... | None`."""
    if get_origin(kind) is Annotated:
        return _without_none(get_args(kind)[0])
    inner = [argument for argument in get_args(kind) if argument is not type(None)]
    if get_origin(kind) in (Union, UnionType) and len(inner) == 1:
        return _without_none(inner[0])
    return kind


def _empty_value(kind: Any) -> Any:
    if get_origin(kind) is tuple:
        return ()
    return "" if kind is str else None


_RENAMED_PAGES = {
    f"ktp.{page}": f"batches.{page}" for page in ("dispatch", "results", "repair", "arrival", "hand_over")
}


if __name__ == "__main__":  # python -m schema.definitions: write the published schema anew
    (SERVICES / "service.schema.json").write_text(schema_text(), encoding="utf-8")
