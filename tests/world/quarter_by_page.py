"""The walk of what a complaint leads to: an LTPP with its verification, and the recap of the quarter with a promise."""

from datetime import date, timedelta

from app.core.quarters import Quarter
from tests.world.cast import PIN
from tests.world.journey import Journey
from tests.world.service_by_page import settled

PAPERS = ("ltpp", "rekap-triwulan", "poster-rekap")


def report_of_a_line(walk: Journey, who: dict[str, str], line: int) -> None:
    """The head of the section finds cause and action; somebody else sees later whether it helped."""
    opener = walk.step(who["information"], "Membuka LTPP dari pengaduan itu.")
    page = opener.get(f"/ltpp/baru?pengaduan={line}")
    values = {"source": "complaint", "pengaduan": str(line), "trouble": "Loket kosong pada jam layanan."}
    page = settled(opener.send(page, "/ltpp/baru", values | {"evidence": "Buku pengaduan", "immediate": ""}))
    where = page.path
    head = walk.step(who["head"], "Menulis sebab dan tindakan, lalu mengerjakannya.")
    plan = {"why1": "Jadwal jaga satu orang.", "corrective": "Jadwal dua orang.", "preventive": "Petugas pengganti."}
    plan |= {"person": who["head"], "due_on": f"{walk.today + timedelta(days=3):%d%m%Y}"}
    settled(head.send(head.get(where), "/rencana", plan))
    settled(head.send(head.get(where), "/selesai", {"note": "Jadwal baru ditempel."}))
    for _ in range(3):
        walk.next_workday()
    overseer = walk.step(who["kabag_kpp"], "Memverifikasi: loket dijaga dua orang.")
    settled(overseer.send(overseer.get(where), "/verifikasi", {"effective": "1", "note": "Dilihat tiga hari."}))
    walk.sentence(overseer.get(where), "Efektif")
    walk.paper("ltpp", "", overseer.pdf(overseer.get(where), "/cetak"))


def recap_of_the_quarter(walk: Journey, who: dict[str, str]) -> None:
    """After the quarter's end: drafted, checked, approved with a promise, printed and posted."""
    quarter = Quarter.of(walk.today)
    while walk.today <= quarter.end:
        walk.today = max(walk.today, quarter.end - timedelta(days=1))
        walk.next_workday()
    where = f"/rekap/{quarter}"
    drafter = walk.step(who["information"], "Menyusun rekap triwulan yang baru berakhir.")
    settled(drafter.send(drafter.get(where), "/susun"))
    promise = {"what": "Loket dijaga dua orang", "who": "Kasi Pelayanan Umum", "by_on": day_text(walk.today, 20)}
    settled(drafter.send(drafter.get(where), "/janji", promise))
    overseer = walk.step(who["kabag_kpp"], "Memeriksa rekap dan naskah posternya.")
    settled(overseer.send(overseer.get(where), "/periksa", {"read_public": "ya"}))
    chief = walk.step(who["kepala_biro"], "Menyetujui rekap dengan PIN.")
    settled(chief.send(chief.get(where), "/setujui", {"pin": PIN}))
    walk.paper("rekap-triwulan", str(quarter), drafter.pdf(drafter.get(where), "/cetak/rekap"))
    drafter = walk.step(who["information"], "Mencetak poster dan mencatat pemasangannya.")
    walk.paper("poster-rekap", str(quarter), drafter.pdf(drafter.get(where), "/cetak/poster-a3"))
    posting = {"on": day_text(walk.today, 0), "until": day_text(walk.today, 60), "place": "Papan depan loket"}
    settled(drafter.send(drafter.get(where), "/pasang", posting))


def day_text(today: date, days: int) -> str:
    return f"{today + timedelta(days=days):%d%m%Y}"
