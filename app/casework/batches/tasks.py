"""What waits at the desk on the way to a partner and back: to send, repair, count, call, hand over, check, decide."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from app.casework.batches import products, queries
from app.casework.batches.dispatch import late_dispatches
from app.casework.batches.partners import (
    closing_roles,
    count_cases_at,
    may_close,
    partner_of,
    partner_services,
    result_labels,
)
from app.casework.batches.receipts import dispatches_to_hand_over
from app.casework.desk.parts import MOST_TASKS, NO_BUTTON, Card, DeskParts, Provider, Same, Task
from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.dates import clock_time, format_number, short_date, short_day, stored_date
from app.core.permissions import Actor, may
from app.core.text import in_small_letters, sentence_case
from schema.database import Database
from schema.service_procedure import Definition
from sync.entries import parse_utc_text


class Asked:
    """A service whose work is listed: its words, its tabs, and what the address of its pages says.

    With one service the tabs are named after the work alone; with several each has its own.
    """

    def __init__(self, definition: Definition, known: Mapping[str, Definition]) -> None:
        self.definition = definition
        self.id = definition.id
        self.partner = partner_of(definition)
        self.product = self.partner.made
        self.results = {id_: in_small_letters(label) for id_, label in result_labels(definition).items()}
        self.several = len(known) > 1
        if next(iter(known)) == definition.id:
            self.values = {}
        else:
            self.values = {"layanan": definition.id}

    def tab(self, words: str) -> str:
        if self.several:
            return f"{words} {self.definition.short_name}"
        return words


def each_service(ask: Callable[[Database, Actor, Asked, date], list[Task]]) -> Provider:
    def tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
        known = partner_services(db)
        today = office_date(now)
        return [task for definition in known.values() for task in ask(db, actor, Asked(definition, known), today)]

    return tasks


def sending_tasks(db: Database, actor: Actor, asked: Asked, _today: date) -> list[Task]:
    prepares, confirms = may(actor, "dispatch.prepare"), may_close(asked.definition, actor)
    who = actor.profile.who_may("dispatch.confirm", doing=closing_roles(asked.definition))
    if not (prepares or confirms):
        return []
    found: list[Task] = []
    button, state, word = NO_BUTTON, "idle", "Menunggu persetujuan"
    if confirms:
        button, state, word = "Setujui", "", ""
    for draft in queries.list_drafts(db, asked.id):
        first = min((pick.due_on for pick in queries.list_picks(db, draft.id) if pick.due_on), default=None)
        found.append(
            Task(
                asked.tab("Kirim"),
                f"Pengiriman {draft.number}",
                f"{draft.cases} berkas, menunggu persetujuan {who}",
                "dispatch.show_dispatch",
                button,
                {"dispatch_id": draft.id},
                stored_date(first),
                state=state,
                word=word,
                act="approve",
            )
        )
    if prepares:
        to_hand_over = dispatches_to_hand_over(db, asked.id)
    else:
        to_hand_over = []
    found += [
        Task(
            asked.tab("Kirim"),
            f"Pengiriman {dispatch.number}",
            f"Serahkan daftarnya kepada {asked.partner.short}, lalu catat jamnya",
            "dispatch.show_dispatch",
            "Catat",
            {"dispatch_id": dispatch.id},
            act="send",
        )
        for dispatch in to_hand_over
    ]
    if prepares:
        ready, due = queries.cases_to_send(db, asked.id)
    else:
        ready, due = (0, None)
    if ready:
        found.append(
            Task(
                asked.tab("Kirim"),
                f"{format_number(ready)} berkas siap dikirim",
                "Pilih, urutkan, lalu minta persetujuan",
                "dispatch.show_dispatches",
                "Susun",
                asked.values,
                stored_date(due),
                act="send",
                count=ready,
            )
        )
    return found


def repair_tasks(db: Database, actor: Actor, asked: Asked, _today: date) -> list[Task]:
    if not may(actor, "case.check"):
        return []
    words = f"Dikembalikan {asked.partner.short}"
    found = []
    for row in queries.cases_to_repair(db, actor, asked.id, MOST_TASKS):
        refused = queries.list_refusals(db, row.id)
        reason = "Lihat alasannya di riwayat berkas"
        if refused:
            reason = refused[0].reason
        found.append(
            Task(
                words,
                row.name,
                reason,
                "hand_over.show_repair",
                "Perbaiki",
                {"case_id": row.id},
                stored_date(row.due_on),
                row.id,
                row.area,
                row.main_key,
                "back",
                words,
                act="check",
            )
        )
    rest = 0
    if len(found) == MOST_TASKS:
        rest = count_cases_at(db, "repair", actor.own_area, asked.id) - len(found)
    if rest:
        where = {"layanan": asked.id, "langkah": asked.partner.steps.repair}
        same = Same("{} berkas lagi", words, "cases.show_cases", NO_BUTTON, where, whole=False)
        found.append(same.row(found[0], rest))
    return found


def arrival_tasks(db: Database, actor: Actor, asked: Asked, _today: date) -> list[Task]:
    if not may(actor, "card.arrive"):
        return []
    found = []
    for name, count, first in products.expected_counts(db, asked.id):
        title = f"{count} {asked.product} ditunggu"
        what = f"Sudah {asked.results['printed']}, belum ada daftar kirim"
        if name:
            title = f"{count} {asked.product}, daftar kirim {name}"
            what = "Hitung dengan tangan, cocokkan dengan daftar kirimnya"
        page = ("cards.show_arrivals", "Hitung", asked.values)
        tab = asked.tab(f"Hitung {asked.product}")
        found.append(Task(tab, title, what, *page, stored_date(first), act="count", count=count))
    return found


def call_tasks(db: Database, actor: Actor, asked: Asked, _today: date) -> list[Task]:
    """Cards of which nobody was told, and those that wait for their owners: equal work; a village reads the names."""
    if not may(actor, "card.call"):
        return []
    uncalled, called = products.count_ready(db, actor.own_area, asked.id)
    by_name = actor.village_only or uncalled == 1 or called == 1
    if by_name:
        rows = products.ready_cards(db, actor, asked.id, MOST_TASKS)
    else:
        rows = []
    found = ready_tasks(asked, "call", uncalled, [row for row in rows if not row.calls], whole=not actor.village_only)
    if may(actor, "card.hand_over"):
        found += ready_tasks(asked, "give", called, [row for row in rows if row.calls], whole=True)
    return found


def ready_tasks(asked: Asked, act: str, count: int, rows: list[CaseFile], *, whole: bool) -> list[Task]:
    """Tasks of `count` cards at the counter, some of which are `rows`."""
    tab, many, detail, verb, part = READY[act]
    page = ("cards.show_calls", verb, asked.values | part)
    same = Same(f"{{}} {asked.product} {many}", detail, *page, whole=whole)
    if not whole or count == 1:
        found = [card_task(asked, act, card, same) for card in rows]
    else:
        found = []
    if count > len(found):
        found.append(same.row(Task(asked.tab(tab), "", "", "", "", act=act), count - len(found)))
    return found


READY: dict[str, tuple[str, str, str, str, dict[str, str]]] = {
    "call": ("Panggil", "belum dipanggil", "Telepon pemohonnya, lalu catat.", "Panggil", {"daftar": "belum"}),
    "give": ("Serahkan", "menunggu diambil", "Pemohonnya sudah dipanggil. Cari dengan kode slip.", NO_BUTTON, {}),
}


def card_task(asked: Asked, act: str, card: CaseFile, same: Same) -> Task:
    came = stored_date(card.arrived_on)
    product = sentence_case(asked.product)
    if came:
        arrived = f"{product} tiba {short_date(came)}"
    else:
        arrived = f"{product} di loket"
    if act == "call":
        detail = f"{arrived}, belum dipanggil"
        page = "cards.show_call"
        state = ("warn", "Belum dipanggil")
    else:
        if card.reached:
            called = "sudah dipanggil, tunggu di loket"
        else:
            called = f"{card.calls} kali dipanggil, belum tersambung"
        detail = f"{arrived}, {called}"
        page = "hand_over.show_hand_over"
        state = ("", "")
    tab, *_, verb, _part = READY[act]
    if act == "give":
        verb = "Serahkan"
    return Task(
        asked.tab(tab),
        card.name,
        detail,
        page,
        verb,
        {"case_id": card.id},
        None,
        card.id,
        card.area,
        card.main_key,
        *state,
        act=act,
        same=same,
    )


def late_tasks(db: Database, actor: Actor, asked: Asked, today: date) -> list[Task]:
    if may(actor, "dispatch.view"):
        late = late_dispatches(db, asked.definition, today)
    else:
        late = []
    unit = "working_days"
    if asked.partner.promise:
        unit = asked.partner.promise.unit
    return [
        Task(
            asked.tab(f"Jawaban {asked.partner.short}"),
            f"Pengiriman {row.number}",
            f"{row.waiting} baris belum dijawab, janji {asked.partner.short} sudah lewat",
            "dispatch.show_dispatch",
            NO_BUTTON,
            {"dispatch_id": row.id},
            due_on=due,
            state="warn",
            word="Lewat janji",
            act="follow",
            unit=unit,
        )
        for row, due in late
    ]


def answer_tasks(db: Database, actor: Actor, asked: Asked, _today: date) -> list[Task]:
    found = []
    tab = asked.tab(f"Jawaban {asked.partner.short}")
    if may(actor, "answer.check"):
        found += [
            Task(
                tab,
                f"Pengiriman {name}",
                f"{count} jawaban diketik, menunggu pemeriksa kedua",
                "answers.show_typing",
                "Periksa",
                {"dispatch_id": dispatch_id},
                act="verify",
            )
            for dispatch_id, name, count in queries.unchecked_answers(db, actor, asked.id)
        ]
    if may(actor, "dispatch.confirm"):
        # A line may have several: whoever decides sees them all on one page, so it is one task.
        lines = {
            (conflict.dispatch_id, conflict.ordinal): conflict for conflict in queries.list_conflicts(db, asked.id)
        }
        found += [
            Task(
                tab,
                line.name,
                f"Pengiriman {line.dispatch} baris {line.ordinal}: jawaban yang berbeda",
                "answers.show_conflicts",
                "Putuskan",
                asked.values,
                None,
                line.case_id,
                line.area,
                line.main_key,
                "warn",
                "Jawaban berbeda",
                act="decide",
                same=Same(
                    "{} jawaban berbeda", "Pilih mana yang benar.", "answers.show_conflicts", "Putuskan", asked.values
                ),
            )
            for line in lines.values()
        ]
    if may(actor, "oversight.view") and (wrong := queries.count_mismatches(db, asked.id)):
        found.append(
            Task(
                tab,
                f"{wrong} pengiriman tidak cocok",
                f"Dikirim tidak sama dengan {asked.results['printed']}, {asked.results['refused']}, dan menunggu",
                "balance.show_balance",
                "Cari",
                asked.values,
                state="warn",
                word="Tidak cocok",
                act="decide",
                count=wrong,
            )
        )
    return found


def centre_card(db: Database, _actor: Actor, now: datetime) -> Card | None:
    """Blanks in stock and queue at the centre with the age of the news: what citizens ask most."""
    news = (queries.centre_news(db, service) for service in partner_services(db).values())
    state = next((held_state for held_state in news if held_state is not None), None)
    if state is None:
        return None
    said_on = office_date(parse_utc_text(state.as_of))
    days = (office_date(now) - said_on).days
    age = {0: "hari ini", 1: "kemarin"}.get(days, f"{days} hari lalu")
    return Card(
        "Blangko di Dispenduk Capil",
        f"{format_number(state.blanks)} blangko",
        f"Antrean cetak {format_number(state.queue)} kartu. Kabar {age}, {short_day(said_on)}.",
    )


def back_card(db: Database, actor: Actor, _now: datetime) -> Card | None:
    """The newest dispatch line by line. Its title says whether anything came back yet."""
    known = partner_services(db)
    if may(actor, "dispatch.view"):
        sent = queries.sent_dispatches(db, 1)
    else:
        sent = []
    if not sent or sent[0].service not in known:
        return None
    first = sent[0]
    asked = Asked(known[sent[0].service], known)
    lines = [
        ("good", f"{first.printed} {asked.results['printed']}", ""),
        ("back", f"{first.refused} {asked.results['refused']}", ""),
        ("wait", f"{first.waiting} menunggu", ""),
    ]
    title = f"Pengiriman terakhir ke {asked.partner.short}"
    if first.printed or first.refused:
        title = f"Kembali dari {asked.partner.short}"
    return Card(
        title,
        "",
        f"Pengiriman {first.number}, {short_day(date.fromisoformat(first.sent_on))}",
        lines,
        "dispatch.show_dispatches",
        "Lihat baris demi baris",
    )


def last_dispatch_words(db: Database, actor: Actor, now: datetime) -> str:
    """`pengiriman terakhir kemarin 16.20`, for the sentence of the desk."""
    sent = None
    if may(actor, "dispatch.view"):
        sent = queries.newest_sent_at(db)
    if sent is None:
        return ""
    at = parse_utc_text(sent)
    days = (office_date(now) - office_date(at)).days
    day = {0: "hari ini", 1: "kemarin"}.get(days) or short_day(office_date(at))
    return f"pengiriman terakhir {day} {clock_time(at)}"


DESK = DeskParts(
    tasks=[
        each_service(ask) for ask in (sending_tasks, repair_tasks, arrival_tasks, call_tasks, late_tasks, answer_tasks)
    ],
    cards=[centre_card, back_card],
    digests=(last_dispatch_words,),
)
