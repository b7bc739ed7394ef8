"""Every page of this room with something to see on it."""

from tests.services.ktp.desk import Desk


def everywhere(desk: Desk) -> list[str]:
    """Addresses of this room with something on each page."""
    on_paper = desk.send(desk.ready())
    desk.enrol()
    found = [desk.ready() for _ in range(6)]
    made = desk.send(*found[:5])
    desk.printed(made, 1, 2)
    desk.shipped("S-1", made, 1)
    desk.arrived(found[1])
    desk.refused(made, 3)
    desk.typed(made, 4, "refused", reason="ganda")
    desk.printed(made, 4)
    drafted = desk.draft(found[5])
    waiting = desk.complete()
    return [
        "/perekaman/",
        f"/perekaman/{waiting}",
        "/pengiriman/",
        f"/pengiriman/{made}",
        f"/pengiriman/{made}?baris=semua",
        f"/pengiriman/{made}?minta=5",
        f"/pengiriman/{on_paper}",
        f"/pengiriman/{drafted}",
        f"/pengiriman/{made}/jawaban",
        "/pengiriman/perbedaan",
        "/kartu/kedatangan",
        f"/kartu/salah-cetak/{found[1]}",
        "/kartu/panggilan",
        f"/kartu/panggilan/{found[1]}",
        f"/kartu/serah/{found[1]}",
        f"/berkas/{found[2]}/perbaikan",
        "/keseimbangan/",
    ]
