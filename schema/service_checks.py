"""Cross-checks of a service definition: what one table says about another must be true.

`faults_of(definition)` returns every fault as (path of the key, Indonesian sentence); an empty list means
that a case can walk through the definition without ever meeting a dead end or an unknown name.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from schema.service_procedure import DAYS, Definition, Observation, Outcome, Step
from schema.service_terms import Partner
from schema.toml_lines import KeyPath

Fault = tuple[KeyPath, str]
SAY_WORDS = frozenset({"name", "due", "number", "reason", "place", "office"})
_COMPUTED_FACTS = ("age", "kind")
_TABLES_WITH_ID = (
    *("form_codes", "form_sections", "fields", "kinds", "requirements", "actors", "places", "steps"),
    *("exits", "pauses", "documents", "limits", "derived_facts"),
)
_COUNTER = re.compile(r"\{n(?::0[1-9])?\}")
_NUMBER_PARTS = re.compile(r"\{(?:n(?::0[1-9])?|code|year|month)\}")
_ONE_EACH = ("name", "key", "family_key", "birth", "area", "sex", "mother", "phone")


DESK_ACTIONS = frozenset(
    {"opened", "corrected", "explained", "paused", "imported", "reopened", "taken_over", "sent_again", "due_moved"}
    | {"note", "visit", "call", "message"}
)
"""What the desk itself writes into the story of a case: no outcome or exit of a definition may be called so."""


class OfficeNames(NamedTuple):
    """The roles and sections that an office has; a definition that names another one is refused there."""

    roles: Collection[str]
    sections: Collection[str] = ()


def faults_of(definition: Definition, office: OfficeNames | None = None, *, partly: bool = False) -> list[Fault]:
    """Every cross-reference fault; `partly` of one that was built from a file with faults in its shape already."""
    faults: list[Fault] = []
    checks: list[Callable[[Definition], Iterable[Fault]]] = [*_CHECKS]
    if office is not None:
        checks.append(partial(_office_faults, office=office))
    for check in checks:
        try:
            faults.extend(check(definition))
        except (AttributeError, TypeError):
            if not partly:
                raise
    if faults or partly:
        return faults  # a wrong name would make every way look cut off
    return list(_reachability_faults(definition))


def _values_at(value: Any, parts: Sequence[str], at: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every value below a path such as `steps[].outcomes[].place`, with the path of its key."""
    if not parts:
        yield at, value
        return
    name, held = parts[0].removesuffix("[]"), getattr(value, parts[0].removesuffix("[]"))
    if parts[0].endswith("[]"):
        for i, one in enumerate(held):
            yield from _values_at(one, parts[1:], (*at, name, i))
    elif held is not None:
        yield from _values_at(held, parts[1:], (*at, name))


def _double_id_faults(d: Definition) -> Iterator[Fault]:
    for path, key in (*((table, "id") for table in _TABLES_WITH_ID), *_UNIQUE):
        for at, items in _values_at(d, path.split(".")):
            yield from _repeated_values(at, items, key)


def _reference_faults(d: Definition) -> Iterator[Fault]:
    for path, table, what in _REFERENCES:
        for at, held in _values_at(d, path.split(".")):
            names = (held,) if isinstance(held, str) else held
            yield from _unknown_names(at, filter(None, names), _ids_of(getattr(d, table)), what)
    for path in _COMPARED:
        for at, comparisons in _values_at(d, path.split(".")):
            yield from _fact_faults(d, at, comparisons)
    for path, words in (
        ("steps[].say", SAY_WORDS),
        ("exits[].say", SAY_WORDS),
        ("requirements[].detail", _known_facts(d)),
    ):
        for at, text in _values_at(d, path.split(".")):
            yield from _placeholder_faults(at, text, words)


