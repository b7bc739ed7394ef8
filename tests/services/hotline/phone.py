"""A telephone that is none: Gammu's dummy, served by a real daemon, with the folders that Loket looks into."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

CONFIG = """[gammu]
device = {base}/phone
connection = none
model = dummy
[smsd]
service = files
inboxpath = {base}/inbox/
outboxpath = {base}/outbox/
sentsmspath = {base}/sent/
errorsmspath = {base}/error/
inboxformat = unicode
commtimeout = 1
receivefrequency = 1
loopsleep = 1
statusfrequency = 0
checksecurity = 0
checkbattery = 0
checksignal = 0
checknetwork = 0
"""
FOLDERS = ("inbox", "outbox", "sent", "error", "phone")
MESSAGE = """[SMSBackup000]
PDU = Deliver
DateTime = 20260302T081500
State = UnRead
Number = "{number}"
SMSC = "+6281100000"
{udh}
{text}
Coding = Unicode_No_Compression
Folder = 1
Length = {length}
Class = -1
"""


class Phone:
    """The telephone of the hotline; `base` is the folder that the settings name."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.count = 0
        for name in FOLDERS:
            (base / name).mkdir(parents=True, exist_ok=True)
        (base / "smsdrc").write_text(CONFIG.format(base=base), encoding="utf-8")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The daemon runs."""
        daemon = subprocess.Popen(["gammu-smsd", "-c", str(self.base / "smsdrc")], stderr=subprocess.DEVNULL)
        try:
            wait_until((self.base / "phone" / "sms" / "1").is_dir)
            yield
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(20)

    def receive(self, number: str, *parts: str) -> None:
        """A message arrives in the telephone, in one part or several; a part may end within a picture sign."""
        beside, reference = self.base / "arriving", self.count % 256
        for n, text in enumerate(parts, start=1):
            self.count += 1
            written = text.encode("utf-16-be", "surrogatepass").hex().upper()
            lines = [f"Text{i:02} = {written[i * 200 :][:200]}" for i in range((len(written) - 1) // 200 + 1)]
            udh = f"UDH = 050003{reference:02X}{len(parts):02X}{n:02X}" if len(parts) > 1 else ""
            message = MESSAGE.format(number=number, udh=udh, text="\n".join(lines), length=len(written) // 4)
            beside.write_text(message, encoding="ascii")
            beside.rename(self.base / "phone" / "sms" / "1" / str(self.count))

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.base / folder).iterdir())

    def texts(self, folder: str = "sent") -> list[tuple[str, str]]:
        """(number, text) of the messages in a folder, as the daemon itself writes them down."""
        paths = [self.base / folder / name for name in self.names(folder)]
        return [read_backup(path.read_text(encoding="utf-8", errors="replace")) for path in paths]


def read_backup(text: str) -> tuple[str, str]:
    """Number and text of a `.smsbackup`, its parts joined."""
    lines = [line.partition(" = ") for line in text.splitlines() if " = " in line and not line.startswith(";")]
    number = next(value.strip('"') for name, _, value in lines if name == "Number")
    written = "".join(value for name, _, value in lines if name.startswith("Text") and name[4:].isdigit())
    return number, bytes.fromhex(written).decode("utf-16-be")


def wait_until(seen: Callable[[], object], most: float = 20) -> None:
    """Until something is seen. Raises AssertionError when it never is."""
    end = time.monotonic() + most
    while not seen():
        assert time.monotonic() < end, "never seen"
        Event().wait(0.05)
