"""The office's parts of the book, in the order in which somebody comes to them; each takes the book as it goes on."""

import http.client
import re
import socket
import ssl
import tarfile
from functools import partial
from pathlib import Path

import requests

from tests.book import deeds
from tests.book.machines import Computer
from tests.book.page import command, line
from tests.cli.test_update import NEXT, next_version, program_files
from tests.platform.updates.made import made_release
from tests.world.cast import PASSWORD

INSTALL = "Memasang"
ALIVE = "Hidup sendiri saat komputer dinyalakan"
CLOCK = "Jam komputer salah"
NIGHT = "Pemeriksaan setiap malam"
LOCKED = "Basis data terkunci"
SMS = "SMS untuk hotline"
DESKS = "Membuka kantor untuk meja lain"
BACKUP = "Cadangan dan pemulihan"
RESTORE = "Memulihkan kantor"
KNOWN = "Yang diketahui Loket sendiri"
DISK = "Ruang simpan penuh, disk rusak"
FORGOTTEN = "Administrator satu-satunya lupa kata sandi"
ALONE = "Tidak ada orang kedua"
MOVE = "Pindah ke komputer baru"
UPDATE = "Memperbarui program"
OPENS = "Loket: http://"
PASSPHRASE = "sawah kuning pagi hari"
STICK = "/media/kantor/FLASHDISK"


def copy_program_by_stick(pc: Computer) -> None:
    """`loket` on the stick becomes /opt/loket, with the packages beside it: nothing is downloaded."""
    own = pc.user
    with pc.stick():
        pc.working_folder = "~"
        pc.types(command(INSTALL, "apt-get install"))
        pc.types(command(INSTALL, "cp -r").replace("kantor", own))
        pc.types(command(INSTALL, "chown").replace("kantor", own))
        pc.types(command(INSTALL, "cd /opt"))
        pc.working_folder = "/opt/loket"
        wheelhouse = "wheelhouse-pusat" if own == "pusat" else "wheelhouse"
        pc.types(f"cp -r /media/{own}/FLASHDISK/{wheelhouse} wheelhouse")


def install(pc: Computer, code: str, name: str) -> None:
    """The program comes up from the stick, and the office is founded in its window."""
    copy_program_by_stick(pc)
    with pc.window(command(INSTALL, "python3 run.py"), OPENS) as said, pc.at_its_screen() as host:
        assert "siap / ready" in said
        deeds.set_up_office(f"{host}:{deeds.DOOR}", code, name)


def install_signatures(pc: Computer) -> None:
    """The further packages, once with what pip finds anywhere and once from a folder of their own."""
    with pc.stick():
        pc.types(f"cp -r {STICK}/wheelhouse-tanda-tangan .")
    pc.types(command(INSTALL, "--no-index", "requirements-signatures.txt"))
    pc.types(command(INSTALL, ".venv/bin/python", "--only-binary", "requirements-signatures.txt"))
    assert "signatures ok" in pc.types(".venv/bin/python -c 'import pyhanko; print(\"signatures ok\")'")


def page_opens(pc: Computer, door: int = deeds.DOOR) -> bool:
    with pc.at_its_screen() as host:
        return requests.get(f"{host}:{door}/masuk", timeout=10).status_code == 200


def serve(pc: Computer) -> None:
    """The office as a service."""
    pc.types(command(ALIVE, "sudo cp"))
    pc.types(command(ALIVE, "enable --now"))
    pc.until(lambda: page_opens(pc))


def survive_a_power_cut(pc: Computer) -> None:
    """The service is little exposed, and the computer brings it back without anybody."""
    pc.types(command(ALIVE, "daemon-reload"))
    assert "active (running)" in pc.types(command(ALIVE, "systemctl status") + " --no-pager")
    assert OPENS in pc.types(command(ALIVE, "journalctl") + " --no-pager")
    pc.pull_the_plug()
    pc.boot()
    pc.until(lambda: page_opens(pc))
    assert " OK " in pc.types("systemd-analyze security loket --no-pager | tail -1")


