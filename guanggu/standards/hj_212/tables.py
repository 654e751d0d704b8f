"""Tables of HJ 212-2017 (table 3 monitoring kinds, table 5 commands, tables 6 and 7 results) and
what HJ 212-2025 adds (known here from implementations that cite it, not from its own text)."""

from __future__ import annotations

from guanggu.base.bilingual import T

KINDS: dict[str, T] = {
    "21": T("地表水质量监测", "Surface water quality"),
    "22": T("空气质量监测", "Air quality"),
    "23": T("声环境质量监测", "Sound environment"),
    "24": T("地下水质量监测", "Groundwater quality"),
    "25": T("土壤质量监测", "Soil quality"),
    "26": T("海水质量监测", "Sea water quality"),
    "27": T("挥发性有机物监测", "Volatile organic compounds"),
    "31": T("大气环境污染源", "Air pollution source"),
    "32": T("地表水体环境污染源", "Surface water pollution source"),
    "33": T("地下水体环境污染源", "Groundwater pollution source"),
    "34": T("海洋环境污染源", "Marine pollution source"),
    "35": T("土壤环境污染源", "Soil pollution source"),
    "36": T("声环境污染源", "Noise source"),
    "37": T("振动环境污染源", "Vibration source"),
    "38": T("放射性环境污染源", "Radioactive source"),
    "39": T("工地扬尘污染源", "Construction-site dust"),
    "41": T("电磁环境污染源", "Electromagnetic source"),
    "44": T("用电监控", "Power use"),
    "45": T("关键生产工况", "Key production conditions"),
    "51": T("烟气排放过程监控", "Flue-gas treatment process"),
    "52": T("污水排放过程监控", "Sewage treatment process"),
    "91": T("系统交互", "System interaction"),
}

COMMANDS: dict[str, T] = {
    "1000": T("设置超时时间及重发次数", "Set time-out and number of retries"),
    "1001": T("上传数采仪硬件编号", "Upload the logger's hardware numbers"),
    "1002": T("设置数采仪设备唯一标识", "Set the logger's MN"),
    "1011": T("提取/上传现场机时间", "Get or upload the station's time"),
    "1012": T("设置现场机时间", "Set the station's time"),
    "1013": T("现场机时间校准请求", "Station asks for time calibration"),
    "1014": T("提取/下发密钥", "Get or issue the key"),
    "1061": T("提取/上传实时数据间隔", "Get or upload the real-time interval"),
    "1062": T("设置实时数据间隔", "Set the real-time interval"),
    "1063": T("提取/上传分钟数据间隔", "Get or upload the minute interval"),
    "1064": T("设置分钟数据间隔", "Set the minute interval"),
    "1072": T("设置现场机访问密码", "Set the station's password"),
    "2011": T("取/上传污染物实时数据", "Real-time data"),
    "2012": T("停止察看实时数据", "Stop real-time data"),
    "2013": T("上传原始数据", "Raw data"),
    "2021": T("取/上传设备运行状态数据", "State of equipment"),
    "2022": T("停止察看设备运行状态", "Stop the state of equipment"),
    "2031": T("取/上传污染物日历史数据", "Day data"),
    "2041": T("取/上传设备运行时间日历史数据", "Running time of equipment by day"),
    "2051": T("取/上传污染物分钟数据", "Minute data"),
    "2052": T("上传单次噪声测量数据", "Single noise measurement"),
    "2061": T("取/上传污染物小时数据", "Hour data"),
    "2062": T("上传自动标样核查数据", "Automatic check with a standard sample"),
    "2081": T("上传数采仪开机时间", "Start time of the logger"),
    "2111": T("上传炉温五分钟均值", "Five-minute means of furnace temperature"),
    "3011": T("零点校准量程校准", "Calibrate zero and span"),
    "3012": T("即时采样", "Take a sample now"),
    "3013": T("启动清洗/反吹", "Start cleaning or blow-back"),
    "3014": T("比对采样", "Comparison sample"),
    "3015": T("超标留样", "Keep a sample over the limit"),
    "3016": T("设置采样时间周期", "Set the sampling period"),
    "3017": T("提取采样时间周期", "Get the sampling period"),
    "3018": T("提取出样时间", "Get the time of a result"),
    "3019": T("提取设备唯一标识", "Get the identity of an instrument"),
    "3020": T("提取现场机信息", "Get information of the station"),
    "3021": T("设置现场机参数", "Set a parameter of the station"),
    "3022": T("即时留样", "Keep a sample now"),
    "3024": T("启动标样核查", "Start a check with a standard sample"),
    "9011": T("请求应答", "Answer to a request"),
    "9012": T("执行结果", "Result of a request"),
    "9013": T("通知应答", "Answer to a notice"),
    "9014": T("数据应答", "Answer to data"),
    "9015": T("心跳", "Heartbeat"),
}
UPLOADS = frozenset(
    [
        "2011",
        "2013",
        "2021",
        "2031",
        "2041",
        "2051",
        "2052",
        "2061",
        "2062",
        "2081",
        "2111",
        "1001",
        "1011",
        "1061",
        "1063",
        "3017",
        "3018",
        "3019",
        "3020",
    ]
)
NOTICES = frozenset({"1013", "2012", "2022", "9015"})
ANSWERS = frozenset({"9011", "9012", "9013", "9014"})
# Seconds of the interval that CN's data stand for; None: as configured at the station.
INTERVAL_S: dict[str, int | None] = {"2051": None, "2061": 3600, "2031": 86400, "2041": 86400}

