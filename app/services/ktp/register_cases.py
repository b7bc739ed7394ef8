"""What a line of an old KTP register becomes: a case, and what it proves of the recording (once in a lifetime)."""

import itertools
from collections.abc import Callable, Iterator

from app.casework.desk.events import ImportedCase
from app.casework.importing.headings import Vocabulary
from app.casework.importing.lines import Record
from app.services.ktp.events import KtpImported, ProvenRecording
from app.services.ktp.tables import SERVICE
from schema.register import State, load_register
from sync.journal import Journal

RECORDED_AT = "Register lama"
RECORDED_NOTE = "Tanggal perekaman tidak tercatat di register; memakai tanggal terima."


def ktp_words() -> Vocabulary:
    return Vocabulary(load_register(SERVICE))


def ktp_bodies(journal: Journal) -> Callable[[ImportedCase, Record], KtpImported]:
    """The entries of one batch; new recordings are numbered from the next free one on."""
    numbers = itertools.count(journal.next_id("recording"))
    states = ktp_words().states
    return lambda case, record: KtpImported(case, proven_recording(numbers, states[record.state.step], record))


def read_register() -> tuple[Vocabulary, Callable[[Journal], Callable[[ImportedCase, Record], KtpImported]]]:
    return ktp_words(), ktp_bodies


def proven_recording(numbers: Iterator[int], state: State, record: Record) -> ProvenRecording | None:
    """What the register proves about the recording; its day is not in it, so the day of receipt stands in.

    Whom the register shows as recorded must not be recorded again; what was only assumed proves nothing.
    """
    if record.state.assumed or not state.proves:
        return None
    return ProvenRecording(next(numbers), state.proves, record.received.isoformat(), RECORDED_AT, RECORDED_NOTE)
