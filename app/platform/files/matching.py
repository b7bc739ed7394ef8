"""Files named by a key, such as photos by student number, out of a folder or a ZIP, to the subjects of these keys.

Nothing is unpacked to a disk and no name is believed beyond the key in it. Each file is read twice, once to judge all
of them together and once to be kept, so that an upload never stands in memory as a whole.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import IO

import msgspec

from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.files.content import TAIL, ContentProblem, check_content, has_small_directory
from app.platform.files.queries import files_of, subjects_with
from app.platform.files.service import keep_content
from schema.database import Database
from schema.service_standard import FileRule
from sync.file_pieces import digest_of
from sync.journal import Journal

UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError)
"""What reading a file of a ZIP raises where it is broken, locked with a password, packed in an unknown way or cut."""
MOST_UPLOAD = 100 * 1024 * 1024
MOST_FILES = 1500
MOST_UNPACKED = 4 * MOST_UPLOAD
AT_ONCE = 25
"""Files that are kept in one transaction: others write in between."""
IGNORED = re.compile(r"\.|thumbs\.db$|desktop\.ini$", re.IGNORECASE)
"""Begins the name of a file that systems put beside pictures."""
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
WORD = re.compile(r"[\s_(,]+|-(?=\D)")
NOT_ZIP = "Ini bukan dokumen ZIP yang dapat dibaca. Buat ulang ZIP-nya, atau pilih fotonya langsung."


class NamedFile(msgspec.Struct, frozen=True):
    """A file as it came: its name without folders, and how to read at most so many bytes of it."""

    name: str
    read: Callable[[int], bytes]


class Match(msgspec.Struct, frozen=True):
    subject: str
    key: str
    file: NamedFile


class Unmatched(msgspec.Struct, frozen=True):
    """A file that was not taken: `sort` is one of :data:`app.platform.files.content.SORTS`."""

    sort: str
    name: str
    why: str


class Matching(msgspec.Struct):
    """What an upload holds, `unmatched` in the order of a report. `kept` counts what was kept, `replaced` those in the
    place of a confirmed one, `same` what was here already.
    """

    matched: list[Match] = []
    unmatched: list[Unmatched] = []
    kept: int = 0
    same: int = 0
    replaced: int = 0


def plain_key(text: str) -> str:
    """A key as it is compared: letters and digits, capitals."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def file_name(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2][-120:]


# -- a ZIP -----------------------------------------------------------------------------------------------------


def zip_files(stream: IO[bytes]) -> list[NamedFile]:
    """The files of a ZIP, none of them unpacked yet. Raises Problem `bad_file`."""
    check_directory(stream)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Problem.of("bad_file", why=NOT_ZIP) from error
    inside = [member for member in archive.infolist() if not member.is_dir()]
    if sum(member.file_size for member in inside) > MOST_UNPACKED:
        raise Problem.of("bad_file", why="Isi ZIP ini mengembang melebihi batas. Kirim fotonya dalam beberapa ZIP.")
    return files_named((member.filename, partial(read_member, archive, member)) for member in inside)


def files_named(files: Iterable[tuple[str, Callable[[int], bytes]]]) -> list[NamedFile]:
    """Files of a folder by their names, without what systems put beside pictures. Raises Problem `bad_file`."""
    named = [NamedFile(file_name(name), read) for name, read in files]
    named = [file for file in named if not IGNORED.match(file.name)]
    if not named:
        raise Problem.of("bad_file", why="Tidak ada foto di dalamnya. Periksa folder atau ZIP yang dipilih.")
    if len(named) > MOST_FILES:
        raise Problem.of("bad_file", why=f"Paling banyak {MOST_FILES} dokumen sekaligus. Kirim dalam beberapa bagian.")
    return named


def check_directory(stream: IO[bytes]) -> None:
    """That the list of contents is small, before anything reads it. Raises Problem `bad_file`."""
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - TAIL))
    tail = stream.read(TAIL)
    stream.seek(0)
    if not has_small_directory(tail):
        why = f"ZIP ini tidak terbaca atau memuat lebih dari {MOST_FILES} dokumen. Bagi menjadi beberapa ZIP."
        raise Problem.of("bad_file", why=why)


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """At most so many bytes of a file of a ZIP; nothing of one that is locked or broken."""
    try:
        with archive.open(member) as file:
            return file.read(most)
    except UNREADABLE:
        return b""


# -- keys and subjects -----------------------------------------------------------------------------------------


def match_files(db: Database, files: Sequence[NamedFile], keys: Mapping[str, str], rule: FileRule) -> Matching:
    """Which file belongs to which subject. `keys`: key (as :func:`plain_key` gives it) to subject.

    Two different files for one key, and one picture under two keys (also of an earlier upload), are taken by nobody:
    only a person knows which is right.
    """
    done = Matching()
    seen = dict[str, list[str]]()
    by_key = dict[str, list[tuple[NamedFile, str]]]()
    for file in files:
        key = key_of(file.name, keys)
        if not key:
            why = "Nama dokumen tidak sama dengan satu pun nomor yang menunggu foto."
            done.unmatched.append(Unmatched("extra", file.name, why))
            continue
        try:
            digest = digest_of(check_content(file.read(rule.max_kb * 1000 + 1), rule).data)
        except ContentProblem as problem:
            done.unmatched.append(Unmatched(problem.sort, file.name, problem.sentence))
            continue
        seen.setdefault(digest, []).append(key)
        by_key.setdefault(key, []).append((file, digest))
    for key, named in by_key.items():
        judge_key(db, done, key, keys[key], named, seen)
    done.unmatched.sort(key=lambda unmatched: (unmatched.sort, unmatched.name))
    return done


def key_of(name: str, keys: Mapping[str, str]) -> str:
    """The key that a file name begins with: all of it, or its part before a blank, a bracket or a dash."""
    stem = ENDING.sub("", name)
    tries = (plain_key(stem), plain_key(WORD.split(stem, maxsplit=1)[0]))
    return next((possible for possible in tries if possible in keys), "")


def judge_key(
    db: Database,
    done: Matching,
    key: str,
    subject: str,
    named: Sequence[tuple[NamedFile, str]],
    seen: Mapping[str, Sequence[str]],
) -> None:
    digests = {digest for _, digest in named}
    elsewhere = {other for digest in digests for other in seen[digest]} - {key}
    if len(digests) > 1:
        why = "Nomor ini punya lebih dari satu foto yang berbeda. Sisakan yang benar, lalu unggah lagi."
    elif elsewhere or subjects_with(db, next(iter(digests))) - {subject}:
        why = "Foto yang sama persis dipakai untuk nomor lain. Periksa foto siapa ini, lalu unggah yang benar."
    else:
        done.matched.append(Match(subject, key, named[0][0]))
        done.same += len(named) - 1
        return
    done.unmatched += [Unmatched("duplicate", file.name, why) for file, _ in named]


def keep_matches(journal: Journal, actor: Actor, done: Matching, rule: FileRule, now: datetime) -> None:
    """Keep what was matched, but what a subject has already. The caller has asked whether the actor may."""
    for start in range(0, len(done.matched), AT_ONCE):
        with journal.transaction():
            for match in done.matched[start : start + AT_ONCE]:
                content = check_content(match.file.read(rule.max_kb * 1000 + 1), rule)
                held = files_of(journal.db, match.subject, rule.id)
                if held and held[-1].digest == digest_of(content.data):
                    done.same += 1
                    continue
                keep_content(journal, actor, content, rule.id, match.subject, match.file.name, now)
                done.kept += 1
                done.replaced += bool(held and held[-1].confirmed_at)