# QnRtn: answer to a request (2017 table 7).
REQUEST_RESULTS: dict[int, T] = {
    1: T("准备执行请求", "Ready to carry it out"),
    2: T("请求被拒绝", "Refused"),
    3: T("PW 错误", "Wrong PW"),
    4: T("MN 错误", "Wrong MN"),
    5: T("ST 错误", "Wrong ST"),
    6: T("Flag 错误", "Wrong Flag"),
    7: T("QN 错误", "Wrong QN"),
    8: T("CN 错误", "Wrong CN"),
    9: T("CRC 校验错误", "Wrong checksum"),
    100: T("未知错误", "Unknown error"),
}
# ExeRtn: how it ended (2017 table 6).
EXECUTION_RESULTS: dict[int, T] = {
    1: T("执行成功", "Done"),
    2: T("执行失败,但不知道原因", "Failed for an unknown reason"),
    3: T("命令请求条件错误", "Failed: a condition of the command is wrong"),
    4: T("通讯超时", "Failed: time-out"),
    5: T("系统繁忙不能执行", "Failed: busy"),
    6: T("系统故障", "Failed: fault"),
    100: T("没有数据", "No data"),
}
READY, REFUSED, WRONG_PW, WRONG_MN, WRONG_ST, WRONG_FLAG = 1, 2, 3, 4, 5, 6
WRONG_QN, WRONG_CN, WRONG_CRC, UNKNOWN_ERROR = 7, 8, 9, 100
DONE, NO_DATA = 1, 100
ANSWER_TIMEOUT_S = 10  # table 8: wired; retries below
RETRIES = 3

# Table 8: marks of data.
MARKS: dict[str, T] = {
    "N": T("在线监控仪器仪表工作正常", "Instrument works normally"),
    "F": T("在线监控仪器仪表停运", "Instrument stopped"),
    "M": T("在线监控仪器仪表处于维护期间产生的数据", "Made during maintenance"),
    "S": T("手工输入的设定值", "Value set by hand"),
    "D": T("在线监控仪器仪表故障", "Instrument faulty"),
    "C": T("在线监控仪器仪表处于校准状态", "Instrument being calibrated"),
    "T": T("在线监控仪器仪表采样数值超过测量上限", "Above the measuring range"),
    "B": T("在线监控仪器仪表与数采仪通讯异常", "Link between instrument and logger broken"),
}
SUFFIXES: dict[str, T] = {
    "Rtd": T("实时值", "Real-time value"),
    "Avg": T("平均值", "Mean"),
    "Min": T("最小值", "Minimum"),
    "Max": T("最大值", "Maximum"),
    "Cou": T("累计值", "Total"),
    "ZsRtd": T("折算实时值", "Converted real-time value"),
    "ZsAvg": T("折算平均值", "Converted mean"),
    "ZsMin": T("折算最小值", "Converted minimum"),
    "ZsMax": T("折算最大值", "Converted maximum"),
    "RS": T("设备运行状态", "State of equipment"),
    "RT": T("设备运行时间", "Running time of equipment"),
    "Data": T("噪声监测值", "Noise value"),
    "DayData": T("噪声昼间值", "Noise by day"),
    "NightData": T("噪声夜间值", "Noise by night"),
}
