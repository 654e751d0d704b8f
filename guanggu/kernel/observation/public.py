"""The only door of observations.

numpy comes with ``Batch``: it is loaded when first asked for, so that pages start without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .adopting import adopt_factor, adoptions_of, factors_waiting_in, waiting_factors, words_of
from .alarms.actions import acknowledge_alarm, close_alarm, link_case
from .alarms.duty import Judging, judging
from .declaring import (
    Station,
    StreamSpec,
    declare_station,
    declare_stations,
    specs_of,
    stream_key,
)
from .device_actions import (
    issue_secret,
    register_device,
    rotate_key,
    send_command,
    suspend_device,
)
from .doors import (
    ask_the_owner,
    owned_store,
    remote_store,
)
from .engine.snapshots import LONGEST_READING, forget_snapshots
from .gaps import (
    Gap,
    gaps,
    joined_gaps,
)
from .gateways.watching import (
    GatewayState,
    gateway_state,
)
from .kinds import (
    THING_KINDS,
    ThingKind,
    kind_title,
    thing_kind,
)
from .marks import (
    LETTERS,
    TITLES,
    VALID,
    Mark,
)
from .models import (
    Alarm,
    AlarmRule,
    Datastream,
    Device,
    FieldCommand,
    InstrumentState,
    ObservedProperty,
    QuarantinedFrame,
    Review,
    Sensor,
    Thing,
)
from .models.devices import (
    PROFILES,
    PROTOCOLS,
)
from .permissions import (
    HANDLE_ALARMS,
    KEEP_RULES,
    KEEP_THINGS,
    REVIEW,
    SEE_ALARMS,
    SEE_INSIDE,
    SEE_STREAMS,
    SEE_THINGS,
)
from .quotas import messages_shared, share_quota
from .rates import Rates, added, rates
from .readings import (
    Mean,
    Reading,
    latest_readings,
    means,
    series,
)
from .reviewing import decide_held, held_values, review_data, reviews_of
from .sealed_secrets import key_digest, unseal
from .store import (
    AGGREGATE_COLUMNS,
    EVERY,
    SERIES_COLUMNS,
    Appended,
    ObservationStore,
    bind,
    observations,
)
from .twins import (
    TwinKeeper,
    Wanted,
    keep_twins,
)
from .valid_data import (
    ValidDataRule,
    ValidMean,
    rule_of,
    sliding_means,
    valid_means,
)

if TYPE_CHECKING:
    from .batch import Batch

__all__ = [
    "AGGREGATE_COLUMNS",
    "EVERY",
    "HANDLE_ALARMS",
    "KEEP_RULES",
    "KEEP_THINGS",
    "LETTERS",
    "LONGEST_READING",
    "PROFILES",
    "PROTOCOLS",
    "REVIEW",
    "SEE_ALARMS",
    "SEE_INSIDE",
    "SEE_STREAMS",
    "SEE_THINGS",
    "SERIES_COLUMNS",
    "THING_KINDS",
    "TITLES",
    "VALID",
    "Alarm",
    "AlarmRule",
    "Appended",
    "Batch",
    "Datastream",
    "Device",
    "FieldCommand",
    "Gap",
    "GatewayState",
    "InstrumentState",
    "Judging",
    "Mark",
    "Mean",
    "ObservationStore",
    "ObservedProperty",
    "QuarantinedFrame",
    "Rates",
    "Reading",
    "Review",
    "Sensor",
    "Station",
    "StreamSpec",
    "Thing",
    "ThingKind",
    "TwinKeeper",
    "ValidDataRule",
    "ValidMean",
    "Wanted",
    "acknowledge_alarm",
    "added",
    "adopt_factor",
    "adoptions_of",
    "ask_the_owner",
    "bind",
    "close_alarm",
    "decide_held",
    "declare_station",
    "declare_stations",
    "factors_waiting_in",
    "forget_snapshots",
    "gaps",
    "gateway_state",
    "held_values",
    "issue_secret",
    "joined_gaps",
    "judging",
    "keep_twins",
    "key_digest",
    "kind_title",
    "latest_readings",
    "link_case",
    "means",
    "messages_shared",
    "observations",
    "owned_store",
    "rates",
    "register_device",
    "remote_store",
    "review_data",
    "reviews_of",
    "rotate_key",
    "rule_of",
    "send_command",
    "series",
    "share_quota",
    "sliding_means",
    "specs_of",
    "stream_key",
    "suspend_device",
    "thing_kind",
    "unseal",
    "valid_means",
    "waiting_factors",
    "words_of",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "Batch":
        from .batch import Batch

        return Batch
    raise AttributeError(name)
