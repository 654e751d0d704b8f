"""Divided messages put together (HJ 212-2017 6.3, PNUM and PNO).

Each packet has a QN of its own in the text's example, so packets belong together by MN, CN,
DataTime and PNUM. Bounded: the oldest unfinished message goes when there are too many.
"""

from __future__ import annotations

from .segment import Frame

_Key = tuple[str, str, bytes, int]
PACKETS_MAX = 999


class Reassembly:
    def __init__(self, unfinished_max: int = 1000):
        self.unfinished_max = unfinished_max
        self._unfinished: dict[_Key, dict[int, bytes]] = {}

    def __len__(self) -> int:
        return len(self._unfinished)

    def add(self, frame: Frame) -> Frame | None:
        """The whole message, once its last missing packet is given; a whole frame at once.

        A packet sent again takes the place of the first. A PNO outside 1..PNUM is taken as a
        message of its own rather than lost.
        """
        header = frame.header
        count = header.pnum
        if not 1 < count <= PACKETS_MAX or not 1 <= header.pno <= count:
            return frame
        time, _, _ = frame.body.partition(b";")
        key = (header.mn, header.cn, time, count)
        packets = self._unfinished.get(key)
        if packets is None:
            if len(self._unfinished) >= self.unfinished_max:
                del self._unfinished[next(iter(self._unfinished))]
            packets = self._unfinished[key] = {}
        packets[header.pno] = frame.body
        if len(packets) < count:
            return None
        del self._unfinished[key]
        bodies = [packets[number] for number in range(1, count + 1)]
        prefix = time + b";"
        rest = [body[len(prefix) :] if body.startswith(prefix) else body for body in bodies[1:]]
        return Frame(frame.qn, header, b";".join([bodies[0], *rest]), frame.is_encrypted)
