"""Cases as records: closed ones by service; drafts and the index of names go with them."""

from collections.abc import Iterable, Sequence

from app.platform.office.records import ClosedRecord, RecordKind, RecordRules, ids_of
from schema.database import Database, distinct_values
from schema.definitions import load_all

YEARS = 5
PAGE = "cases.show_case", "case_id"
POPULATION = (
    "Permendagri 19/2012 menyimpan berkas kependudukan di kecamatan sampai ada jadwal retensi; angka awal program,"
    " kantor menetapkannya menurut JRA daerahnya."
)


def rules() -> RecordRules:
    return RecordRules(kinds=case_kinds, beside=clear_beside)


def case_kinds(db: Database) -> Iterable[RecordKind]:
    known = load_all()
    for service in distinct_values(db, "case_file", "service"):
        if service in known:
            label = known[service].short_name
        else:
            label = service
        if service == "ktp-el":
            source = {"source": POPULATION}
        else:
            source = {}
        yield RecordKind(f"case/{service}", f"Berkas {label}", YEARS, ClosedCases(service), page=PAGE, **source)


class ClosedCases:
    """Closed cases of one service."""

    def __init__(self, service: str) -> None:
        self.service = service

    def __call__(self, db: Database, before: str) -> Iterable[ClosedRecord]:
        sql = (
            "SELECT 'case/' || id, number, closed_on FROM case_file"
            " WHERE service = ? AND closed = 1 AND closed_on < ? ORDER BY id"
        )
        return (ClosedRecord(*row) for row in db.run(sql, (self.service, before)))


def clear_beside(db: Database, subjects: Sequence[str]) -> None:
    for case_id in ids_of(subjects, "case"):
        db.run("DELETE FROM draft WHERE case_id = ?", (case_id,))
        db.run("DELETE FROM case_fts WHERE rowid = ?", (case_id,))
