"""Errors of disk and database in words, for every page and every command: what is wrong and what to do next."""

from __future__ import annotations

import errno

from app.core.problems import Problem

RESTORE_STEPS = (
    "Hentikan Loket di komputer ini.",
    "Salin seluruh folder data ke disk lain apa adanya; jangan hapus dan jangan timpa apa pun.",
    "Siapkan berkas cadangan terbaru dan kunci pemulihan dari tempat terkunci.",
    "Jalankan: python3 run.py restore BERKAS --replace (pusat cetak: tambahkan --side centre).",
    "Jalankan: python3 run.py verify, lalu hidupkan Loket.",
    "Lembar lengkapnya: Panduan administrator, Cadangan dan pemulihan.",
)
"""What a damaged file leads to; the printed page in docs/administrators.md says the same at length."""

DATABASE = {
    "FullError": "disk_full", "BusyError": "busy", "LockedError": "busy", "ReadOnlyError": "read_only",
    "CorruptError": "damaged", "FormatError": "damaged", "NotADBError": "not_database", "IOError": "disk_error",
    "CantOpenError": "cannot_open", "PermissionsError": "no_permission",
    # PostgreSQL
    "DiskFull": "disk_full", "ReadOnlySqlTransaction": "read_only", "DataCorrupted": "damaged",
    "IndexCorrupted": "damaged", "AdminShutdown": "server_away", "CrashShutdown": "server_away",
    "CannotConnectNow": "server_away",
}  # fmt: skip
"""Names of errors of apsw and psycopg; peewee wraps them, the cause keeps the name."""
DRIVERS = ("apsw", "psycopg")
SYSTEM = {
    errno.ENOSPC: "disk_full", errno.EFBIG: "disk_full", errno.EROFS: "read_only", errno.EIO: "disk_error",
    errno.EACCES: "no_permission", errno.EPERM: "no_permission",
}  # fmt: skip
if hasattr(errno, "EDQUOT"):
    SYSTEM[errno.EDQUOT] = "disk_full"
NO_ROOM = (778, 1546, 4618, 4874)
"""SQLITE_IOERR_WRITE, _TRUNCATE, _SHMOPEN, _SHMSIZE: a file that could not grow, by a quota or a limit of the file
system, where a full disk would mostly be SQLITE_FULL."""


def storage_problem(error: BaseException) -> Problem | None:
    """The problem that an error of disk or database is, itself or among its causes; None for any other error."""
    for one in causes(error):
        if isinstance(one, Problem):
            return None
        if code := code_of(one):
            steps = code in ("damaged", "not_database")
            return Problem.of(
                code, {str(n): step for n, step in enumerate(RESTORE_STEPS, 1)} if steps else None
            )
    return None


def code_of(error: BaseException) -> str:
    """Code of the catalogue for one error, or an empty text."""
    kind = type(error)
    if kind.__module__.split(".")[0] in DRIVERS:
        if getattr(error, "extendedresult", 0) in NO_ROOM:
            return "disk_full"
        if kind.__module__ != "apsw" and kind.__name__ in ("OperationalError", "InterfaceError"):
            return "server_away"
        return DATABASE.get(kind.__name__, "")
    if isinstance(error, OSError):
        about_a_file = error.filename is not None or error.errno not in (errno.EACCES, errno.EPERM)
        return SYSTEM.get(error.errno or 0, "") if about_a_file else ""
    return ""


def causes(error: BaseException | None) -> list[BaseException]:
    """An error and what led to it, ten at most."""
    found: list[BaseException] = []
    while error is not None and len(found) < 10:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
