"""Cross-checks of a service definition: what one table says about another must be true.

`faults_of(definition)` returns every fault as (path of the key, Indonesian sentence); an empty list means
that a case can walk through the definition without ever meeting a dead end or an unknown name.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from schema.faults import Fault, ids_of, unknown_names, values_at
from schema.partner_checks import PARTNER_STEPS, partner_faults
from schema.refusals import shortened
from schema.service_fields import DAYS, DETAILS, INCOMING, LETTER_FACTS, people_faults
from schema.service_procedure import Definition, Step
from schema.toml_lines import KeyPath

Check = Callable[[Definition], Iterable[Fault]]
SAY_WORDS = frozenset({"name", "due", "number", "reason", "place", "office"})
_COMPUTED_FACTS = ("age", "kind")
_COUNTER = re.compile(r"\{n(?::0[1-9])?\}")
_PLACEHOLDER = re.compile(r"\{([^{}]*+)\}")
_NUMBER_PARTS = re.compile(r"\{(?:n(?::0[1-9])?|code|year|month)\}")
_ONE_EACH = ("name", "key", "family_key", "birth", "area", "sex", "mother", "phone")


DESK_ACTIONS = frozenset(
    {"opened", "corrected", "explained", "paused", "imported", "reopened", "taken_over", "sent_again", "due_moved"}
    | {"taken", "note", "visit", "call", "message", "reached"}
)
"""What the desk itself writes into the story of a case: no outcome or exit of a definition may be called so."""


class OfficeNames(NamedTuple):
    """The roles, sections and villages that an office has; a definition that names another one is refused there."""

    roles: Collection[str]
    sections: Collection[str] = ()
    villages: Collection[str] = ()


def faults_of(definition: Definition, office: OfficeNames | None = None, *, partly: bool = False) -> list[Fault]:
    """Every cross-reference fault; `partly` of one that was built from a file with faults in its shape already."""
    faults: list[Fault] = []
    for check in (*_CHECKS, *_reference_checks(definition, office)):
        try:
            faults.extend(check(definition))
        except (AttributeError, IndexError, TypeError):
            if not partly:
                raise
    if faults or partly:
        return faults  # a wrong name would make every way look cut off
    return list(_reachability_faults(definition))


def _reference_checks(d: Definition, office: OfficeNames | None) -> Iterator[Check]:
    """One check for each key that names something."""
    for path, kind in _REFERENCES:
        if kind != "clauses" or d.sections:
            what, known = _NAMES[kind]
            yield partial(_reference_faults, path=path, what=what, known=known)
    if office is None:
        return
    roles, sections = sorted(office.roles), sorted(office.sections)
    for path in _ROLES:
        yield partial(_reference_faults, path=path, what="peran", known=lambda _d: roles)
    yield partial(_reference_faults, path="actors[].section", what="seksi", known=lambda _d: sections)
    villages = sorted(office.villages)
    yield partial(_reference_faults, path="registration.villages", what="desa", known=lambda _d: villages)


def _reference_faults(
    d: Definition, path: str, what: str, known: Callable[[Definition], Iterable[str]]
) -> Iterator[Fault]:
    for at, held in values_at(d, path):
        yield from unknown_names(at, held if isinstance(held, tuple) else (held,), known(d), what)


def _repetition_faults(d: Definition) -> Iterator[Fault]:
    for path, key in _UNIQUE:
        for at, items in values_at(d, path):
            values = [getattr(item, key) for item in items]
            for i, value in enumerate(values):
                if value and value in values[:i]:
                    yield (*at, i, key), f"{value} ditulis dua kali; setiap {key} hanya boleh sekali."


def _comparison_faults(d: Definition) -> Iterator[Fault]:
    for path in _COMPARED:
        for at, one in values_at(d, path):
            if all(value is None for value in (one.equals, one.one_of, one.not_one_of, one.below, one.at_least)):
                yield at, "perlu equals, one_of, not_one_of, below, atau at_least."


def _placeholder_faults(d: Definition) -> Iterator[Fault]:
    for path, words in (
        ("steps[].say", SAY_WORDS),
        ("exits[].say", SAY_WORDS),
        ("requirements[].detail", _known_facts(d)),
    ):
        for at, text in values_at(d, path):
            yield from unknown_names(at, _PLACEHOLDER.findall(text), sorted(words), "kata ganti")


def _field_faults(d: Definition) -> Iterator[Fault]:
    taken: dict[str, str] = {}
    for i, field in enumerate(d.fields):
        path: KeyPath = ("fields", i)
        if field.role in _ONE_EACH and taken.setdefault(field.role, field.id) != field.id:
            yield (*path, "role"), f"peran {field.role} sudah dipegang kolom {taken[field.role]}."
        if (field.type == "choice") != bool(field.choices or field.choices_from):
            yield (
                (*path, "type"),
                "kolom pilihan (choice), dan hanya kolom itu, memerlukan choices atau choices_from.",
            )
        if field.choices_from and not getattr(d, field.choices_from):
            yield (*path, "choices_from"), f"daftar {field.choices_from} masih kosong."
        if not field.section:
            yield (*path, "section"), "kolom formulir berada di salah satu bagian; tulis section."
        if field.id == d.one_open_per and field.role != "key":
            yield ("one_open_per",), f'kolom {field.id} bukan kolom kunci; beri kolom itu role = "key".'


def _number_faults(d: Definition) -> Iterator[Fault]:
    rest = _NUMBER_PARTS.sub("", d.case_number)
    if len(_COUNTER.findall(d.case_number)) != 1 or "{" in rest or "}" in rest:
        yield ("case_number",), "pola harus memuat {n} satu kali; boleh memakai {n:04}, {code}, {year}, dan {month}."


def _letter_faults(d: Definition) -> Iterator[Fault]:
    facts = sorted({*_known_facts(d), *LETTER_FACTS})
    for i, letter in enumerate(d.letters):
        path: KeyPath = ("letters", i)
        for key in ("subject", "addressed_to", "text", "attachment", "sender", "letter_number", "letter_date"):
            own = [*facts, DETAILS] if key == "text" and letter.details else facts
            yield from unknown_names((*path, key), _PLACEHOLDER.findall(getattr(letter, key)), own, "kata ganti")
        wanted = ("text", "addressed_to", "signatories") if letter.direction == "out" else ("sender",)
        for key in wanted:
            if not getattr(letter, key):
                yield (*path, key), f"surat {letter.id} memerlukan {key}."
        counters, rest = len(_COUNTER.findall(letter.number)), _NUMBER_PARTS.sub("", letter.number)
        if letter.number and (counters != 1 or "{year}" not in letter.number or "{" in rest or "}" in rest):
            yield (*path, "number"), "pola harus memuat {n} satu kali dan {year}; boleh memakai {code} dan {month}."
    directions = {letter.id: letter.direction for letter in d.letters}
    for i, step in enumerate(d.steps):
        for j, outcome in enumerate(step.outcomes):
            asked = "in" if outcome.needs_letter in INCOMING else "out"
            if outcome.needs_letter and directions.get(step.letter) != asked:
                why = f'{outcome.needs_letter} memerlukan letter, nama surat dengan direction = "{asked}".'
                yield ("steps", i, "outcomes", j, "needs_letter"), why


def _letter_list_faults(d: Definition) -> Iterator[Fault]:
    """The list of a letter stands where its text says so; only a letter of ours is handed over."""
    facts = sorted({*_known_facts(d), *LETTER_FACTS})
    for i, letter in enumerate(d.letters):
        path: KeyPath = ("letters", i)
        for j, row in enumerate(letter.details):
            names = _PLACEHOLDER.findall(row.text)
            yield from unknown_names((*path, "details", j, "text"), names, facts, "kata ganti")
        if letter.details and f"{{{DETAILS}}}" not in letter.text.split("\n"):
            yield (*path, "details"), "tulis {details} di text, pada baris tersendiri, tempat daftar ini tercetak."
        if letter.direction == "in" and letter.handed_by:
            yield (*path, "handed_by"), "surat masuk tidak diserahkan; hapus kunci ini."


def _known_facts(d: Definition) -> list[str]:
    days = (f"{field.id}{DAYS}" for field in d.fields if field.type == "date")
    return [*ids_of(d.fields), *days, *ids_of(d.derived_facts), *_COMPUTED_FACTS]


def _row_faults(d: Definition) -> Iterator[Fault]:
    for i, row in enumerate(d.rows):
        if row.symbol == "decision" and (len(row.branches) < 2 or not row.question):
            yield ("rows", i, "symbol"), "keputusan memerlukan question dan paling sedikit dua branches."
    for path in ("rows[]", "steps[]"):
        for at, one in values_at(d, path):
            if one.standard_time and one.time and one.time.is_by_schedule:
                why = f"waktu {one.time.text} mengikuti jadwal; hapus standard_time, atau tulis angkanya pada time."
                yield (*at, "standard_time"), why


def _step_faults(d: Definition) -> Iterator[Fault]:
    clauses, roles = [row.clause for row in d.rows], {actor.id: actor.roles for actor in d.actors}
    for i, step in enumerate(d.steps):
        path: KeyPath = ("steps", i)
        if step.row is not None:
            yield from unknown_names((*path, "clause"), [step.clause], clauses, "klausul langkah")
        if (step.row is None) != bool(step.no_row_because):
            why = "tulis baris prosedurnya (row), atau no_row_because bila langkah ini tidak tercetak."
            yield (*path, "row"), why
        if not any(outcome.roles or roles.get(step.actor) for outcome in step.outcomes):
            why = f"langkah {step.id} tidak dapat diakhiri siapa pun: tulis roles pada hasil atau pelaksananya."
            yield (*path, "outcomes"), why
        for j, outcome in enumerate(step.outcomes):
            known, what = (ids_of(d.exits), "akhir") if outcome.to.startswith("@") else (ids_of(d.steps), "langkah")
            yield from unknown_names((*path, "outcomes", j, "to"), [outcome.to.removeprefix("@")], known, what)
            if (outcome.reasons or outcome.asks) and not outcome.needs_reason:
                key = "reasons" if outcome.reasons else "asks"
                yield (*path, "outcomes", j, key), "hanya berguna bila needs_reason = true."


def _reserved_faults(d: Definition) -> Iterator[Fault]:
    """A reserved outcome is greyed on the page of the case, which draws those of steps without a page of their own."""
    for i, step in enumerate(d.steps):
        for j, outcome in enumerate(step.outcomes):
            path: KeyPath = ("steps", i, "outcomes", j, "reserved")
            if outcome.reserved and not outcome.roles:
                yield path, "tulis juga roles: jabatan yang boleh mengambil hasil ini."
            if outcome.reserved and step.special:
                yield path, f"langkah {step.id} dikerjakan di halamannya sendiri (special); hapus reserved."


def _exit_faults(d: Definition) -> Iterator[Fault]:
    for i, exit_ in enumerate(d.exits):
        if exit_.by_hand and not exit_.roles:
            yield ("exits", i, "roles"), "akhir yang dipilih petugas memerlukan roles."


def _reachability_faults(d: Definition) -> Iterator[Fault]:
    steps = {step.id: step for step in d.steps}
    reached = _reachable_names(steps, {d.steps[0].id, *(exit_.reopens_to for exit_ in d.exits if exit_.reopens_to)})
    for i, step in enumerate(d.steps):
        if step.id not in reached:
            yield ("steps", i, "id"), f"langkah {step.id} tidak dapat dicapai dari langkah pertama."
        elif not any(name.startswith("@") for name in _reachable_names(steps, {step.id})):
            yield ("steps", i, "id"), f"dari langkah {step.id} tidak ada jalan menuju akhir."
    for i, exit_ in enumerate(d.exits):
        if not exit_.by_hand and f"@{exit_.id}" not in reached:
            yield ("exits", i, "id"), f"akhir {exit_.id} tidak dituju hasil mana pun dan tidak by_hand."


def _reachable_names(steps: dict[str, Step], start: set[str]) -> set[str]:
    """Every step and `@exit` that can be reached from the steps of `start`."""
    reached: set[str] = set()
    waiting = set(start)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        if name in steps:
            waiting |= {outcome.to for outcome in steps[name].outcomes} - reached
    return reached


def _promise_mark_faults(d: Definition) -> Iterator[Fault]:
    """The promise names its outcomes, and exactly those outcomes carry the marks."""
    promise = d.promise
    wanted = {
        "starts_promise": {promise.starts_on} if promise else set(),
        "keeps_promise": {promise.kept_on, promise.kept_on_alternative} - {""} if promise else set(),
    }
    for mark, names in wanted.items():
        marked = {f"{step.id}.{each.id}" for step in d.steps for each in step.outcomes if getattr(each, mark)}
        if marked != names:
            said, written = (shortened(", ".join(sorted(some))) or "tidak ada" for some in (names, marked))
            yield ("promise",), f"promise menyebut {said}, tetapi {mark} tertulis pada {written}."


def _limit_faults(d: Definition) -> Iterator[Fault]:
    for i, limit in enumerate(d.limits):
        path: KeyPath = ("limits", i)
        if (limit.amount is None) == (limit.range is None):
            yield path, "tulis salah satu: amount, atau range dengan dua angka."
        if limit.range and limit.range[0] > limit.range[1]:
            yield (*path, "range"), "angka pertama tidak boleh lebih besar daripada yang kedua."
        if any(tell.early for tell in limit.tells) and not limit.range:
            yield (*path, "tells"), "early hanya berguna pada batas dengan range."
        if len({limit.unit, *(reading.unit for reading in limit.readings)}) <= len(limit.readings):
            yield (*path, "readings"), "setiap bacaan memerlukan satuan yang berbeda."
        if limit.id == "promise":
            written = "janji sudah ditulis di [promise]; tulis di satu tempat saja."
            yield (*path, "id"), written if d.promise else "janji ditulis di [promise], bukan di [[limits]]."
        if limit.id == "step":
            yield (*path, "id"), "nama ini terpakai: waktu baku langkah ditulis sebagai standard_time."


def _moments_of(d: Definition) -> list[str]:
    """Names of moments: what opens, enters and ends steps, and where a partner answers that it has what was sent."""
    entered = (f"{step.id}.@entered" for step in d.steps)
    received = [f"{d.partner.steps.answer}.@received"] if d.partner else []
    ended = (f"{step.id}.{outcome.id}" for step in d.steps for outcome in step.outcomes)
    return sorted({"@opened", *entered, *received, *ended})


def _people_faults(d: Definition) -> Iterator[Fault]:
    if d.people is not None:
        yield from people_faults(d.people)
        return
    asked = [at for at, states in values_at(d, "steps[].outcomes[].needs_people") if states]
    yield from ((at, "layanan ini tidak memuat daftar orang; tulis [people] dulu.") for at in asked)


def reserved_name_faults(d: Definition) -> Iterator[Fault]:
    for path in ("exits[].id", "steps[].outcomes[].id"):
        for at, name in values_at(d, path):
            if name in DESK_ACTIONS:
                yield at, f"{name} adalah nama yang dipakai meja kerja sendiri; beri id lain."


def _training_faults(d: Definition) -> Iterator[Fault]:
    for i, one in enumerate(d.competence):
        if one.no_training and one.training:
            yield (
                ("competence", i, "no_training"),
                "pelatihan tidak dipersyaratkan, tetapi ada yang disebut.",
            )


def _known_clauses(d: Definition) -> list[str]:
    known = {clause.number for section in d.sections for clause in section.clauses}
    known |= {section.number for section in d.sections}
    return sorted(known | {item.number for item in d.legal_basis} | {item.clause for item in d.facilities})


_UNIQUE = (
    *((table, "id") for table in ("form_codes", "form_sections", "fields", "kinds", "requirements", "actors")),
    *((table, "id") for table in ("places", "steps", "exits", "pauses", "documents", "limits", "derived_facts")),
    *((table, "id") for table in ("letters", "files")),
    ("rows", "no"),
    ("legal_basis", "number"),
    ("distribution", "number"),
    ("sections", "number"),
    ("facilities", "clause"),
    ("facilities", "name"),
    ("identity.signatories", "id"),
    ("steps[].outcomes", "id"),
    ("fields[].choices", "value"),
    ("requirements[].observed.choices", "value"),
    ("requirements[].one_of", "value"),
    ("partner.answers", "id"),
    ("limits[].readings", "id"),
    *((f"people.{table}", "id") for table in ("fields", "states", "moves", "papers")),
)
"""Lists, and the key that stands in each only once."""
_COMPARED = (
    "fields[].when[]",
    "conditions[].when[]",
    "kinds[].conditions[].when[]",
    "requirements[].when[]",
    "steps[].outcomes[].when[]",
    "promise.from_age_unless[]",
)
_NAMES: dict[str, tuple[str, Callable[[Definition], Iterable[str]]]] = {
    "actors": ("pelaksana", lambda d: ids_of(d.actors)),
    "clauses": ("klausul", _known_clauses),
    "dates": ("kolom tanggal", lambda d: [field.id for field in d.fields if field.type == "date"]),
    "facts": ("fakta", _known_facts),
    "fields": ("kolom", lambda d: ids_of(d.fields)),
    "form_sections": ("bagian formulir", lambda d: ids_of(d.form_sections)),
    "files": ("berkas", lambda d: ids_of(d.files)),
    "letters": ("surat", lambda d: ids_of(d.letters)),
    "kinds": ("jenis permohonan", lambda d: ids_of(d.kinds)),
    "moments": ("saat", _moments_of),
    "pauses": ("alasan jeda", lambda d: ids_of(d.pauses)),
    "people_fields": ("kolom daftar orang", lambda d: ids_of(d.people.fields) if d.people else ()),
    "people_moves": ("langkah orang", lambda d: ids_of(d.people.moves) if d.people else ()),
    "people_states": ("keadaan orang", lambda d: ids_of(d.people.states) if d.people else ()),
    "places": ("tempat berkas", lambda d: ids_of(d.places)),
    "reasons": (
        "alasan pada reasons sebuah hasil",
        lambda d: [why for step in d.steps for outcome in step.outcomes for why in outcome.reasons],
    ),
    "rows": ("baris", lambda d: [str(row.no) for row in d.rows]),
    "steps": ("langkah", lambda d: ids_of(d.steps)),
}
"""What a key may name: its word, and the names that a definition has."""
_REFERENCES = (
    ("one_open_per", "fields"),
    ("one_open_with[]", "fields"),
    ("derived_facts[].field", "dates"),
    ("fields[].section", "form_sections"),
    ("requirements[].kinds", "kinds"),
    ("requirements[].also_asked[].kinds", "kinds"),
    ("requirements[].missing_reason", "reasons"),
    ("requirements[].observed.expected", "facts"),
    ("requirements[].observed.differs_reason", "reasons"),
    ("rows[].actor", "actors"),
    ("rows[].also", "actors"),
    ("rows[].branches[].to", "rows"),
    ("steps[].actor", "actors"),
    ("steps[].row", "rows"),
    ("steps[].letter", "letters"),
    ("steps[].outcomes[].needs_files", "files"),
    ("steps[].place", "places"),
    ("steps[].outcomes[].place", "places"),
    ("exits[].from_steps", "steps"),
    ("facilities[].stops", "steps"),
    ("exits[].reopens_to", "steps"),
    ("exits[].place", "places"),
    ("limits[].pauses", "pauses"),
    *((f"limits[].{key}[]", "moments") for key in ("starts_on", "stops_on", "restarts_on")),
    *((f"{path}.fact", "facts") for path in _COMPARED),
    *((f"partner.steps.{role}", "steps") for role in PARTNER_STEPS),
    ("partner.columns[].fields", "fields"),
    ("partner.annex[].fields", "fields"),
    ("partner.address", "fields"),
    *((f"people.{key}", "people_fields") for key in ("key", "name", "papers[].columns")),
    *((f"people.{key}", "people_states") for key in ("first", "moves[].from_states", "moves[].to", "schedule.again")),
    ("people.papers[].states", "people_states"),
    ("people.schedule.move", "people_moves"),
    ("people.steps", "steps"),
    ("people.moves[].steps", "steps"),
    ("steps[].outcomes[].needs_people", "people_states"),
    *((f"{table}[].clause", "clauses") for table in ("rows", "documents", "competence")),
    *((f"{table}.clause", "clauses") for table in ("product", "supervision", "promise", "fee")),
)
"""Keys that name something, and what."""
_ROLES = (
    "actors[].roles",
    "exits[].roles",
    "supervision.roles",
    "competence[].roles",
    "identity.signatories[].roles",
    "distribution[].roles",
    "steps[].outcomes[].roles",
    "steps[].outcomes[].by_word_of",
    "registration.roles",
    "limits[].tells[].roles",
    "promise.tells[].roles",
    "people.roles",
    "people.moves[].roles",
    "people.schedule.roles",
    "people.papers[].giver",
    "letters[].initials",
    "letters[].signatories",
    "letters[].handed_by",
)
_CHECKS: tuple[Check, ...] = (
    _repetition_faults,
    _training_faults,
    _number_faults,
    _letter_faults,
    _letter_list_faults,
    _field_faults,
    _comparison_faults,
    _placeholder_faults,
    _row_faults,
    _step_faults,
    _reserved_faults,
    _exit_faults,
    _promise_mark_faults,
    _limit_faults,
    partner_faults,
    _people_faults,
)
