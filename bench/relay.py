"""A relay on loopback that counts every byte of the connections through it."""

import socket
import threading
from collections.abc import Callable
from typing import Self


class Relay:
    """Passes bytes to `127.0.0.1:port` and back; `carried` counts both ways. Once `cut_at` bytes went by (0: never),
    `on_cut` is called."""

    def __init__(self, port: int) -> None:
        self.port, self.carried = port, 0
        self.cut_at = 0
        self.on_cut: Callable[[], None] = lambda: None
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def accept(self) -> None:
        """Take connections until closed."""
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                client.close()
                continue
            for one, other in ((client, server), (server, client)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        """One direction until it ends."""
        try:
            while data := source.recv(65536):
                with self.lock:
                    self.carried += len(data)
                    cut = 0 < self.cut_at <= self.carried
                    self.cut_at = 0 if cut else self.cut_at
                if cut:
                    self.on_cut()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return
