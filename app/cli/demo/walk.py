"""The walk's last look: do both sides hold the same, and can each prove its journal?"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import requests

from app.cli.demo.offices import KECAMATAN, DemoOffice
from app.cli.demo.programs import Programs, SetClock
from app.cli.demo.sides import FOLDERS, SECOND, open_journal
from app.core.clock import at_office
from app.core.dates import format_number
from app.platform.office.queries import newest_standard
from schema.data_folder import scratch_folder
from schema.database import Database
from schema.migrations import Side
from sync.journal import Journal
from sync.nodes import Peer, find_peer
from sync.verification import verify_side
from tests.world import centre_by_page as centre
from tests.world import office_by_page as office
from tests.world.browser import Astray
from tests.world.cast import KRAI, MUNDER
from tests.world.citizens import Citizens
from tests.world.journey import Applicant, Journey
from tests.world.journey import Say as journey_Say

Say = Callable[[str], None]


def both_agree(data: Path, say: Say, demo: DemoOffice = KECAMATAN) -> bool:
    """Whether every side of a demo can prove its journal, and holds the same as the others of what they exchanged."""
    places: list[tuple[Side, Path]] = [("office", data / FOLDERS["office"])]
    places += [
        ("centre", data / below / FOLDERS["centre"])
        for partner, below in ((demo.partner, ""), (demo.second, SECOND))
        if partner
    ]
    journals = [open_journal(side, folder) for side, folder in places]
    faults = [fault for journal in journals[1:] for fault in compare_sides(demo, journals[0], journal, say)]
    for (side, place), journal in zip(places, journals, strict=True):
        with scratch_folder(data) as folder:
            verdict = verify_side(journal, side, folder / "scratch.sqlite3")
        faults += verdict.faults
        state = "utuh, tabel sama dengan jurnal"
        if verdict.faults:
            state = "TIDAK COCOK"
        say(f"     jurnal {place.relative_to(data)}: {format_number(verdict.entries)} baris {state}")
        journal.db.close()
    for fault in faults:
        say(f"     TIDAK COCOK: {fault}")
    return not faults


def compare_sides(demo: DemoOffice, office: Journal, centre: Journal, say: Say) -> list[str]:
    peer = find_peer(office.db, centre.source)
    assert peer is not None  # the demo enrolled it
    return [
        *compare_dispatches(office.db, centre.db, demo.code, peer.stream_out, say),
        *compare_streams(office, centre, demo.code, peer, say),
        *compare_balances(office.db, say),
    ]


def compare_dispatches(office: Database, centre: Database, code: str, stream: str, say: Say) -> Iterator[str]:
    """Every dispatch that was sent in a stream lies with its reader with the same count and digest, and all lines."""
    there = {
        row[0]: row[1:]
        for row in centre.run(
            "SELECT dispatch_id, number, count, digest, complete FROM incoming_dispatch WHERE source = ?", (code,)
        )
    }
    sent = office.run("SELECT id, number, count, digest, service FROM dispatch WHERE state = 'sent' ORDER BY id")
    here = [row for *row, service in sent if stream_of(office, service) == stream]
    for identity, *row in here:
        if there.get(identity) != (*row, 1):
            yield f"pengiriman {row[0]}: kantor {row}, pusat {there.get(identity)}"
    say(f"     pengiriman: {len(here)} ditutup, kode pengamannya dibandingkan di kedua pihak")


def stream_of(office: Database, service: str) -> str:
    """The stream in which the lists of a service travel."""
    known = newest_standard(office, service, date.max)
    partner = known[0].partner if known else None
    return partner.stream if partner else ""


def compare_streams(office: Journal, centre: Journal, code: str, peer: Peer, say: Say) -> Iterator[str]:
    """Both streams end at the same place with the same hash on both sides, and each side has said so to the other."""
    streams = ((code, peer.stream_out, "kantor ke mitra"), (peer.name, peer.stream_in, "mitra ke kantor"))
    for source, stream, name in streams:
        mine, other = (journal.tail(source, 1, stream) for journal in (office, centre))
        if mine != other:
            yield f"jalur {name}: kantor sampai {mine.n}, pusat sampai {other.n}, atau isinya berbeda"
        writer = office if source == code else centre
        sql = "SELECT n, head FROM road_ack WHERE origin = ? AND epoch = 1 AND stream = ?"
        acknowledged, head = writer.db.one(sql, (source, stream)) or (0, None)
        if (acknowledged, head) != (mine.n, mine.hash.hex()):
            yield f"jalur {name}: tanda terima sampai {acknowledged}, catatan sampai {mine.n}"
        say(f"     jalur {name}: {format_number(mine.n)} catatan, kode pengaman {mine.hash.hex()[:16]}")


BALANCES = (
    "SELECT d.number, d.count, count(l.ordinal), sum(l.result = 'printed'), sum(l.result = 'refused'),"
    " sum(l.result IN ('waiting', 'accepted')) FROM dispatch d JOIN dispatch_line l ON l.dispatch_id = d.id"
    " WHERE d.state = 'sent' GROUP BY d.id"
)


def compare_balances(office: Database, say: Say) -> Iterator[str]:
    """In every dispatch: sent = printed + refused + waiting."""
    rows = list(office.run(BALANCES))
    for name, count, lines, *parts in rows:
        if not count == lines == sum(parts):
            yield f"pencocokan pengiriman {name}: {count} dikirim, {parts}"
    sent, printed, refused, waiting = (sum(row[n] for row in rows) for n in (1, 3, 4, 5))
    say(f"     pencocokan: {sent} dikirim = {printed} dicetak + {refused} ditolak + {waiting} menunggu")


SEED = 12
FIRST_SERIAL = 9001
PAPERS = (
    "formulir-kosong",
    "formulir",
    "tanda-terima-80mm",
    "tanda-terima-seperempat",
    "slip-permohonan-80mm",
    "slip-permohonan-seperempat",
    "lembar-pengembalian",
    "daftar-perekaman",
    "daftar-perekaman-desa",
    "surat-pengantar",
    "berita-acara",
    "daftar-kirim",
    "daftar-panggilan",
    "siap-diambil",
    "tanda-terima-penyerahan",
    "register",
    "lembar-pencocokan",
    "standar-pelayanan",
    "jaminan-pelayanan",
    "kebijakan-mutu",
)
"""Every kind of paper that the walk must have written."""


@dataclass(frozen=True)
class Walk:
    """The way through a demo: what happens on its days, and the kinds of paper that it must have written."""

    days: Callable[[Journey, int], None]
    papers: tuple[str, ...]
    demo: DemoOffice = KECAMATAN


def walk_main_job(
    data: Path, out: Path, today: date, ports: tuple[int, int], say: journey_Say, walk: Walk | None = None
) -> bool:
    walk = walk or MAIN_JOB
    out.mkdir(parents=True, exist_ok=True)
    clock = SetClock(at_office(today, 8))
    programs = Programs(data, clock)
    way = Journey(programs, clock, out, say)
    began = time.monotonic()
    try:
        way.addresses["office"] = programs.start_office(*ports)
        say(f"\n     Kantor menyala di http://{way.addresses['office']}/; mitranya belum.")
        walk.days(way, ports[1])
        missing = [name for name in walk.papers if name not in way.papers]
        if missing:
            raise Astray(f"Kertas yang tidak tercetak: {', '.join(missing)}.")
    except (Astray, requests.RequestException) as problem:
        say(f"\nBERHENTI di langkah {way.steps}: {problem}")
        return False
    finally:
        programs.stop()
    say("\n     Pemeriksaan akhir")
    if not both_agree(data, say, walk.demo):
        return False
    papers = sum(len(files) for files in way.papers.values())
    say(f"\nSELESAI: {way.steps} langkah, {papers} kertas di {out}, {time.monotonic() - began:.0f} detik.")
    return True


def three_applicants(today: date) -> tuple[Applicant, Applicant, Applicant]:
    people = Citizens(Random(SEED), [MUNDER, KRAI])
    people.drawn = 9500
    young = people.draw(today, ages=(17, 18), village=MUNDER)
    others = [people.draw(today, ages=(30, 50), village=KRAI) for _ in range(2)]
    return Applicant(young, "baru"), Applicant(others[0], "rusak"), Applicant(others[1], "hilang")


def walk_days(way: Journey, centre_port: int) -> None:
    young, damaged, lost = three_applicants(way.today)
    in_the_village_and_at_the_counter(way, young, damaged, lost)
    way.next_workday()
    recorded_and_dispatched(way, young, damaged, lost)
    way.next_workday()
    centre.open_centre(way, centre_port)
    office.sync_with_centre(way, reachable=True)
    by_stick(way, damaged)
    way.next_workday()
    at_the_centre(way, young, damaged, lost)
    way.next_workday()
    results_come_back(way, young, damaged, lost)
    way.next_workday()
    printed_at_the_second_try(way, lost)
    way.next_workday()
    at_the_end(way, young, damaged, lost)


MAIN_JOB = Walk(walk_days, PAPERS)


def in_the_village_and_at_the_counter(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    everything = office.EVERYTHING
    office.reserve_forms(way)
    office.enter_application(
        way, young, "munder", everything, "Mengisi formulir dari desa: kartu pertama untuk pemohon 17 tahun."
    )
    without_kk = [paper for paper in everything if paper != "kk_copy"]
    office.enter_application(
        way, damaged, "retno", without_kk, "Mendaftarkan di loket: kartu rusak, fotokopi KK tertinggal."
    )
    office.receive_file(way, young)
    office.examine_file(way, young)
    office.examine_file(way, damaged, missing="kk_copy", reason="Fotokopi KK tidak ada")
    office.choose_slip_size(way, "quarter")
    office.enter_application(way, lost, "retno", everything, "Mendaftarkan di loket: kartu hilang.")
    office.examine_file(way, lost)
    office.choose_slip_size(way, "80mm")


def recorded_and_dispatched(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    office.bring_again(way, damaged)
    office.examine_file(way, damaged)
    office.schedule_recording(way, young)
    office.note_recording(way, young, already=False)
    office.note_recording(way, lost, already=True)
    office.close_dispatch(way, [young, lost])
    office.sync_with_centre(way, reachable=False)


def by_stick(way: Journey, damaged: Applicant) -> None:
    office.note_recording(way, damaged, already=True)
    office.close_dispatch(way, [damaged])
    office.use_stick(way, "Menulis pengiriman ke flashdisk.", "/jalan/stik/tulis")
    centre.read_stick(way)
    office.use_stick(way, "Membaca jawaban dari flashdisk yang sama.", "/jalan/stik/baca")


def at_the_centre(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    centre.receive_blanks(way)
    centre.accept_line(way, young)
    centre.accept_line(way, damaged)
    centre.refuse_line(way, lost)
    serial = (f"JLN{number}" for number in range(FIRST_SERIAL, FIRST_SERIAL + 9))
    centre.print_card(way, young, next(serial), spoiled=next(serial))
    centre.print_card(way, damaged, next(serial))
    centre.ship_cards(way, [young, damaged])
    office.sync_with_centre(way, reachable=True)


def results_come_back(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    way.expect(lost, "Perlu diperbaiki")
    office.count_cards(way, [young, damaged])
    office.print_call_list(way)
    office.call_applicant(way, young, "munder", "village")
    office.call_applicant(way, damaged, "retno", "phone")
    office.repair_data(way, lost)
    office.close_dispatch(way, [lost])
    office.sync_with_centre(way, reachable=True)


def printed_at_the_second_try(way: Journey, lost: Applicant) -> None:
    centre.accept_line(way, lost)
    centre.print_card(way, lost, f"JLN{FIRST_SERIAL + 20}")
    centre.ship_cards(way, [lost])
    office.sync_with_centre(way, reachable=True)


def at_the_end(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    office.hand_over(way, young, "self")
    office.hand_over(way, damaged, "self", surrendered="KTP-el lama, patah, sudah digunting")
    office.count_cards(way, [lost])
    office.call_applicant(way, lost, "retno", "phone")
    office.hand_over(way, lost, "family", receiver=lost.citizen.mother)
    office.look_from_the_village(way, young)
    office.print_books(way)
    office.sync_with_centre(way, reachable=True)
