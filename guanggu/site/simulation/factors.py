"""How each observed property behaves: a function of time for the codes that stations send.

``hours``: see ``weather``; ``place``: the seed of the station, so that neighbours differ a
little and share the weather. All figures are invented and only plausible.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import weather as w

Wave = Callable[[np.ndarray, int], np.ndarray]


def _own(hours: np.ndarray, place: int, size: float) -> np.ndarray:
    """What differs between stations: a standing difference and slow and quick noise."""
    standing = float(w.chance(np.array([place]), 7)[0]) * 2 - 1
    moving = 0.6 * w.drift(hours, 11, place + 1) + 0.4 * w.drift(hours, 1.7, place + 2)
    return size * (0.5 * standing + 0.5 * moving)


def _around(base: float, size: float) -> Wave:
    return lambda h, p: base * np.exp(_own(h, p, size))


def _pm25(h: np.ndarray, p: int) -> np.ndarray:
    day = 0.18 * w.bump(h, 8, 3) + 0.22 * w.bump(h, 22, 4)
    return 27 * np.exp(1.05 * w.stagnation(h) - 0.33 * w.season(h) + day + _own(h, p, 0.3))


def _pm10(h: np.ndarray, p: int) -> np.ndarray:
    return _pm25(h, p) * (1.62 + 0.22 * w.drift(h, 37, p + 5)) + 6


def _no2(h: np.ndarray, p: int) -> np.ndarray:
    shape = 0.5 * w.traffic(h) + 0.55 * w.stagnation(h) - 0.28 * w.season(h)
    return 24 * np.exp(shape - 0.5 * w.sunshine(h) + _own(h, p, 0.25))


def _o3(h: np.ndarray, p: int) -> np.ndarray:
    return 26 + 175 * w.sunshine(h) * (0.75 + 0.25 * w.season(h)) * (
        1 + 0.35 * w.stagnation(h)
    ) + 8 * _own(h, p, 1.0)  # fmt: skip


def _humidity(h: np.ndarray, p: int) -> np.ndarray:
    day = np.cos(2 * np.pi * (w.hour_of_day(h) - 5) / 24)
    return 72 + 11 * day + 8 * w.drift(h, 41, 51) + 2 * np.minimum(w.rain_mm_h(h), 7)


def _water_temperature(h: np.ndarray, p: int) -> np.ndarray:
    return np.clip(17.6 + 11.5 * w.season(h, 212) + 0.9 * w.bump(h, 16, 5), 3, 34) + _own(h, p, 0.6)


def _algae(h: np.ndarray, p: int) -> np.ndarray:
    """Chlorophyll a in µg/L: blooms in warm, calm weeks."""
    warm = np.clip(w.season(h, 225), -0.6, 1)
    bloom = np.clip(w.drift(h, 260, p + 9) - 0.2, 0, 1)
    return 11 * np.exp(0.8 * warm + 1.4 * bloom * np.clip(warm, 0, 1) + _own(h, p, 0.2))


def _oxygen(h: np.ndarray, p: int) -> np.ndarray:
    t = _water_temperature(h, p)
    saturated = 14.62 - 0.394 * t + 0.00646 * t**2 - 0.0000442 * t**3
    breath = 0.05 + 0.004 * _algae(h, p)
    day = np.cos(2 * np.pi * (w.hour_of_day(h) - 16) / 24)
    oxygen = saturated * (0.86 + breath * day + 0.07 * _own(h, p, 1.0))
    return np.clip(oxygen - 0.02 * w.rain_of_days(h), 0.3, None)


def _washed(base: float, rain: float, size: float) -> Wave:
    """Carried in by rain."""
    return lambda h, p: (
        base * np.exp(np.minimum(rain * w.rain_of_days(h) / 30, 1.6) + _own(h, p, size))
    )


def _ammonia(h: np.ndarray, p: int) -> np.ndarray:
    wash = np.minimum(0.5 * w.rain_of_days(h) / 30, 1.4)
    return 0.34 * np.exp(wash - 0.35 * w.season(h) + _own(h, p, 0.5))


_USUAL_LEVEL_M = 18.6


def _level(h: np.ndarray, p: int) -> np.ndarray:
    """Water level over its datum, in metres."""
    return (
        _USUAL_LEVEL_M
        + 0.35 * w.season(h, 200)
        + 0.011 * w.rain_of_days(h, 9)
        + 0.05 * w.drift(h, 200, p)
    )


def _works(h: np.ndarray) -> np.ndarray:
    """A plant at work: shifts in the day, less in the night, a stop now and then."""
    stopped = w.drift(h, 170, 61) > 0.86
    return np.where(stopped, 0.12, 0.55 + 0.45 * w.bump(h, 14, 6))


def _flow(base: float) -> Wave:
    return lambda h, p: base * _works(h + p % 5) * np.exp(_own(h, p, 0.15))


def _effluent(base: float, size: float = 0.35) -> Wave:
    return lambda h, p: base * np.exp(_own(h, p, size) + 0.3 * w.drift(h, 60, p + 3))


def _noise(base: float) -> Wave:
    def wave(h: np.ndarray, p: int) -> np.ndarray:
        night = w.bump(h, 3, 3.2)
        return base + 7 * w.traffic(h) - 6 * night + 2.4 * _own(h, p, 1.0) + 0.3 * w.rain_mm_h(h)

    return wave


def _radiation(h: np.ndarray, p: int) -> np.ndarray:
    """nGy/h: washed-out radon daughters add some in rain."""
    return 71 + 4 * _own(h, p, 1.0) + np.minimum(1.9 * w.rain_mm_h(h), 24)


# Code of HJ 212 (and what the sample adds) → wave, decimals as instruments report them.
FACTORS: dict[str, tuple[Wave, int]] = {
    "a34004": (_pm25, 1), "a34002": (_pm10, 1), "a21004": (_no2, 1), "a05024": (_o3, 1),
    "a21026": (lambda h, p: 8 * np.exp(0.5 * w.stagnation(h) + _own(h, p, 0.3)), 1),
    "a21005": (lambda h, p: 0.72 * np.exp(0.55 * w.stagnation(h) + _own(h, p, 0.2)), 2),
    "a21003": (lambda h, p: 9 * np.exp(1.1 * w.traffic(h) + _own(h, p, 0.4)), 1),
    "a21002": (_effluent(78), 1), "a34001": (lambda h, p: _pm10(h, p) * 1.35, 1),
    "a24088": (_effluent(1.8, 0.4), 2), "a34013": (_effluent(6.5), 2),
    "a19001": (lambda h, p: 9.5 + 1.6 * _own(h, p, 1.0), 2), "a00000": (_flow(38), 2),
    "a01001": (lambda h, p: w.air_temperature(h) + _own(h, p, 0.5), 1),
    "a01002": (_humidity, 1), "a01008": (lambda h, p: 180 + 175 * w.drift(h, 13, p), 0),
    "a01006": (lambda h, p: 101.4 - 0.9 * w.season(h) + 0.5 * w.drift(h, 90, 71), 2),
    "a01007": (lambda h, p: np.clip(2.1 - 1.6 * w.stagnation(h) + _own(h, p, 0.7), 0.1, 14), 1),
    "a01011": (_flow(11), 2), "a01012": (lambda h, p: 118 + 9 * _own(h, p, 1.0), 1),
    "a01013": (lambda h, p: -0.12 + 0.05 * _own(h, p, 1.0), 3), "a01014": (_around(8.2, 0.2), 2),
    "w01010": (_water_temperature, 1), "w01009": (_oxygen, 2),
    "w01001": (lambda h, p: 7.7 + 0.12 * np.log(_algae(h, p) / 10) + 0.15 * _own(h, p, 1.0), 2),
    "w01014": (lambda h, p: 355 - 0.7 * w.rain_of_days(h) + 25 * _own(h, p, 1.0), 1),
    "w01003": (_washed(11, 1.3, 0.4), 1), "w01019": (_washed(3.9, 0.35, 0.25), 2),
    "w01018": (_effluent(34), 1), "w01017": (_effluent(7), 1), "w21003": (_ammonia, 3),
    "w21011": (_washed(0.071, 0.6, 0.35), 3), "w21001": (_washed(1.25, 0.45, 0.25), 2),
    "w01016": (_algae, 1), "w00000": (_flow(21), 2), "w22001": (_effluent(0.04), 3),
    "w23002": (_effluent(0.0011), 4), "w20122": (_effluent(0.004), 4),
    "secchi_depth": (lambda h, p: 1.15 * np.exp(-0.33 * np.log(_algae(h, p) / 10)), 2),
    "water_level": (_level, 3), "rain": (lambda h, p: w.rain_mm_h(h), 1),
    "LA": (_noise(52), 1), "Leq": (_noise(52), 1), "L10": (_noise(55), 1), "L50": (_noise(51), 1),
    "L90": (_noise(47), 1), "Ldn": (_noise(55), 1), "Ld": (_noise(55), 1), "Ln": (_noise(45), 1),
    "LMx": (_noise(66), 1), "dose_rate": (_radiation, 1), "gamma_dose_rate": (_radiation, 1),
}  # fmt: skip


def _summed(code: str) -> Wave:
    """What a station adds up over the hour: m3 of its flow, kg of a pollutant; a little beside what
    its concentrations and flow come to, as counters are."""
    is_water = code.startswith("w")
    flow_code = "w00000" if is_water else "a00000"
    flow = FACTORS[flow_code][0]
    m3_an_hour = 3.6 if is_water else 3_600.0  # of 1 L/s, of 1 m3/s
    if code == flow_code:
        return lambda h, p: flow(h, p) * m3_an_hour * (1 + 0.01 * _own(h, p + 1, 1.0))
    wave = FACTORS[code][0]
    return lambda h, p: wave(h, p) * flow(h, p) * 0.0036 * (1 + 0.02 * _own(h, p + 1, 1.0))


def wave_of(code: str, low: float | None, high: float | None) -> tuple[Wave, int]:
    """The factor's behaviour; for an unknown code a quiet day between its plausible ends."""
    if code.endswith("-Cou"):
        return _summed(code.removesuffix("-Cou")), 3
    plain = code.partition("-")[0].partition(".")[0]
    known = FACTORS.get(plain) or FACTORS.get(plain.rpartition(":")[2])
    if known is not None and plain == "water_level" and low is not None and high is not None:
        # Every gauge has a datum of its own: its usual level lies amid the plausible ones.
        middle = (low + high) / 2 - _USUAL_LEVEL_M
        return (lambda h, p: _level(h, p) + middle), known[1]
    if known is not None:
        return known
    bottom = low if low is not None else 0.0
    top = high if high is not None and high > bottom else bottom + 100.0
    middle, size = bottom + 0.35 * (top - bottom), 0.12 * (top - bottom)
    return (lambda h, p: middle + size * _own(h, p, 1.0) + size * 0.5 * w.bump(h, 14, 5)), 2
