"""Service definitions: read `schema/services/*.toml`, refuse what is wrong with file, line and key.

    load_definition(path_or_text, name="") -> Definition    a Path is read, a str is the text itself
    load_revision(path_or_text, name="") -> Definition      one that takes effect: its texts name what its values say
    load_all(folder=SERVICES) -> {id: Definition}           every *.toml of a folder, each as a revision
    definition_text(path) -> str                            the full text, which adoption journals

A definition is one TOML file; unknown keys are refused. Its structs (all frozen, tuples for lists):

Definition(format, id, name, short_name, case_code, identity, legal_basis, sections, product, facilities,
    competence, supervision, documents, form_codes, supplied_facts, form_sections, fields, kinds,
    requirements, actors, places, rows, steps, exits, promise, fee, pauses)

The printed standard (`schema.service_standard`): Identity(number, full_number, printed_number, document_kind,
    title, office, revision, revised_on, issued_on, signatories); Signatory(id, label, post);
    LegalBasis(number, printed, reading, superseded_by, note; .text); Section(number, title, printed_title,
    shows, clauses, tables); Clause(number, printed, reading, note; .text); Grid(title, columns, rows);
    Product(clause, name, description); Facility(clause, name, quantity, unit); Competence(clause, post,
    education, training, skills, experience, staff); Supervision(clause, post, roles, text);
    Document(id, clause, title, text, signed_by, note); FormCode(id, code, label, valid_from, valid_until,
    rule, note)
The form (`schema.service_procedure`): FormSection(id, label, hint); Field(id, label, type, section, required,
    searchable, role, max_length, hint, choices, choices_from, when); Choice(value, label); Kind(id, label,
    rule, form_box, hint, conditions); Condition(when, level, sentence, rule); Requirement(id, label, rule,
    group, kinds, when, mandatory, detail, hint, surrendered, missing_reason, also_asked, observed);
    AskedBy(kinds, rule); Observation(label, expected, choices, differs_reason);
    Comparison(fact, equals, one_of, not_one_of, below, at_least)
The procedure (`schema.service_procedure`): Actor(id, label, short_label, roles); Place(id, label); Row(no, clause,
    title, actor, also, symbol, question, papers, output, time, remark, branches); Branch(label, to);
    Step(id, clause, row, title, actor, place, state_label, meaning, next_sentence, say, papers, output,
    time, side, waits_for, special, outcomes); Outcome(id, label, history, to, roles, needs_reason, reasons,
    needs_pin, needs_complete, starts_promise, keeps_promise, reopens_promise, place); Exit(id, label,
    state_label, meaning, say, by_hand, roles, from_steps, needs_reason, needs_pin, place, reopens_to); Promise(days,
    unit, starts_on, kept_on, kept_on_alternative, text, clause); Fee(rupiah, text, clause); PauseReason(id,
    label, explanation, enabled); StandardTime(text, minutes, most)

Pure apart from reading the named files.
"""

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from schema.service_checks import Fault, faults_of
from schema.service_procedure import Definition
from schema.service_words import fill_placeholders, wording_faults
from schema.structs import convert_values
from schema.toml_lines import KeyPath, line_at, lines_of

T = TypeVar("T")
SERVICES = Path(__file__).parent / "services"


class DefinitionError(ValueError):
    """A definition file that may not be used; `file`, `line` (from 1) and `key` are those of the first fault.

    `sentences` holds one Indonesian sentence per fault, each naming file, line and key.
    """

    def __init__(self, file: str, faults: list[tuple[int, str, str]]) -> None:
        self.file = file
        self.line, self.key, _ = faults[0]
        self.sentences = [
            f"{file}, baris {line}" + (f', kunci "{key}"' if key else "") + f": {sentence}"
            for line, key, sentence in faults
        ]
        super().__init__("\n".join(self.sentences))


def load_definition(source: Path | str, name: str = "") -> Definition:
    """Read one definition: a `Path` is opened, a `str` is the text; `name` is the file that errors show.

    Raises DefinitionError with every fault found (a syntax or shape fault hides those behind it).
    """
    text = definition_text(source) if isinstance(source, Path) else source
    file = name or (source.name if isinstance(source, Path) else "(teks)")
    definition = read_structs(text, file, Definition)
    raise_faults(faults_of(definition), text, file)
    return definition


def load_revision(source: Path | str, name: str = "") -> Definition:
    """Read a definition that is to take effect: like `load_definition`, and its texts must name what its values say.

    Raises DefinitionError.
    """
    text = definition_text(source) if isinstance(source, Path) else source
    file = name or (source.name if isinstance(source, Path) else "(teks)")
    definition = load_definition(text, file)
    raise_faults(wording_faults(definition), text, file)
    return definition


