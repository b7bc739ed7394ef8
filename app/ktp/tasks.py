"""What waits at the desk because of KTP: to record, send, repair, count, call, hand over, check, decide."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from app.cases import queries as case_queries
from app.cases.tasks import Card, CardProvider, Provider, Task
from app.core.clock import office_date
from app.core.dates import number, short_date, short_day
from app.core.permissions import Actor, may
from app.ktp import cards, disputes, queries, recording_lists
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


def day(text: str | None) -> date | None:
    """A stored date or None."""
    return date.fromisoformat(text) if text else None


def to_do(does: bool, broken: bool) -> str:
    """What whoever waits without an appointment needs, from the operator or from the own village."""
    if broken:
        return "Alat rusak: dijadwalkan hari lain atau diarahkan ke tempat lain" if does else (
            "Alat rusak, pemohon jangan datang dulu. Tunggu jadwal, atau rekam di tempat lain")  # fmt: skip
    return "Direkam atau dijadwalkan" if does else "Belum dijadwalkan. Beri tahu pemohon untuk datang merekam"


def to_record(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Who waits for the recording: to be done by the operator, to be told by the own village."""
    does, today = may(actor, "recording.do"), office_date(now).isoformat()
    if not does and not actor.village_only:
        return []
    broken = bool(recording_lists.broken_devices(db))
    found = []
    for row in recording_lists.waiting_rows(db, actor)[:MOST]:
        word = "Pernah direkam" if row.again else "Menunggu alat" if broken else ""
        if row.slot_on:
            when = "hari ini" if row.slot_on == today else short_day(date.fromisoformat(row.slot_on))
            what = f"Jadwal perekaman {when}, nomor urut {row.slot}"
        else:
            what = to_do(does, broken)
        found.append(
            Task(
                RECORD,
                row.name,
                what,
                "recording.case_page",
                "Catat" if does else "Lihat",
                {"case_id": row.id},
                day(row.due_on),
                row.id,
                row.area,
                row.key,
                "warn" if word else "",
                word,
            )
        )
    return found


