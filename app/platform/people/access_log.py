"""What each action of the access log is called, by group. An action without words here fails a test."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec

from app.core.clock import at_office, office_time
from app.platform.people.tables import AccessLine
from schema.database import Database, to_stored_value

ACTION_GROUPS = {
    "masuk": "Masuk, keluar",
    "ditolak": "Ditolak",
    "cari": "Mencari, membuka",
    "nomor": "Nomor, unduhan",
    "akun": "Akun, PIN",
    "sistem": "Cadangan, unggahan",
}
"""Group → its words, in the order of the page."""

ACTIONS: dict[str, tuple[str, str]] = {
    "sign_in": ("masuk", "Masuk"),
    "sign_out": ("masuk", "Keluar"),
    "lock": ("masuk", "Layar dikunci"),
    "unlock": ("masuk", "Layar dibuka"),
    "sign_in.refused": ("ditolak", "Gagal masuk"),
    "unlock.refused": ("ditolak", "Gagal membuka layar"),
    "pin.refused": ("ditolak", "PIN salah"),
    "access.refused": ("ditolak", "Ditolak: bukan haknya"),
    "search.number": ("cari", "Mencari dengan nomor seseorang"),
    "search.name": ("cari", "Mencari dengan nama"),
    "case.opened": ("cari", "Membuka berkas"),
    "case.reveal": ("nomor", "Melihat nomor lengkap"),
    "file.opened": ("cari", "Membuka foto atau pindaian"),
    "residents.compared": ("cari", "Membandingkan formulir dengan acuan penduduk"),
    "residents.taken": ("nomor", "Memakai isian dari acuan penduduk"),
    "centre.line_opened": ("nomor", "Membuka baris dengan nomor lengkap"),
    "centre.list_printed": ("nomor", "Mencetak daftar kirim kartu"),
    "competence.view": ("nomor", "Melihat pendidikan dan pelatihan petugas"),
    "privacy.looked": ("nomor", "Mencari semua data seseorang untuk permintaannya"),
    "privacy.printed": ("nomor", "Mencetak data seseorang untuknya"),
    "complaint.identity": ("nomor", "Melihat identitas pengadu"),
    "answer.value": ("nomor", "Melihat nomor pada jawaban mitra"),
    "register.export": ("nomor", "Mengunduh register"),
    "member.data": ("nomor", "Mengunduh data orang dalam permohonan"),
    "letter.export": ("nomor", "Mengunduh agenda surat"),
    "letter.code": ("cari", "Memeriksa keaslian surat dengan kodenya"),
    "import.rejects": ("nomor", "Mengunduh baris register yang ditolak"),
    "recap.export": ("nomor", "Mengunduh rekap"),
    "paten.export": ("nomor", "Mengunduh laporan PATEN"),
    "survey.export": ("nomor", "Mengunduh hasil survei"),
    "indicators.export": ("nomor", "Mengunduh sasaran mutu"),
    "hotline.export": ("nomor", "Mengunduh analisis hotline"),
    "card.face": ("nomor", "Mencetak muka kartu"),
    "dispatch.annex": ("nomor", "Mencetak lampiran pengiriman (Terbatas)"),
    "dispatch.xlsx": ("nomor", "Mengunduh daftar pengiriman"),
    "village.list": ("nomor", "Menulis daftar desa ke flashdisk"),
    "pin.too_new": ("ditolak", "PIN baru belum berlaku"),
    "authority.proposed": ("akun", "Mengusulkan perubahan hak"),
    "authority.confirmed": ("akun", "Menyetujui perubahan hak"),
    "authority.withdrawn": ("akun", "Membatalkan usulan perubahan hak"),
    "authority.refused": ("akun", "Menolak usulan perubahan hak"),
    "authority.alone": ("akun", "Mengesahkan perubahan hak dengan perintah di komputer"),
    "password.changed": ("akun", "Kata sandi diganti"),
    "password.given": ("akun", "Kata sandi baru diberikan"),
    "pin.changed": ("akun", "PIN diganti"),
    "code.refused": ("ditolak", "Kode ponsel salah"),
    "code.replayed": ("ditolak", "Kode ponsel yang sudah dipakai"),
    "code.spare_used": ("akun", "Kode cadangan dipakai"),
    "code.installed": ("akun", "Kode ponsel dipasang"),
    "code.taken_off": ("akun", "Kode ponsel dilepas"),
    "code.spare_made": ("akun", "Kode cadangan dibuat"),
    "browser.trusted": ("akun", "Peramban diingat"),
    "browser.forgotten": ("akun", "Peramban dilupakan"),
    "session.ended": ("akun", "Mengakhiri sesi lain"),
    "admin.reset": ("akun", "Akses administrator dipulihkan"),
    "backup.made": ("sistem", "Membuat cadangan"),
    "backup.copy_chosen": ("sistem", "Memilih folder salinan tiap menit"),
    "backup.copy_ended": ("sistem", "Mengakhiri salinan tiap menit"),
    "backup.key_made": ("sistem", "Membuat kunci pemulihan"),
    "backup.key_confirmed": ("sistem", "Memastikan kunci pemulihan"),
    "backup.restored": ("sistem", "Memulihkan dari cadangan"),
    "register.upload": ("sistem", "Mengunggah register"),
    "residents.upload": ("sistem", "Mengunggah daftar penduduk"),
    "residents.loaded": ("sistem", "Mengganti acuan penduduk"),
    "residents.destroyed": ("sistem", "Memusnahkan acuan penduduk"),
    "records.confirmed": ("sistem", "Mengonfirmasi daftar pemusnahan"),
    "file.uploaded": ("sistem", "Mengunggah foto"),
    "register.loaded": ("sistem", "Memuat register"),
    "road.fork_settled": ("sistem", "Melanjutkan jalur yang berhenti"),
    "access.week_read": ("sistem", "Membaca ringkasan akses"),
}
"""Action → (group, words)."""


def action_words(action: str) -> str:
    if action in ACTIONS:
        return ACTIONS[action][1]
    return action


def actions_in(group: str) -> list[str]:
    return [action for action, (own, _) in ACTIONS.items() if own == group]


def log_access(
    db: Database,
    *,
    at: datetime,
    person_id: int | None,
    action: str,
    subject: str = "",
    detail: str = "",
    address: str = "",
) -> None:
    """Write one line, such as action `case.reveal`, subject `case/12`. Ids only."""
    values = {"action": action, "subject": subject, "detail": detail, "address": address}
    AccessLine.add(db, at=to_stored_value(at), person_id=person_id, **values)


def log_access_once(
    db: Database,
    *,
    at: datetime,
    person_id: int,
    action: str,
    subject: str,
    detail: str = "",
    address: str = "",
    within: timedelta = timedelta(hours=1),
) -> datetime:
    """As :func:`log_access`, unless the same person did the same with the same record less than `within` before.

    Who looks at a page ten times leaves one line, so that a log is still read when it is needed. Gives the moment of
    the line that stands.
    """
    newest = db.one(
        "SELECT max(at) FROM access_log WHERE subject = ? AND person_id = ? AND action = ? AND at <= ?",
        (subject, person_id, action, to_stored_value(at)),
    )
    if newest is not None and newest[0] is not None:
        noted = datetime.fromisoformat(newest[0])
        if at - noted < within:
            return noted
    log_access(db, at=at, person_id=person_id, action=action, subject=subject, detail=detail, address=address)
    return at


def latest_looks(db: Database, subject: str, limit: int) -> list[tuple[str, str, str]]:
    """(moment in UTC, name, action) of the newest lines about one record."""
    sql = (
        "SELECT l.at, coalesce(p.name, ''), l.action FROM access_log l LEFT JOIN person p ON p.id = l.person_id"
        " WHERE l.subject = ? ORDER BY l.id DESC LIMIT ?"
    )
    return list(db.run(sql, (subject, limit)))


def access_lines(
    db: Database,
    *,
    subject: str | None = None,
    person_id: int | None = None,
    actions: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    before: int | None = None,
) -> list[tuple[int, AccessLine]]:
    """Newest lines first, each with its id; `before` pages on, `since` counts and `until` does not."""
    where = ["1 = 1"]
    params = []
    for clause, value in (
        ("l.subject = ?", subject),
        ("l.person_id = ?", person_id),
        ("l.id < ?", before),
        ("l.at >= ?", to_stored_value(since)),
        ("l.at < ?", to_stored_value(until)),
    ):
        if value is not None:
            where.append(clause)
            params.append(value)
    if actions:
        where.append(f"l.action IN ({', '.join('?' * len(actions))})")
        params += actions
    source = f"LEFT JOIN person p ON p.id = l.person_id WHERE {' AND '.join(where)} ORDER BY l.id DESC LIMIT ?"
    lines = AccessLine.joined(db, "l", source, (*params, limit), name="coalesce(p.name, '')")
    return [(line.id, line) for line in lines]


def access_log_digest(db: Database, on: date) -> str:
    """SHA-256 in hex over one office day's lines in their order; an empty day has the digest of nothing."""
    sha = hashlib.sha256()
    for row in day_lines(db, on):
        sha.update(row)
    return sha.hexdigest()


