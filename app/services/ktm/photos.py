"""Photos of the students of an intake: put in from a folder or a ZIP, looked at page by page, confirmed or doubted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from app.core.permissions import Actor, may, require
from app.core.problems import Problem
from app.platform.files import service as files
from app.platform.files.tables import StoredFile
from app.platform.office import queries as office
from app.room import office_command
from schema.database import Database
from schema.service_procedure import Definition
from schema.service_standard import FileRule
from sync.journal import Journal

if TYPE_CHECKING:
    from app.platform.files.matching import Matching, NamedFile

PHOTO = "photo"
MOST = 5000
PER_PAGE = 12
STATES = {
    "waiting": "Perlu dilihat",
    "doubted": "Tidak cocok",
    "missing": "Belum ada",
    "confirmed": "Sudah dipastikan",
}
NEWEST = (
    "LEFT JOIN stored_file f ON f.id = (SELECT max(n.id) FROM stored_file n WHERE n.subject = 'case/' || c.id"
    f" AND n.purpose = '{PHOTO}' AND n.gone_at = '') WHERE c.service = ? AND c.closed = 0"
)


class Student(msgspec.Struct, frozen=True):
    """An open request with its newest photo; `file_id` is 0 where there is none, `earlier` counts those before it."""

    case_id: int
    number: str
    name: str
    key: str
    programme: str
    file_id: int
    confirmed_by: str
    confirmed_at: str
    doubt: str
    earlier: int

    @property
    def state(self) -> str:
        """One of :data:`STATES`."""
        if not self.file_id:
            return "missing"
        if self.doubt:
            return "doubted"
        if self.confirmed_by:
            return "confirmed"
        return "waiting"


def photo_rule(definition: Definition) -> FileRule | None:
    return next((rule for rule in definition.files if rule.id == PHOTO), None)


def has_photos(db: Database) -> bool:
    return any(photo_rule(service) for service in office.services_in_force(db, date.max))


def find_photo_service(db: Database, on: date) -> tuple[Definition, FileRule]:
    """The service in force whose requests have photos. Raises Problem `not_found`."""
    for definition in office.services_in_force(db, on):
        if rule := photo_rule(definition):
            return definition, rule
    raise Problem.of("not_found", what="Layanan dengan pasfoto")


def list_students(db: Database, service: str, intake: str) -> list[Student]:
    """Open requests of an intake with their photos, by programme and name."""
    rows = db.run(
        "SELECT c.id, c.number, c.name, c.main_key, coalesce(json_extract(c.fields, '$.programme'), ''),"
        " coalesce(f.id, 0), coalesce(f.confirmed_by, ''), coalesce(f.confirmed_at, ''), coalesce(f.doubt, ''),"
        " (SELECT count(*) FROM stored_file o WHERE o.subject = 'case/' || c.id AND o.purpose = ? AND o.gone_at = ''"
        f" AND o.id < f.id) FROM case_file c {NEWEST} AND json_extract(c.fields, '$.intake') = ?"
        f" ORDER BY 5, c.name, c.id LIMIT {MOST}",
        (PHOTO, service, intake),
    )
    return [Student(*row) for row in rows]


def count_states(students: Sequence[Student]) -> dict[str, int]:
    counted = Counter(student.state for student in students)
    return {state: counted[state] for state in STATES}


def list_intakes(db: Database, service: str) -> list[str]:
    """Intakes with open requests, the newest first."""
    sql = (
        "SELECT DISTINCT json_extract(fields, '$.intake') AS intake FROM case_file WHERE service = ? AND closed = 0"
        " ORDER BY intake DESC"
    )
    return [str(row[0] or "") for row in db.run(sql, (service,))]


def match_photos(
    journal: Journal,
    actor: Actor,
    *,
    service: Definition,
    rule: FileRule,
    intake: str,
    named: Sequence["NamedFile"],
    now: datetime,
) -> "Matching":
    """Keep what belongs to an open request of the intake; tell of the rest why not. Raises Problem."""
    from app.platform.files.matching import keep_matches, match_files, plain_key

    require(actor, "ktm.intake")
    students = list_students(journal.db, service.id, intake)
    keys = {plain_key(student.key): f"case/{student.case_id}" for student in students}
    done = match_files(journal.db, named, keys, rule)
    keep_matches(journal, actor, done, rule, now)
    done.matched.clear()  # what is told later holds no upload open
    return done


@office_command("ktm.intake")
def judge_photos(
    journal: Journal,
    actor: Actor,
    *,
    service: str,
    intake: str,
    reasons: Mapping[int, str],
    now: datetime,
    doubted: bool = False,
) -> tuple[int, int]:
    """One page was looked at: a photo with a reason does not belong to its name, every other one does.

    `reasons`: file → the reason, or nothing; `doubted`: these were shown as doubted. Gives how many were confirmed and
    how many doubted. Raises Problem, also where a photo was replaced or doubted by somebody else since it was shown.
    """
    check_newest(journal.db, service, intake, reasons, [state for state in STATES if doubted or state != "doubted"])
    wrong = {file_id: why for file_id, why in reasons.items() if why.strip()}
    for file_id, why in wrong.items():
        files.doubt_file(journal, actor, file_id=file_id, reason=why, now=now, field=f"alasan-{file_id}")
    right = [file_id for file_id in reasons if file_id not in wrong]
    return files.confirm_files(journal, actor, file_ids=right, now=now), len(wrong)


def check_newest(db: Database, service: str, intake: str, file_ids: Iterable[int], states: Sequence[str]) -> None:
    """That each is the newest photo of an open request of the intake, in one of these states. Raises Problem."""
    known = [
        student.file_id for student in list_students(db, service, intake) if student.file_id and student.state in states
    ]
    asked = set(file_ids)
    if not asked or asked - set(known):
        raise Problem.of(
            "state",
            what="Foto di halaman ini",
            state="ada yang diganti, ditutup permohonannya, atau dinilai petugas lain",
        )


def can_remove_photo(actor: Actor, row: StoredFile) -> bool:
    """Whoever judges photos destroys one that does not belong to its name."""
    return row.purpose == PHOTO and bool(row.doubt) and may(actor, "ktm.intake")
