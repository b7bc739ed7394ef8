"""A file opens only for whom it was made, only from whom it says, and never beyond its limits."""

import hashlib
import lzma
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import file_format
from sync.entries import GENESIS
from sync.file_format import (
    MAX_LINE,
    MAX_LINES,
    UNDERSTOOD,
    Ack,
    Header,
    LineVerdict,
    Opened,
    compress_plain,
    is_nested_too_deep,
    open_file,
    plain_text,
    seal_file,
)
from sync.keys import NodeKeys, PublicKeys, make_keys
from sync.problems import EnvelopeError

SARI, BUDI, OTHER = make_keys("350899"), make_keys("dukcapil-3508"), make_keys("350898")
LINES = [b'{"id":"1/dukcapil/1","data":{}}', b'{"id":"1/dukcapil/2","data":{"n":"\xc3\xa9"}}']


def header(keys: NodeKeys = SARI, to: NodeKeys = BUDI, lines: int = 2, **other: object) -> Header:
    made = Header(
        format="loket/1",
        type="batch",
        sender=keys.node,
        signer=keys.public.signer,
        recipient=to.node,
        sealed_to=to.public.sealed_to,
        epoch=1,
        stream="dukcapil",
        first=1,
        last=lines,
        count=lines,
        prev=GENESIS.hex(),
        head=GENESIS.hex(),
        created="2026-03-02T01:00:00Z",
    )
    return msgspec.structs.replace(made, **other)


def only(known: PublicKeys) -> file_format.FindSigner:
    def find(_header: Header, _lines: Sequence[bytes]) -> PublicKeys:
        return known

    return find


def opened(sealed: bytes, keys: NodeKeys = BUDI, known: PublicKeys = SARI.public) -> Opened:
    return open_file(sealed, keys, only(known))


def code(sealed: bytes, keys: NodeKeys = BUDI, known: PublicKeys = SARI.public) -> str:
    with pytest.raises(EnvelopeError) as refused:
        opened(sealed, keys, known)
    assert refused.value.sentence.endswith(".")
    return refused.value.code


def gzip_bytes(plain: bytes, level: int) -> bytes:
    return zlib.compress(plain, level, file_format.GZIP)


def pack(plain: bytes) -> bytes:
    """Seal any bytes to the centre, without care."""
    return BUDI.public.seal(gzip_bytes(plain, 6))


def sign_and_pack(signed: bytes, keys: NodeKeys = SARI) -> bytes:
    from base64 import b64encode

    return pack(signed + b'{"signature":"' + b64encode(keys.sign(signed)) + b'"}\n')


def test_round_trip_and_digest_of_the_batch() -> None:
    first, digest = seal_file(header(), LINES, SARI, BUDI.public)
    second, again = seal_file(header(), LINES, SARI, BUDI.public)
    assert first != second
    assert digest == again == opened(first).digest
    assert opened(second).lines == LINES
    assert compress_plain(b"a" * 100) == compress_plain(b"a" * 100)


def test_files_for_others_and_by_others() -> None:
    sealed, _ = seal_file(header(), LINES, SARI, BUDI.public)
    assert code(sealed, keys=OTHER) == "wrong_recipient"
    assert code(sealed, known=OTHER.public) == "wrong_signer"
    assert code(sealed, known=PublicKeys("350899", make_keys("x").public.signing, "age1")) == "wrong_signer"
    liar = PublicKeys(SARI.node, OTHER.public.signing, OTHER.public.recipient)
    signed_by_other, _ = seal_file(header(signer=OTHER.public.signer), LINES, SARI, BUDI.public)
    assert code(signed_by_other, known=liar) == "wrong_signature"


