"""At whose desk a letter of the office stands, from draft to sending."""

from app.casework.letters import service, tasks
from app.core.permissions import may
from sync.journal import Journal
from tests.casework.letters.test_drafts import Who, deed, free_letter
from tests.platform.people import CAST, START


def test_a_letter_stands_at_the_desk_of_whoever_is_to_act_next_and_of_nobody_else(journal: Journal, who: Who) -> None:
    made = free_letter(journal, who)

    def rows() -> dict[str, tuple[str, ...]]:
        known = {name: tasks.outgoing_tasks(journal.db, who(name), START) for name in CAST if name != "wiji"}
        assert all(len(own) < 2 for own in known.values())
        return {
            name: (one.verb, one.state, one.word, one.act, one.detail) for name, own in known.items() for one in own
        }

    to = "Dinas Contoh"
    assert rows() == {"budi": ("Lanjutkan", "back", "Konsep", "write", to)}
    deed(service.submit_letter, journal, who("budi"), made)
    assert rows() == {"ratna": ("Paraf", "wait", "Menunggu paraf", "approve", to)}
    deed(service.initial_letter, journal, who("ratna"), made)
    assert rows() == {"camat": ("Tanda tangani", "wait", "Menunggu tanda tangan", "approve", to)}
    deed(service.sign_letter, journal, who("camat"), made)
    keepers = {name for name in CAST if name != "wiji" and may(who(name), "letter.agenda")}
    assert keepers
    waits = "Ditandatangani, belum bernomor"
    assert rows() == dict.fromkeys(keepers, ("Beri nomor", "wait", waits, "write", to))
    service.number_letter(journal, who("ratna"), letter_id=made, now=START)
    assert rows() == dict.fromkeys(keepers, ("Kirim", "wait", "Bernomor, belum dikirim", "write", to))
    sent = {"letter_id": made, "on": START.date(), "way": "post", "proof": "R1", "now": START}
    service.send_letter(journal, who("ratna"), **sent)
    assert rows() == {}
    again = free_letter(journal, who)
    deed(service.submit_letter, journal, who("budi"), again)
    service.return_letter(journal, who("ratna"), letter_id=again, seen=1, reason="Sebut tanggalnya", now=START)
    assert rows() == {"budi": ("Lanjutkan", "back", "Dikembalikan", "write", "Sebut tanggalnya")}
    deed(service.submit_letter, journal, who("budi"), again)
    assert rows() == {"ratna": ("Paraf", "wait", "Menunggu paraf", "approve", to)}, "the reason is heeded"
