"""The standby's parts of the book: a second server that follows, is lost, is replaced, and takes over."""

from functools import partial

from tests.book import deeds
from tests.book.centre import PG_HBA, RESTORE_CENTRE, SERVER
from tests.book.machines import Computer
from tests.book.office import DESKS, opens_from_a_desk, page_opens
from tests.book.page import command, file

PREPARE = "Menyiapkan server cadangan"
BOTH = "Menjalankan pusat"
MAIN_DEAD = "Server utama mati"
STANDBY_DEAD = "Server cadangan mati"
REPLICATION, ROLE = "tersalin-terus-17", "tidak-tercetak-42"
SECOND_DOOR = 8136
TAKEN_OVER = 30
"""Seconds within which the centre has found the server that took over, though the other one only fell silent."""


def open_main_server(main: Computer) -> None:
    main.types(command(PREPARE, "CREATE ROLE replikasi").replace("GANTI-INI", REPLICATION))
    main.types(command(PREPARE, "host replication"))
    main.types(command(PREPARE, "systemctl restart"))


def follow_main_server(standby: Computer, main: Computer) -> None:
    """A fresh server takes a copy of everything and goes on following; from then on the main one waits for it."""
    standby.working_folder = "~"
    standby.types(command(SERVER, "install postgresql"))
    standby.writes(PG_HBA, file(SERVER, "hostssl"))
    standby.types(command(PREPARE, "systemctl stop"))
    standby.types(command(PREPARE, "main.lama"))
    standby.types(command(PREPARE, "pg_basebackup"), REPLICATION)
    standby.types(command(PREPARE, "systemctl start"))
    main.types(command(PREPARE, "SET synchronous_standby_names"))
    main.until(lambda: is_followed(main))


def is_followed(main: Computer) -> bool:
    said = main.types(command(PREPARE, "pg_stat_replication"))
    return {"streaming", "sync"} <= set(said.split())


def use_both_servers(pc: Computer, main: Computer, standby: Computer) -> None:
    """The centre is told of both, with the certificate and the password of each."""
    for server in (main, standby):
        with server.stick():
            server.types(f"cp /etc/ssl/certs/ssl-cert-snakeoil.pem /media/{server.user}/FLASHDISK/{server.name}.crt")
        pc.types(f"echo {server.address}:5432:pusat:pusat:{ROLE} >> ~/.pgpass")
    with pc.stick():
        certificates = " ".join(f"/media/{pc.user}/FLASHDISK/{server.name}.crt" for server in (main, standby))
        pc.types(f"cat {certificates} | sudo tee /etc/loket-server.crt")
    pc.types(command(BOTH, "target_session_attrs"))
    pc.types(command(BOTH, "restart loket-pusat"))
    pc.until(lambda: page_opens(pc, deeds.CENTRE_DOOR))


def run_two_processes(pc: Computer) -> None:
    """A second process of the centre, and one address before both."""
    pc.types(command(BOTH, "mkdir"))
    pc.types(command(BOTH, "cp -r"))
    pc.types(command(BOTH, "sudo cp"))
    pc.types(command(BOTH, "enable --now"))
    pc.until(lambda: page_opens(pc, SECOND_DOOR))
    pc.writes("/etc/caddy/Caddyfile", file(BOTH, "lb_policy"))
    pc.types(command(DESKS, "restart caddy"))
    opens_over_the_proxy(pc)
    pc.types("sudo systemctl stop loket-pusat")
    opens_over_the_proxy(pc)
    pc.types("sudo systemctl start loket-pusat")
    pc.until(lambda: page_opens(pc, deeds.CENTRE_DOOR))


def opens_over_the_proxy(pc: Computer) -> None:
    with pc.stick() as stick:
        opened = pc.until(partial(opens_from_a_desk, "pusat.kabupaten", pc.address, stick / "pusat.crt"))
        assert "Masuk" in opened


def lose_the_standby(standby: Computer, main: Computer, pc: Computer) -> None:
    """It will not come back: the main server no longer waits for it, and keeps nothing for it."""
    standby.pull_the_plug()
    main.types(command(STANDBY_DEAD, "RESET synchronous_standby_names"))
    main.types(command(STANDBY_DEAD, "pg_drop_replication_slot"))
    write_at(pc, "350805", "Kecamatan Ketiga")


def lose_the_main_server(main: Computer, standby: Computer, pc: Computer) -> None:
    """Everything that was acknowledged is at the standby, which goes on alone; the centre finds it by itself."""
    write_at(pc, "350806", "Kecamatan Keempat")
    before = entries(pc), epoch(pc)
    main.pull_the_cable()
    standby.types(command(MAIN_DEAD, "pg_promote"))
    standby.types(command(MAIN_DEAD, "RESET synchronous_standby_names"))
    pc.until(lambda: page_opens(pc, deeds.CENTRE_DOOR), TAKEN_OVER)
    assert (entries(pc), epoch(pc)) == before
    write_at(pc, "350808", "Kecamatan Kelima")
    assert entries(pc) > before[0]
    assert epoch(pc) == before[1], "nothing was lost, so no new epoch"
    assert "Jurnal pusat utuh" in pc.types(command(RESTORE_CENTRE, "verify"))


def write_at(pc: Computer, code: str, name: str) -> None:
    """An entry at the centre: a code for one more office."""
    with pc.at_its_screen() as host:
        assert deeds.new_code(f"{host}:{deeds.CENTRE_DOOR}", code, name)


def entries(pc: Computer) -> int:
    return number(pc, "SELECT count(*) FROM journal")


def epoch(pc: Computer) -> int:
    return number(pc, "SELECT max(epoch) FROM journal WHERE source = (SELECT value FROM identity WHERE key = 'source')")


def number(pc: Computer, sql: str) -> int:
    return int(pc.types(f'psql -P pager=off -Atc "{sql}" "$LOKET_CENTRE_DB"'))
