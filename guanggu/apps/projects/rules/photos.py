"""Taking out of a photo what it tells besides the picture: place, device, owner, thumbnails.

The picture itself is not encoded again, so that nothing is lost. Of Exif only the orientation is
kept, without which a portrait would lie on its side. JPEG: ISO/IEC 10918-1 annex B, Exif 2.32;
PNG: ISO/IEC 15948; WebP: RFC 9649.
"""

from __future__ import annotations

import struct

_JPEG_KEPT = frozenset({0xE0, 0xE2, 0xEE})  # JFIF, colour profile, Adobe's note on colours
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"})
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112


class NotAPhoto(ValueError):
    """The bytes are not a whole JPEG, PNG or WebP."""


def without_traces(content: bytes) -> bytes:
    """The same picture without its metadata. Raises NotAPhoto."""
    try:
        if content.startswith(b"\xff\xd8"):
            return _jpeg(content)
        if content.startswith(_PNG_HEAD):
            return _png(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError) as error:
        raise NotAPhoto("cut off") from error
    raise NotAPhoto("neither JPEG, PNG nor WebP")


def _jpeg(content: bytes) -> bytes:
    """Segments up to the scan, then the scan with all that follows its end marker cut off."""
    made, place, turned = [b"\xff\xd8"], 2, 1
    while True:
        if content[place] != 0xFF:
            raise NotAPhoto("no marker where one must stand")
        marker = content[place + 1]
        if marker == 0xFF:  # fill byte
            place += 1
            continue
        if marker == 0xD9:
            raise NotAPhoto("no picture")
        (length,) = struct.unpack(">H", content[place + 2 : place + 4])
        segment = content[place : place + 2 + length]
        if len(segment) != 2 + length or length < 2:
            raise NotAPhoto("cut off")
        if marker == 0xDA:
            break
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:]) or turned
        is_application = 0xE0 <= marker <= 0xEF
        if marker != 0xFE and (not is_application or marker in _JPEG_KEPT):
            made.append(segment)
        place += 2 + length
    end = content.rfind(b"\xff\xd9")
    if end < place:
        raise NotAPhoto("cut off")
    head = [made[0], _exif_of(turned)] if turned != 1 else [made[0]]
    return b"".join([*head, *made[1:], _scans(content[place : end + 2])])


def _scans(data: bytes) -> bytes:
    """Picture data up to the first end of image outside a stuffed byte: what hangs on is dropped.

    Telephones append a second picture or a film behind the end.
    """
    place = 0
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            return data
        marker = data[place + 1]
        if marker == 0xD9:
            return data[: place + 2]
        if marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD7:
            place += 1 if marker == 0xFF else 2
        else:  # a further scan or table of a progressive picture
            (length,) = struct.unpack(">H", data[place + 2 : place + 4])
            place += 2 + length


def _orientation(tiff: bytes) -> int:
    """The orientation (1 to 8) that an Exif block tells; 0 for none. Never raises."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 0
    (start,) = struct.unpack(order + "I", tiff[4:8])
    if start + 2 > len(tiff):
        return 0
    (count,) = struct.unpack(order + "H", tiff[start : start + 2])
    for number in range(min(count, 200)):
        entry = tiff[start + 2 + 12 * number : start + 14 + 12 * number]
        if len(entry) == 12 and struct.unpack(order + "H", entry[:2])[0] == _ORIENTATION:
            (value,) = struct.unpack(order + "H", entry[8:10])
            return value if 1 <= value <= 8 else 0
    return 0


def _exif_of(orientation: int) -> bytes:
    """An Exif segment that says nothing but the orientation."""
    tiff = b"MM\0\x2a" + struct.pack(">I", 8) + struct.pack(">H", 1)
    tiff += struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0) + struct.pack(">I", 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    made, place = [_PNG_HEAD], len(_PNG_HEAD)
    while True:
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind = content[place + 4 : place + 8]
        whole = content[place : place + 12 + length]
        if len(whole) != 12 + length:
            raise NotAPhoto("cut off")
        if kind not in _PNG_DROPPED:
            made.append(whole)
        if kind == b"IEND":
            return b"".join(made)
        place += 12 + length


def _webp(content: bytes) -> bytes:
    made, place = [], 12
    (said,) = struct.unpack("<I", content[4:8])
    end = min(len(content), said + 8)
    while place < end:
        kind = content[place : place + 4]
        (length,) = struct.unpack("<I", content[place + 4 : place + 8])
        whole = content[place : place + 8 + length + length % 2]
        if len(whole) < 8 + length:
            raise NotAPhoto("cut off")
        if kind == b"VP8X":  # its flags must not promise what is gone: bits of Exif and XMP
            whole = whole[:8] + bytes([whole[8] & ~0x0C]) + whole[9:]
        if kind not in _WEBP_DROPPED:
            made.append(whole)
        place += 8 + length + length % 2
    if not made:
        raise NotAPhoto("no picture")
    body = b"WEBP" + b"".join(made)
    return b"RIFF" + struct.pack("<I", len(body)) + body
