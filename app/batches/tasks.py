"""What waits at the desk because of KTP: to record, send, repair, count, call, hand over, check, decide."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from app.batches import products, queries
from app.core.clock import office_date
from app.core.dates import format_number, short_date, short_day
from app.core.permissions import Actor, may
from app.desk import queries as case_queries
from app.desk.tasks import Card, CardProvider, Provider, Task
from schema.database import Database

MOST = 100
RECORD, SEND, COUNT, CALL, HAND, CHECK = (
    "Perekaman",
    "Kirim",
    "Hitung kartu",
    "Panggil",
    "Serahkan",
    "Jawaban Dukcapil",
)


def to_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def sending_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    found = []
    for draft, count in (
        queries.list_drafts(db) if may(actor, "dispatch.prepare") or may(actor, "dispatch.confirm") else []
    ):
        confirms = may(actor, "dispatch.confirm")
        first = min((pick.due_on for pick in queries.list_picks(db, draft.id) if pick.due_on), default=None)
        found.append(
            Task(
                SEND,
                f"Pengiriman {draft.number}",
                f"{count} berkas, menunggu persetujuan Camat atau Kasi",
                "dispatch.show_dispatch",
                "Setujui" if confirms else "Lihat",
                {"dispatch_id": draft.id},
                to_day(first),
            )
        )
    if may(actor, "dispatch.prepare"):
        row = db.one(
            "SELECT count(*), min(due_on) FROM case_file WHERE closed = 0 AND step = 'dispatch'"
            " AND id NOT IN (SELECT case_id FROM dispatch_pick)"
        )
        if row and row[0]:
            found.append(
                Task(
                    SEND,
                    f"{format_number(row[0])} berkas siap dikirim",
                    "Pilih, urutkan, lalu minta persetujuan",
                    "dispatch.show_dispatches",
                    "Susun",
                    due_on=to_day(row[1]),
                )
            )
    return found


def repair_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    if not may(actor, "case.check"):
        return []
    found = []
    for row in case_queries.waiting_cases(db, actor, ["repair"], MOST):
        refused = queries.list_refusals(db, row.id)
        why = refused[0].reason if refused else "Lihat alasannya di riwayat berkas"
        found.append(
            Task(
                "Dikembalikan Dukcapil",
                row.name,
                why,
                "hand_over.show_repair",
                "Perbaiki",
                {"case_id": row.id},
                to_day(row.due_on),
                row.id,
                row.area,
                row.main_key,
                "back",
                "Dikembalikan Dukcapil",
            )
        )
    return found


def arrival_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    if not may(actor, "card.arrive"):
        return []
    found = []
    for name, part in groupby(products.expected_cards(db), key=lambda one: one.shipment):
        rows = list(part)
        first = min((row.due_on for row in rows if row.due_on), default=None)
        what = (
            "Hitung dengan tangan, cocokkan dengan daftar kirimnya" if name else "Sudah dicetak, belum ada daftar kirim"
        )
        title = f"{len(rows)} kartu, daftar kirim {name}" if name else f"{len(rows)} kartu ditunggu"
        found.append(Task(COUNT, title, what, "cards.show_arrivals", "Hitung", due_on=to_day(first)))
    return found


def call_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    if not may(actor, "card.call"):
        return []
    gives, found = may(actor, "card.hand_over"), []
    for card in products.ready_cards(db, actor)[:MOST]:
        arrived = (
            f"Kartu tiba {short_date(date.fromisoformat(card.arrived_on))}" if card.arrived_on else "Kartu di loket"
        )
        if not card.calls:
            found.append(
                Task(
                    CALL,
                    card.name,
                    f"{arrived}, pemohon belum dipanggil",
                    "cards.show_call",
                    "Panggil",
                    {"case_id": card.id},
                    None,
                    card.id,
                    card.area,
                    card.key,
                    "warn",
                    "Belum dipanggil",
                )
            )
        elif gives:
            told = (
                "sudah dipanggil, tunggu di loket" if card.reached else f"{card.calls} kali dipanggil, belum tersambung"
            )
            found.append(
                Task(
                    HAND,
                    card.name,
                    f"{arrived}, {told}",
                    "hand_over.show_hand_over",
                    "Serahkan",
                    {"case_id": card.id},
                    None,
                    card.id,
                    card.area,
                    card.key,
                )
            )
    return found


def answer_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    found = []
    if may(actor, "answer.check"):
        found += [
            Task(
                CHECK,
                f"Pengiriman {name}",
                f"{count} jawaban diketik, menunggu pemeriksa kedua",
                "answers.show_typing",
                "Periksa",
                {"dispatch_id": dispatch_id},
            )
            for dispatch_id, name, count in queries.unchecked_answers(db, actor)
        ]
    if may(actor, "dispatch.confirm"):
        # A line may have several: whoever decides sees them all on one page, so it is one task.
        lines = {(one.dispatch_id, one.ordinal): one for one in queries.list_conflicts(db)}
        found += [
            Task(
                CHECK,
                one.name,
                f"Pengiriman {one.dispatch} baris {one.ordinal}: jawaban yang berbeda",
                "answers.show_conflicts",
                "Putuskan",
                {},
                None,
                one.case_id,
                one.area,
                one.key,
                "bad",
                "Jawaban berbeda",
            )
            for one in lines.values()
        ]
    if may(actor, "oversight.view") and (wrong := queries.count_mismatches(db)):
        found.append(
            Task(
                CHECK,
                f"{wrong} pengiriman tidak cocok",
                "Dikirim tidak sama dengan dicetak, ditolak, dan menunggu",
                "balance.show_balance",
                "Cari",
                state="bad",
                word="Tidak cocok",
            )
        )
    return found


def centre_card(db: Database, _actor: Actor, now: datetime) -> Card | None:
    """Blanks in stock and queue at the centre with the age of the news: what citizens ask most."""
    state = queries.centre_news(db)
    if state is None:
        return None
    days = (office_date(now) - office_date(state.as_of)).days
    age = "hari ini" if days == 0 else "kemarin" if days == 1 else f"{days} hari lalu"
    return Card(
        "Blangko di pusat cetak",
        f"{format_number(state.blanks)} blangko",
        f"Antrean cetak {format_number(state.queue)} kartu. Kabar {age}, {short_day(office_date(state.as_of))}.",
    )


def back_card(db: Database, actor: Actor, _now: datetime) -> Card | None:
    sent = queries.sent_dispatches(db, 1) if may(actor, "dispatch.view") else []
    if not sent:
        return None
    one = sent[0]
    lines = [
        ("good", f"{one.printed} dicetak", ""),
        ("back", f"{one.refused} ditolak", ""),
        ("wait", f"{one.waiting} menunggu", ""),
    ]
    return Card(
        "Kembali dari Dukcapil",
        "",
        f"Pengiriman {one.number}, {short_day(date.fromisoformat(one.sent_on))}",
        lines,
        "dispatch.show_dispatches",
        "Lihat baris demi baris",
    )


CARDS: list[CardProvider] = [centre_card, back_card]

TASKS: list[Provider] = [sending_tasks, repair_tasks, arrival_tasks, call_tasks, answer_tasks]
