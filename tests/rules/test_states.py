"""Red says late or refused and nothing else; what is doubtful, different, broken or stale is amber.

Read from every template and module that gives a state its kind: the word beside `bad` must be one of those below.
"""

import re

from tests.rules.source import ROOT, template_text

RED = re.compile(
    r"^(Lewat|Terlambat|Terlewat|Habis masa berlaku|Masa berlaku habis|relative_due|f\"Lewat|word$|Ditolak|Dicabut"
    r"|Tidak berlaku|Gagal dikirim|Perlu diperbaiki|results\.refused|Hampir penuh|left$|warn$|[\w.]+\|due_words$)"
)
"""Late: its day has gone by (`word`: that of the desk). Refused: a partner, a check or the program did not take it. A
full disk takes nothing (`left`), and a database that its proof refuses is red too; `warn` is the order of kinds."""
STATE = re.compile(r"""ui\.(?:tag|state)\("bad", (?:"([^"]+)"|([\w.|]+))""")
PAIR = re.compile(r"""(?:\(|return )"bad", (?:"([^"]+)"|(f?"?[\w. ]+))""")


def test_red_is_for_late_and_refused_only() -> None:
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        found += [(path.name, a or b) for a, b in STATE.findall(template_text(path))]
    for path in sorted((ROOT / "app").rglob("*.py")):
        found += [(path.name, a or b) for a, b in PAIR.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 12
    assert [one for one in found if not RED.match(one[1])] == []
