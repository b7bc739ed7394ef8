"""What a definition says of the partner outside the office, checked against its steps and fields."""

from collections.abc import Iterator

from schema.faults import Fault, ids_of, unknown_names, values_at
from schema.service_procedure import Definition

PARTNER_STEPS = {
    "send": ("batches.dispatch", "sent"),
    "answer": ("batches.results", ""),
    "repair": ("batches.repair", "repaired"),
    "arrive": ("batches.arrival", "arrived"),
    "hand_over": ("batches.hand_over", "handed_over"),
}
"""What a step is on the way to a partner → the page that performs it, and the outcome that this page records."""


def partner_faults(d: Definition) -> Iterator[Fault]:
    for check in (_column_faults, _step_faults, _advice_faults, _answer_value_faults):
        yield from check(d)


def _column_faults(d: Definition) -> Iterator[Fault]:
    for path in ("partner.columns[]", "partner.annex[]"):
        for at, column in values_at(d, path):
            if bool(column.fields) == bool(column.supplied):
                yield at, "tulis salah satu: fields, atau supplied."
            if not column.head and len(column.fields) != 1:
                yield (*at, "head"), "kolom ini perlu judul; tulis head."


def _step_faults(d: Definition) -> Iterator[Fault]:
    if d.partner is None:
        return
    if d.partner.promise and d.partner.promise.unit not in ("working_days", "calendar_days"):
        yield ("partner", "promise", "unit"), "janji mitra dihitung dalam working_days atau calendar_days."
    steps = {step.id: step for step in d.steps}
    for role, (page, outcome) in PARTNER_STEPS.items():
        step = steps.get(getattr(d.partner.steps, role))
        path = ("partner", "steps", role)
        if step is not None and step.special != page:
            yield path, f'langkah {step.id} perlu special = "{page}".'
        if step is not None and outcome and outcome not in ids_of(step.outcomes):
            yield path, f"langkah {step.id} perlu hasil {outcome}."
    for needed in ("printed", "refused"):
        if needed not in ids_of(d.partner.answers):
            yield ("partner", "answers"), f"jawaban {needed} belum ada."
    answering = steps.get(d.partner.steps.answer)
    if answering is None:
        return
    known = ids_of(answering.outcomes)
    for i, answer in enumerate(d.partner.answers):
        yield from unknown_names(("partner", "answers", i, "outcome"), [answer.outcome], known, "hasil")


def _advice_faults(d: Definition) -> Iterator[Fault]:
    """A partner that advises gives nothing that arrives or is handed over; every other one names its product."""
    if d.partner is None:
        return
    if not d.partner.advises:
        if not d.partner.product:
            yield ("partner", "product"), 'tulis nama barangnya, misalnya "kartu", atau gives = "advice".'
        return
    why = "mitra yang hanya memberi pendapat tidak mengirim barang; hapus kunci ini."
    for role in ("arrive", "hand_over"):
        if getattr(d.partner.steps, role):
            yield ("partner", "steps", role), why
    for key in ("product", "inspect"):
        if getattr(d.partner, key):
            yield ("partner", key), why
    for i, answer in enumerate(d.partner.answers):
        if answer.value:
            yield ("partner", "answers", i, "value"), "pendapat tidak membawa nomor; hapus kunci ini."


def _answer_value_faults(d: Definition) -> Iterator[Fault]:
    if d.partner:
        answers = d.partner.answers
    else:
        answers = ()
    for i, answer in enumerate(answers):
        if answer.value and answer.id != "printed":
            yield ("partner", "answers", i, "value"), "hanya jawaban printed yang membawa nilai."
        if answer.value and answer.value.least > answer.value.most:
            yield ("partner", "answers", i, "value", "least"), "tidak boleh lebih besar daripada most."
