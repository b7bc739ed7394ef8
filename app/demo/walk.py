"""The whole main job by itself, over HTTP: village, counter, Kasi, road, print floor, road, counter, applicant.

Nothing here calls a service: every step opens pages and sends their forms, as people do. Only the clock is set, so
that due dates are the same on every run. What is printed is written to a folder.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from random import Random

import requests

from app.core.clock import at_office
from app.demo import walk_centre as centre
from app.demo import walk_office as office
from app.demo.browser import Astray
from app.demo.cast import KRAI, MUNDER
from app.demo.house import House, SetClock
from app.demo.journey import Applicant, Journey, Say
from app.demo.people import Citizens
from app.demo.tally import both_agree

SEED = 12
FIRST_SERIAL = 9001
PAPERS = (
    "formulir-kosong", "formulir", "tanda-terima-80mm", "tanda-terima-seperempat", "slip-permohonan-80mm",
    "slip-permohonan-seperempat", "lembar-pengembalian", "daftar-perekaman", "daftar-perekaman-desa",
    "surat-pengantar", "berita-acara", "daftar-kirim", "daftar-panggilan", "tanda-terima-penyerahan", "register",
    "lembar-pencocokan", "standar-pelayanan", "jaminan-pelayanan", "kebijakan-mutu",
)  # fmt: skip
"""Every kind of paper that the walk must have written."""


def walk(data: Path, out: Path, today: date, ports: tuple[int, int], say: Say) -> bool:
    """Walk through both sides in `data`; whether all cards were handed over and both sides agree."""
    out.mkdir(parents=True, exist_ok=True)
    clock = SetClock(at_office(today, 8))
    house = House(data, clock)
    way = Journey(house, clock, out, say)
    began = time.monotonic()
    try:
        way.addresses["office"] = house.start_office(ports[0])
        say(f"\n     Kantor menyala di http://{way.addresses['office']}/; pusat cetak belum.")
        through(way, ports[1])
        missing = [name for name in PAPERS if name not in way.papers]
        if missing:
            raise Astray(f"Kertas yang tidak tercetak: {', '.join(missing)}.")
    except (Astray, requests.RequestException) as problem:
        say(f"\nBERHENTI di langkah {way.steps}: {problem}")
        return False
    finally:
        house.stop()
    say("\n     Pemeriksaan akhir")
    if not both_agree(data, say):
        return False
    papers = sum(len(files) for files in way.papers.values())
    say(f"\nSELESAI: {way.steps} langkah, {papers} kertas di {out}, {time.monotonic() - began:.0f} detik.")
    return True


def applicants(today: date) -> tuple[Applicant, Applicant, Applicant]:
    """Three people: one from the village for the first card, one with a damaged card, one whose card was lost."""
    people = Citizens(Random(SEED), [MUNDER, KRAI])
    people.drawn = 9500
    young = people.draw(today, ages=(17, 18), village=MUNDER)
    others = [people.draw(today, ages=(30, 50), village=KRAI) for _ in range(2)]
    return Applicant(young, "baru"), Applicant(others[0], "rusak"), Applicant(others[1], "hilang")


def through(way: Journey, centre_port: int) -> None:
    """Day by day."""
    young, damaged, lost = applicants(way.today)
    in_the_village_and_at_the_counter(way, young, damaged, lost)
    way.next_workday()
    recorded_and_dispatched(way, young, damaged, lost)
    way.next_workday()
    centre.open_doors(way, centre_port)
    office.sync(way, reachable=True)
    by_stick(way, damaged)
    way.next_workday()
    at_the_centre(way, young, damaged, lost)
    way.next_workday()
    results_come_back(way, young, damaged, lost)
    way.next_workday()
    printed_at_the_second_try(way, lost)
    way.next_workday()
    at_the_end(way, young, damaged, lost)


def in_the_village_and_at_the_counter(
    way: Journey, young: Applicant, damaged: Applicant, lost: Applicant
) -> None:
    """Three applications; one of them lacks a paper."""
    everything = office.EVERYTHING
    office.reserve_forms(way)
    office.enter(
        way, young, "munder", everything, "Mengisi formulir dari desa: kartu pertama untuk pemohon 17 tahun."
    )
    without_kk = [one for one in everything if one != "kk_copy"]
    office.enter(
        way, damaged, "retno", without_kk, "Mendaftarkan di loket: kartu rusak, fotokopi KK tertinggal."
    )
    office.receive(way, young)
    office.check(way, young)
    office.check(way, damaged, missing="kk_copy", reason="Fotokopi KK tidak ada")
    office.slip_size(way, "quarter")
    office.enter(way, lost, "retno", everything, "Mendaftarkan di loket: kartu hilang.")
    office.check(way, lost)
    office.slip_size(way, "80mm")


def recorded_and_dispatched(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    """The returned file comes again; two are recorded and dispatched while the centre cannot be reached."""
    office.bring_again(way, damaged)
    office.check(way, damaged)
    office.schedule(way, young)
    office.record(way, young, already=False)
    office.record(way, lost, already=True)
    office.dispatch(way, [young, lost])
    office.sync(way, reachable=False)


def by_stick(way: Journey, damaged: Applicant) -> None:
    """Another dispatch travels on a stick, and its receipt comes back on it."""
    office.record(way, damaged, already=True)
    office.dispatch(way, [damaged])
    office.stick(way, "Menulis kiriman ke stik USB.", "/jalan/stik/tulis")
    centre.read_stick(way)
    office.stick(way, "Membaca jawaban dari stik yang sama.", "/jalan/stik/baca")


def at_the_centre(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    """Two lines are accepted and printed, one is refused; the cards leave."""
    centre.receive_blanks(way)
    centre.accept(way, young)
    centre.accept(way, damaged)
    centre.refuse(way, lost)
    serial = (f"JLN{number}" for number in range(FIRST_SERIAL, FIRST_SERIAL + 9))
    centre.print_card(way, young, next(serial), spoiled=next(serial))
    centre.print_card(way, damaged, next(serial))
    centre.ship(way, [young, damaged])
    office.sync(way, reachable=True)


def results_come_back(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    """The cards are counted; the refused file is repaired and sent again."""
    way.expect(lost, "Perlu diperbaiki")
    office.arrive(way, [young, damaged])
    office.call_list(way)
    office.call(way, young, "munder", "village")
    office.call(way, damaged, "retno", "phone")
    office.repair(way, lost)
    office.dispatch(way, [lost])
    office.sync(way, reachable=True)


def printed_at_the_second_try(way: Journey, lost: Applicant) -> None:
    """The repaired line is printed under its old number."""
    centre.accept(way, lost)
    centre.print_card(way, lost, f"JLN{FIRST_SERIAL + 20}")
    centre.ship(way, [lost])
    office.sync(way, reachable=True)


def at_the_end(way: Journey, young: Applicant, damaged: Applicant, lost: Applicant) -> None:
    """All three cards reach their people; the books are printed; everything is sent."""
    office.hand_over(way, young, "self")
    office.hand_over(way, damaged, "self", surrendered="KTP-el lama, patah, sudah digunting")
    office.arrive(way, [lost])
    office.call(way, lost, "retno", "phone")
    office.hand_over(way, lost, "family", receiver=lost.citizen.mother)
    office.look_from_the_village(way, young)
    office.books(way)
    office.sync(way, reachable=True)
