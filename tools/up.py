"""`make up`: prepare whatever is missing, then serve. Each step is skipped where it is done."""

from __future__ import annotations

import os
import sys
import time

import assets
import environment
from say import say, stop, working
from stamps import ROOT, VAR, digest, is_done, mark_done

COMMAND = (environment.PYTHON, "-m", "guanggu.site.command")


def _static_files() -> str:
    """Names, sizes and times: contents would cost seconds at each start."""
    lines = []
    for folder in sorted(ROOT.glob("guanggu/**/static")):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                seen = path.stat()
                lines.append(f"{path.relative_to(ROOT)} {seen.st_size} {seen.st_mtime_ns}")
    return digest([ROOT / "guanggu" / "site" / "settings.py"], *lines)


def _collect_static() -> None:
    made_from = _static_files()
    if is_done("static", made_from):
        return
    with working("压缩网页资源", "compressing web assets"):
        run = environment.run
        run(environment.PYTHON, "-m", "django", "collectstatic", "--noinput", "--clear",
            env={"DJANGO_SETTINGS_MODULE": "guanggu.site.settings", "GUANGGU_COLLECTED": "1"})  # fmt: skip
    mark_done("static", made_from)


def _database() -> str:
    """Which database and which migrations: where both are as before there is nothing to do."""
    url = os.environ.get("GUANGGU_DATABASE", "")
    return digest(ROOT.glob("guanggu/**/migrations/*.py"), url)


def _database_exists() -> bool:
    return bool(os.environ.get("GUANGGU_DATABASE")) or any(VAR.glob("*.sqlite3"))


def _migrate() -> None:
    made_from = _database()
    if is_done("database", made_from) and _database_exists():
        return
    with working("建立或升级数据库", "making or upgrading the database"):
        environment.run(*COMMAND, "migrate")
    mark_done("database", made_from)


def _load_sample() -> None:
    """The command itself leaves a database alone that holds anything already."""
    if not (ROOT / "guanggu" / "site" / "commands" / "sample.py").exists():
        return
    made_from = digest([], os.environ.get("GUANGGU_DATABASE", ""), str(_database_exists()))
    if is_done("sample", made_from) and _database_exists():
        return
    say("载入示例区(均为虚构)", "loading the sample district (all of it invented)")
    status = os.spawnv(os.P_WAIT, str(COMMAND[0]), [str(part) for part in (*COMMAND, "sample")])
    if status:
        stop(
            "示例区没有载入,原因见上。", "The sample district was not loaded; the reason is above."
        )
    mark_done("sample", made_from)


def prepare(*, for_tests: bool = False, packages_only: bool = False) -> None:
    environment.ensure_packages()
    if for_tests:
        environment.ensure_packages("requirements-dev.lock")
    if packages_only:
        return
    assets.ensure_assets(for_tests=for_tests)


def main() -> None:
    started = time.monotonic()
    os.chdir(ROOT)
    prepare(packages_only="--only-packages" in sys.argv)
    if "--only-packages" in sys.argv:
        return
    environment.run(*COMMAND, "keys") if not (VAR / "env").exists() else None
    _collect_static()
    _migrate()
    _load_sample()
    if "--only-prepare" in sys.argv:
        say(f"已就绪,用时 {time.monotonic() - started:.0f} 秒", "everything is ready")
        return
    sys.stdout.flush()
    os.execv(COMMAND[0], [str(part) for part in (*COMMAND, "serve", "--show-sign-ins")])


if __name__ == "__main__":
    main()
