"""The command ``guanggu``: one sub-command a module, loaded only when it is asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from guanggu.base.bilingual import T
from guanggu.base.errors import Problem

# Sub-command, its module in guanggu/site/commands, and what it does.
COMMANDS: dict[str, tuple[str, T]] = {
    "serve": ("serve", T("启动网站与后台任务", "serve the site and its worker")),
    "ingest": ("ingest", T("接收监测数据", "take observations in")),
    "simulate": ("simulate", T("模拟监测设备上报", "act as devices in the field")),
    "worker": ("worker", T("只运行后台任务", "run only the worker")),
    "antivirus": ("antivirus", T("运行杀毒引擎", "run the virus scanner")),
    "relay": ("relay", T("向消息总线转发日志", "hand the journal on to a bus")),
    "live": ("live", T("只运行监控大屏推送", "serve only the live pages' streams")),
    "migrate": ("migrate", T("建立或升级数据库", "make or upgrade the database")),
    "keys": ("keys", T("为开发机生成密钥", "generate keys for a developer's machine")),
    "code": ("code", T("示例账户当前的一次性验证码", "one-time code of a sample account now")),
    "officers": ("officers", T("初始化三员账户", "set up the first three officers")),
    "import": ("importing", T("将表格导入登记册", "import a sheet into a register")),
    "export": ("exporting", T("将登记册导出为表格", "export a register as a sheet")),
    "sample": ("sample", T("载入示例区(均为虚构)", "load the sample district, all of it invented")),
    "new": ("new", T("新建一个应用", "start a new app")),
    "lake": ("lake", T("数据湖：状态、重建、核对", "the lake: status, rebuild, verify")),
    "backup": ("backup", T("备份并证明可恢复", "make a copy and prove it")),
    "restore": ("restore", T("把备份恢复到空文件夹", "restore a copy into an empty folder")),
    "verify": ("verify", T("核验全部记录未被改动", "prove that no record was altered")),
}


def both(text: T) -> str:
    """A terminal has no language of its own: both are said."""
    return f"{text.zh} · {text.en}"


def complain(problem: Problem) -> None:
    print(both(problem.message), file=sys.stderr)
    for place, message in problem.fields.items():
        print(f"  {place}: {both(message)}", file=sys.stderr)


def _parser(chosen: str | None) -> tuple[argparse.ArgumentParser, ModuleType | None]:
    """All names for the help, the arguments of only the chosen one."""
    parser = argparse.ArgumentParser(
        prog="guanggu",
        description=both(T("光谷：城区的数字底座", "the digital side of a district")),
    )
    choices = parser.add_subparsers(dest="command", required=True, metavar="command")
    module = None
    for name, (file, title) in COMMANDS.items():
        sub = choices.add_parser(name, help=both(title), description=both(title))
        if name == chosen:
            module = import_module(f"guanggu.site.commands.{file}")
            module.add_arguments(sub)
    return parser, module


def set_up_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanggu.site.settings")
    django.setup()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command; answers the exit status, 0 where all is well."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    chosen = next((word for word in given if not word.startswith("-")), None)
    parser, module = _parser(chosen)
    options = parser.parse_args(given)
    assert module is not None, "argparse has refused every other name"
    try:
        if getattr(module, "NEEDS_DJANGO", True):
            set_up_django()
        return int(module.run(options))
    except Problem as problem:
        complain(problem)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
