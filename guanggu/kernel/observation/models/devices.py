"""Devices that speak to the gateways, commands to them, and frames that could not be taken in."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record

from .sensing import Thing

PROTOCOLS = [
    ("hj212", T("HJ 212(TCP)", "HJ 212 (TCP)")),
    ("mqtt", T("MQTT", "MQTT")),
    ("http", T("HTTP", "HTTP")),
    ("sensorthings", T("SensorThings", "SensorThings")),
]
PROFILES = [
    ("2005", T("HJ/T 212-2005", "HJ/T 212-2005")),
    ("2017", T("HJ 212-2017", "HJ 212-2017")),
    ("2025", T("HJ 212-2025", "HJ 212-2025")),
    ("surface_water", T("HJ 1404-2024(地表水)", "HJ 1404-2024 (surface water)")),
]
COMMAND_STATES = [
    ("queued", T("待发送", "Queued")),
    ("sent", T("已发送", "Sent")),
    ("ready", T("现场已应答", "Taken up by the station")),
    ("executed", T("已执行", "Executed")),
    ("failed", T("执行失败", "Failed")),
    ("timeout", T("超时未应答", "No answer")),
]
FRAMES_A_MINUTE = (
    600  # a station with 11 factors sends two a minute; a re-send after an outage more
)


class SharedQuota(models.Model):
    """Messages that several devices together may send on one day (0: any).

    day: days since 1970 in the district's zone; messages: those taken in on it, written by the
    gateways every few seconds, so that a gateway that is started anew goes on counting.
    """

    key = models.CharField(max_length=64, unique=True)
    messages_a_day_max = models.PositiveIntegerField(default=0)
    day = models.PositiveIntegerField(default=0)
    messages = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Device(Record):
    """What speaks for a thing: a station's data logger, a gateway, a meter.

    ``address`` is what it calls itself: the MN of HJ 212, the client id of MQTT, for the other
    protocols the name under which its key is used. Its secrets stand in ``DeviceSecret``.
    Limits are frames or messages; 0 means no limit of the day.
    """

    collection = "devices"

    name = models.CharField(T("名称", "Name"), max_length=200)
    thing = models.ForeignKey(
        Thing, models.PROTECT, related_name="devices", verbose_name=T("监测设施", "Thing")
    )
    protocol = models.CharField(
        T("接入协议", "Protocol"), max_length=16, choices=PROTOCOLS, default="mqtt"
    )
    address = models.CharField(T("设备标识(MN)", "Address (MN)"), max_length=64, db_index=True)
    profile = models.CharField(
        T("协议版本", "Profile"), max_length=16, choices=PROFILES, blank=True
    )
    frames_a_minute_max = models.PositiveIntegerField(
        T("每分钟报文上限", "Frames a minute at most"), default=FRAMES_A_MINUTE
    )
    messages_a_day_max = models.PositiveIntegerField(
        T("每日报文上限(0 为不限)", "Messages a day at most (0: any)"), default=0
    )
    quota = models.ForeignKey(
        SharedQuota, models.SET_NULL, null=True, editable=False, related_name="devices"
    )
    is_suspended = models.BooleanField(T("已停用", "Suspended"), default=False, editable=False)
    suspended_reason = models.CharField(
        T("停用原因", "Why suspended"), max_length=400, blank=True, editable=False
    )
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False, editable=False)

    class Meta:
        verbose_name = T("接入设备", "Device")
        constraints = [
            models.UniqueConstraint(fields=["protocol", "address"], name="observation_one_device")
        ]


class DeviceSecret(models.Model):
    """Secrets of one device, apart from its record so that no history page ever holds them.

    key_digest: SHA-256 of the long random key (HTTP, SensorThings, MQTT)
    broker_digest: the same key as mosquitto's password file wants it
    password_sealed, cipher_key_sealed: PW and SM4 key of HJ 212, which the gateway must be able
    to read again, encrypted by ``sealed_secrets``
    """

    device = models.OneToOneField(Device, models.CASCADE, related_name="secret")
    key_digest = models.CharField(max_length=64, blank=True, db_index=True)
    broker_digest = models.CharField(max_length=160, blank=True)
    password_sealed = models.BinaryField(default=b"")
    cipher_key_sealed = models.BinaryField(default=b"")
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.device)


class FieldCommand(Record):
    """One command to a station in the field, and what came of it (HJ 212-2017 6.4).

    ``parameters`` is what stands between ``CP=&&`` and ``&&``; ``qn`` the number under which it
    went out; ``request_code`` QnRtn and ``execution_code`` ExeRtn as the station answered.
    """

    collection = "field_commands"

    device = models.ForeignKey(
        Device, models.PROTECT, related_name="commands", verbose_name=T("接入设备", "Device")
    )
    cn = models.CharField(T("命令编码(CN)", "Command (CN)"), max_length=4)
    parameters = models.CharField(T("命令参数", "Parameters"), max_length=900, blank=True)
    reason = models.CharField(T("事由", "Reason"), max_length=400, blank=True)
    by = models.CharField(T("下达人", "Given by"), max_length=120, editable=False)
    state = models.CharField(
        T("状态", "State"), max_length=10, choices=COMMAND_STATES, default="queued",
        db_index=True, editable=False,
    )  # fmt: skip
    qn = models.CharField(T("请求编号(QN)", "Number (QN)"), max_length=17, blank=True)
    tries = models.PositiveSmallIntegerField(T("发送次数", "Times sent"), default=0)
    request_code = models.CharField(T("请求返回(QnRtn)", "QnRtn"), max_length=4, blank=True)
    execution_code = models.CharField(T("执行返回(ExeRtn)", "ExeRtn"), max_length=4, blank=True)
    result = models.TextField(T("返回内容", "Answer"), max_length=4000, blank=True)
    finished_at = models.DateTimeField(T("办结时间", "Finished"), null=True, blank=True)

    class Meta:
        verbose_name = T("反控命令", "Field command")

    def __str__(self) -> str:
        return f"{self.cn} → {self.device_id}"


class QuarantinedFrame(models.Model):
    """A frame that could not be taken in, with its raw bytes as they came.

    Bounded: of one device and reason a few an hour are kept, the others only counted in
    ``alike``. ``device`` is empty where nobody known sent it; ``peer`` says from where it came.
    """

    device = models.ForeignKey(
        Device, models.CASCADE, null=True, related_name="quarantine",
        verbose_name=T("接入设备", "Device"),
    )  # fmt: skip
    protocol = models.CharField(T("接入协议", "Protocol"), max_length=16, choices=PROTOCOLS)
    peer = models.CharField(T("来源", "From"), max_length=120)
    reason = models.CharField(T("原因", "Reason"), max_length=40, db_index=True)
    detail = models.CharField(T("说明", "Detail"), max_length=400, blank=True)
    raw = models.BinaryField()
    alike = models.PositiveIntegerField(T("同类另有", "More alike"), default=0)
    at = models.DateTimeField(T("收到时间", "Received"), db_index=True)
    resolved_at = models.DateTimeField(T("处理时间", "Resolved"), null=True)

    class Meta:
        verbose_name = T("异常报文", "Quarantined frame")

    def __str__(self) -> str:
        return f"{self.peer} {self.reason}"


class Adoption(models.Model):
    """A factor that a station sent unasked and an officer took over, and how far the frames in
    quarantine have been read again for it.

    last_frame: pk of the last one read; frames, data: how many held it, how many data were stored
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="adoptions")
    factor = models.CharField(max_length=64)
    intervals = models.JSONField(default=list)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    last_frame = models.BigIntegerField(default=0)
    frames = models.PositiveIntegerField(default=0)
    data = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.device} {self.factor}"


class InstrumentState(models.Model):
    """What a station last said of an instrument (HJ 212-2017 CN 3020): state, log or parameter.

    factor: what the instrument measures, empty for the station itself; code: as the standard has
    it (i12001); text: as it was sent
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="instrument_states")
    factor = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "factor", "code"], name="observation_one_instrument_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.factor} {self.code} {self.text}"
