#!/bin/sh
# Runs its arguments with a Python of 3.11 or later: the project's own where it is made already,
# else the first fit one of this machine. PYTHON=/path/to/python chooses.
fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}
for candidate in ${PYTHON:-.venv/bin/python python3 python3.13 python3.12 python3.11 python3.14 python}; do
    if fits "$candidate"; then
        exec "$candidate" "$@"
    fi
done
cat >&2 <<'END'
需要 Python 3.11 或更新版本,本机没有找到。
  Debian 12 / Ubuntu 24.04 及以后: apt-get install python3 python3-venv
  openEuler / RHEL 9: dnf install python3.11
  或指明路径: make up PYTHON=/path/to/python3.11
Python 3.11 or later is needed and none was found on this machine.
  Debian 12 / Ubuntu 24.04 and later: apt-get install python3 python3-venv
  openEuler / RHEL 9: dnf install python3.11
  or name it: make up PYTHON=/path/to/python3.11
END
exit 1
