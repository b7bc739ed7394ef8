"""What was sent to partners about a person, who was called, and who took home what."""

from datetime import date

from app.casework.batches.records import rules
from app.casework.batches.tables import AnswerValue, CardCall, Dispatch, DispatchLineRow, HandOver
from app.casework.desk.holdings import held_of_cases
from app.casework.desk.tables import CaseFile
from app.core.dates import plain_date
from app.core.holdings import HeldPage, Holding, Sought, filled_pairs
from app.core.permissions import Actor
from app.platform.office import queries as office
from app.room import Kept
from schema.database import Database

RESULTS = {
    "waiting": "menunggu jawaban",
    "accepted": "diterima",
    "printed": "dicetak",
    "refused": "ditolak",
}


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    own = held_of_cases(db, sought)
    found = [line for case, sure in own for line in (*sent_lines(db, case, sure), *calls(db, case, sure))]
    cases = {case.id for case, _ in own}
    return (
        found
        + [
            hold_hand_over(row, sure=False)
            for row in HandOver.rows(db, HandOver.receiver**sought.like, order="id")
            if row.case_id not in cases and sought.is_named_in(row.receiver)
        ]
        + [hold_hand_over(row, sure) for case, sure in own for row in HandOver.rows(db, case_id=case.id, order="id")]
    )


def sent_lines(db: Database, case: CaseFile, sure: bool) -> list[Holding]:
    """To whom the case was sent, when, and what came back; a sealed number is told by its mask."""
    definition = office.adopted_definition(db, case.service, case.revision)
    receiver = "Mitra"
    if definition.partner:
        receiver = definition.partner.name
    found = []
    for row in DispatchLineRow.rows(db, case_id=case.id, order="dispatch_id"):
        dispatch = Dispatch.first(db, id=row.dispatch_id)
        sealed = AnswerValue.rows(db, dispatch_id=row.dispatch_id, ordinal=row.ordinal)
        told = [("Penerima", receiver), ("Jawaban", RESULTS.get(row.result, row.result)), ("Alasan", row.reason)]
        told += [("Nomor dari mitra (tersandi)", sealed_number.mask) for sealed_number in sealed] or [
            ("Nomor dari mitra", row.serial)
        ]
        values = filled_pairs(told)
        if dispatch:
            number = dispatch.number
        else:
            number = row.dispatch_id
        found.append(
            Holding("Pengiriman", f"Pengiriman {number}, berkas {case.number}", values, sure, f"case/{case.id}")
        )
    return found


def reached_word(call: CardCall) -> str:
    if call.reached:
        return "Ya"
    return "Tidak"


def calls(db: Database, case: CaseFile, sure: bool) -> list[Holding]:
    return [
        Holding(
            "Panggilan",
            f"Panggilan {n}, berkas {case.number}",
            (
                ("Hari", row.at[:10]),
                ("Lewat", row.means),
                ("Terhubung", reached_word(row)),
                ("Catatan", row.note or "–"),
            ),
            sure,
            f"case/{case.id}",
        )
        for n, row in enumerate(CardCall.rows(db, case_id=case.id, order="id"), start=1)
    ]


def hold_hand_over(row: HandOver, sure: bool) -> Holding:
    told = (("Diterima oleh", row.receiver), ("Hubungan", row.relation), ("Surat kuasa", row.authority))
    values = filled_pairs(told)
    title = f"Penyerahan {plain_date(date.fromisoformat(row.on_date))}"
    page = HeldPage("cases.show_case", {"case_id": row.case_id})
    return Holding("Penyerahan", title, values, sure, f"case/{row.case_id}", page)


KEPT = Kept(rules=rules, find=find_holdings)