def raise_faults(faults: Sequence[Fault], text: str, file: str) -> None:
    if faults:
        lines = lines_of(text)
        raise DefinitionError(file, sorted((line_at(lines, path), key_name(path), why) for path, why in faults))


def load_all(folder: Path = SERVICES) -> dict[str, Definition]:
    """Every definition of `folder` by id, in file name order; two files with one id are refused."""
    found: dict[str, Definition] = {}
    for path in sorted(folder.glob("*.toml")):
        definition = load_revision(path)
        if definition.id in found:
            line = lines_of(definition_text(path)).get(("id",), 1)
            why = f"layanan {definition.id} sudah ada di berkas lain; beri id yang berbeda."
            raise DefinitionError(path.name, [(line, "id", why)])
        found[definition.id] = definition
    return found


def definition_text(path: Path) -> str:
    """The full text of a definition file with line ends as LF: the same text on every machine."""
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        why = f"berkas bukan teks UTF-8 (bita ke-{error.start + 1}); simpan ulang sebagai UTF-8."
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DefinitionError(path.name, [(line, "", why)]) from error


def key_name(path: KeyPath) -> str:
    """A path as a person counts: ("steps", 1, "to") -> "steps[2].to"."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a definition file, generated from the structs."""
    (reference,), components = msgspec.json.schema_components([Definition], ref_template="#/$defs/{name}")
    for component in components.values():
        component["description"] = " ".join(component["description"].split())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Loket: berkas definisi layanan",
        **reference,
        "$defs": components,
    }


def schema_text() -> str:
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def read_structs(text: str, file: str, kind: type[T]) -> T:
    """A TOML text as the structs of `kind`. Raises DefinitionError with the line of the first fault."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        line = int(place.group(1)) if place else text.count("\n") + 1
        why = f"tulisan TOML tidak terbaca ({str(error).split(' (at ')[0]}); perbaiki baris ini."
        raise DefinitionError(file, [(line, "", why)]) from error
    try:
        return convert_values(fill_placeholders(values) if kind is Definition else values, kind)
    except msgspec.ValidationError as error:
        path, why = _explain_message(str(error))
        raise DefinitionError(file, [(line_at(lines_of(text), path), key_name(path), why)]) from error


def _explain_message(message: str) -> tuple[KeyPath, str]:
    """Turn msgspec's message into the path of the fault and an Indonesian sentence."""
    what, _, where = message.partition(" - at `$")
    steps = re.findall(r"\[(\d+)\]|\.([A-Za-z0-9_-]+)", where.rstrip("`"))
    path: KeyPath = tuple(int(index) if index else name for index, name in steps)
    for pattern, sentence, names_key in _SENTENCES:
        found = re.search(pattern, what)
        if found:
            key = (found.group(1),) if names_key else ()
            return (*path, *key), sentence.format(*(_TYPES.get(part, part) for part in found.groups()))
    return path, f"nilainya tidak dapat dipakai ({what})."


_TYPES = {
    "str": "teks",
    "int": "bilangan bulat",
    "float": "pecahan",
    "bool": "true atau false",
    "array": "daftar",
}
_TYPES |= {"object": "tabel", "date": "tanggal", "str | null": "teks", "int | null": "bilangan bulat"}
_SENTENCES: list[tuple[str, str, bool]] = [
    (r"unknown field `([^`]*)`", "kunci {0} tidak dikenal; periksa ejaannya atau hapus.", True),
    (r"missing required field `([^`]*)`", "kunci {0} wajib ada tetapi belum ditulis.", True),
    (r"Invalid enum value (.+)", "nilai {0} tidak termasuk pilihan yang dikenal.", False),
    (r"matching regex (.+)", "tulisannya tidak sesuai pola {0}.", False),
    (r"`(?:str|array)` of length >= (\d+)", "isinya kosong; perlu paling sedikit {0}.", False),
    (r"`(?:str|array)` of length <= (\d+)", "isinya terlalu panjang; paling banyak {0}.", False),
    (r"`int` >= (-?\d+)", "angkanya terlalu kecil; paling sedikit {0}.", False),
    (r"`int` <= (-?\d+)", "angkanya terlalu besar; paling banyak {0}.", False),
    (r"Expected `([^`]*)`, got `([^`]*)`", "jenis nilainya {1}, seharusnya {0}.", False),
]


if __name__ == "__main__":  # python -m schema.definitions: write the published schema anew
    (SERVICES / "service.schema.json").write_text(schema_text(), encoding="utf-8")
