"""Devices of the sample: which protocol each station speaks, and the keys that a simulator knows."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from django.conf import settings

from guanggu.base.actor import Actor
from guanggu.kernel.observation.public import (
    Device,
    Thing,
    issue_secret,
    key_digest,
    register_device,
    unseal,
)

# Kind of the thing → protocol and profile. Outlets take turns in the editions of HJ 212.
PROTOCOLS = {
    "air_station": ("hj212", "2017"),
    "surface_water_station": ("hj212", "surface_water"),
    "pollution_source_outlet": ("hj212", ""),
    "lake_station": ("mqtt", ""),
    "noise_station": ("mqtt", ""),
    "rain_station": ("sensorthings", ""),
    "radiation_station": ("sensorthings", ""),
}
OUTLET_PROFILES = ("2017", "2017", "2025", "2005")


def sample_key(device: str) -> str:
    """The key of a sample device: made anew from the server's secret, so that nobody has to keep
    it; real devices have random keys that only they know."""
    return _derived("key", device).hex()


def sample_password(device: str) -> str:
    return _derived("password", device).hex()[:6]


def sample_cipher_key(device: str) -> bytes:
    return _derived("cipher", device)[:16]


def _derived(what: str, device: str) -> bytes:
    text = f"guanggu.sample.{what}.{device}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), text, "sha256")


def give_devices(actor: Actor, things: Iterable[Thing]) -> list[Device]:
    """Register a device for each sample thing that has none; those without a key get that of the
    sample. Answers who got one."""
    made = []
    for number, thing in enumerate(things):
        if not thing.is_sample:
            continue
        if not Device.objects.filter(thing=thing).exists():
            _register(actor, thing, number)
        for device in Device.objects.filter(thing=thing, is_sample=True, secret=None):
            issue_secret(
                device,
                password=sample_password(device.key),
                cipher_key=sample_cipher_key(device.key),
                key=sample_key(device.key),
            )
            made.append(device)
    return made


def _register(actor: Actor, thing: Thing, number: int) -> None:
    protocol, profile = PROTOCOLS.get(thing.kind, ("http", ""))
    if thing.kind == "pollution_source_outlet":
        profile = OUTLET_PROFILES[number % len(OUTLET_PROFILES)]
    address = f"SAMPLE{thing.key}".replace("_", "-")[:40]
    register_device(
        actor, thing=thing.key, protocol=protocol, address=address, profile=profile,
        name=thing.name, is_sample=True, frames_a_minute_max=6_000,
    )  # fmt: skip


def has_sample_key(device: Device) -> bool:
    """False where somebody issued another key since: the simulator cannot speak for it."""
    secret = getattr(device, "secret", None)
    if secret is None:
        return False
    if device.protocol == "hj212":
        password = unseal(secret.password_sealed, device.key)
        return password == sample_password(device.key).encode()
    return bool(secret.key_digest == key_digest(sample_key(device.key)))