def test_sealed_on_by_another_recipient() -> None:
    """The other recipient opens our signed file and seals it, unchanged, to somebody else."""
    sealed, _ = seal_file(header(to=OTHER), LINES, SARI, OTHER.public)
    inside = OTHER.open(sealed)
    assert code(BUDI.public.seal(inside)) == "sealed_on"
    renewed = NodeKeys(BUDI.node, BUDI.signing, (make_keys("x").identities[0],))
    assert (
        code(renewed.public.seal(BUDI.open(seal_file(header(), LINES, SARI, BUDI.public)[0])), renewed) == "sealed_on"
    )


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04" + b"0" * 500, b"\0", b"age", b"age-encryption.org/v1\n"])
def test_what_is_no_loket_file(junk: bytes) -> None:
    assert code(junk) in ("not_loket", "truncated", "damaged")


@given(st.integers(0, 10_000))
def test_cut_anywhere_is_never_used(at: int) -> None:
    sealed, _ = seal_file(header(), LINES, SARI, BUDI.public)
    assert code(sealed[: at % len(sealed)]) in ("truncated", "damaged")


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_flipped_inside_is_never_used(at: int, by: int) -> None:
    plain = plain_text(header(), LINES)
    signature = SARI.sign(plain)
    place = at % len(plain)
    changed = plain[:place] + bytes([plain[place] ^ by]) + plain[place + 1 :]
    from base64 import b64encode

    with pytest.raises(EnvelopeError):
        opened(pack(changed + b'{"signature":"' + b64encode(signature) + b'"}\n'))


def test_limits_hold_before_the_work() -> None:
    assert code(BUDI.public.seal(gzip_bytes(b"\0" * 50_000_000, 9))) == "too_big"
    assert code(BUDI.public.seal(b"x" * 5_000_000)) == "too_big"
    head = msgspec.json.encode(header())
    assert code(sign_and_pack(b"\n".join([head, *([b"{}"] * (MAX_LINES + 1)), b""]))) == "too_big"
    assert code(sign_and_pack(head + b"\n" + zlib_noise(MAX_LINE + 1) + b"\n")) == "too_big"
    deep = head[:-1] + b',"extra":' + b"[" * 40 + b"]" * 40 + b"}"
    assert code(sign_and_pack(deep + b"\n")) == "bad_header"
    for lines in ([b"x" * (MAX_LINE + 1)], [b"{}"] * (MAX_LINES + 1), [b"a\nb"], [b""]):
        with pytest.raises(EnvelopeError):
            seal_file(header(lines=len(lines)), lines, SARI, BUDI.public)


def test_the_limits_are_those_of_the_format() -> None:
    """docs/batch-format.md: 500 lines of 256 KiB, 4 MiB in all, a hundredfold, 32 levels."""
    assert (MAX_LINES, MAX_LINE, file_format.MAX_PLAIN, file_format.MAX_RATIO, file_format.MAX_DEPTH) == (
        500,
        262_144,
        4_194_304,
        100,
        32,
    )
    assert (file_format.MAX_SEALED, file_format.RATIO_FLOOR) == (4_259_840, 65_536)


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(EnvelopeError) as refused:
        work()
    return refused.value.code


