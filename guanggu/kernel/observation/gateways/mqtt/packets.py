"""Packets of MQTT 3.1.1 (OASIS standard, 29 October 2014): what a subscriber at QoS 1 needs."""

from __future__ import annotations

from typing import NamedTuple

CONNECT, CONNACK, PUBLISH, PUBACK = 0x10, 0x20, 0x30, 0x40
SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 0x82, 0x90, 0xC0, 0xD0, 0xE0
PACKET_BYTES_MAX = 8 * 1024 * 1024
# 3.2.2.3
REFUSALS = {
    1: "unacceptable protocol version", 2: "identifier rejected", 3: "server unavailable",
    4: "bad user name or password", 5: "not authorized",
}  # fmt: skip


class Malformed(ValueError):
    """The stream is no MQTT; nothing that follows can be trusted."""


class Message(NamedTuple):
    topic: bytes
    payload: bytes
    packet: int  # 0 at QoS 0


def length_of(count: int) -> bytes:
    """Remaining length (2.2.3)."""
    made = bytearray()
    while True:
        count, digit = divmod(count, 128)
        made.append(digit | (0x80 if count else 0))
        if not count:
            return bytes(made)


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return len(raw).to_bytes(2, "big") + raw


def connect(client: str, user: str, password: str, *, keep_alive_s: int, clean: bool) -> bytes:
    flags = (0x02 if clean else 0) | (0xC0 if user else 0)
    body = text("MQTT") + bytes([4, flags]) + keep_alive_s.to_bytes(2, "big") + text(client)
    if user:
        body += text(user) + text(password)
    return bytes([CONNECT]) + length_of(len(body)) + body


def subscribe(packet: int, topics: list[str]) -> bytes:
    body = packet.to_bytes(2, "big") + b"".join(text(topic) + b"\x01" for topic in topics)
    return bytes([SUBSCRIBE]) + length_of(len(body)) + body


def publish(topic: str, payload: bytes, packet: int = 0, *, retain: bool = False) -> bytes:
    """QoS 1 with a packet id, QoS 0 without."""
    body = text(topic) + (packet.to_bytes(2, "big") if packet else b"") + payload
    head = PUBLISH | (0x02 if packet else 0) | (0x01 if retain else 0)
    return bytes([head]) + length_of(len(body)) + body


def puback(packet: int) -> bytes:
    return b"\x40\x02" + packet.to_bytes(2, "big")


class Reader:
    """Splits the stream; ``feed`` answers (head byte, body) of whole packets, publishes apart."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> tuple[list[Message], list[tuple[int, bytes]]]:
        """Raises Malformed."""
        if self._rest:
            data = self._rest + data
        messages: list[Message] = []
        others: list[tuple[int, bytes]] = []
        start, end = 0, len(data)
        while end - start >= 2:
            head, length, body = data[start], data[start + 1], start + 2
            if length & 0x80:
                length, body = _long_length(data, start + 1, end)
                if body < 0:
                    break
            following = body + length
            if following > end:
                break
            if head & 0xF0 == PUBLISH:
                messages.append(_message(head, data, body, following))
            else:
                others.append((head, data[body:following]))
            start = following
        self._rest = data[start:]
        return messages, others


def _long_length(data: bytes, at: int, end: int) -> tuple[int, int]:
    """(length, where the body starts); the latter -1 where the length is not there in whole."""
    length, shift = 0, 0
    while True:
        if at >= end:
            return 0, -1
        digit = data[at]
        length |= (digit & 0x7F) << shift
        at += 1
        if not digit & 0x80:
            break
        shift += 7
        if shift > 21:
            raise Malformed("remaining length of more than four bytes")
    if length > PACKET_BYTES_MAX:
        raise Malformed(f"a packet of {length} bytes")
    return length, at


def _message(head: int, data: bytes, body: int, end: int) -> Message:
    topic_end = body + 2 + (data[body] << 8 | data[body + 1])
    if topic_end > end:
        raise Malformed("a topic longer than its packet")
    topic = data[body + 2 : topic_end]
    if not head & 0x06:
        return Message(topic, data[topic_end:end], 0)
    packet = data[topic_end] << 8 | data[topic_end + 1]
    return Message(topic, data[topic_end + 2 : end], packet)
