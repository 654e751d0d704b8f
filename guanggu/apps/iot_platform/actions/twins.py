"""The two sides of a device's twin: what people want of it, and what it says of itself."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import FleetDevice
from ..queries import KEEP
from ..rules import DO_NOT_FIT, delta, setting_value, settings_of

REPORTED_MAX = 100
_NO_SETTING = T("该产品没有可设置项。", "Devices of this profile have nothing to set.")
_TOO_MUCH = T("上报的状态过多。", "The device reports too much.")


def _may_keep(actor: Actor, /, device: str, **_: Any) -> bool:
    get(actor, FleetDevice, KEEP, key=device)
    return True


@action("iot_platform.set_desired", allows=_may_keep, title=T("设置期望状态", "Set the twin"))
def set_desired(actor: Actor, *, device: str, values: dict[str, str]) -> dict[str, Any]:
    """Say what the device shall take over; a setting left empty is no longer wanted.

    values: text by name of the setting. Answers the delta. Raises Invalid with the fields.
    """
    row = FleetDevice.objects.select_related("profile").get(key=device)
    known = {setting.name: setting for setting in settings_of(row.profile.settings)}
    if not known:
        raise Invalid(_NO_SETTING)
    wanted, wrong = dict(row.desired), {}
    for name, text in values.items():
        if name not in known:
            wrong[name] = _NO_SETTING
            continue
        try:
            value = setting_value(known[name], text)
        except Invalid as problem:
            wrong.update(problem.fields)
            continue
        if value is None:
            wanted.pop(name, None)
        else:
            wanted[name] = value
    if wrong:
        raise Invalid(DO_NOT_FIT, fields=wrong)
    row.desired, row.desired_at = wanted, clock.now()
    save_record(actor, row, "iot_platform.desired_set")
    return {"device": device, "delta": delta(row.desired, row.reported)}


@action("iot_platform.report_twin", allows=lambda actor, **_: actor.kind == "platform")
def report_twin(actor: Actor, *, device: str, values: dict[str, Any]) -> dict[str, Any]:
    """Keep what a device says of itself; answers what is still wanted of it. Raises Missing."""
    row = FleetDevice.objects.filter(device=device).first()
    if row is None:
        raise Missing(T("没有该设备。", "There is no such device."))
    merged = {**row.reported, **values}
    if len(merged) > REPORTED_MAX or len(str(merged)) > 8_000:
        raise Invalid(_TOO_MUCH)
    row.reported, row.reported_at = merged, clock.now()
    save_record(actor, row, "iot_platform.reported")
    return {"device": row.device, "delta": delta(row.desired, row.reported)}
