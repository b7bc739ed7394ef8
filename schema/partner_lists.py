"""Lists that a partner makes of its own: `schema/partner_lists/*.toml` say what their headings and words mean.

The fields of the structs are the keys of the file; unknown keys are refused, each fault with its line.
"""

from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schema.definitions import DefinitionError, definition_text, read_structs
from schema.faults import Fault
from schema.own_files import PARTNER_LISTS, own_files
from schema.service_standard import Line, Slug

SHIPPED = Path(__file__).parent / "partner_lists"
ListResult = Literal["accepted", "printed", "refused", ""]
Headings = Annotated[tuple[Line, ...], Meta(max_length=20)]


class ListHeadings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the columns may be called: key of the service and name are needed, the others may be missing."""

    key: Annotated[Headings, Meta(min_length=1)]
    name: Annotated[Headings, Meta(min_length=1)]
    status: Headings = ()
    reason: Headings = ()
    serial: Headings = ()


class ListKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list that an officer chooses: every row says `result`; nothing there: the column of the status says it."""

    id: Slug
    label: Line
    result: ListResult


class StatusWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of the column of the status. No `result`: it says nothing yet. A refusal brings its `reason`, and whether
    the person `records_again`."""

    words: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=20)]
    result: ListResult
    reason: Annotated[str, Meta(max_length=300)] = ""
    records_again: bool = False


class PartnerLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The lists of one partner, named by its id in the definitions of the services."""

    partner: Slug
    headings: ListHeadings
    lists: Annotated[tuple[ListKind, ...], Meta(min_length=1, max_length=12)]
    statuses: Annotated[tuple[StatusWords, ...], Meta(max_length=60)] = ()


def partner_lists(partner: str, data: Path | None) -> PartnerLists | None:
    """The lists of a partner: the office's own file of its name, else the shipped one; an own one with a fault counts
    for nothing. None where neither is there."""
    own = [path for path in own_files(data, PARTNER_LISTS) if path.stem == partner]
    shipped = SHIPPED / f"{partner}.toml"
    found = next((lists for lists, _ in map(read_own, own) if lists is not None), None)
    if found is None and shipped.is_file():
        return read_lists(shipped)
    return found


def own_list_faults(data: Path | None) -> dict[str, str]:
    """Name of each own file → its first fault in a sentence, empty for one that is used."""
    return {path.name: read_own(path)[1] for path in own_files(data, PARTNER_LISTS)}


def read_own(path: Path) -> tuple[PartnerLists | None, str]:
    try:
        return read_lists(path), ""
    except DefinitionError as error:
        return None, error.sentences[0]


def read_lists(path: Path) -> PartnerLists:
    """The lists of a file. Raises DefinitionError with every fault."""
    return parse_lists(definition_text(path), path.name)


@lru_cache(maxsize=20)
def parse_lists(text: str, file: str) -> PartnerLists:
    """The lists of a text; `file` is its name, that of the partner. Raises DefinitionError with every fault."""
    return read_structs(text, file, PartnerLists, partial(list_faults, name=file.removesuffix(".toml")))


def list_faults(lists: PartnerLists, name: str) -> Iterator[Fault]:
    if lists.partner != name:
        yield ("partner",), f"Nama dokumen ini harus {lists.partner}.toml."
    seen = set[str]()
    for at, kind in enumerate(lists.lists):
        if kind.id in seen:
            yield ("lists", at, "id"), f"{kind.id} sudah dipakai daftar lain."
        seen.add(kind.id)
        if not kind.result and not (lists.headings.status and lists.statuses):
            yield ("lists", at, "result"), "Tanpa hasil, kolom status dan kata-katanya harus ada."
    for at, status in enumerate(lists.statuses):
        if status.result == "refused" and not status.reason:
            yield ("statuses", at, "reason"), "Penolakan memerlukan alasan."
