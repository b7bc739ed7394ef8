"""The same exchange on a USB stick: files are written and read, and the answer comes with the next stick."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from sync.barring import check_barred
from sync.carriers.folder import FolderCarrier, file_label
from sync.exchange import add_taken
from sync.export import note, parcels, stops
from sync.joining import take_enrolment
from sync.problems import EnvelopeError, RoadError
from sync.refusals import note_refusal
from sync.report import SyncReport, count
from sync.road import Peer, Road, peers
from sync.taking import Taken, keep_aside, take, take_kept


def write_stick(road: Road, peer: Peer, folder: Path, now: datetime) -> SyncReport:
    """Write all that the peer lacks, or at least our acknowledgements. Nothing counts as sent by being written."""
    report = SyncReport()
    carrier = stick(road, peer, folder)
    lines = 0
    try:
        check_barred(road.db, peer.name)
        for made in parcels(road, peer, now):
            carrier.send(made.sealed)
            lines += made.count
        if not carrier.written:
            carrier.send(note(road, peer, now).sealed)
    except RoadError as problem:
        report.fail(problem)
    report.names = [path.name for path in carrier.written]
    report.files = len(report.names)
    if report.names:
        remember_number(road, peer, carrier.number - 1)
        report.sentences.insert(0, written_sentence(peer, report.names, lines))
    for stopped in stops(road, peer):
        report.fail(stopped)
    return report


def stick(road: Road, peer: Peer, folder: Path) -> FolderCarrier:
    """A carrier whose next file number follows the last one that this side wrote for the peer."""
    row = road.db.one("SELECT files_written FROM road_peer WHERE name = ?", (peer.name,))
    return FolderCarrier(folder, road.label, (row[0] if row else 0) + 1, peer.label if peer.lane else "")


def remember_number(road: Road, peer: Peer, number: int) -> None:
    """Keep the last file number used for a peer, so that no name comes twice."""
    with road.journal.transaction():
        road.db.run("UPDATE road_peer SET files_written = ? WHERE name = ?", (number, peer.name))


def written_sentence(peer: Peer, names: list[str], lines: int) -> str:
    """What now lies on the stick."""
    files = names[0] if len(names) == 1 else f"{names[0]} sampai {names[-1]}"
    if not lines:
        return f"Tidak ada catatan baru untuk {peer.label}; {files} hanya membawa tanda terima."
    return (f"{count(lines)} catatan untuk {peer.label} ditulis ke {len(names)} berkas ({files}). "
            f"Baru dihitung terkirim setelah balasan {peer.label} dibaca di sini.")  # fmt: skip


def read_stick(road: Road, folder: Path, now: datetime) -> SyncReport:
    """Read every file of others on the stick. A bad file costs only itself: a sentence, and a copy kept aside.

    The centre fills one stick for many offices: what lies there for others is passed over, unless nothing is for us.
    """
    report = SyncReport()
    carrier = FolderCarrier(folder, road.label)
    senders: set[str] = set()
    try:
        while data := carrier.fetch(""):
            taken = read_file(road, folder, carrier.current, data, now, report)
            if taken:
                add_taken(report, taken)
                senders.add(taken.peer.label)
        for taken in take_kept(road, now):
            add_taken(report, taken)
            forget_gap(report, taken)
    except RoadError as problem:
        report.fail(problem)
    if report.passed_over and not report.files:
        report.fail(all_for_others(report.passed_over))
    elif not report.files and report.ok:
        report.sentences.append("Tidak ada berkas Loket dari pihak lain di folder ini.")
        return report
    report.summarise(", ".join(sorted(senders)) or "pihak lain")
    if report.passed_over and report.files:
        report.sentences.append(f"{count(len(report.passed_over))} berkas untuk kantor lain dilewati.")
    return report


def read_file(
    road: Road, folder: Path, name: str, data: bytes, now: datetime, report: SyncReport
) -> Taken | None:
    """Take one file of a stick; None when it could not be used now."""
    report.files += 1
    report.names.append(name)
    try:
        taken = take(road, data, now, name=name)
    except EnvelopeError as problem:
        if problem.code == "wrong_recipient" and for_another(road, name):
            report.pass_over()
            return None
        if problem.code == "enrolment":
            report.sentences.append(take_enrolment(road, data, folder, now))
            return None
        note_refusal(road.db, problem.sender, problem, now)
        if problem.code not in ("wrong_recipient", "fenced", "retired", "barred"):
            keep_aside(road, None, data, name, problem, now)
        report.fail(named(name, problem))
        return None
    for found in taken.problems:
        report.fail(named(name, found))
    if taken.received.gap:
        header = taken.header
        held = road.journal.tail(header.source, header.epoch, header.stream).n
        gap = named(name, RoadError("gap", first=header.first, held=held))
        keep_aside(road, header, data, name, gap, now)
        report.fail(gap)
    return taken


def for_another(road: Road, name: str) -> bool:
    """Whether the name of a file that we cannot open gives it to somebody else. Only the centre writes for many.

    `dukcapil-lumajang-kunir-002.loket` is Kunir's, `kunir-007.loket` the centre's; at the centre every file is for it.
    """
    known = peers(road.db)
    if any(peer.lane for peer in known):
        return False
    given, ours = whose(Path(name).stem), whose(road.label)
    for peer in known:
        given = given.removeprefix(f"{whose(peer.label)}-")
    return given != ours and not given.endswith(f"-{ours}")


def whose(text: str) -> str:
    """A label or the stem of a file's name, as names write it and without the numbers at its end."""
    return re.sub(r"(-[0-9]+)+$", "", file_label(text))


def all_for_others(names: list[str]) -> RoadError:
    """Nothing on the stick is for us: perhaps it is another office's."""
    if len(names) == 1:
        return named(names[0], RoadError("wrong_recipient"))
    sentence = f"Semua {count(len(names))} berkas di sini disegel untuk kantor lain. Periksa apakah flashdisk tertukar."
    return RoadError("wrong_recipient", sentence)


def named(name: str, problem: RoadError) -> RoadError:
    """The same problem with the file's name before its sentence."""
    return RoadError(problem.code, f"{name}: {problem.sentence}")


def forget_gap(report: SyncReport, taken: Taken) -> None:
    """A file that came too early has found its place within the same reading: no problem is left of it."""
    gone = [
        one for one in report.problems if one.code == "gap" and one.sentence.startswith(f"{taken.name}: ")
    ]
    for problem in gone:
        report.problems.remove(problem)
        report.sentences.remove(problem.sentence)
