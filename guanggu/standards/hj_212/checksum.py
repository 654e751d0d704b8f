"""Checksum of HJ 212-2017 annex A (the same in 2005 and 2025): neither CRC-16/MODBUS nor ARC.

The annex shifts the high byte of the register into the next character and throws the low byte
away, so the running state is one byte: with ``T`` the byte table of the polynomial A001 and
``H = T >> 8``, state' = H[state ^ character] from 0xFF on, and the result is T[state ^ last].
That is an ordinary CRC-8 by table, which crcmod-plus runs in C. Only 256 results exist: what it
finds are the errors that eight bits find.
"""

from __future__ import annotations

from collections.abc import Callable


def _table() -> list[int]:
    table = []
    for byte in range(256):
        register = byte
        for _ in range(8):
            register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
        table.append(register)
    return table


TABLE = _table()
HIGH = bytes(entry >> 8 for entry in TABLE)
HEX = [b"%04X" % entry for entry in TABLE]


def plain_crc8(data: bytes, state: int, table: bytes) -> int:
    """The same as the C function, where crcmod-plus has no compiled part."""
    for byte in data:
        state = table[state ^ byte]
    return state


def _fastest() -> Callable[[bytes, int, bytes], int]:
    try:
        from crcmod import _crcfunext
    except ImportError:
        return plain_crc8
    return _crcfunext._crc8


crc8 = _fastest()


def checksum(segment: bytes) -> int:
    """Of a data segment (``QN=`` to the closing ``&&``); 0xFFFF for an empty one."""
    if not segment:
        return 0xFFFF
    return TABLE[crc8(segment[:-1], 0xFF, HIGH) ^ segment[-1]]


def checksum_text(segment: bytes) -> bytes:
    """Four hexadecimal digits, high byte first, as a frame carries them."""
    if not segment:
        return b"FFFF"
    return HEX[crc8(segment[:-1], 0xFF, HIGH) ^ segment[-1]]