def to_send(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Drafts that wait for a confirmation, and cases that no draft holds."""
    found = []
    for draft, count in (
        queries.drafts(db) if may(actor, "dispatch.prepare") or may(actor, "dispatch.confirm") else []
    ):
        confirms = may(actor, "dispatch.confirm")
        first = min((pick.due_on for pick in queries.picks(db, draft.id) if pick.due_on), default=None)
        found.append(
            Task(
                SEND,
                f"Pengiriman {draft.number}",
                f"{count} berkas, menunggu persetujuan Camat atau Kasi",
                "dispatch.one",
                "Setujui" if confirms else "Lihat",
                {"dispatch_id": draft.id},
                day(first),
            )
        )
    if may(actor, "dispatch.prepare"):
        row = db.one("SELECT count(*), min(due_on) FROM case_file WHERE closed = 0 AND step = 'dispatch'"
                     " AND id NOT IN (SELECT case_id FROM dispatch_pick)")  # fmt: skip
        if row and row[0]:
            found.append(Task(SEND, f"{number(row[0])} berkas siap dikirim", "Pilih, urutkan, lalu minta persetujuan",
                              "dispatch.overview", "Susun", due_on=day(row[1])))  # fmt: skip
    return found


def to_repair(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Files that Dukcapil refused, each with its reason."""
    if not may(actor, "case.check"):
        return []
    found = []
    for row in case_queries.waiting(db, actor, ["repair"], MOST):
        refused = disputes.refusals(db, row.id)
        why = refused[0].reason if refused else "Lihat alasannya di riwayat berkas"
        found.append(
            Task(
                "Dikembalikan Dukcapil",
                row.name,
                why,
                "hand_over.repair_page",
                "Perbaiki",
                {"case_id": row.id},
                day(row.due_on),
                row.id,
                row.area,
                row.main_key,
                "back",
                "Dikembalikan Dukcapil",
            )
        )
    return found


def to_count(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Shipments with cards that nobody has counted in."""
    if not may(actor, "card.arrive"):
        return []
    found = []
    for name, part in groupby(cards.expected(db), key=lambda one: one.shipment):
        rows = list(part)
        first = min((row.due_on for row in rows if row.due_on), default=None)
        what = (
            "Hitung dengan tangan, cocokkan dengan daftar kirimnya"
            if name
            else "Sudah dicetak, belum ada daftar kirim"
        )
        title = f"{len(rows)} kartu, daftar kirim {name}" if name else f"{len(rows)} kartu ditunggu"
        found.append(Task(COUNT, title, what, "cards.arrivals", "Hitung", due_on=day(first)))
    return found


def to_call(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Cards whose owner nobody has called; and those whose owner is expected at the counter."""
    if not may(actor, "card.call"):
        return []
    gives, found = may(actor, "card.hand_over"), []
    for card in cards.ready_cards(db, actor)[:MOST]:
        arrived = (
            f"Kartu tiba {short_date(date.fromisoformat(card.arrived_on))}"
            if card.arrived_on
            else "Kartu di loket"
        )
        if not card.calls:
            found.append(
                Task(
                    CALL,
                    card.name,
                    f"{arrived}, pemohon belum dipanggil",
                    "cards.call_page",
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
                "sudah dipanggil, tunggu di loket"
                if card.reached
                else f"{card.calls} kali dipanggil, belum tersambung"
            )
            found.append(Task(HAND, card.name, f"{arrived}, {told}", "hand_over.case_page", "Serahkan",
                              {"case_id": card.id}, None, card.id, card.area, card.key))  # fmt: skip
    return found


def to_check(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    """Typed answers for a second person, differences to be decided, figures that do not add up."""
    found = []
    if may(actor, "answer.check"):
        found += [Task(CHECK, f"Pengiriman {name}", f"{count} jawaban diketik, menunggu pemeriksa kedua",
                       "answers.of_dispatch", "Periksa", {"dispatch_id": dispatch_id})
                  for dispatch_id, name, count in disputes.unchecked(db, actor)]  # fmt: skip
    if may(actor, "dispatch.confirm"):
        # A line may have several: whoever decides sees them all on one page, so it is one task.
        lines = {(one.dispatch_id, one.ordinal): one for one in disputes.conflicts(db)}
        found += [
            Task(
                CHECK,
                one.name,
                f"Pengiriman {one.dispatch} baris {one.ordinal}: jawaban yang berbeda",
                "answers.conflicts",
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
    if may(actor, "oversight.view") and (wrong := queries.mismatches(db)):
        found.append(
            Task(
                CHECK,
                f"{wrong} pengiriman tidak cocok",
                "Dikirim tidak sama dengan dicetak, ditolak, dan menunggu",
                "balance.overview",
                "Cari",
                state="bad",
                word="Tidak cocok",
            )
        )
    return found


def centre_card(db: Database, _actor: Actor, now: datetime) -> Card | None:
    """Blanks in stock and queue at the centre with the age of the news: what citizens ask most."""
    state = queries.centre_state(db)
    if state is None:
        return None
    days = (office_date(now) - office_date(state.as_of)).days
    age = "hari ini" if days == 0 else "kemarin" if days == 1 else f"{days} hari lalu"
    return Card(
        "Blangko di pusat cetak",
        f"{number(state.blanks)} blangko",
        f"Antrean cetak {number(state.queue)} kartu. Kabar {age}, {short_day(office_date(state.as_of))}.",
    )


def back_card(db: Database, actor: Actor, _now: datetime) -> Card | None:
    """What came back of the newest dispatch."""
    sent = queries.sent(db, 1) if may(actor, "dispatch.view") else []
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
        "dispatch.overview",
        "Lihat baris demi baris",
    )


TASKS: list[Provider] = [to_record, to_send, to_repair, to_count, to_call, to_check]
CARDS: list[CardProvider] = [centre_card, back_card]
