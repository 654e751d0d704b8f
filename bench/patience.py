"""A person without a browser, who sends again until there is an answer: for bench/survival.py."""

from __future__ import annotations

import contextlib
import http.client
import random
import secrets
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE_SECONDS = 120  # for one request to be answered at last


@dataclass
class Ledger:
    """What the server has acknowledged, and how often it had to be asked."""

    submitted: dict[str, str] = field(default_factory=dict)  # case number by request key
    decided: dict[str, str] = field(default_factory=dict)  # outcome by "case/step"
    uploaded: set[str] = field(default_factory=set)  # SHA-256 of each content
    counts: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1


@dataclass
class Person:
    """A browser without scripts: cookies, a form token, and the patience to send again."""

    port: int
    session: str
    ledger: Ledger
    chance: random.Random
    token: str = field(default_factory=lambda: secrets.token_hex(16))

    def get(self, path: str) -> str:
        return self._until_answered("GET", path, None, {})[2]

    def post(
        self, path: str, values: dict[str, str], file: tuple[str, str, bytes] | None = None
    ) -> tuple[int, str, str]:
        """(status, where to, page). The same request key however often it must be sent."""
        values = {"csrfmiddlewaretoken": self.token, "request_key": secrets.token_hex(8), **values}
        if file is None:
            body = urlencode(values).encode()
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
        else:
            body, kind = _multipart(values, file)
        if self.chance.random() < 0.1:
            self._cut_off(path, body, kind)
        answer = self._until_answered("POST", path, body, kind)
        if self.chance.random() < 0.15:
            again = self._until_answered("POST", path, body, kind)
            self.ledger.count("sent twice though answered")
            if again[:2] != answer[:2]:
                self.ledger.faults.append(f"{path}: {answer[:2]} and again {again[:2]}")
        self.ledger.count("writes acknowledged")
        return answer

    def _headers(self, kind: dict[str, str]) -> dict[str, str]:
        cookies = f"sessionid={self.session}; csrftoken={self.token}; language=zh"
        return {"Cookie": cookies, "Accept": "text/html", **kind}

    def _until_answered(
        self, method: str, path: str, body: bytes | None, kind: dict[str, str]
    ) -> tuple[int, str, str]:
        given_up_s = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < given_up_s:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                connection.request(method, path, body, self._headers(kind))
                answer = connection.getresponse()
                page = answer.read().decode(errors="replace")
            except (OSError, http.client.HTTPException):
                self.ledger.count("requests without an answer")
                time.sleep(0.05)
                continue
            finally:
                connection.close()
            if answer.status == 503:  # refused while starting or full: nothing was done
                time.sleep(0.1)
                continue
            if answer.status >= 500:
                self.ledger.faults.append(f"{method} {path}: {answer.status}")
            return answer.status, answer.headers.get("Location", ""), page
        raise TimeoutError(f"{method} {path}: no answer in {PATIENCE_SECONDS} s")

    def _cut_off(self, path: str, body: bytes, kind: dict[str, str]) -> None:
        """Send everything and hang up before the answer."""
        head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in self._headers(kind).items()]
        raw = "\r\n".join([*head, "", ""]).encode() + body
        with contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(raw)
                time.sleep(self.chance.random() * 0.05)
            self.ledger.count("connections cut before the answer")


def _multipart(values: dict[str, str], file: tuple[str, str, bytes]) -> tuple[bytes, dict]:
    mark = secrets.token_hex(8)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    ]
    name, file_name, content = file
    disposition = f'form-data; name="{name}"; filename="{file_name}"'
    parts.append(f"--{mark}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content)
    body = b"".join(parts) + f"\r\n--{mark}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={mark}"}
