"""A side that sends anything, and a reader who opens every page afterwards."""

import re
from collections.abc import Iterator

import msgspec

from sync.entries import Head, head_bytes, line_bytes, link_hash, split_line
from sync.file_format import FORMAT, Header
from sync.incoming_entries import receive_lines
from sync.journal import Journal, Tail
from sync.nodes import find_peer
from tests.platform.people import START, Browser
from tests.proof.messages import HOSTILE, SOUND, hostile, subject_of

MOST_PAGES = 150
AT = "2026-03-12T01:00:00Z"


def crawl(browser: Browser, start: str) -> dict[str, int]:
    """Every page that a person can reach by links, with its status."""
    seen: dict[str, int] = {}
    waiting = [start]
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop()
        answer = browser.get(path)
        seen[path] = answer.status_code
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found = re.findall(r'href="(/[^"#]*)"', answer.get_data(as_text=True))
            links = {link.replace("&amp;", "&") for link in found}
            waiting.extend(sorted(links - set(seen) - set(waiting) - {"/keluar", "/kunci"}))
    return seen


def chained_header(source: str, sender: str, recipient: str, tail: Tail, stream: str, raw: list[bytes]) -> Header:
    """The header of a file that goes on after a tail, as the receiver sees it once the envelope is open."""
    head = tail.hash
    for line in raw:
        head = link_hash(head, *split_line(line))
    return Header(
        format=FORMAT,
        type="batch",
        sender=sender,
        signer="",
        recipient=recipient,
        sealed_to="",
        epoch=1,
        stream=stream,
        first=tail.n + 1,
        last=tail.n + len(raw),
        count=len(raw),
        prev=tail.hash.hex(),
        head=head.hex(),
        created=AT,
        origin=msgspec.UNSET if source == sender else source,
    )


def send(journal: Journal, source: str, stream: str, lines: list[tuple[str, str, bytes]]) -> list[str]:
    """Hand raw lines to the receiver; the reasons of those that were set aside."""
    peer = find_peer(journal.db, source)
    assert peer is not None
    reasons = []
    for start in range(0, len(lines), 500):
        tail, raw = journal.tail(source, 1, stream), []
        for n, (kind, subject, body) in enumerate(lines[start : start + 500], tail.n + 1):
            head = Head("1.0", f"1/{stream}/{n}", source, kind, subject, AT, "1", n, "x", "ok", "")
            raw.append(line_bytes(head_bytes(head), body))
        header = chained_header(source, source, journal.source, tail, stream, raw)
        with journal.transaction():
            done = receive_lines(journal, peer, header, raw, START)
        assert done.problem is None
        assert done.fresh == len(raw)
        reasons += [reason for _, reason in done.set_aside]
    return reasons


def poisoned(sender: str, stream: str) -> Iterator[tuple[str, str, bytes]]:
    """Every message of a side with every hostile value in every field, and hostile heads."""
    for kind, sound in SOUND.items():
        if sound.TRAVEL.sender != sender:
            continue
        subject = subject_of(sound, stream)
        for field, body in hostile(kind):
            yield (
                kind,
                subject,
                msgspec.json.encode(body) if not huge(body) else b'{"%s":1e400}' % field.encode(),
            )
        for value in HOSTILE:
            if isinstance(value, str):
                yield kind, value, msgspec.json.encode(sound)


def huge(body: dict[str, object]) -> bool:
    """Whether a number in it is beyond what JSON of this library writes."""
    return any(isinstance(value, int) and abs(value) > 2**63 for value in body.values())


def without_tokens(text: str) -> str:
    """The body of a page without what differs each time it is drawn."""
    text = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'(csrf[^>]*value|nonce|content)="[^"]*"', "", text)