def test_the_largest_file_is_taken_and_one_byte_more_is_not() -> None:
    lines = [b"x"] * MAX_LINES
    assert opened(seal_file(header(lines=MAX_LINES), lines, SARI, BUDI.public)[0]).lines == lines
    longest = [zlib_noise(MAX_LINE)]
    assert [len(line) for line in opened(seal_file(header(lines=1), longest, SARI, BUDI.public)[0]).lines] == [MAX_LINE]
    for whole in (zlib_noise(file_format.MAX_PLAIN), b"{}" * (file_format.MAX_PLAIN // 2)):
        back = file_format.expand_packed(compress_plain(whole))
        assert hashlib.sha256(back).digest() == hashlib.sha256(whole).digest()
    assert refusal(lambda: compress_plain(b"x" * (file_format.MAX_PLAIN + 1))) == "too_big"
    assert refusal(lambda: file_format.expand_packed(gzip_bytes(zlib_noise(file_format.MAX_PLAIN + 1), 6))) == "too_big"
    assert (
        refusal(lambda: file_format.open_seal(file_format.AGE_MAGIC + b"x" * file_format.MAX_SEALED, BUDI)) == "too_big"
    )
    padded = file_format.AGE_MAGIC + b"x" * (file_format.MAX_SEALED - len(file_format.AGE_MAGIC))
    assert refusal(lambda: file_format.open_seal(padded, BUDI)) == "damaged"


@pytest.mark.parametrize("filling", [b"x", b"-> X25519 abc\nabcd\n", b"-> X25519 ", b"A" * 64 + b"\n", b"\n--- "])
def test_a_head_without_end_costs_no_time(filling: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself age would be busy with such a file for days."""
    monkeypatch.setattr(NodeKeys, "open", lambda *_: pytest.fail("age was asked"))
    for start in (
        file_format.AGE_MAGIC,
        file_format.AGE_MAGIC + b"v1\n",
        file_format.AGE_MAGIC + b"v1\n-> X25519 abc\n",
    ):
        assert code((start + filling * (file_format.MAX_SEALED // len(filling)))[: file_format.MAX_SEALED]) == "damaged"


def test_a_hundredfold_is_measured_above_64_kib_only() -> None:
    small = b" " * file_format.RATIO_FLOOR
    packed = gzip_bytes(small, 9)
    assert len(packed) * 100 < len(small)
    assert len(file_format.expand_packed(packed)) == len(small)
    assert len(compress_plain(small)) == len(gzip_bytes(small, 6))
    assert refusal(lambda: file_format.expand_packed(gzip_bytes(small + b" ", 9))) == "too_big"
    assert len(compress_plain(b" " * 200_000)) > 200_000
    honest = b"".join(b"%d " % n for n in range(30_000))
    assert len(compress_plain(honest)) == len(gzip_bytes(honest, 6))


GZIP_MAGIC, XZ_MAGIC, ZLIB_MAGIC = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x78\xbb"
NAMES = [hashlib.sha256(b"%d" % n).hexdigest()[:16] for n in range(2000)]
MANY = b"".join(b'{"id":"1/dukcapil/%d","data":{"name":"%s"}}\n' % (n, name.encode()) for n, name in enumerate(NAMES))


@pytest.mark.parametrize(
    ("reads", "few", "many"),
    [
        (0, GZIP_MAGIC, GZIP_MAGIC),
        (1, ZLIB_MAGIC, GZIP_MAGIC),
        (2, ZLIB_MAGIC, XZ_MAGIC),
        (99, ZLIB_MAGIC, XZ_MAGIC),
    ],
)
def test_a_file_is_packed_as_its_reader_takes_it(reads: int, few: bytes, many: bytes) -> None:
    """docs/batch-format.md: words up to 64 KiB from 1, xz above from 2; a stranger gets gzip."""
    edge = MANY[: file_format.RATIO_FLOOR]
    for plain, form in ((edge, few), (edge + b"x", many), (MANY, many)):
        packed = compress_plain(plain, reads=reads)
        assert packed.startswith(form)
        assert packed == compress_plain(plain, reads=reads)
        assert file_format.expand_packed(packed) == plain


def test_xz_is_what_any_tool_opens_and_shorter_than_gzip() -> None:
    packed = compress_plain(MANY, reads=2)
    assert lzma.decompress(packed) == MANY
    assert len(packed) < len(compress_plain(MANY))
    repeated = b" " * 200_000  # honest text that would look like a bomb goes as it is
    assert len(compress_plain(repeated, reads=2)) > len(repeated)
    assert file_format.expand_packed(compress_plain(repeated, reads=2)) == repeated


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_xz_that_was_cut_or_changed_is_refused(at: int, by: int) -> None:
    packed = compress_plain(MANY, reads=2)
    place = at * len(packed) // 10_001
    changed = packed[:place] + bytes([packed[place] ^ by]) + packed[place + 1 :]
    for wrong in (packed[: max(place, 6)], changed, packed + bytes([by])):
        assert refusal(lambda wrong=wrong: file_format.expand_packed(wrong)) in ("damaged", "not_loket")


def test_xz_may_ask_for_no_more_than_our_own_window() -> None:
    """A bomb ends at the hundredfold and at 4 MiB; a window of 64 MiB would cost a small PC its memory."""
    bomb, whole = b" " * 5_000_000, zlib_noise(file_format.MAX_PLAIN)
    for plain, window, code in ((bomb, 1, "too_big"), (whole, 64, "damaged"), (bomb, 64, "damaged")):
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": window * 1024 * 1024}]
        packed = lzma.compress(plain, filters=filters)
        assert refusal(lambda packed=packed: file_format.expand_packed(packed)) == code
    assert file_format.expand_packed(compress_plain(whole, reads=2)) == whole


def test_escapes_and_closed_brackets_are_counted_as_they_are() -> None:
    assert is_nested_too_deep(b'"\\\\"' + b"[" * 33)
    assert not is_nested_too_deep(b'"\\\\\\"' + b"[" * 33 + b'"')
    assert not is_nested_too_deep(b'{"a":"b\\c"}' + b"[]" * 40)
    assert is_nested_too_deep(b'"a' + b"[" * 40 + b'"' + b"{" * 33)
    assert not is_nested_too_deep(b"{" * 32 + b"}" * 32 + b"[" * 32)
    assert not is_nested_too_deep(b"[" * 32)


def test_numbers_bind_a_batch_only() -> None:
    told = {"type": "receipt", "first": 0, "last": 0, "lines": 0, "count": 0}
    assert opened(seal_file(header(**told), [], SARI, BUDI.public)[0]).header.type == "receipt"
    for change in ({"head": "A" * 64}, {"prev": "0" * 63}, {"head": "0" * 65}, {"first": 2}, {"last": 3}):
        assert code(seal_file(header(**change), LINES, SARI, BUDI.public)[0]) == "bad_header", change
    assert opened(seal_file(header(first=1, last=2), LINES, SARI, BUDI.public)[0]).header.count == 2


def test_what_a_header_leaves_out_has_its_plain_meaning() -> None:
    made = header()
    assert (made.source, made.verdicts, made.successions) == (SARI.node, [], [])
    verdict = LineVerdict("350899", 1, "dukcapil", 1, 2)
    assert (verdict.verdict, verdict.reason, verdict.repeat) == ("stored", "", False)
    assert Ack("350899", 1, "dukcapil", 2, "00").told == 0
    told = header(origin="centre", receipts=[verdict])
    assert (told.source, told.verdicts) == ("centre", [verdict])
    assert {"origin", "receipts", "keys"} <= UNDERSTOOD


def test_a_digest_tells_which_file_it_was() -> None:
    sealed, digest = seal_file(header(), LINES, SARI, BUDI.public)
    assert digest == opened(sealed).digest == hashlib.sha256(plain_text(header(), LINES)).hexdigest()


def zlib_noise(size: int) -> bytes:
    """Text without newlines that does not compress a hundredfold."""
    return b"".join(hashlib.sha256(b"%d" % n).hexdigest().encode() for n in range(size // 64 + 1))[:size]


def test_repetitive_but_honest_lines_still_travel() -> None:
    lines = [b'{"id":"1/dukcapil/1","data":"' + b" " * 200_000 + b'"}'] * 10
    sealed, _ = seal_file(header(lines=10), lines, SARI, BUDI.public)
    assert opened(sealed).lines == lines


def test_unknown_header_fields_and_needs() -> None:
    raw = msgspec.json.encode(header(lines=0, last=0))
    newer = raw[:-1] + b',"colour":"red"}'
    assert opened(sign_and_pack(newer + b"\n")).header.sender == "350899"
    needy = newer.replace(b'"needs":[]', b'"needs":["colour"]')
    assert code(sign_and_pack(needy + b"\n")) == "newer_format"
    assert code(sign_and_pack(raw.replace(b"loket/1", b"loket/2") + b"\n")) == "newer_format"


@pytest.mark.parametrize("change", [{"count": 3}, {"first": 0}, {"last": 9}, {"head": "00"}, {"prev": "zz" * 32}])
def test_numbers_that_do_not_agree(change: dict[str, Any]) -> None:
    sealed, _ = seal_file(header(**change), LINES, SARI, BUDI.public)
    assert code(sealed) == "bad_header"


def test_trailing_gzip_members_and_garbage() -> None:
    plain = plain_text(header(), LINES)
    packed = gzip_bytes(plain, 6)
    assert code(BUDI.public.seal(packed + packed)) == "damaged"
    assert code(BUDI.public.seal(packed)) == "damaged"
    assert code(BUDI.public.seal(b"\x1f\x8b" + b"\0" * 40)) == "damaged"
    assert code(BUDI.public.seal(zlib.compress(plain))) == "not_loket"
    assert code(pack(b'"}\n')) == "damaged"
    assert code(pack(b'{"signature":"AAAA"}\n')) == "damaged"
    assert code(pack(plain + b'{"signaturX":"AAAA"}\n')) == "damaged"
    assert code(pack(plain + b'{"signature":"!!"}\n')) == "damaged"


def test_depth_counts_brackets_outside_strings_only() -> None:
    assert not is_nested_too_deep(b'{"a":"' + b"[" * 100 + b'"}')
    assert not is_nested_too_deep(b'{"a":"\\"' + b"[" * 100 + b'"}')
    assert is_nested_too_deep(b"[" * 33 + b"]" * 33)
    assert not is_nested_too_deep(b"[]" * 100)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"count": 1}, "jumlah"),
        ({"count": 3}, "jumlah"),
        ({"count": 1, "last": 1}, "jumlah"),  # agrees with itself, not with the lines
        ({"last": 1}, "nomor"),
        ({"last": 3}, "nomor"),
        ({"first": 0, "last": 1}, "nomor"),
        ({"first": 2}, "nomor"),
        ({"prev": "a" * 63}, "isian"),
        ({"prev": "a" * 65}, "isian"),
        ({"head": "g" + "a" * 63}, "isian"),
        ({"head": "A" * 64}, "isian"),
        ({"head": ""}, "isian"),
        ({"type": "pieces"}, "jumlah"),  # pieces are no entries: their header counts none
    ],
)
def test_the_header_agrees_with_itself_and_with_the_lines(changed: dict[str, object], what: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        opened(seal_file(header(**changed), LINES, SARI, BUDI.public)[0])  # type: ignore[arg-type]
    assert refused.value.code == "bad_header"
    assert what in refused.value.sentence


def test_a_batch_begins_anywhere_and_pieces_count_no_entries() -> None:
    for changed in ({"first": 7, "last": 8}, {"type": "pieces", "count": 0, "first": 0, "last": 0}):
        assert opened(seal_file(header(**changed), LINES, SARI, BUDI.public)[0]).lines == LINES  # type: ignore[arg-type]
    empty = header(lines=0, first=3, last=2)
    assert opened(seal_file(empty, [], SARI, BUDI.public)[0]).lines == []
    receipt = header(lines=0, type="receipt", first=0, last=0)
    assert opened(seal_file(receipt, [], SARI, BUDI.public)[0]).lines == []


def test_what_a_header_needs_and_what_it_is_written_in_must_be_known() -> None:
    assert code(seal_file(header(format="loket/2"), LINES, SARI, BUDI.public)[0]) == "newer_format"
    assert code(seal_file(header(needs=["origin", "later"]), LINES, SARI, BUDI.public)[0]) == "newer_format"
    assert opened(seal_file(header(needs=["origin", "receipts"]), LINES, SARI, BUDI.public)[0]).lines == LINES
