"""Imports under way: reading and loading run beside the requests, a page asks how far they are."""

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from app.casework.importing.headings import Columns, Vocabulary
from app.casework.importing.isolated_reading import read_limited
from app.casework.importing.judging import Progress, Report
from app.casework.importing.service import Body, Loaded, Source, examine_register, load_report
from app.casework.importing.spreadsheet import Book
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import Problem
from sync.journal import Journal

log = logging.getLogger(__name__)
KEPT = timedelta(hours=2)
MOST = 4
UNEXPECTED = "Impor berhenti karena galat program. Yang sudah masuk tetap tersimpan; ulangi saja impornya."


@dataclass(frozen=True, slots=True)
class Job:
    """One import as a moment sees it; a change makes a new one, so that pages never read half a change."""

    id: str
    owner: str
    source: Source
    started: datetime
    state: Literal["reading", "ready", "loading", "done", "failed"] = "reading"
    book: Book | None = None
    report: Report | None = None
    matching: Mapping[str, Columns] = field(default_factory=dict)
    blank_done: bool = False
    done: int = 0
    total: int = 0
    loaded: Loaded | None = None
    problem: str = ""

    @property
    def busy(self) -> bool:
        return self.state in ("reading", "loading")


class Jobs:
    def __init__(self, words: Vocabulary, bodies: Callable[[Journal], Body]) -> None:
        self.words = words
        self.bodies = bodies
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def newest_of(self, actor: Actor) -> Job | None:
        with self._lock:
            own = [job for job in self._jobs.values() if job.owner == actor.username]
        return max(own, key=lambda job: job.started, default=None)

    def has_job(self, job_id: str) -> bool:
        return job_id in self._jobs

    def find_job(self, actor: Actor, job_id: str) -> Job:
        job = self._jobs.get(job_id)
        if job is None or job.owner != actor.username:
            raise Problem.of("not_found", what="Impor itu (unggah lagi dokumennya; yang sudah masuk tidak akan ganda)")
        return job

    def start_job(self, journal: Journal, actor: Actor, content: bytes, name: str, now: datetime) -> Job:
        """Take an uploaded file and read it beside the request. Raises Problem when too many are under way.

        What is old is forgotten, and what this person has put aside by beginning anew.
        """
        require(actor, "import.run")
        source = Source(name, hashlib.sha256(content).hexdigest())
        job = Job(secrets.token_hex(8), actor.username, source, now)
        with self._lock:
            for old in list(self._jobs.values()):
                if not old.busy and (old.started < now - KEPT or old.owner == actor.username):
                    del self._jobs[old.id]
            if len(self._jobs) >= MOST:
                raise Problem.of("conflict", why="Sudah ada impor lain yang berjalan. Tunggu sampai selesai.")
            self._jobs[job.id] = job

        def read() -> dict[str, Any]:
            book = read_limited(content, name.rsplit(".", 1)[0])
            report = examine_register(self.words, book, journal.db, office_date(now), progress=self._teller(job.id))
            return {"state": "ready", "book": book, "report": report}

        self._run_beside(journal, job.id, read)
        return job

    def judge_again(
        self,
        journal: Journal,
        actor: Actor,
        job_id: str,
        now: datetime,
        *,
        matching: Mapping[str, Columns] | None = None,
        blank_done: bool | None = None,
    ) -> None:
        job = self._ready_job(actor, job_id)
        if matching is None:
            columns = job.matching
        else:
            columns = matching
        if blank_done is None:
            silent = job.blank_done
        else:
            silent = blank_done
        assert job.book is not None  # a job that is ready was read

        def read(book: Book = job.book) -> dict[str, Any]:
            more: dict[str, Any] = {"blank_done": silent, "progress": self._teller(job_id)}
            report = examine_register(self.words, book, journal.db, office_date(now), columns, **more)
            return {"state": "ready", "report": report, "matching": columns, "blank_done": silent}

        self._change_job(job_id, state="reading", done=0, total=0)
        self._run_beside(journal, job_id, read)

    def load_job(self, journal: Journal, actor: Actor, job_id: str, now: datetime) -> None:
        require(actor, "import.run")
        job = self._ready_job(actor, job_id)
        assert job.report is not None  # a job that is ready was judged

        def write(report: Report = job.report) -> dict[str, Any]:
            loaded = load_report(
                journal, actor, report, source=job.source, bodies=self.bodies, now=now, progress=self._teller(job_id)
            )
            return {"state": "done", "loaded": loaded}

        self._change_job(job_id, state="loading", done=0, total=len(job.report.records))
        self._run_beside(journal, job_id, write)

    def drop_job(self, actor: Actor, job_id: str) -> None:
        if not self.find_job(actor, job_id).busy:
            self._jobs.pop(job_id, None)

    def _ready_job(self, actor: Actor, job_id: str) -> Job:
        job = self.find_job(actor, job_id)
        if job.state != "ready":
            raise Problem.of("conflict", why="Impor ini sedang berjalan atau sudah selesai.")
        return job

    def _change_job(self, job_id: str, **changes: Any) -> None:
        with self._lock:
            if job_id in self._jobs:
                self._jobs[job_id] = replace(self._jobs[job_id], **changes)

    def _teller(self, job_id: str) -> Progress:
        return lambda done, total: self._change_job(job_id, done=done, total=total)

    def _run_beside(self, journal: Journal, job_id: str, work: Callable[[], dict[str, Any]]) -> None:
        def guarded() -> None:
            try:
                self._change_job(job_id, **work())
            except Problem as problem:
                self._change_job(job_id, state="failed", problem=problem.sentence)
            except Exception:
                log.exception("import %s failed", job_id)
                self._change_job(job_id, state="failed", problem=UNEXPECTED)
            finally:
                journal.db.close()  # this thread's own connection

        threading.Thread(target=guarded, name=f"import-{job_id}", daemon=True).start()