def still_begins_with(db: Database, on: date, digest: str) -> bool:
    """Whether the lines of an office day are, or begin with, those over which a digest was taken.

    Under a clock that fell back a line may be added to a day that was anchored before; none may change or go.
    """
    sha = hashlib.sha256()
    if sha.hexdigest() == digest:
        return True
    for row in day_lines(db, on):
        sha.update(row)
        if sha.hexdigest() == digest:
            return True
    return False


def day_lines(db: Database, on: date) -> Iterator[bytes]:
    begin = at_office(on, 0)
    end = at_office(on + timedelta(days=1), 0)
    rows = db.run(
        "SELECT id, at, person_id, action, subject, detail, address FROM access_log"
        " WHERE at >= ? AND at < ? ORDER BY id",
        (begin, end),
    )
    for row in rows:
        yield msgspec.json.encode(row) + b"\n"


WEEK_READ = "access.week_read"
EARLY_HOUR, LATE_HOUR = 6, 20
"""Hours of the office's clock before and from which work is odd."""
MANY_TIMES = 3
"""A person who opened this many times the median of all stands out."""
FEW_OPENINGS = 20
"""Below this number of openings nobody stands out."""


class PersonWeek(msgspec.Struct, frozen=True):
    """What one person did in a week: times by group, and how often at an odd hour. `name` is empty for nobody known."""

    name: str
    by_group: dict[str, int]
    odd_hours: int


