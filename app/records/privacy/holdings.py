"""Requests that a person made before: they name him too."""

from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.holdings import HeldPage, Holding, Processing, Sought, filled_pairs
from app.core.permissions import Actor
from app.records.privacy.records import rules
from app.records.privacy.service import DECISIONS, REQUESTS
from app.records.privacy.tables import DataRequest
from app.room import Kept
from schema.database import Database
from sync.entries import parse_utc_text


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    rows = DataRequest.rows(db, DataRequest.name**sought.like, order="id")
    return [hold_request(row) for row in rows if sought.is_named_in(row.name)]


def hold_request(row: DataRequest) -> Holding:
    told = (
        ("Diterima", plain_date(office_date(parse_utc_text(row.received_at)))),
        ("Diminta", REQUESTS[row.kind].label),
        ("Oleh", row.asked_by),
        ("Bukti diri", row.shown),
        ("Alamat jawaban", row.contact),
        ("Isi permintaan", row.wish),
        ("Keputusan", DECISIONS.get(row.decision, "")),
    )
    values = filled_pairs(told)
    page = HeldPage("privacy.show_request", {"request_id": row.id})
    title = f"Permintaan {row.number}"
    return Holding("Permintaan data", title, values, False, f"data_request/{row.id}", page)


PROCESSING = (
    Processing(
        activity="Permintaan pemilik data dan kegagalan pelindungan data",
        subjects="Orang yang meminta haknya",
        data="Nama, bukti diri yang diperlihatkan, alamat jawaban, isi permintaan; nomor induk tidak disimpan",
        purpose="Menjawab permintaan dan memberi tahu kegagalan dalam 3 × 24 jam",
        basis="Pasal 20 ayat (2) huruf c",
        records=("data_request",),
        receivers="Lembaga pelindungan data pribadi, untuk kegagalan",
    ),
)


KEPT = Kept(rules=rules, find=find_holdings, processing=PROCESSING)
