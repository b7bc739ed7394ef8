"""Rows of *Meja kerja*, lists under Pengawasan, lines of the system's state: what is broken, which post is vacant."""

from datetime import datetime

from app.casework.desk.oversight import Watched, WatchedLine
from app.casework.desk.parts import NO_BUTTON, DeskParts, Task, asked_with, with_act
from app.casework.resources.posts import fits_of, post_lines
from app.casework.resources.queries import (
    FacilityLine,
    facility_lines,
    is_hindered,
    steps_stopped_by,
    stopped_words,
    unlisted_names,
)
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.platform.backups.service import HealthLine
from schema.database import Database

THINGS = "Sarana"
PEOPLE = "Pelaksana"


def short_lines(db: Database, now: datetime) -> list[FacilityLine]:
    return [line for line in facility_lines(db, office_date(now)) if line.short]


@with_act("keep")
def facility_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """What is too little: for those who can do something about it, and for those whose step stands still."""
    acts = may(actor, "device.note") or may(actor, "facility.manage")
    tasks = list[Task]()
    for line in short_lines(db, now):
        stopped = steps_stopped_by(db, line, office_date(now))
        if acts or is_hindered(actor, stopped):
            waits = stopped_words(stopped)
            verb = "Tangani" if acts else NO_BUTTON
            page = {"key": line.key}
            detail = f"{line.sentence}. {waits[:1].upper() + waits[1:]}".rstrip(". ") + "."
            if stopped:
                state = ("warn", "Langkah terhenti")
            else:
                state = ("warn", "Kurang")
            tasks.append(
                Task(THINGS, line.name, detail, "facilities.show_facility", verb, page, None, None, None, "", *state)
            )
    return tasks


@with_act("keep")
@asked_with("facility.manage")
def unlisted_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    names = unlisted_names(db, office_date(now))
    text = f"Standar pelayanan meminta {', '.join(names)}. Catat yang ada."
    task = Task(THINGS, f"{len(names)} sarana belum dicatat", text, "facilities.show_facilities", "Catat")
    return [task] if names else []


@with_act("keep")
@asked_with("competence.view")
def vacancy_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Posts that fewer hold than the standard asks, from the day on which that is so."""
    return [
        Task(
            PEOPLE,
            f"Jabatan kosong: {line.title}",
            f"{line.sentence}.",
            "posts.show_posts",
            NO_BUTTON,
            state="warn",
            word="Kosong",
        )
        for line in post_lines(db, office_date(now))
        if line.vacant
    ]


@with_act("keep")
@asked_with("competence.manage")
def fitness_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """How many who hold a post are not described yet, and how many lack something that it asks."""
    asked = [fit for fit in fits_of(db, office_date(now)) if fit.line.asked]
    blank = {fit.holder.person_id for fit in asked if not fit.known.filled}
    unfit = {fit.holder.person_id for fit in asked if fit.known.filled and not fit.fits}
    told = (
        (
            blank,
            "Kompetensi belum diisi",
            "orang memegang jabatan standar tanpa catatan pendidikan dan pelatihan.",
            "Isi",
        ),
        (unfit, "Kompetensi belum terpenuhi", "orang belum memenuhi syarat jabatannya.", NO_BUTTON),
    )
    return [
        Task(PEOPLE, title, f"{len(people)} {text}", "posts.show_posts", verb, state="warn", word="Belum lengkap")
        for people, title, text, verb in told
        if people
    ]


def watched_facilities(db: Database, now: datetime) -> Watched:
    lines = [
        WatchedLine(line.sentence, stopped_words(steps_stopped_by(db, line, office_date(now))), settled=False)
        for line in short_lines(db, now)
    ]
    return Watched("Sarana di bawah standar", "kurang", "facilities.show_facilities", lines, "jenis sarana")


def watched_posts(db: Database, now: datetime) -> Watched:
    vacant = [line for line in post_lines(db, office_date(now)) if line.vacant]
    lines = [WatchedLine(line.sentence, f"kurang {line.vacant} orang", settled=False) for line in vacant]
    return Watched("Jabatan kosong", "menurut standar", "posts.show_posts", lines, "jabatan")


def health_lines(db: Database, now: datetime) -> list[HealthLine]:
    """What does not work although a step needs it."""
    return [
        HealthLine(line.name, "warn", "Rusak", f"{line.sentence}. {stopped_words(stopped)}", f"Perbaiki {line.name}.")
        for line in short_lines(db, now)
        for stopped in [steps_stopped_by(db, line, office_date(now))]
        if stopped
    ]


DESK = DeskParts(
    tasks=[facility_tasks, unlisted_tasks, vacancy_tasks, fitness_tasks],
    watched=[watched_facilities, watched_posts],
)
