"""Cross-checks of a service definition: what one table says about another must be true.

`faults_of(definition)` returns every fault as (path of the key, Indonesian sentence); an empty list means
that a case can walk through the definition without ever meeting a dead end or an unknown name.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from schema.faults import Fault, ids_of, unknown_names, values_at
from schema.partner_checks import PARTNER_STEPS, partner_faults
from schema.refusals import shortened
from schema.service_fields import DAYS, DETAILS, INCOMING, LETTER_FACTS, people_faults
from schema.service_procedure import Definition, Step
from schema.toml_lines import KeyPath

Check = Callable[[Definition], Iterable[Fault]]
MESSAGE_WORDS = frozenset({"office", "code", "hours", "due"})
SAY_WORDS = frozenset({"name", "due", "number", "reason", "place", "office"})
PLAIN_LETTERS = re.compile(r"[A-Za-z0-9 \n@$!\"#%&'()*+,./:;<=>?_-]*")
"""Letters that an SMS carries 160 of, wherever it goes; with any other it carries 70."""
LONGEST_MESSAGE = 100
"""Letters of a message beside what is filled in: with office, code and hours it stays one SMS."""
_COMPUTED_FACTS = ("age", "kind")
_COUNTER = re.compile(r"\{n(?::0[1-9])?\}")
_PLACEHOLDER = re.compile(r"\{([^{}]*+)\}")
_NUMBER_PARTS = re.compile(r"\{(?:n(?::0[1-9])?|code|year|month)\}")
_COMPARISONS = ("equals", "one_of", "not_one_of", "below", "at_least")
_ONE_EACH = ("name", "key", "family_key", "birth", "area", "sex", "mother", "phone", "sms")


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
    for kind, (what, known) in _NAMES.items():
        if kind == "clauses" and not d.sections:
            continue
        for path in _REFERENCES[kind]:
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
    for at, value in values_at(d, path):
        names = value if isinstance(value, tuple) else (value,)
        yield from unknown_names(at, names, known(d), what)


def _repetition_faults(d: Definition) -> Iterator[Fault]:
    for key, lists in _UNIQUE.items():
        for path in lists:
            for at, items in values_at(d, path):
                yield from _repeated_values(at, key, items)


def _repeated_values(at: KeyPath, key: str, items: Iterable[Any]) -> Iterator[Fault]:
    seen = set()
    for i, item in enumerate(items):
        value = getattr(item, key)
        if value and value in seen:
            yield (*at, i, key), f"{value} ditulis dua kali; setiap {key} hanya boleh sekali."
        seen.add(value)


def _comparison_faults(d: Definition) -> Iterator[Fault]:
    for path in _COMPARED:
        for at, condition in values_at(d, path):
            if all(getattr(condition, key) is None for key in _COMPARISONS):
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
    if not _counts_once(d.case_number):
        yield ("case_number",), "pola harus memuat {n} satu kali; boleh memakai {n:04}, {code}, {year}, dan {month}."


def _counts_once(pattern: str) -> bool:
    """Whether a pattern of numbers holds the running one once, and nothing in braces that is not known."""
    rest = _NUMBER_PARTS.sub("", pattern)
    return len(_COUNTER.findall(pattern)) == 1 and not set("{}") & set(rest)


def _letter_faults(d: Definition) -> Iterator[Fault]:
    facts = sorted({*_known_facts(d), *LETTER_FACTS})
    for i, letter in enumerate(d.letters):
        path: KeyPath = ("letters", i)
        for key in ("subject", "addressed_to", "text", "attachment", "sender", "letter_number", "letter_date"):
            if key == "text" and letter.details:
                known = [*facts, DETAILS]
            else:
                known = facts
            yield from unknown_names((*path, key), _PLACEHOLDER.findall(getattr(letter, key)), known, "kata ganti")
        wanted = ("text", "addressed_to", "signatories") if letter.direction == "out" else ("sender",)
        for key in wanted:
            if not getattr(letter, key):
                yield (*path, key), f"surat {letter.id} memerlukan {key}."
        if letter.number and not (_counts_once(letter.number) and "{year}" in letter.number):
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
    days = [name + DAYS for name in _date_fields(d)]
    return [*ids_of(d.fields), *days, *ids_of(d.derived_facts), *_COMPUTED_FACTS]


def _date_fields(d: Definition) -> list[str]:
    return [field.id for field in d.fields if field.type == "date"]


def _row_faults(d: Definition) -> Iterator[Fault]:
    for i, row in enumerate(d.rows):
        if row.symbol == "decision" and (len(row.branches) < 2 or not row.question):
            yield ("rows", i, "symbol"), "keputusan memerlukan question dan paling sedikit dua branches."
    for path in ("rows[]", "steps[]"):
        for at, work in values_at(d, path):
            if work.standard_time and work.time and work.time.is_by_schedule:
                why = f"waktu {work.time.text} mengikuti jadwal; hapus standard_time, atau tulis angkanya pada time."
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
            target = outcome.to.removeprefix("@")
            known, what = ids_of(d.steps), "langkah"
            if target != outcome.to:
                known, what = ids_of(d.exits), "akhir"
            yield from unknown_names((*path, "outcomes", j, "to"), [target], known, what)
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
    reopened = [exit_.reopens_to for exit_ in d.exits if exit_.reopens_to]
    reached = _reachable_names(steps, {d.steps[0].id, *reopened})
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
    starts, keeps = set[str](), set[str]()
    if promise:
        starts, keeps = {promise.starts_on}, {promise.kept_on, promise.kept_on_alternative} - {""}
    for mark, named in (("starts_promise", starts), ("keeps_promise", keeps)):
        marked = {f"{step.id}.{outcome.id}" for step in d.steps for outcome in step.outcomes if getattr(outcome, mark)}
        if marked != named:
            said, written = _shown_names(named), _shown_names(marked)
            yield ("promise",), f"promise menyebut {said}, tetapi {mark} tertulis pada {written}."


def _shown_names(names: Iterable[str]) -> str:
    return shortened(", ".join(sorted(names))) or "tidak ada"


def _limit_faults(d: Definition) -> Iterator[Fault]:
    for i, limit in enumerate(d.limits):
        path: KeyPath = ("limits", i)
        if (limit.amount is None) == (limit.range is None):
            yield path, "tulis salah satu: amount, atau range dengan dua angka."
        if limit.range and limit.range[0] > limit.range[1]:
            yield (*path, "range"), "angka pertama tidak boleh lebih besar daripada yang kedua."
        if any(tell.early for tell in limit.tells) and not limit.range:
            yield (*path, "tells"), "early hanya berguna pada batas dengan range."
        units = [limit.unit, *(reading.unit for reading in limit.readings)]
        if len(set(units)) < len(units):
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


def _message_faults(d: Definition) -> Iterator[Fault]:
    """A message has one moment and somebody who agreed to it, is short, and names a case by nothing but its code."""
    agreed = next((field for field in d.fields if field.role == "sms"), None)
    if agreed is not None and agreed.type != "tick":
        yield ("fields", d.fields.index(agreed), "type"), 'izin SMS ditulis sebagai centang: type = "tick".'
    if (agreed is not None or d.messages) and not any(field.role == "phone" for field in d.fields):
        yield ("messages",), 'SMS memerlukan kolom nomor telepon: role = "phone".'
    for i, message in enumerate(d.messages):
        path: KeyPath = ("messages", i)
        if agreed is None:
            yield path, 'SMS dikirim hanya kepada yang mengizinkan; tulis kolom centang dengan role = "sms".'
        if bool(message.on) == (message.before_promise is not None):
            yield path, "tulis salah satu: on (nama langkah), atau before_promise (jumlah hari)."
        if message.before_promise is not None and d.promise is None:
            yield (*path, "before_promise"), "layanan ini tidak memuat [promise]."
        yield from _message_text_faults((*path, "text"), message.text)


def _message_text_faults(path: KeyPath, text: str) -> Iterator[Fault]:
    yield from unknown_names(path, _PLACEHOLDER.findall(text), sorted(MESSAGE_WORDS), "kata ganti")
    plain = _PLACEHOLDER.sub("", text)
    if "{code}" not in text:
        yield path, "tulis {code}: pemohon mengenali berkasnya dari kode slip, bukan dari nama."
    if not PLAIN_LETTERS.fullmatch(plain):
        yield path, "pakai huruf biasa tanpa aksen, kurung siku, atau gambar, supaya cukup satu SMS."
    if len(plain) > LONGEST_MESSAGE:
        yield path, f"paling panjang {LONGEST_MESSAGE} huruf di luar kata ganti, supaya cukup satu SMS."


def _people_faults(d: Definition) -> Iterator[Fault]:
    if d.people is not None:
        yield from people_faults(d.people)
        return
    for at, states in values_at(d, "steps[].outcomes[].needs_people"):
        if states:
            yield at, "layanan ini tidak memuat daftar orang; tulis [people] dulu."


def reserved_name_faults(d: Definition) -> Iterator[Fault]:
    for path in ("exits[].id", "steps[].outcomes[].id"):
        for at, name in values_at(d, path):
            if name in DESK_ACTIONS:
                yield at, f"{name} adalah nama yang dipakai meja kerja sendiri; beri id lain."


def _training_faults(d: Definition) -> Iterator[Fault]:
    for i, competence in enumerate(d.competence):
        if competence.no_training and competence.training:
            yield ("competence", i, "no_training"), "pelatihan tidak dipersyaratkan, tetapi ada yang disebut."


def _known_clauses(d: Definition) -> list[str]:
    known: set[str] = set()
    for path in ("sections[].clauses[].number", "sections[].number", "legal_basis[].number", "facilities[].clause"):
        known.update(number for _, number in values_at(d, path))
    return sorted(known)


_UNIQUE = {
    "id": (
        *("form_codes", "form_sections", "fields", "kinds", "requirements", "actors", "places", "steps", "exits"),
        *("pauses", "documents", "limits", "derived_facts", "letters", "files", "identity.signatories"),
        "messages",
        *("steps[].outcomes", "partner.answers", "limits[].readings"),
        *("people.fields", "people.states", "people.moves", "people.papers"),
    ),
    "no": ("rows",),
    "number": ("legal_basis", "distribution", "sections"),
    "clause": ("facilities",),
    "name": ("facilities",),
    "value": ("fields[].choices", "requirements[].observed.choices", "requirements[].one_of"),
}
"""Keys that stand in a list only once, and those lists."""
_COMPARED = (
    "fields[].when[]",
    "conditions[].when[]",
    "kinds[].conditions[].when[]",
    "requirements[].when[]",
    "steps[].outcomes[].when[]",
    "promise.from_age_unless[]",
)


def _names_at(path: str) -> Callable[[Definition], list[str]]:
    return lambda d: [str(value) for _, value in values_at(d, path)]


_NAMES: dict[str, tuple[str, Callable[[Definition], list[str]]]] = {
    "actors": ("pelaksana", _names_at("actors[].id")),
    "clauses": ("klausul", _known_clauses),
    "dates": ("kolom tanggal", _date_fields),
    "facts": ("fakta", _known_facts),
    "fields": ("kolom", _names_at("fields[].id")),
    "form_sections": ("bagian formulir", _names_at("form_sections[].id")),
    "files": ("berkas", _names_at("files[].id")),
    "letters": ("surat", _names_at("letters[].id")),
    "kinds": ("jenis permohonan", _names_at("kinds[].id")),
    "moments": ("saat", _moments_of),
    "pauses": ("alasan jeda", _names_at("pauses[].id")),
    "people_fields": ("kolom daftar orang", _names_at("people.fields[].id")),
    "people_moves": ("langkah orang", _names_at("people.moves[].id")),
    "people_states": ("keadaan orang", _names_at("people.states[].id")),
    "places": ("tempat berkas", _names_at("places[].id")),
    "reasons": ("alasan pada reasons sebuah hasil", _names_at("steps[].outcomes[].reasons[]")),
    "rows": ("baris", _names_at("rows[].no")),
    "steps": ("langkah", _names_at("steps[].id")),
}
"""What a key may name: its word, and the names that a definition has."""
_REFERENCES = {
    "actors": ("rows[].actor", "rows[].also", "steps[].actor"),
    "clauses": (
        *("rows[].clause", "documents[].clause", "competence[].clause"),
        *("product.clause", "supervision.clause", "promise.clause", "fee.clause"),
    ),
    "dates": ("derived_facts[].field",),
    "facts": ("requirements[].observed.expected", *(f"{path}.fact" for path in _COMPARED)),
    "fields": (
        *("one_open_per", "one_open_with[]"),
        *("partner.columns[].fields", "partner.annex[].fields", "partner.address"),
    ),
    "files": ("steps[].outcomes[].needs_files",),
    "form_sections": ("fields[].section",),
    "kinds": ("requirements[].kinds", "requirements[].also_asked[].kinds"),
    "letters": ("steps[].letter",),
    "moments": ("limits[].starts_on[]", "limits[].stops_on[]", "limits[].restarts_on[]"),
    "pauses": ("limits[].pauses",),
    "people_fields": ("people.key", "people.name", "people.papers[].columns"),
    "people_moves": ("people.schedule.move",),
    "people_states": (
        *("people.first", "people.moves[].from_states", "people.moves[].to", "people.schedule.again"),
        *("people.papers[].states", "steps[].outcomes[].needs_people"),
    ),
    "places": ("steps[].place", "steps[].outcomes[].place", "exits[].place"),
    "reasons": ("requirements[].missing_reason", "requirements[].observed.differs_reason"),
    "rows": ("rows[].branches[].to", "steps[].row"),
    "steps": (
        *("exits[].from_steps", "facilities[].stops", "exits[].reopens_to", "messages[].on"),
        *("people.steps", "people.moves[].steps"),
        *(f"partner.steps.{role}" for role in PARTNER_STEPS),
    ),
}
"""What is named, and by which keys."""
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
    _message_faults,
    partner_faults,
    _people_faults,
)
