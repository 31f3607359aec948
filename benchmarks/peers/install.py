"""Installing the peers: Debian's packages, and virtual environments for those in Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def debian(*packages: str) -> str | None:
    """Install packages where that takes no password; return the first one's version, or None."""
    missing = [name for name in packages if _version(name) is None]
    if missing and shutil.which("apt-get"):
        print(f"installing {' '.join(missing)}", flush=True)
        root = [] if os.getuid() == 0 else ["sudo", "-n"]
        apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        apt += ["-o", "DPkg::Lock::Timeout=300"]
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
            subprocess.run([*apt, *command], check=False, stdout=subprocess.DEVNULL)
    if any(_version(name) is None for name in packages):
        return None
    return _version(packages[0])


def _version(package: str) -> str | None:
    if not shutil.which("dpkg-query"):
        return None
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    status, _, version = done.stdout.partition(" ")
    return version.partition("+")[0] if status == "installed" else None


def python(venv: Path, requirements: Sequence[str]) -> str | None:
    """Install into a virtual environment of its own; return the first one's version, or None."""
    pip = [str(venv / "bin/python"), "-m", "pip", "--disable-pip-version-check"]
    name = requirements[0].partition("==")[0]
    if not venv.exists():
        print(f"installing {' '.join(requirements)}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([*pip, "install", "-q", *requirements], check=False)
    done = subprocess.run([*pip, "show", name], capture_output=True, text=True, check=False)
    lines = dict(line.partition(": ")[::2] for line in done.stdout.splitlines())
    if "Version" not in lines:
        shutil.rmtree(venv, ignore_errors=True)
    return lines.get("Version")
