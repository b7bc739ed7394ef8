"""Room on the disk as pages see it: a bar when it gets tight, and the reserve that is given up at the first failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from flask import Flask, current_app

from app.core.dates import number
from app.core.problems import Problem
from app.core.storage import storage_problem
from schema.disk_space import MEGABYTE, DiskSpace

RELEASED = (
    " Loket baru saja melepas ruang cadangannya: ulangi sekarang, selesaikan yang sedang dikerjakan, baru kosongkan "
    "ruang."
)

USED_UP = (
    "Ruang cadangan Loket sudah terpakai. Simpan yang sedang dikerjakan, lalu kosongkan ruang di komputer Loket "
    "sekarang."
)
MAKE_ROOM = "Kosongkan ruang di komputer Loket hari ini juga, di luar folder data. Bila habis, tak ada yang tersimpan."


class SpaceWarning(msgspec.Struct, frozen=True):
    """The bar: `kind` as in the stylesheet, a headline and what to do."""

    kind: str
    title: str
    text: str


def disk(app: Flask) -> DiskSpace | None:
    """The disk of this app's data folder; None where an app has none (`SPACE` in its configuration)."""
    known: DiskSpace | None = app.config.get("SPACE")
    return known


def given_up(problem: Problem) -> str:
    """After a write that found no room: give up the reserve, and say that it is worth trying again; else nothing."""
    known = disk(current_app)
    return RELEASED if problem.code == "disk_full" and known is not None and known.give_up() else ""


@contextmanager
def saving() -> Iterator[None]:
    """Run a command; an error of disk or database comes out as a Problem, so that its form can be shown again."""
    try:
        yield
    except Exception as error:
        stored = storage_problem(error)
        if stored is None:
            raise
        raise Problem(
            stored.code, stored.status, stored.sentence + given_up(stored), stored.fields
        ) from error


def warning() -> SpaceWarning | None:
    """The bar of this moment, or None while there is room enough."""
    known = disk(current_app)
    room = known.look() if known is not None else None
    if room is None or not room.little:
        return None
    left = f"Ruang simpan tinggal {number(room.free // MEGABYTE)} MB"
    if room.given_up:
        return SpaceWarning("bad", left, USED_UP)
    return SpaceWarning("warn", left, MAKE_ROOM)
