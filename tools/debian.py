"""What the tests need outside Python: installed by apt as root on Debian, else named exactly."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import environment
from say import stop, working

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin",
)  # fmt: skip


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def postgres_folder() -> Path | None:
    """Folder of initdb: distributions keep it off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    for pattern in POSTGRES_FOLDERS:
        folders = sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
        for folder in folders:
            if (folder / "initdb").exists():
                return folder
    return None


def _has_postgis() -> bool:
    places = ("/usr/share/postgresql/*/extension", "/usr/pgsql-*/share/extension")
    return any(
        next(Path("/").glob(f"{place.lstrip('/')}/postgis.control"), None) for place in places
    )


def service(name: str) -> str | None:
    """Servers stand in a folder that is often not on a user's path."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))


def mosquitto() -> str | None:
    return service("mosquitto")


def _has_chinese_font() -> bool:
    patterns = ("*CJK*", "*SourceHan*", "wqy*", "Fandol*")
    return any(next(f.rglob(p), None) for f in FONT_FOLDERS if f.exists() for p in patterns)


@dataclass(frozen=True)
class Need:
    package: str
    is_here: Callable[[], bool]
    zh: str
    en: str


NEEDS = (
    Need("chromium", lambda: chromium() is not None, "浏览器", "a browser"),
    Need("poppler-utils", lambda: shutil.which("pdfsig") is not None, "PDF 核验工具", "PDF tools"),
    Need("postgresql", lambda: postgres_folder() is not None, "PostgreSQL 数据库", "the database"),
    # The package of the installed version; its name without one follows the distribution's.
    Need("postgresql-postgis", _has_postgis, "PostGIS 空间扩展", "PostGIS"),
    Need("mosquitto", lambda: mosquitto() is not None, "MQTT 服务", "the MQTT broker"),
    Need(
        "pgbackrest",
        lambda: shutil.which("pgbackrest") is not None,
        "数据库归档工具",
        "PostgreSQL's backup tool",
    ),
    Need("restic", lambda: shutil.which("restic") is not None, "备份工具", "the backup tool"),
    Need(
        "clamav-daemon", lambda: service("clamd") is not None, "病毒扫描服务", "the virus scanner"
    ),
    Need("nats-server", lambda: service("nats-server") is not None, "消息总线", "the message bus"),
    Need("openjdk-17-jre-headless", lambda: shutil.which("java") is not None, "Java", "Java"),
    Need("fonts-noto-cjk", _has_chinese_font, "中文字体", "Chinese fonts"),
)


def ensure_needs(needs: tuple[Need, ...] = NEEDS) -> None:
    missing = [need for need in needs if not need.is_here()]
    if not missing:
        return
    packages = [need.package for need in missing]
    listed = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        zh = "、".join(f"{need.zh}({need.package})" for need in missing)
        en = ", ".join(f"{need.en} ({need.package})" for need in missing)
        stop(
            f"测试还需要:{zh}。Debian、Ubuntu 上:sudo apt-get install {listed}",
            f"The tests also need {en}. On Debian or Ubuntu: sudo apt-get install {listed}",
        )
    with working(f"用 apt 安装 {listed}", f"installing {listed} by apt"):
        # The distribution's own cluster would only take memory: the suite starts a private one.
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        environment.run("apt-get", "update", env=quiet)
        environment.run("apt-get", "install", "-y", "--no-install-recommends", *packages, env=quiet)
    still = [need.package for need in missing if not need.is_here()]
    if still:
        stop(f"已安装但仍找不到:{still}", f"installed, and yet not found: {still}")