def set_the_zone(pc: Computer) -> None:
    pc.types(command(CLOCK, "set-timezone"))
    assert "Asia/Jakarta" in pc.types("timedatectl --no-pager")
    assert "utuh" in pc.types(command(NIGHT, "verify"))


def key_on_paper(said: str) -> str:
    found = re.search(r"AGE-SECRET-KEY-[A-Z0-9 -]+", said)
    assert found, said
    return found[0].strip()


def last_group(key: str) -> str:
    return key.replace(" ", "")[-6:]


def keep_keys(pc: Computer) -> str:
    """The first backup shows the key; it is confirmed later, changed once, and a stick takes a copy."""
    key = key_on_paper(pc.types(command(BACKUP, "python3 run.py backup"), ""))
    assert "dipastikan" in pc.types(command(BACKUP, "--confirm"), last_group(key))
    key = key_on_paper(pc.types(command(BACKUP, "--new-key"), ""))
    assert "dipastikan" in pc.types(command(BACKUP, "--confirm"), last_group(key))
    with pc.stick() as stick:
        assert "teruji" in pc.types(command(BACKUP, "--to"))
        assert newest_backup(stick)
        with pc.at_its_screen() as host:
            deeds.make_backup(f"{host}:{deeds.DOOR}")
        pc.until(lambda: any(stick.glob("cadangan-loket/*.loket-cadangan")))
    return key


def newest_backup(stick: Path) -> str:
    """Where on a stick the newest backup lies."""
    newest = max(stick.rglob("*.loket-cadangan"), key=lambda path: path.name)
    return newest.relative_to(stick).as_posix()


def open_to_desks(pc: Computer) -> Path:
    """The proxy with a certificate of its own; another desk opens the office with nothing but what is on the stick."""
    pc.types(command(DESKS, "apt-get install caddy", "disable"))
    said = pc.types(command(DESKS, "network --address"), PASSWORD)
    steps = re.findall(r"^   (sudo cp .+)$", said, re.MULTILINE)
    pc.types(command(DESKS, "restart loket"))
    pc.until(lambda: page_opens(pc))
    pc.types(steps[0])
    pc.until((pc.root / "opt/loket/data/proksi/simpanan/pki/authorities/local/root.crt").exists)
    said = pc.types(command(DESKS, "--fingerprint"))
    assert "active (running)" in pc.types(command(DESKS, "status loket-proksi") + " --no-pager")
    assert " OK " in pc.types("systemd-analyze security loket-proksi --no-pager | tail -1")
    with pc.stick() as stick:
        pc.types(f"cp data/proksi/loket-kantor.crt {STICK}")
        carried = stick / "loket-kantor.crt"
    opened = pc.until(partial(opens_from_a_desk, "loket.kantor", pc.address, carried))
    assert "Masuk" in opened
    return carried


def opens_from_a_desk(name: str, address: str, certificate: Path) -> str:
    """The page over https under its name, from this process's own place at the network."""
    trusted = ssl.create_default_context()
    trusted.check_hostname, trusted.verify_mode = True, ssl.CERT_REQUIRED
    data = certificate.read_bytes()
    trusted.load_verify_locations(cadata=data.decode() if data.startswith(b"-----") else data)
    line = http.client.HTTPSConnection(name, 443, timeout=10, context=trusted)
    line.sock = trusted.wrap_socket(socket.create_connection((address, 443), 10), server_hostname=name)
    line.request("GET", "/masuk")
    answer = line.getresponse()
    assert answer.status == 200, answer.status
    return answer.read().decode()


def close_to_desks(pc: Computer) -> None:
    pc.types(command(DESKS, "disable --now loket-proksi"))


