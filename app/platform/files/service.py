"""Keeping and removing files. Who may do so is asked by whoever owns the subject that a file is about."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from app.core.asked import Text, clean_values
from app.core.clock import office_date
from app.core.messages import FileSent, FileWithdrawn
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, ValueProblem
from app.core.text import required_text
from app.platform.files.content import Content, check_content
from app.platform.files.events import FileDoubted, FileKept, FileRemoved, FilesConfirmed
from app.platform.files.queries import check_here, files_of, find_file, read_file
from app.platform.files.tables import OutgoingFile, StoredFile
from schema.database import Database
from schema.service_procedure import Definition
from schema.service_standard import FileRule
from sync.file_pieces import digest_of, put_content, split_content
from sync.journal import Journal

WHY_NOT = "Tulis apa yang tidak cocok."
SCAN = FileRule(id="scan", label="Pindaian", types=("pdf", "jpeg", "png"), max_kb=2000)
"""A scanned letter or paper; a room may have rules of its own."""


def keep_file(
    journal: Journal,
    actor: Actor,
    *,
    data: bytes,
    rule: FileRule,
    subject: str,
    now: datetime,
    name: str = "",
    field: str = "file",
) -> StoredFile:
    """Keep a file about a subject (`case/12`, `letter/5`) for the purpose that the rule names.

    `name` is what whoever looks at it reads; it is cut short, and never a path. The caller has asked whether the actor
    may. Raises Problem `invalid` at `field`.
    """
    try:
        content = check_content(data, rule)
    except ValueProblem as problem:
        raise Problem.of("invalid", {field: problem.sentence}) from problem
    return keep_content(journal, actor, content, rule.id, subject, name, now)


def keep_content(
    journal: Journal, actor: Actor, content: Content, purpose: str, subject: str, name: str, now: datetime
) -> StoredFile:
    digest = digest_of(content.data)
    shown = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())[-120:]
    with journal.transaction():
        put_content(journal.db, digest, content.data)
        file_id = journal.next_id("stored_file")
        size = content.width, content.height
        body = FileKept(file_id, digest, content.kind, len(content.data), *size, shown, purpose, subject)
        journal.record(body, subject=f"file/{file_id}", actor=actor.username, at=now)
    return find_file(journal.db, file_id)


def remove_file(
    journal: Journal,
    actor: Actor,
    *,
    file_id: int,
    reason: Annotated[str, Text("Alasan memusnahkan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """Destroy the bytes of a file; that it was here, who destroyed it and why stays. Raises Problem."""
    why = clean_values(remove_file, journal.db, office_date(now), {"reason": reason})["reason"]
    with journal.transaction():
        check_here(find_file(journal.db, file_id))
        subject = f"file/{file_id}"
        who = actor.username
        journal.record(FileRemoved(file_id, why), subject=subject, actor=who, at=now)
        for sent in OutgoingFile.rows(journal.db, file_id=file_id, gone_at=""):
            journal.record(FileWithdrawn(file_id, why), subject=subject, actor=who, at=now, stream=sent.stream)


def confirm_files(journal: Journal, actor: Actor, *, file_ids: Sequence[int], now: datetime) -> int:
    """Somebody looked at these files beside what they are about; how many he was the first to confirm.

    Raises Problem `state` where one was replaced meanwhile or its bytes are gone: the page has to be looked at again.
    """
    with journal.transaction():
        rows = [find_file(journal.db, file_id) for file_id in file_ids]
        for row in rows:
            if row.gone_at or files_of(journal.db, row.subject, row.purpose)[-1].id != row.id:
                raise Problem.of("state", what="Foto atau pindaian di halaman ini", state="ada yang diganti")
        new = [row.id for row in rows if not row.confirmed_at]
        if new:
            journal.record(FilesConfirmed(new), subject="files", actor=actor.username, at=now)
    return len(new)


def doubt_file(
    journal: Journal, actor: Actor, *, file_id: int, reason: str, now: datetime, field: str = "reason"
) -> None:
    """A file does not belong to what it is about: it counts no longer, and stays. Raises Problem at `field`."""
    why = required_text(reason, field, WHY_NOT, 200)
    with journal.transaction():
        check_here(find_file(journal.db, file_id))
        journal.record(FileDoubted(file_id, why), subject=f"file/{file_id}", actor=actor.username, at=now)


def check_needed_files(
    db: Database, case: Any, definition: Definition, outcome: Any, _actor: Actor | None, _today: date
) -> None:
    """A case goes on only with the files that the outcome asks for. Raises Problem."""
    rules = {rule.id: rule for rule in definition.files}
    lacking = []
    for purpose in getattr(outcome, "needs_files", ()):
        held = files_of(db, f"case/{case.id}", purpose)
        rule = rules[purpose]
        if not held:
            lacking.append(f"{rule.label} belum ada")
        elif rule.confirmed and not held[-1].confirmed_at:
            fault = "belum dipastikan"
            if held[-1].doubt:
                fault = f"tidak cocok ({held[-1].doubt})"
            lacking.append(f"{rule.label} {fault}")
    if lacking:
        raise Problem.of("conflict", why=f"{'; '.join(lacking)}. Lengkapi dulu, lalu ulangi.")


def send_file(journal: Journal, actor: Actor, *, file_id: int, stream: str, about: str, now: datetime) -> None:
    """Announce a file in the stream of a partner, about one of its subjects there; its bytes follow in pieces.

    A file that was announced before is not announced again. Raises Problem.
    """
    with journal.transaction():
        row = find_file(journal.db, file_id)
        found = read_file(journal.db, file_id)
        if OutgoingFile.first(journal.db, stream=stream, file_id=file_id):
            return
        pieces = [digest_of(piece) for piece in split_content(found.content)]
        size = row.size, row.width, row.height
        body = FileSent(file_id, row.digest, row.kind, *size, row.purpose, about, pieces)
        journal.record(body, subject=f"file/{file_id}", actor=actor.username, at=now, stream=stream)
