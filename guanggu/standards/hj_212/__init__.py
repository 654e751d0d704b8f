"""HJ 212: data transmission of on-line pollutant monitoring, editions 2005, 2017 and 2025, and the
surface-water dialect of HJ 1404-2024 (ST=21 with version 2).

How a gateway uses it::

    decoder = Decoder()                       # one a connection
    for piece in decoder.feed(data):          # bytes, or BadFrame(reason, raw, size)
        frame = parse(piece, key_of)          # Unreadable(reason, detail) where it cannot
        station = stations[frame.header]      # a Header is kept and compared by identity
        row = readings(frame)                 # Readings: data_time µs, layout, values, marks
        streams = mapping[frame.header, row.layout]   # made once, e.g. a numpy array of ids
        answer = data_answer(frame)           # 9014; send it after the row is durable

``row.layout.keys`` names each value as (factor code, suffix); ``row.values`` are floats in that
order, ``row.marks`` a letter of ``NFMSDCTB`` for each (a missing mark is N, an unknown letter
counts as D), ``row.wrong`` the values that were no finite numbers (NaN in ``values``).

Sources: HJ 212-2017 read in full; HJ 212-2025 and HJ 1404-2024 from implementations that cite
them; HJ/T 212-2005 from general knowledge and frames found in the field.
"""

from .build import (
    body_of,
    build,
    calibration_command,
    data_answer,
    divided,
    execution_result,
    framed,
    history_request,
    notice_answer,
    request,
    request_answer,
)
from .checksum import checksum, checksum_text
from .framing import Decoder
from .problems import BadFrame, Problem, Unreadable
from .reassembly import Reassembly
from .segment import Frame, Header, parse
from .times import data_time, instant_us, request_number
from .values import Key, Layout, Readings, readings

__all__ = [
    "BadFrame", "Decoder", "Frame", "Header", "Key", "Layout", "Problem", "Readings",
    "Reassembly", "Unreadable", "body_of", "build", "calibration_command", "checksum",
    "checksum_text", "data_answer", "data_time", "divided", "execution_result", "framed",
    "history_request", "instant_us", "notice_answer", "parse", "readings", "request",
    "request_answer", "request_number",
]  # fmt: skip