def _repeated_values(path: KeyPath, items: Sequence[Any], key: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for i, item in enumerate(items):
        value = getattr(item, key)
        if value in seen:
            yield (*path, i, key), f"{value} ditulis dua kali; setiap {key} hanya boleh sekali."
        seen.add(value)


def _unknown_names(path: KeyPath, names: Iterable[str], known: Iterable[str], what: str) -> Iterator[Fault]:
    choices = list(known)
    for name in names:
        if name not in choices:
            yield path, f"{what} {name} tidak ada; yang ada: {', '.join(choices) or 'belum satu pun'}."


def _ids_of(items: Iterable[Any]) -> list[str]:
    return [item.id for item in items]


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
        if field.id == d.one_open_per and field.role != "key":
            yield ("one_open_per",), f'kolom {field.id} bukan kolom kunci; beri kolom itu role = "key".'
    if d.one_open_per:
        yield from _unknown_names(("one_open_per",), [d.one_open_per], _ids_of(d.fields), "kolom")


def _derived_fact_faults(d: Definition) -> Iterator[Fault]:
    dates = [field.id for field in d.fields if field.type == "date"]
    for i, fact in enumerate(d.derived_facts):
        yield from _unknown_names(("derived_facts", i, "field"), [fact.field], dates, "kolom tanggal")


def _number_faults(d: Definition) -> Iterator[Fault]:
    rest = _NUMBER_PARTS.sub("", d.case_number)
    if len(_COUNTER.findall(d.case_number)) != 1 or "{" in rest or "}" in rest:
        yield (
            ("case_number",),
            "pola harus memuat {n} satu kali; boleh memakai {n:04}, {code}, {year}, dan {month}.",
        )


def _fact_faults(d: Definition, path: KeyPath, comparisons: Iterable[Any]) -> Iterator[Fault]:
    known = _known_facts(d)
    for i, comparison in enumerate(comparisons):
        yield from _unknown_names((*path, i, "fact"), [comparison.fact], known, "fakta")
        given = (
            comparison.equals,
            comparison.one_of,
            comparison.not_one_of,
            comparison.below,
            comparison.at_least,
        )
        if all(value is None for value in given):
            yield (*path, i), "perlu equals, one_of, not_one_of, below, atau at_least."


def _known_facts(d: Definition) -> list[str]:
    days = (f"{one.id}{DAYS}" for one in d.fields if one.type == "date")
    return [*_ids_of(d.fields), *days, *_ids_of(d.derived_facts), *_COMPUTED_FACTS]


def _requirement_faults(d: Definition) -> Iterator[Fault]:
    facts, reasons = _known_facts(d), [reason for step in d.steps for one in step.outcomes for reason in one.reasons]
    for i, item in enumerate(d.requirements):
        path: KeyPath = ("requirements", i)
        yield from _unknown_names((*path, "missing_reason"), filter(None, [item.missing_reason]), reasons, "alasan")
        yield from _observation_faults((*path, "observed"), item.observed, facts, reasons)


def _observation_faults(
    path: KeyPath, seen: Observation | None, facts: Sequence[str], reasons: Sequence[str]
) -> Iterator[Fault]:
    if seen is None:
        return
    yield from _unknown_names((*path, "expected"), [seen.expected], facts, "fakta")
    yield from _repeated_values((*path, "choices"), seen.choices, "value")
    yield from _unknown_names((*path, "differs_reason"), filter(None, [seen.differs_reason]), reasons, "alasan")


def _placeholder_faults(path: KeyPath, text: str, known: Iterable[str]) -> Iterator[Fault]:
    yield from _unknown_names(path, re.findall(r"\{([^{}]*+)\}", text), sorted(known), "kata ganti")


def _row_faults(d: Definition) -> Iterator[Fault]:
    numbers = [str(row.no) for row in d.rows]
    for i, row in enumerate(d.rows):
        for j, branch in enumerate(row.branches):
            yield from _unknown_names(("rows", i, "branches", j, "to"), [str(branch.to)], numbers, "baris")
        if row.symbol == "decision" and (len(row.branches) < 2 or not row.question):
            yield ("rows", i, "symbol"), "keputusan memerlukan question dan paling sedikit dua branches."


def _step_faults(d: Definition) -> Iterator[Fault]:
    clauses = [row.clause for row in d.rows]
    for i, step in enumerate(d.steps):
        path: KeyPath = ("steps", i)
        if step.row is not None:
            yield from _unknown_names((*path, "clause"), [step.clause], clauses, "klausul langkah")
            yield from _unknown_names((*path, "row"), [str(step.row)], [str(row.no) for row in d.rows], "baris")
        if (step.row is None) != bool(step.no_row_because):
            yield (
                (*path, "row"),
                "tulis baris prosedurnya (row), atau no_row_because bila langkah ini tidak tercetak.",
            )
        for j, outcome in enumerate(step.outcomes):
            yield from _target_faults(d, (*path, "outcomes", j), outcome)


def _target_faults(d: Definition, path: KeyPath, outcome: Outcome) -> Iterator[Fault]:
    if outcome.to.startswith("@"):
        yield from _unknown_names((*path, "to"), [outcome.to[1:]], _ids_of(d.exits), "akhir")
    else:
        yield from _unknown_names((*path, "to"), [outcome.to], _ids_of(d.steps), "langkah")
    if outcome.reasons and not outcome.needs_reason:
        yield (*path, "reasons"), "daftar alasan hanya berguna bila needs_reason = true."


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


def _exit_faults(d: Definition) -> Iterator[Fault]:
    for i, exit_ in enumerate(d.exits):
        if exit_.by_hand and not exit_.roles:
            yield ("exits", i, "roles"), "akhir yang dipilih petugas memerlukan roles."


def _promise_mark_faults(d: Definition) -> Iterator[Fault]:
    """The promise names its outcomes, and exactly those outcomes carry the marks."""
    marks = {"starts_promise": set[str](), "keeps_promise": set[str]()}
    for step in d.steps:
        for outcome in step.outcomes:
            for mark, names in marks.items():
                names |= {f"{step.id}.{outcome.id}"} if getattr(outcome, mark) else set()
    promise = d.promise
    wanted = {
        "starts_promise": {promise.starts_on} if promise else set(),
        "keeps_promise": {promise.kept_on, promise.kept_on_alternative} - {""} if promise else set(),
    }
    for mark, names in marks.items():
        if names != wanted[mark]:
            said, marked = (", ".join(sorted(some)) or "tidak ada" for some in (wanted[mark], names))
            yield ("promise",), f"promise menyebut {said}, tetapi {mark} tertulis pada {marked}."


def _limit_faults(d: Definition) -> Iterator[Fault]:
    moments = {"@opened", *(f"{step.id}.@entered" for step in d.steps)}
    moments |= {f"{step.id}.{outcome.id}" for step in d.steps for outcome in step.outcomes}
    for i, limit in enumerate(d.limits):
        path: KeyPath = ("limits", i)
        if (limit.amount is None) == (limit.range is None):
            yield path, "tulis salah satu: amount, atau range dengan dua angka."
        if limit.range and limit.range[0] > limit.range[1]:
            yield (*path, "range"), "angka pertama tidak boleh lebih besar daripada yang kedua."
        for key in ("starts_on", "stops_on", "restarts_on"):
            for j, name in enumerate(getattr(limit, key)):
                yield from _unknown_names((*path, key, j), [name], sorted(moments), "saat")
        if limit.id == "promise":
            yield (
                (*path, "id"),
                "janji sudah ditulis di [promise]; tulis di satu tempat saja."
                if d.promise
                else ("janji ditulis di [promise], bukan di [[limits]]."),
            )
        if limit.id == "step":
            yield (*path, "id"), "nama ini terpakai: waktu baku langkah ditulis sebagai standard_time."


def _partner_faults(d: Definition) -> Iterator[Fault]:
    if d.partner is None:
        return
    yield from _partner_column_faults(d, d.partner)
    if d.partner.promise and d.partner.promise.unit not in ("working_days", "calendar_days"):
        yield ("partner", "promise", "unit"), "janji mitra dihitung dalam working_days atau calendar_days."
    steps = {step.id: step for step in d.steps}
    for role, (page, outcome) in _PARTNER_STEPS.items():
        name, path = getattr(d.partner.steps, role), ("partner", "steps", role)
        yield from _unknown_names(path, [name] if name else (), steps, "langkah")
        step = steps.get(name)
        if step is not None and step.special != page:
            yield path, f'langkah {step.id} perlu special = "{page}".'
        if step is not None and outcome and outcome not in _ids_of(step.outcomes):
            yield path, f"langkah {step.id} perlu hasil {outcome}."
    yield from _partner_answer_faults(d.partner, steps.get(d.partner.steps.answer))


def _partner_column_faults(d: Definition, partner: Partner) -> Iterator[Fault]:
    known = _ids_of(d.fields)
    for table in ("columns", "annex"):
        for i, column in enumerate(getattr(partner, table)):
            path: KeyPath = ("partner", table, i)
            yield from _unknown_names((*path, "fields"), column.fields, known, "kolom")
            if bool(column.fields) == bool(column.supplied):
                yield path, "tulis salah satu: fields, atau supplied."
            if not column.head and len(column.fields) != 1:
                yield (*path, "head"), "kolom ini perlu judul; tulis head."
    yield from _unknown_names(("partner", "address"), partner.address, known, "kolom")


def _partner_answer_faults(partner: Partner, answering: Step | None) -> Iterator[Fault]:
    yield from _repeated_values(("partner", "answers"), partner.answers, "id")
    for answer in ("printed", "refused"):
        if answer not in _ids_of(partner.answers):
            yield ("partner", "answers"), f"jawaban {answer} belum ada."
    known = _ids_of(answering.outcomes) if answering else []
    for i, one in enumerate(partner.answers if answering else ()):
        yield from _unknown_names(("partner", "answers", i, "outcome"), [one.outcome], known, "hasil")


_PARTNER_STEPS = {
    "send": ("batches.dispatch", "sent"),
    "answer": ("batches.results", ""),
    "repair": ("batches.repair", "repaired"),
    "arrive": ("batches.arrival", "arrived"),
    "hand_over": ("batches.hand_over", "handed_over"),
}
"""What a step is on the way to a partner → the page that performs it, and the outcome that this page records."""


def _office_faults(d: Definition, office: OfficeNames) -> Iterator[Fault]:
    """Roles and sections that nobody in the office can have."""
    for path in _ROLES:
        for at, roles in _values_at(d, path.split(".")):
            yield from _unknown_names(at, roles, sorted(office.roles), "peran")
    for at, section in _values_at(d, ["actors[]", "section"]):
        yield from _unknown_names(at, filter(None, [section]), sorted(office.sections), "seksi")


def reserved_name_faults(d: Definition) -> Iterator[Fault]:
    named: list[tuple[KeyPath, str]] = [(("exits", i, "id"), one.id) for i, one in enumerate(d.exits)]
    for i, step in enumerate(d.steps):
        named += [(("steps", i, "outcomes", j, "id"), one.id) for j, one in enumerate(step.outcomes)]
    for path, name in named:
        if name in DESK_ACTIONS:
            yield path, f"{name} adalah nama yang dipakai meja kerja sendiri; beri id lain."


def _unending_step_faults(d: Definition) -> Iterator[Fault]:
    roles = {actor.id: actor.roles for actor in d.actors}
    for i, step in enumerate(d.steps):
        if not any(outcome.roles or roles.get(step.actor) for outcome in step.outcomes):
            why = f"langkah {step.id} tidak dapat diakhiri siapa pun: tulis roles pada hasil atau pelaksananya."
            yield ("steps", i, "outcomes"), why


def _clause_faults(d: Definition) -> Iterator[Fault]:
    known = {clause.number for section in d.sections for clause in section.clauses}
    known |= {section.number for section in d.sections}
    known |= {item.number for item in d.legal_basis} | {item.clause for item in d.facilities}
    for path in _CLAUSES if d.sections else ():
        for at, number in _values_at(d, path.split(".")):
            yield from _unknown_names(at, [number], sorted(known), "klausul")


_UNIQUE = (
    ("rows", "no"),
    ("legal_basis", "number"),
    ("sections", "number"),
    ("facilities", "clause"),
    ("identity.signatories", "id"),
    ("steps[].outcomes", "id"),
    ("fields[].choices", "value"),
)
"""Lists beside those with an id, and the key that stands in each only once."""
_REFERENCES = (
    ("fields[].section", "form_sections", "bagian formulir"),
    ("requirements[].kinds", "kinds", "jenis permohonan"),
    ("requirements[].also_asked[].kinds", "kinds", "jenis permohonan"),
    ("rows[].actor", "actors", "pelaksana"),
    ("rows[].also", "actors", "pelaksana"),
    ("steps[].actor", "actors", "pelaksana"),
    ("steps[].place", "places", "tempat berkas"),
    ("steps[].outcomes[].place", "places", "tempat berkas"),
    ("exits[].from_steps", "steps", "langkah"),
    ("exits[].reopens_to", "steps", "langkah"),
    ("exits[].place", "places", "tempat berkas"),
    ("limits[].pauses", "pauses", "alasan jeda"),
)
"""Keys that name entries of a table, and what such an entry is called."""
_COMPARED = (
    "fields[].when",
    "conditions[].when",
    "kinds[].conditions[].when",
    "requirements[].when",
    "promise.from_age_unless",
)
_ROLES = (
    "actors[].roles",
    "exits[].roles",
    "supervision.roles",
    "identity.signatories[].roles",
    "steps[].outcomes[].roles",
    "limits[].tells[].roles",
    "promise.tells[].roles",
)
_CLAUSES = (
    "rows[].clause",
    "documents[].clause",
    "competence[].clause",
    "product.clause",
    "supervision.clause",
    "promise.clause",
    "fee.clause",
)
_CHECKS = (
    _double_id_faults,
    _number_faults,
    _derived_fact_faults,
    _field_faults,
    _reference_faults,
    _requirement_faults,
    _row_faults,
    _step_faults,
    _unending_step_faults,
    _exit_faults,
    _promise_mark_faults,
    _limit_faults,
    _partner_faults,
    _clause_faults,
)
