"""A backup counts only when it was opened again, and a restored office works at once in its next epoch."""

import json
import re
import shutil
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import apsw
import pyrage
import pytest

from app import compose
from app.cli.backup import step_after_restore
from app.core import clock
from app.platform.backups.service import find_remains
from app.platform.office.service import NewPerson, found_office
from app.platform.people.access_log import access_lines
from app.platform.people.hashing import Cost
from schema.migrations import Side, migrate_database
from sync.restore import draw_key, key_in_force
from sync.verification import tables_digest
from tests.cli.calling import run

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CHEAP = Cost(4, 8, 1)
KEYS_OF_ANSWER = {"entries", "digest", "increments", "reached_at", "increments_left_out", "why_left_out"}


def office(data: Path, code: str = "350807", name: str = "Kecamatan Yosowilangun") -> None:
    db = compose.open_side("office", data)
    migrate_database(db, "office")
    found_office(
        compose.journal("office", db),
        identity={
            "office.code": code,
            "office.name": name,
            "office.regency": "Lumajang",
            "office.place": "Yosowilangun",
        },
        people=[NewPerson("wiji", "Wiji Handayani", ("sekretaris", "admin"), "rahasia-sekali-1")],
        starts={},
        effective_on=date(2026, 1, 1),
        now=NOW,
        cost=CHEAP,
    )
    db.run("INSERT INTO draft (author, service, fields, created_at, updated_at) VALUES ('x', 'y', '{}', '', '')")
    db.close()


def test_the_first_backup_shows_its_key_and_counts_once_it_is_confirmed(tmp_path: Path) -> None:
    data, stick, blank = tmp_path / "kantor", tmp_path / "stik", tmp_path / "baru"
    office(data)
    made = json.loads(run("backup", "--data", str(data), "--to", str(stick), "--json").stdout)
    assert made["key_confirmed"] is False
    wrong = run("backup", "--confirm", "--data", str(data), typed="QQQQQQ")
    assert (wrong.returncode, "Periksa kertasnya" in wrong.stderr) == (1, True)
    confirmed = run("backup", "--confirm", "--data", str(data), typed=made["recovery_key"][-6:].lower() + "\n")
    assert (confirmed.returncode, "dipastikan" in confirmed.stdout) == (0, True)
    own = data / "definisi/indikator/kami.toml"
    own.parent.mkdir(parents=True)
    own.write_text("# dokumen indikator kantor\n", encoding="utf-8")
    again = json.loads(run("backup", "--data", str(data), "--json").stdout)
    assert (again["recovery_key"], again["key_confirmed"]) == ("", True)
    assert Path(again["path"]).parent == data / "cadangan"

    key = tmp_path / "kunci.txt"
    key.write_text("# kunci pemulihan\n" + made["recovery_key"] + "\n", encoding="utf-8")
    refused = run("restore", again["path"], "--key-file", str(key), "--data", str(data))
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    restored = run("restore", again["path"], "--key-file", str(key), "--data", str(blank))
    assert restored.returncode == 0, restored.stderr
    assert "Dokumen definisi dikembalikan: indikator/kami.toml." in restored.stdout
    assert (blank / "definisi/indikator/kami.toml").read_bytes() == own.read_bytes()
    before, after = compose.open_side("office", data), compose.open_side("office", blank)
    assert tables_digest(before) == tables_digest(after)
    source, epoch = compose.journal("office", after).identity()
    assert source == "350807"
    assert 1 < epoch <= 17_577
    assert after.one("SELECT count(*) FROM draft") == (0,)
    traces = [(seen.action, seen.address, seen.detail) for _, seen in access_lines(after)]
    assert traces[:2] == [
        ("backup.restored", "console", Path(again["path"]).name),
        ("backup.key_confirmed", "console", ""),
    ]
    assert run("verify", "--data", str(blank)).returncode == 0


