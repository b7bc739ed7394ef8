"""The centre's parts of the book: PostgreSQL from nothing, its proxy, offices that enrol, dump and restore, SQLite."""

from functools import partial

from tests.book import deeds
from tests.book.machines import Computer
from tests.book.office import (
    BACKUP,
    DESKS,
    copy_program_by_stick,
    key_on_paper,
    last_group,
    newest_backup,
    opens_from_a_desk,
    page_opens,
)
from tests.book.page import command, file

SERVER = "Pusat di PostgreSQL"
RESTORE_CENTRE = "Memulihkan pusat"
BANK = "Sisi bank dan mitra lain"
CENTRE_STICK = "/media/pusat/FLASHDISK"
PG_HBA = "/etc/postgresql/15/main/pg_hba.conf"
OPENS = "Pusat: http://"


def found_on_postgres(pc: Computer) -> None:
    """Server, role, database, who may connect, the service, the set-up page; nothing was there before."""
    copy_program_by_stick(pc)
    make_database(pc)
    pc.types(command(SERVER, "LOKET_CENTRE_DB=postgresql:///"))
    pc.writes(PG_HBA, file(SERVER, "local  pusat"))
    pc.types(command(SERVER, "reload postgresql"))
    pc.types(command(SERVER, "sudo cp"))
    pc.types(command(SERVER, "enable --now"))
    with pc.window(command(SERVER, "journalctl"), OPENS) as said, pc.at_its_screen() as host:
        assert "siap / ready" in said
        deeds.set_up_centre(f"{host}:{deeds.CENTRE_DOOR}", f"{pc.address}:{deeds.CENTRE_DOOR}")
    assert " OK " in pc.types("systemd-analyze security loket-pusat --no-pager | tail -1")
    only_the_centre_connects(pc)


def make_database(pc: Computer) -> None:
    """A server with a role and a database that only this role may open."""
    pc.types(command(SERVER, "install postgresql"))
    pc.types(command(SERVER, "createuser"))
    pc.types(command(SERVER, "createdb"))
    pc.types(command(SERVER, "REVOKE"))


def only_the_centre_connects(pc: Computer) -> None:
    """Another account of the same computer is refused, by its own name and by another one."""
    assert pc.types("psql -P pager=off -Atc 'SELECT count(*) > 0 FROM journal' \"$LOKET_CENTRE_DB\"").strip() == "t"
    for user in ("nobody", "postgres"):
        said = pc.types(f"sudo -u {user} psql 'postgresql:///pusat?user=pusat' -Atc 'SELECT 1'", code=2)
        assert "Peer authentication failed" in said, said
    assert "no pg_hba.conf entry" in pc.types("psql 'postgresql://pusat@127.0.0.1/pusat' -c 'SELECT 1'", code=2)


def open_centre_to_desks(pc: Computer) -> None:
    """Debian's Caddy before the centre: another desk opens its page over https."""
    pc.types(command(DESKS, "sudo apt-get install caddy"))
    pc.writes("/etc/caddy/Caddyfile", file(DESKS, "reverse_proxy"))
    pc.types(command(DESKS, "restart caddy"))
    root = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
    pc.until((pc.root / root.lstrip("/")).exists)
    with pc.stick() as stick:
        pc.types(command(DESKS, "root.crt"))
        opened = pc.until(partial(opens_from_a_desk, "pusat.kabupaten", pc.address, stick / "pusat.crt"))
        assert "Masuk" in opened


def enrol_over_the_network(office: Computer, pc: Computer) -> None:
    with pc.at_its_screen() as host:
        code = deeds.new_code(f"{host}:{deeds.CENTRE_DOOR}", deeds.CODE, deeds.NAME)
    with office.at_its_screen() as host:
        page = deeds.enrol(f"{host}:{deeds.DOOR}", code)
        assert "Terakhir bertukar" in page.text, page.problems
        deeds.exchange(f"{host}:{deeds.DOOR}")


def enrol_by_stick(office: Computer, pc: Computer, code: str, name: str) -> None:
    """The four steps of the page, then a first delivery: written, read, answered, read."""
    own, theirs = f":{deeds.DOOR}", f":{deeds.CENTRE_DOOR}"
    with pc.at_its_screen() as host:
        typed = deeds.new_code(host + theirs, code, name)
        with pc.stick():
            deeds.centre_stick(host + theirs, "kunci")
    with office.at_its_screen() as host, office.stick():
        deeds.enrol(host + own, typed, f"/media/{office.user}/FLASHDISK")
    answer_at_centre(pc)
    with office.at_its_screen() as host, office.stick():
        deeds.office_stick(host + own, "baca")
        deeds.office_stick(host + own, "tulis")
    answer_at_centre(pc)
    with office.at_its_screen() as host, office.stick():
        assert "Semua sudah diakui" in deeds.office_stick(host + own, "baca")


