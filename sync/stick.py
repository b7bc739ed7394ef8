"""The same exchange on a USB stick: files are written and read, and the answer comes with the next stick."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from pathlib import Path

from schema.bulk import is_environment
from sync.barring import check_barred
from sync.carriers.folder import REPLY, REQUEST, FolderCarrier, file_label
from sync.exchange import add_taken
from sync.export import note, parcels, stops
from sync.joining import answer_request, take_reply
from sync.keeping import keep_early, note_refused
from sync.problems import RoadError
from sync.refusals import note_refusal
from sync.report import SyncReport, count
from sync.road import Peer, Road, peers
from sync.taking import NOTED, Taken, take, take_kept

log = logging.getLogger("loket.road")


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
    """Read every file of others on the stick. A bad one costs a sentence and nothing else.

    The centre fills one stick for many offices: what lies there for others is passed over, unless nothing is for us.
    """
    report = SyncReport()
    carrier = FolderCarrier(folder, road.label)
    senders: set[str] = set()
    try:
        while data := carrier.fetch(""):
            for taken in read_file(road, folder, carrier.current, data, now, report):
                add_taken(report, taken)
                senders.add(taken.peer.label)
    except RoadError as problem:
        report.fail(problem)
    report.sentences += [named(name, problem).sentence for name, problem in carrier.problems]
    if report.passed_over and not report.files:
        report.fail(all_for_others(report.passed_over))
    elif not report.files and not report.sentences:
        report.sentences.append("Tidak ada berkas Loket dari pihak lain di folder ini.")
        return report
    report.summarise(", ".join(sorted(senders)) or "pihak lain")
    if report.passed_over and report.files:
        report.sentences.append(f"{count(len(report.passed_over))} berkas untuk kantor lain dilewati.")
    return report


def read_file(
    road: Road, folder: Path, name: str, data: bytes, now: datetime, report: SyncReport
) -> list[Taken]:
    """Take one file of a stick, and kept ones whose turn has come with it. Raises RoadError where no file can go on."""
    report.files += 1
    report.names.append(name)
    try:
        return take_file(road, name, data, now, report)
    except RoadError as problem:
        refuse_file(road, folder, name, data, problem, now, report)
    except Exception as error:
        if is_environment(error):
            raise
        log.warning("file of a stick: %s", type(error).__name__, exc_info=error)
        report.fail(named(name, RoadError("bad_header", what="isi")))
    return []


def take_file(road: Road, name: str, data: bytes, now: datetime, report: SyncReport) -> list[Taken]:
    """The file and what follows it. A file that came too early is kept. Raises RoadError."""
    taken = take(road, data, now, name=name)
    if taken.received.gap:
        report.fail(named(name, keep_early(road, taken.header, data, name, now)))
    followed = take_kept(road, taken, now)
    for one in (taken, *followed):
        for problem in one.problems:
            report.fail(named(one.name, problem))
    for one in followed:
        forget_gap(report, one)
    return [taken, *followed]


def refuse_file(
    road: Road, folder: Path, name: str, data: bytes, problem: RoadError, now: datetime, report: SyncReport
) -> None:
    """Say what is wrong with a file, or do what a file that is no batch asks for. Raises RoadError("disk_full")."""
    if problem.code == "disk_full":
        raise problem
    if problem.code in ("enrolment", "enrolment_reply"):
        report.sentences.append(take_enrolment(road, problem.code, name, data, folder, now, report))
    elif problem.code == "wrong_recipient" and is_own(road, name):
        report.leave_out()
    elif problem.code == "wrong_recipient" and for_another(road, name):
        report.pass_over()
    else:
        note_refusal(road.db, problem.sender, problem, now)
        if problem.code not in ("wrong_recipient", "barred", *NOTED):
            note_refused(road, None, data, name, problem, now)
        report.fail(named(name, problem))


def take_enrolment(
    road: Road, code: str, name: str, data: bytes, folder: Path, now: datetime, report: SyncReport
) -> str:
    """Answer a request, or finish ours with its answer; the sentence. What cannot be used costs that sentence only."""
    try:
        return answer_request(road, data, folder, now) if code == "enrolment" else take_reply(road, data, now)
    except RoadError as problem:
        if problem.code == "stale_reply":
            return named(name, problem).sentence
        report.problems.append(problem)
        return named(name, problem).sentence


def is_own(road: Road, name: str) -> bool:
    """Whether a file that we cannot open bears a name that this side gives to its own files."""
    stem, own = file_label(Path(name).stem), file_label(road.label)
    if any(peer.lane for peer in peers(road.db)):
        return stem.startswith(f"{own}-")
    return stem == own + REQUEST or re.fullmatch(re.escape(own) + "-[0-9]+", stem) is not None


def for_another(road: Road, name: str) -> bool:
    """Whether the name of a file that we cannot open gives it to somebody else. Only the centre writes for many.

    `dukcapil-lumajang-kunir-002.loket` is Kunir's, `kunir-007.loket` the centre's; at the centre every file is for it.
    """
    known = peers(road.db)
    if any(peer.lane for peer in known):
        return False
    addressed, ours = whose(Path(name).stem), whose(road.label)
    for peer in known:
        prefix = f"{whose(peer.label)}-"
        if addressed.startswith(prefix):
            return addressed.removeprefix(prefix) != ours
    return addressed != ours and not addressed.endswith(f"-{ours}")


def whose(text: str) -> str:
    """A label or the stem of a file's name, as names write it, without what stands after the label."""
    label = file_label(text)
    for end in (REPLY, REQUEST):
        label = label.removesuffix(end)
    parts = label.split("-")
    while len(parts) > 1 and parts[-1].isascii() and parts[-1].isdigit():
        parts.pop()
    return "-".join(parts)


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