def test_a_key_whose_backup_did_not_stand_is_not_kept(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    (tmp_path / "penuh").touch()
    refused = run("backup", "--data", str(data), "--to", str(tmp_path / "penuh" / "stik"))
    assert (refused.returncode, "tidak dapat ditulis" in refused.stderr) == (1, True)
    assert "AGE-SECRET-KEY" not in refused.stdout
    db = compose.open_side("office", data)
    assert db.one("SELECT count(*) FROM backup_key") == (0,)
    db.close()
    shown = run("backup", "--data", str(data)).stdout
    assert re.search(r"AGE-SECRET-KEY-1\w{4}( \w{6}){9}", shown)
    assert "--confirm" in shown


def test_the_key_of_an_earlier_program_is_confirmed_by_typing_all_of_it(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    recipient, secret = draw_key()
    (data / "keys").mkdir()
    (data / "keys" / "cadangan.pub").write_text(recipient + "\n", encoding="ascii")
    assert run("backup", "--confirm", "--data", str(data), typed=secret[-6:]).returncode == 1
    assert run("backup", "--confirm", "--data", str(data), typed=secret).returncode == 0
    db = compose.open_side("office", data)
    assert db.one("SELECT recipient FROM backup_key WHERE confirmed_at IS NOT NULL") == (recipient,)


def test_a_new_key_leaves_the_old_one_in_force_until_it_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = (NOW + timedelta(minutes=minute) for minute in range(1000))
    monkeypatch.setattr(clock, "now", lambda: next(moments))
    data = tmp_path / "kantor"
    office(data)
    first = json.loads(run("backup", "--data", str(data), "--json").stdout)["recovery_key"]
    assert run("backup", "--confirm", "--data", str(data), typed=first).returncode == 0
    second = json.loads(run("backup", "--new-key", "--data", str(data), "--json").stdout)["recovery_key"]
    assert second not in ("", first)
    db = compose.open_side("office", data)
    assert key_in_force(db).recipient == recipient_of(first)
    confirmed = run("backup", "--confirm", "--data", str(data), "--json", typed=second[-6:])
    assert json.loads(confirmed.stdout) == {"key_confirmed": True}
    assert key_in_force(db).recipient == recipient_of(second)


def recipient_of(secret: str) -> str:
    return str(pyrage.x25519.Identity.from_str(secret).to_public())


def test_an_emptied_database_beside_keys_and_backups_is_restored_or_set_apart(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    made = json.loads(run("backup", "--data", str(data), "--json").stdout)
    refused = run("begin-anew", "--data", str(data), typed="MULAI BARU\n")
    assert (refused.returncode, "berisi data" in refused.stderr) == (1, True)
    (data / "kantor.sqlite3").write_bytes(b"")
    no = run("begin-anew", "--data", str(data), typed="ya\n")
    assert (no.returncode, "Tidak ada yang dipindahkan" in no.stderr) == (1, True)
    assert Path(made["path"]).exists()
    done = run("begin-anew", "--data", str(data), typed="MULAI BARU\n")
    assert done.returncode == 0, done.stderr
    [apart] = data.glob("sebelum-*")
    assert (apart / "cadangan" / Path(made["path"]).name).exists()
    assert find_remains(data) == []
    restored = run(
        "restore", str(apart / "cadangan" / Path(made["path"]).name), "--data", str(data), typed=made["recovery_key"]
    )
    assert restored.returncode == 0, restored.stderr


def test_at_a_terminal_the_group_is_asked_until_it_is_right_three_times_at_most(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    wrong = run("backup", "--data", str(data), typed="aaaaaa\n" * 5, terminal=True)
    assert (wrong.returncode, wrong.stdout.count("Ketik kelompok terakhir")) == (0, 3)
    assert len(wrong.stderr.splitlines()) == 3
    later = run("backup", "--data", str(data), typed="\n", terminal=True)
    assert (later.stdout.count("Ketik kelompok terakhir"), later.stderr) == (1, "")
    nobody = run("backup", "--data", str(data), terminal=True)
    assert (nobody.returncode, nobody.stderr) == (0, ""), "the backup is made; its key can be confirmed later"
    typed = "aaaaaa\n{group}\n"
    db = compose.open_side("office", data)
    assert db.one("SELECT count(*) FROM backup_key WHERE confirmed_at IS NOT NULL") == (0,)
    db.close()
    with pytest.MonkeyPatch.context() as patch:
        recipient, secret = draw_key()
        patch.setattr("app.cli.backup.draw_key", lambda: (recipient, secret))
        done = run("backup", "--data", str(data), typed=typed.format(group=secret[-6:]), terminal=True)
    assert done.stdout.count("Ketik kelompok terakhir") == 2
    assert "dipastikan" in done.stdout.rsplit("Ketik kelompok", 1)[1]
    db = compose.open_side("office", data)
    assert key_in_force(db).recipient == recipient
    db.close()
    again = run("backup", "--data", str(data), terminal=True)
    assert ("AGE-SECRET-KEY" in again.stdout, "Ketik kelompok" in again.stdout) == (False, False)
    machine = run("backup", "--data", str(data), "--new-key", "--json", terminal=True)
    assert json.loads(machine.stdout)["recovery_key"].startswith("AGE-SECRET-KEY-")


def test_what_a_backup_says_to_a_machine_and_to_people(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    office(data)
    made = json.loads(run("backup", "--data", str(data), "--json").stdout)
    path = Path(made["path"])
    assert (path.parent, path.stat().st_size) == (data / "cadangan", made["size"])
    assert (made["key_confirmed"], made["alarm"]) == (False, "")
    run("backup", "--confirm", "--data", str(data), typed=made["recovery_key"])
    second = json.loads(run("backup", "--data", str(data), "--json").stdout)
    assert (second["recovery_key"], second["key_confirmed"]) == ("", True)
    assert second["entries"] == made["entries"] > 0
    told = run("backup", "--data", str(data), "--to", str(tmp_path / "stik")).stdout
    [kept] = (tmp_path / "stik").iterdir()
    kilobytes = -(-kept.stat().st_size // 1024)
    assert f"teruji: {kept.name}, {kilobytes} KB, " in told
    assert "AGE-SECRET-KEY" not in told


def test_a_restore_needs_replace_where_something_is_and_says_where_the_old_one_lies(tmp_path: Path) -> None:
    data, key = tmp_path / "kantor", tmp_path / "kunci.txt"
    office(data)
    made = json.loads(run("backup", "--data", str(data), "--json").stdout)
    key.write_text("Kunci pemulihan\n  " + made["recovery_key"].lower() + "\n", encoding="utf-8")
    again = ("restore", made["path"], "--key-file", str(key), "--data", str(data))
    refused = run(*again)
    assert (refused.returncode, "Tambahkan --replace" in refused.stderr) == (1, True)
    assert list(data.glob("*.lama-*")) == []
    done = run(*again, "--replace")
    [old] = (path.name for path in data.glob("*.lama-*") if not path.name.endswith(("-wal", "-shm")))
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Dipulihkan dan teruji: ")
    assert f"Basis data sebelumnya disimpan sebagai {old}, tanpa kunci" in done.stdout
    assert "Minta kode pendaftaran baru dari pusat" in done.stdout
    db = compose.open_side("office", data)
    noted = list(db.run("SELECT detail, person_id, address FROM access_log WHERE action = 'backup.restored'"))
    assert noted == [(Path(made["path"]).name, None, "console")]
    db.close()
    key.write_text(draw_key()[1], encoding="utf-8")
    assert run(*again, "--replace").returncode == 1
    answer = json.loads(
        run("restore", made["path"], "--data", str(tmp_path / "lain"), "--json", typed=made["recovery_key"]).stdout
    )
    assert (set(answer), answer["entries"] >= made["entries"]) == (KEYS_OF_ANSWER, True)
    assert (answer["increments"], answer["reached_at"], answer["why_left_out"]) == (0, "", "")


def test_a_database_loaded_by_other_tools_is_taken_over_and_an_empty_one_is_not(tmp_path: Path) -> None:
    data, empty = tmp_path / "kantor", tmp_path / "kosong"
    office(data)
    db = compose.open_side("office", data)
    before = db.one("SELECT value FROM identity WHERE key = 'epoch'")
    db.close()
    empty.mkdir()
    refused = run("restore", "--data", str(empty))
    assert (refused.returncode, "masih kosong. Muat dulu salinannya" in refused.stderr) == (1, True)
    done = run("restore", "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert "Kantor dapat langsung bekerja" in done.stdout
    db = compose.open_side("office", data)
    assert db.one("SELECT value FROM identity WHERE key = 'epoch'") != before
    db.close()


def test_beginning_anew_moves_what_lies_there_and_finds_nothing_in_a_clean_folder(tmp_path: Path) -> None:
    data = tmp_path / "kantor"
    data.mkdir()
    nothing = run("begin-anew", "--data", str(data), typed="MULAI BARU\n")
    assert (nothing.returncode, "tidak ada yang lama" in nothing.stderr) == (1, True)
    assert list(data.iterdir()) == []
    office(data)
    run("backup", "--data", str(data))
    (data / "kantor.sqlite3").unlink()
    asked = run("begin-anew", "--data", str(data), typed="mulai baru\n", terminal=True)
    assert (asked.returncode, "Yang akan dipindahkan:" in asked.stdout) == (1, True)
    done = run("begin-anew", "--data", str(data), typed=" MULAI BARU \n")
    [apart] = data.glob("sebelum-*")
    assert f"Dipindahkan ke {apart}." in done.stdout
    assert "cadangan" in {path.name for path in apart.iterdir()}


@pytest.mark.parametrize(
    ("side", "had_keys", "said"),
    [
        ("office", False, "Minta kode pendaftaran baru dari pusat"),
        ("office", True, "Minta kode pendaftaran baru dari pusat"),
        ("centre", True, "kecamatan tidak perlu kode baru"),
        ("centre", False, "setiap kecamatan perlu kode pendaftaran baru"),
    ],
)
def test_what_follows_a_restore_depends_on_side_and_keys(side: Side, had_keys: bool, said: str) -> None:
    assert said in step_after_restore(side, had_keys)


def test_a_loaded_database_of_another_office_or_with_a_fault_is_not_taken_over(tmp_path: Path) -> None:
    data, other = tmp_path / "kantor", tmp_path / "lain"
    office(data)
    office(other, "350801", "Kecamatan Tempursari")
    for folder in (data, other):
        with closing(compose.open_side("office", folder)) as db:
            compose.keep_up("office", compose.journal("office", db), folder, last=True)
    shutil.copy(compose.marker_file("office", other), compose.marker_file("office", data))

    def epoch() -> object:
        with closing(compose.open_side("office", data)) as db:
            return db.one("SELECT value FROM identity WHERE key = 'epoch'")

    before = epoch()
    refused = run("restore", "--data", str(data))
    assert (refused.returncode, "350801" in refused.stderr, epoch()) == (1, True, before)
    tool = apsw.Connection(str(data / "kantor.sqlite3"))
    tool.execute("DROP TRIGGER journal_no_update")
    tool.close()
    refused = run("restore", "--data", str(data), "--other-office")
    said = "Isi basis data tidak lulus pemeriksaan: Susunan basis data, tidak ada: pemicu journal_no_update."
    assert (refused.returncode, refused.stderr.splitlines()[-1], epoch()) == (1, said, before)
