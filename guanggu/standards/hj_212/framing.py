"""Frames out of a TCP stream, by their declared length only (HJ 212-2017 6.2).

An encrypted payload of HJ 212-2025 may hold any byte, so neither ``##`` nor CR LF nor ``&&`` is
searched for inside a frame; they only confirm its ends. After bytes that make no frame the next
``##`` is looked for, from the byte behind the one that failed, so that a wrong length swallows no
good frame behind it.
"""

from __future__ import annotations

from .problems import BadFrame, Problem

LENGTH_MAX = 9999  # four digits; the standard itself allows 1024, field devices exceed it
RAW_KEPT_MAX = 2048
_WITHOUT_SEGMENT = 6 + 4  # ``##``, four digits; checksum
_CLOSING = b"&&"
_HASH = ord("#")
_lengths: dict[bytes, int] = {}


class Decoder:
    """Feed it what a socket gave; holds at most one incomplete frame (about 10 kB)."""

    __slots__ = ("_rest", "length_max")

    def __init__(self, length_max: int = LENGTH_MAX):
        self.length_max = length_max
        self._rest = b""

    @property
    def waiting(self) -> int:
        """Bytes of an incomplete frame held back."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[bytes | BadFrame]:
        """Whole frames, each as its data segment followed by the four characters of its
        checksum (what :func:`parse` takes), and a BadFrame for each run of other bytes."""
        buffer = self._rest + data if self._rest else data
        found: list[bytes | BadFrame] = []
        at, size, bad_from, reason = 0, len(buffer), -1, Problem.GARBAGE
        while at < size:
            if buffer[at : at + 2] == b"##":
                digits = buffer[at + 2 : at + 6]
                length = _lengths.get(digits, -1)
                if length < 0 and len(digits) == 4 and digits.isdigit():
                    length = _lengths[digits] = int(digits)  # at most 10,000 of them
                if length >= 0:
                    end = at + length + _WITHOUT_SEGMENT
                    if length <= self.length_max:
                        if end > size:
                            break
                        raw = buffer[at + 6 : end]
                        if raw[-6:-4] == _CLOSING:
                            if bad_from >= 0:
                                found.append(_bad(reason, buffer, bad_from, at))
                                bad_from, reason = -1, Problem.GARBAGE
                            found.append(raw)
                            at = end + 2 if buffer[end : end + 2] == b"\r\n" else end
                            continue
                    reason = Problem.LENGTH
                elif size - at < 6 and (not digits or digits.isdigit()):
                    break
                else:
                    reason = Problem.LENGTH
            elif at == size - 1 and buffer[at] == _HASH:
                break
            elif bad_from < 0 and buffer[at] in b"\r\n":
                at += 1  # the ends of lines of some devices
                continue
            if bad_from < 0:
                bad_from = at
            following = buffer.find(b"##", at + 1)
            if following < 0:
                at = size - 1 if at < size - 1 and buffer[-1] == _HASH else size
                break
            at = following
        if bad_from >= 0:
            found.append(_bad(reason, buffer, bad_from, at))
        self._rest = buffer[at:]
        return found

    def give_up(self) -> BadFrame | None:
        """What is held back, when the line closed or the rest did not come in time."""
        held, self._rest = self._rest, b""
        return _bad(Problem.LENGTH, held, 0, len(held)) if held else None


def _bad(reason: Problem, buffer: bytes, start: int, end: int) -> BadFrame:
    return BadFrame(reason, buffer[start : min(end, start + RAW_KEPT_MAX)], end - start)
