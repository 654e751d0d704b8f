"""A real Spark standalone cluster on 127.0.0.1, for tests and benchmarks, and data to ask it about."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

READY_SECONDS_MAX = 180
HOST = "127.0.0.1"


def has_java() -> bool:
    return shutil.which("java") is not None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class SparkCluster:
    """``start(workers)``, ``kill_a_worker()``, ``stop()``. Every worker has one core."""

    def __init__(self, folder: Path, worker_memory: str = "1g") -> None:
        self.folder, self.worker_memory = folder, worker_memory
        self.port, self.page_port = _free_port(), _free_port()
        self.master_process: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def settings(self) -> dict[str, str]:
        """For the driver: executors call it back at this address."""
        return {"spark.driver.host": HOST, "spark.driver.bindAddress": HOST}

    @property
    def master(self) -> str:
        return f"spark://{HOST}:{self.port}"

    def start(self, workers: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.master_process = self._run(
            "org.apache.spark.deploy.master.Master", "--host", HOST, "--port", str(self.port),
            "--webui-port", str(self.page_port),
        )  # fmt: skip
        self.add_workers(workers)

    def add_workers(self, count: int) -> None:
        for _ in range(count):
            self.workers.append(
                self._run(
                    "org.apache.spark.deploy.worker.Worker", self.master, "--host", HOST,
                    "--cores", "1", "--memory", self.worker_memory, "--webui-port", "0",
                    "--work-dir", str(self.folder / "work"),
                )
            )  # fmt: skip
        self.wait_for(len(self.workers))

    def wait_for(self, workers: int) -> None:
        pause, until_s = threading.Event(), time.monotonic() + READY_SECONDS_MAX
        while self.alive() != workers:
            if time.monotonic() > until_s:
                raise TimeoutError(f"{self.alive()} of {workers} workers came")
            pause.wait(0.1)

    def alive(self) -> int:
        """Workers that the master counts as alive; -1 while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.page_port}/json/", timeout=2) as told:
                return int(json.load(told)["aliveworkers"])
        except OSError:
            return -1

    def kill_a_worker(self) -> None:
        """kill -9 of the worker and of what it runs."""
        worker = self.workers.pop()
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def stop(self) -> None:
        for process in [*self.workers, *([self.master_process] if self.master_process else [])]:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.workers, self.master_process = [], None

    def _run(self, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        import pyspark

        home = Path(pyspark.__file__).parent
        environment = {
            **os.environ, "SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_LOCAL_IP": HOST, "SPARK_LOCAL_DIRS": str(self.folder / "local"),
        }  # fmt: skip
        with open(self.folder / f"{main.rpartition('.')[2]}-{len(self.workers)}.log", "wb") as log:
            return subprocess.Popen(
                [str(home / "bin" / "spark-class"), main, *arguments], env=environment,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip


def lay_tables(folder: Path, cases: int, observations: int) -> None:
    """Invented cases (each with four tasks and eight events) and observations, as the lake keeps
    them, deterministic by number; one file a 500,000 rows."""
    import duckdb

    connection = duckdb.connect(config={"threads": os.cpu_count() or 1})
    at = "TIMESTAMP '2025-01-01' + to_seconds((i * 7919) % 31000000)"
    for name, rows, query in (
        (
            "case_cases", cases,
            f"""SELECT i::BIGINT AS id, 'C' || i AS number, 'kind' || (i % 9) AS kind,
            (i % 41)::BIGINT AS organisation_id, {at} AS opened_at,
            CASE WHEN i % 5 > 0 THEN {at} + to_seconds(3600 + (i * 104729) % 2000000) END AS closed_at,
            CASE WHEN i % 11 > 0 THEN ({at})::DATE + ((i % 17) + 3)::INTEGER END AS due_on,
            CASE WHEN i % 5 > 0 THEN 'closed' ELSE 'open' END AS state,
            'stage' || (i % 6) AS stage""",
        ),
        (
            "case_tasks", 4 * cases,
            f"""SELECT i::BIGINT AS id, (i // 4)::BIGINT AS case_id, 'step' || (i % 4) AS step,
            (i % 41)::BIGINT AS organisation_id, 'role' || (i % 7) AS role, {at} AS opened_at,
            CASE WHEN i % 6 > 0 THEN {at} + to_seconds((i * 31) % 400000) END AS done_at,
            CASE WHEN i % 6 > 0 THEN 'done' ELSE 'open' END AS state""",
        ),
        (
            "journal_events", 8 * cases,
            f"""SELECT i::BIGINT AS event_id, 'cases/C' || (i // 8) AS subject,
            CASE i % 3 WHEN 0 THEN 'cases' WHEN 1 THEN 'lakes' ELSE 'alarms' END AS collection,
            'case.k' || (i % 12) AS kind, {at} AS happened_at""",
        ),
        (
            "observations", observations,
            """SELECT (i % 500)::BIGINT AS stream,
            TIMESTAMP '2026-01-01' + to_seconds((i // 500) * 3600) AS time,
            20 + 10 * sin(i / 977.0) + (i % 500) / 50.0 AS result,
            (CASE WHEN i % 97 = 0 THEN 17 ELSE 0 END)::UTINYINT AS mark""",
        ),
    ):  # fmt: skip
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, first in enumerate(range(0, rows, 500_000)):
            upto = min(first + 500_000, rows)
            connection.execute(
                f"COPY ({query} FROM range({first}, {upto}) AS r(i)) TO "
                f"'{folder / name / f'{number:04}.parquet'}' "
                "(FORMAT parquet, PARQUET_VERSION v1, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
            )
    connection.close()
