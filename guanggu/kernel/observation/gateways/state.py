"""How the gateways stand, as plain values: for pages, health and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .process import Gateways


def state_of(gateways: Gateways) -> dict[str, Any]:
    """JSON values. ``devices``: by pk what was heard of each since the start."""
    intake = gateways.intake
    lanes = (intake.live, intake.late)
    return {
        "doors": {name: str(address) for name, address in gateways.doors.items()},
        "intake": {
            "rows_stored": sum(lane.rows_stored for lane in lanes),
            "rows_waiting": intake.rows_waiting,
            "commits": sum(lane.commits for lane in lanes),
            "failures": sum(lane.failures for lane in lanes),
            "failing": any(lane.is_failing for lane in lanes),
            "last_failure": intake.live.last_failure or intake.late.last_failure,
            "last_commit_ms": round(intake.live.last_commit_s * 1000, 1),
        },
        "hj212": gateways.hj212.state(),
        "mqtt": {
            "state": gateways.mqtt.state,
            "zh": gateways.mqtt.told.zh,
            "en": gateways.mqtt.told.en,
            "address": str(gateways.setting.mqtt or ""),
            "received": gateways.mqtt.subscriber.received if gateways.mqtt.subscriber else 0,
            "acknowledged": (
                gateways.mqtt.subscriber.acknowledged if gateways.mqtt.subscriber else 0
            ),
        },
        "http": {
            "requests": gateways.http.counts.requests,
            "refused": gateways.http.counts.refused,
        },
        "quarantine": dict(gateways.quarantine.counts),
        "devices": _devices(gateways),
    }


_NOTHING = {"last_seen": 0, "messages": 0, "today": 0, "bad": 0, "connected": False}


def _devices(gateways: Gateways) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for counted in (gateways.mqtt.gateway, gateways.http.counts, gateways.hj212):
        for device, seen in list(counted.last_seen.items()):
            told = found.setdefault(str(device), dict(_NOTHING))
            told["last_seen"] = max(told["last_seen"], seen)
            told["messages"] += counted.messages.get(device, 0)
    for budgets in (gateways.mqtt.gateway.budgets, gateways.http.budgets, gateways.hj212.budgets):
        for device, budget in list(budgets.items()):
            if str(device) in found:
                found[str(device)]["today"] += budget.today
    for device, bad in list(gateways.quarantine.by_device.items()):
        told = found.setdefault(str(device), dict(_NOTHING))
        told["bad"] = bad
    for device in gateways.hj212.connected_devices():
        if str(device) in found:
            found[str(device)]["connected"] = True
    return found


def metrics_text(state: dict[str, Any]) -> str:
    """Prometheus' text format."""
    lines = [
        "# TYPE guanggu_ingest_rows_total counter",
        f"guanggu_ingest_rows_total {state['intake']['rows_stored']}",
        "# TYPE guanggu_ingest_commits_total counter",
        f"guanggu_ingest_commits_total {state['intake']['commits']}",
        "# TYPE guanggu_ingest_failures_total counter",
        f"guanggu_ingest_failures_total {state['intake']['failures']}",
        "# TYPE guanggu_ingest_rows_waiting gauge",
        f"guanggu_ingest_rows_waiting {state['intake']['rows_waiting']}",
        "# TYPE guanggu_ingest_hj212_connections gauge",
        f"guanggu_ingest_hj212_connections {state['hj212']['connections']}",
        "# TYPE guanggu_ingest_messages_total counter",
        f'guanggu_ingest_messages_total{{protocol="hj212"}} {state["hj212"]["frames"]}',
        f'guanggu_ingest_messages_total{{protocol="mqtt"}} {state["mqtt"]["received"]}',
        f'guanggu_ingest_messages_total{{protocol="http"}} {state["http"]["requests"]}',
        "# TYPE guanggu_ingest_mqtt_connected gauge",
        f"guanggu_ingest_mqtt_connected {int(state['mqtt']['state'] == 'connected')}",
        "# TYPE guanggu_ingest_quarantined_total counter",
    ]
    lines += [
        f'guanggu_ingest_quarantined_total{{reason="{reason}"}} {count}'
        for reason, count in sorted(state["quarantine"].items())
    ]
    return "\n".join(lines) + "\n"