def answer_at_centre(pc: Computer) -> None:
    with pc.at_its_screen() as host, pc.stick():
        deeds.centre_stick(f"{host}:{deeds.CENTRE_DOOR}", "baca")
        deeds.centre_stick(f"{host}:{deeds.CENTRE_DOOR}", "tulis")


def lose_and_restore(pc: Computer) -> None:
    """Dumped, dropped, loaded: the centre knows that it went back."""
    pc.types(command(RESTORE_CENTRE, "systemctl stop"))
    with pc.stick():
        pc.types(command(RESTORE_CENTRE, "pg_dump"))
        pc.types("psql -c 'DROP TABLE journal CASCADE' \"$LOKET_CENTRE_DB\"")
        pc.types(command(RESTORE_CENTRE, "pg_restore"))
    assert "Pusat dapat langsung bekerja" in pc.types(command(RESTORE_CENTRE, "python3 run.py restore --side centre"))
    assert "Jurnal pusat utuh" in pc.types(command(RESTORE_CENTRE, "verify"))
    pc.types(command(RESTORE_CENTRE, "systemctl start"))
    pc.until(lambda: page_opens(pc, deeds.CENTRE_DOOR))


def server_of_its_own(server: Computer, pc: Computer) -> None:
    """The database moves to a server beside: over TLS, with a password that stands in no address."""
    password, server.working_folder = "tidak-tercetak-42", "~"
    make_database(server)
    server.types(command(SERVER, "password pusat"), password, password)
    server.types(command(SERVER, "listen_addresses"))
    server.writes(PG_HBA, file(SERVER, "hostssl"))
    server.types(command(SERVER, "restart postgresql"))
    with server.stick():
        server.types(f"cp /etc/ssl/certs/ssl-cert-snakeoil.pem /media/{server.user}/FLASHDISK/server.crt")
    pc.types(command(RESTORE_CENTRE, "systemctl stop"))
    with pc.stick():
        pc.types(command(RESTORE_CENTRE, "pg_dump"))
        pc.types(f"sudo cp {CENTRE_STICK}/server.crt /etc/loket-server.crt && sudo chmod 644 /etc/loket-server.crt")
        pc.types(command(SERVER, ".pgpass").replace("KATA-SANDI", password))
        pc.types(command(SERVER, "sslmode=verify-ca"))
        assert f"@{server.address}/" in pc.types("echo $LOKET_CENTRE_DB")
        pc.types(command(RESTORE_CENTRE, "pg_restore"))
    pc.types(command(RESTORE_CENTRE, "python3 run.py restore --side centre"))
    pc.types(command(RESTORE_CENTRE, "systemctl start"))
    pc.until(lambda: page_opens(pc, deeds.CENTRE_DOOR))
    asked = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'pusat'"
    assert "t" in server.types(f'sudo -u postgres psql -P pager=off -Atc "{asked}"').split()


def small_centre(pc: Computer) -> None:
    """A centre, or a partner, without a server: set up in its window, saved, lost, restored from its own backup."""
    door = f":{deeds.CENTRE_DOOR}"
    with pc.window(command(BANK, "run.py centre").replace("run.py", "python3 run.py").replace("DIR", "mitra"), OPENS):
        pass
    with pc.window(command(RESTORE_CENTRE, "python3 run.py centre"), OPENS), pc.at_its_screen() as host:
        deeds.set_up_centre(host + door, f"{pc.address}{door}")
    with pc.stick() as stick:
        key = key_on_paper(pc.types(command(BACKUP, "--to").replace("kantor", pc.user), ""))
        pc.types(command(BACKUP, "--confirm"), last_group(key))
        pc.types("rm -f data/pusat.sqlite3* data/pusat.penanda")
        example = "dukcapil-3508-20260302-083000.loket-cadangan"
        typed = command(RESTORE_CENTRE, "restore --side centre /media").replace(example, newest_backup(stick))
        pc.types(typed, key)
    assert "Jurnal pusat utuh" in pc.types(command(RESTORE_CENTRE, "verify"))
    with pc.window(command(DESKS, "--host 0.0.0.0"), OPENS):
        pass
    assert "teruji" in pc.types(command(RESTORE_CENTRE, "python3 run.py backup"))