def lock_the_database(pc: Computer) -> None:
    """Encrypted by hand, opened by the machine's own key in the service, then another passphrase, then plain."""
    pc.types(command(RESTORE, "systemctl stop loket"))
    pc.types(command(LOCKED, "python3 run.py encrypt"), PASSPHRASE, PASSPHRASE)
    with pc.window(command(LOCKED, "python3 run.py office"), "Kata sandi basis data"):
        pass
    pc.types(command(LOCKED, "mkdir"))
    pc.types(command(LOCKED, "systemd-ask-password"), PASSPHRASE)
    credential = line(LOCKED, "LoadCredentialEncrypted=")
    pc.types(f"sudo sed -i '/^\\[Service\\]/a {credential}' /etc/systemd/system/loket.service")
    pc.types(command(ALIVE, "daemon-reload"))
    pc.types(command(RESTORE, "systemctl start loket"))
    pc.until(lambda: page_opens(pc))
    pc.types(command(RESTORE, "systemctl stop loket"))
    pc.types(command(LOCKED, "--new-passphrase"), PASSPHRASE, PASSPHRASE + " lagi", PASSPHRASE + " lagi")
    pc.types(command(LOCKED, "--plain"), PASSPHRASE + " lagi")
    pc.types("sudo sed -i /LoadCredentialEncrypted/d /etc/systemd/system/loket.service")
    pc.types(command(ALIVE, "daemon-reload"))
    pc.types(command(RESTORE, "systemctl start loket"))
    pc.until(lambda: page_opens(pc))


def take_messages(pc: Computer) -> None:
    """The account of the office reads and writes Gammu's folders, and its daemon takes from there. No modem is here:
    Gammu's own dummy stands for it."""
    pc.types(command(SMS, "apt-get install"), seconds=240)  # its daemon waits 90 s for a modem that nobody named yet
    dummy = "s|^port = .*|device = /var/lib/dummy|; s|^connection = .*|connection = none\\nmodel = dummy|"
    unicode = f"s|^service = files|service = files\\n{line(SMS, 'inboxformat')}|"
    pc.types(f"sudo sed -i '{dummy}; {unicode}' /etc/gammu-smsdrc")
    pc.as_root("mkdir -p /var/lib/dummy")
    pc.types(command(SMS, "usermod"))
    pc.types(command(SMS, "chmod"))
    pc.types(command(SMS, "restart"))
    pc.until(lambda: page_opens(pc))
    pc.types("ls /var/spool/gammu/inbox && echo Halo > /var/spool/gammu/outbox/OUT081234567890.txt")
    sent = pc.root / "var/spool/gammu/sent"
    pc.until(lambda: any(sent.iterdir()))


def reckon_and_define(pc: Computer) -> None:
    """What needs no office: an index of a file, and a file of indicators of one's own."""
    marks = "\n".join(["U1,U2,U3,U4,U5,U6,U7,U8,U9", *["4,3,4,3,4,3,4,3,4"] * 30])
    pc.writes("/opt/loket/jawaban.csv", marks + "\n")
    assert "Indeks" in pc.types(command("Survei kepuasan", "ikm"))
    shipped = "schema/indicators/poltekkes-banten-2022.toml"
    pc.types(f"sed '0,/^id = .*/s//id = \"indikator\"/' {shipped} > indikator.toml")
    pc.types(command("Dokumen definisi kantor sendiri", "indicators"))


def help_somebody(pc: Computer) -> None:
    """The only administrator forgot the password; a change of rights has no second person."""
    changed = deeds.CHANGED
    assert "diganti" in pc.types(command(FORGOTTEN, "reset-admin"), changed, changed)
    with pc.at_its_screen() as host:
        deeds.take_new_password(f"{host}:{deeds.DOOR}", changed)
        deeds.propose_role(f"{host}:{deeds.DOOR}")
    said = pc.types(command(ALONE, "python3 run.py confirm-alone"))
    number = said.split()[0]
    assert "Berlaku" in pc.types(command(ALONE, "NOMOR").replace("NOMOR", number))


def repair_the_folder(pc: Computer) -> None:
    """A folder that belongs to somebody else is told by the program, and mended as the table says."""
    pc.types(command(RESTORE, "systemctl stop loket"))
    pc.types("sudo chown -R root data")
    assert "tidak boleh dibaca" in pc.types(command(NIGHT, "verify"), code=2)
    pc.types(command(DISK, "chown"))
    pc.types(command(NIGHT, "verify"))
    pc.types(command(RESTORE, "systemctl start loket"))
    pc.until(lambda: page_opens(pc))


