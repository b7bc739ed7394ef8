"""Random work at the print room and with its answers and cards."""

from app.casework.batches import answers, daily, products, queries
from app.casework.desk import moving, service
from app.centre import service as print_floor
from app.services.ktp.rules import KtpRules
from schema.database import Database
from tests.proof.counter_work import a_form
from tests.proof.pair import OFFICE
from tests.proof.worker import Worker, other_people


def accept(worker: Worker) -> None:
    print_floor.accept_lines(
        worker.pair.centre.journal,
        worker.pair.who("yuni"),
        office=OFFICE,
        lines=[worker.line_in("waiting")],
        now=worker.pair.now,
    )


def refuse(worker: Worker) -> None:
    print_floor.refuse_line(
        worker.pair.centre.journal,
        worker.pair.who("yuni"),
        office=OFFICE,
        line=worker.line_in(worker.chance.choice(["waiting", "accepted"])),
        words="Foto buram",
        biometric=worker.chance.random() < 0.3,
        now=worker.pair.now,
    )


def print_card(worker: Worker) -> None:
    worker.serial += 1
    print_floor.print_line(
        worker.pair.centre.journal,
        worker.pair.who("yuni"),
        office=OFFICE,
        line=worker.line_in("accepted"),
        serial=f"S{worker.serial:07d}",
        now=worker.pair.now,
    )


def spoil(worker: Worker) -> None:
    print_floor.spoil_blank(
        worker.pair.centre.journal,
        worker.pair.who("yuni"),
        office=OFFICE,
        line=worker.line_in("accepted"),
        reason="jam",
        now=worker.pair.now,
    )


def ship(worker: Worker) -> None:
    lines = [row[0] for row in worker.pair.centre.db.run("SELECT line FROM incoming_line WHERE state = 'printed'")]
    print_floor.ship_cards(
        worker.pair.centre.journal,
        worker.pair.who("yuni"),
        office=OFFICE,
        lines=lines,
        counted=len(lines),
        carrier="Kurir",
        now=worker.pair.now,
    )


def type_answer(worker: Worker) -> None:
    row = worker.one("SELECT dispatch_id, ordinal FROM dispatch_line WHERE result IN ('waiting', 'accepted')")
    if row is None:
        return
    where = {"dispatch_id": int(row[0]), "ordinal": int(row[1])}
    result = worker.chance.choice(["printed", "refused", "accepted"])
    answers.type_answer(
        worker.pair.office.journal,
        worker.pair.who("retno"),
        **where,
        result=result,
        now=worker.pair.now,
        reason="KK tidak terbaca" if result == "refused" else "",
        serial="T1" if result == "printed" else "",
    )
    answers.check_typed_answer(
        worker.pair.office.journal,
        worker.pair.who(worker.chance.choice(["fajar", "retno"])),
        **where,
        agrees=worker.chance.random() < 0.9,
        now=worker.pair.now,
    )


def repair(worker: Worker) -> None:
    products.note_repair(
        worker.pair.office.journal,
        worker.pair.who("fajar"),
        case_id=worker.case_in("repair"),
        note="diperbaiki",
        how="record_again" if worker.chance.random() < 0.3 else "repaired",
        now=worker.pair.now,
    )


def arrive(worker: Worker) -> None:
    expected = products.expected_cards(worker.pair.office.db, "ktp-el")
    row = worker.chance.choice(expected) if expected else None
    products.count_cards_in(
        worker.pair.office.journal,
        worker.pair.who("retno"),
        case_ids=[row.id] if row else [],
        counted=1,
        shipment=row.shipment if row else "",
        now=worker.pair.now,
    )


def call(worker: Worker) -> None:
    products.note_call(
        worker.pair.office.journal,
        worker.pair.who("laila"),
        case_id=worker.case_in("hand_over"),
        means="phone",
        reached=worker.chance.random() < 0.5,
        now=worker.pair.now,
    )


def hand_over(worker: Worker) -> None:
    products.hand_card_over(
        worker.pair.office.journal,
        worker.pair.who("retno"),
        case_id=worker.case_in("hand_over"),
        receiver="Pemohon",
        relation="self",
        surrendered="Kartu lama",
        now=worker.pair.now,
    )


def misprint(worker: Worker) -> None:
    products.note_misprint(
        worker.pair.office.journal,
        worker.pair.who("retno"),
        case_id=worker.case_in(worker.chance.choice(["arrive", "hand_over", "@done"])),
        reason="Salah nama",
        now=worker.pair.now,
    )


def leave(worker: Worker) -> None:
    step = worker.chance.choice(["validate", "record", "dispatch", "hand_over"])
    moving.leave_case(
        worker.pair.office.journal,
        worker.pair.who("agung"),
        case_id=worker.case_in(step),
        exit_id=worker.chance.choice(["withdrawn", "refused", "died", "moved", "uncollected"]),
        reason="Alasan",
        now=worker.pair.now,
    )


def correct(worker: Worker) -> None:
    case_id = worker.case_in(worker.chance.choice(["validate", "record", "repair"]))
    raw = a_form(worker, worker.chance.randint(1, 400))
    other_people(
        lambda heeded: service.correct_case(
            worker.pair.office.journal,
            worker.pair.who("agung"),
            case_id=case_id,
            raw=raw,
            reason="Salah ketik",
            rules=KtpRules(),
            heeded=heeded,
            now=worker.pair.now,
        )
    )


def paper(worker: Worker) -> None:
    row = worker.one("SELECT id FROM case_file")
    subject = f"case/{row[0] if row else 0}"
    service.record_print(
        worker.pair.office.journal,
        worker.pair.who("retno"),
        subject=subject,
        paper="receipt",
        now=worker.pair.now,
    )
    service.judge_print(
        worker.pair.office.journal,
        worker.pair.who("retno"),
        subject=subject,
        paper="receipt",
        came_out=worker.chance.random() < 0.7,
        now=worker.pair.now,
    )


def balance(worker: Worker) -> None:
    daily.check_balances(worker.pair.office.journal, worker.pair.now)
    assert unexplained_gaps(worker.pair.office.db) == 0


def unexplained_gaps(db: Database) -> int:
    """Lines that miss in the balances of dispatches, without those that came back after a restore and were set aside,
    because they name another file than the one that has their id here: a person decides about them."""
    gaps = sum(sent.sent - sent.printed - sent.refused - sent.waiting for sent in queries.sent_dispatches(db, 1000))
    [(aside,)] = db.run("SELECT count(*) FROM journal WHERE kind = 'dispatch.line' AND verdict = 'set_aside'")
    return 0 if 0 <= gaps <= aside else gaps