class Week(msgspec.Struct, frozen=True):
    """A week from its Monday: a line a person, the busiest first, and sentences about what stands out."""

    monday: date
    people: list[PersonWeek]
    notices: list[str]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.monday + timedelta(days=7)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of_access(db: Database, monday: date) -> Week:
    begin = at_office(monday, 0)
    end = at_office(monday + timedelta(days=7), 0)
    rows = list(
        db.run(
            "SELECT coalesce(p.name, ''), l.action, l.at, l.address FROM access_log l LEFT JOIN person p"
            " ON p.id = l.person_id WHERE l.at >= ? AND l.at < ? AND l.action <> ? ORDER BY l.id",
            (begin, end, WEEK_READ),
        )
    )
    names = sorted({row[0] for row in rows}, key=lambda name: -sum(row[0] == name for row in rows))
    people = [person_week(name, [row for row in rows if row[0] == name]) for name in names]
    return Week(monday, people, [*conspicuous_people(people), *sensitive_acts(rows)])


def person_week(name: str, rows: list[tuple[str, str, str, str]]) -> PersonWeek:
    counted = Counter(ACTIONS[action][0] for _, action, _, _ in rows if action in ACTIONS)
    odd = sum(is_odd(datetime.fromisoformat(at)) for _, _, at, address in rows if address != "console")
    return PersonWeek(name, {group: counted[group] for group in ACTION_GROUPS}, odd)


def is_odd(at: datetime) -> bool:
    local = office_time(at)
    return not EARLY_HOUR <= local.hour < LATE_HOUR or local.weekday() == 6


def conspicuous_people(people: list[PersonWeek]) -> list[str]:
    """Sentences about persons who were refused, worked at odd hours or opened far more than the others."""
    from statistics import median  # and decimals, fractions, random: not at every start

    opened = {who.name: who.by_group["cari"] + who.by_group["nomor"] for who in people if who.name}
    usual = median(opened.values()) if opened else 0
    sentences = []
    for person in people:
        name = person.name or "Orang yang tidak dikenal"
        if refused := person.by_group["ditolak"]:
            sentences.append(f"{name}: {refused} kali ditolak. Tanyakan apa yang dicari.")
        if person.odd_hours:
            sentences.append(
                f"{name}: {person.odd_hours} kali di luar jam kantor (malam atau Minggu). Tanyakan sebabnya."
            )
        if opened.get(person.name, 0) >= max(FEW_OPENINGS, MANY_TIMES * usual) and len(opened) > 1:
            sentences.append(f"{name}: membuka {opened[person.name]} kali, jauh di atas yang lain. Periksa untuk apa.")
    return sentences


RARE = frozenset(
    {
        "admin.reset",
        "backup.restored",
        "register.loaded",
        "password.given",
        "residents.loaded",
        "residents.destroyed",
        "records.confirmed",
    }
)
"""Acts of which whoever reads the week should know each one."""


def sensitive_acts(rows: list[tuple[str, str, str, str]]) -> list[str]:
    rare = Counter(action for _, action, _, _ in rows if action in RARE)
    return [
        f"{action_words(action)}: {count} kali. Pastikan Anda tahu siapa dan mengapa." for action, count in rare.items()
    ]


def newest_unread_week(db: Database, today: date) -> date | None:
    """Monday of the week before this one when it holds lines and nobody has read it, else None."""
    monday = monday_of(today) - timedelta(days=7)
    begin = at_office(monday, 0)
    end = at_office(monday + timedelta(days=7), 0)
    if db.one("SELECT 1 FROM access_log WHERE subject = ? LIMIT 1", (f"week/{monday}",)):
        return None
    any_line = db.one("SELECT 1 FROM access_log WHERE at >= ? AND at < ? LIMIT 1", (begin, end))
    return monday if any_line else None


def note_week_read(db: Database, monday: date, *, person_id: int, now: datetime, address: str = "") -> None:
    log_access(db, at=now, person_id=person_id, action=WEEK_READ, subject=f"week/{monday}", address=address)