def practise(pc: Computer, key: str) -> None:
    """Twice a year into another folder, beside the running office."""
    with pc.stick() as stick:
        document = f"{STICK}/{newest_backup(stick)}"
        said = pc.types(command(KNOWN, "restore").replace("DOKUMEN", document), key)
        assert "Dipulihkan dan teruji" in said, said
    assert "utuh" in pc.types(command(KNOWN, "verify"))
    pc.types("rm -r latihan")


def restore_elsewhere(pc: Computer, key: str) -> None:
    """Another computer with the program alone becomes the office; then once more over what it has."""
    with pc.stick() as stick:
        example = "350807-20260302-083000.loket-cadangan"
        typed = command(RESTORE, "restore").replace(example, newest_backup(stick))
        assert "Dipulihkan dan teruji" in pc.types(typed, key)
        assert "Jurnal kantor utuh" in pc.types(command(RESTORE, "verify"))
        pc.types(f"{typed} --replace", key, "GANTI")
    with pc.window(command(RESTORE, "office"), OPENS), pc.at_its_screen() as host:
        assert "Data komputer ini pernah mundur" in deeds.at(f"{host}:{deeds.DOOR}", "wiji").get("/").text
    assert "teruji" in pc.types(command(RESTORE, "python3 run.py backup"))


def begin_anew(pc: Computer) -> None:
    """The emptied folder is noticed, and given up only by a word that is typed."""
    pc.types("rm data/kantor.sqlite3*")
    pc.types(command(BACKUP, "begin-anew"), "MULAI BARU")


def move(old: Computer, new: Computer) -> None:
    """The whole folder goes to the new computer, which notices that it is another one."""
    old.types(command(RESTORE, "systemctl stop loket"))
    with old.stick():
        old.types(f"cp -a data {STICK}/data")
    with new.stick():
        new.types(f"rm -rf data && cp -a {STICK}/data data && rm -r {STICK}/data")
    assert "utuh" in new.types(command(MOVE, "verify"))
    with new.window(command(MOVE, "office"), OPENS), new.at_its_screen() as host:
        assert "Data komputer ini pernah mundur" in deeds.at(f"{host}:{deeds.DOOR}", "wiji").get("/").text


def become_the_next_version(pc: Computer) -> None:
    """A signed release from the stick, beside the running office and then instead of it; and the way back."""
    update = command(UPDATE, "update /media")
    with pc.stick() as stick:
        made_release(stick, NEXT, files=next_version(program_files()))
        assert "sudah siap dan teruji" in pc.types(update, code=1)
        pc.types(command(RESTORE, "systemctl stop loket"))
        assert f"Loket {NEXT} terpasang dan teruji" in pc.types(update)
    pc.types(command(RESTORE, "systemctl start loket"))
    pc.until(lambda: page_opens(pc))
    assert f"Loket {NEXT}" in pc.types("python3 run.py --version")
    pc.types(command(RESTORE, "systemctl stop loket"))
    pc.types(command(UPDATE, "update --back"))
    assert "utuh" in pc.types(command(UPDATE, "verify"))


def take_over_an_older_version(pc: Computer, archive: Path) -> None:
    """The data of 0.2.0 under the program of today, and back to what that version left. It comes without its marker, so
    a start would open an epoch; what a start does before that is `migrate`."""
    with pc.stick() as stick:
        with tarfile.open(archive) as packed:
            packed.extractall(stick / "lama", filter="data")
        pc.types(f"rm -rf data && sudo cp -r {STICK}/lama/kantor data")
    pc.types(command(DISK, "chown"))
    pc.types("python3 run.py migrate")
    assert "utuh" in pc.types(command(UPDATE, "verify"))
    pc.types(command(UPDATE, "migrate --back"))
