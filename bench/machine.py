"""Describes the machine and the versions that figures were taken with; nothing that names it."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path


def describe(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """What to know of the machine, as names and values."""
    cli = subprocess.run(
        ["pulumi", "version"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    packages = ("pulumi", "pulumi-aws", "pulumi-databricks")
    return [
        ("Date", datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("CPU", f"{_cpu_model()}, {len(_usable_cpus())} cores"),
        ("Memory", _memory()),
        ("System", f"{platform.system()} {_kernel()}, {platform.machine()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("Pulumi CLI", cli),
        ("Packages", ", ".join(f"{name} {version(name)}" for name in packages)),
        ("Load before the start", " ".join(f"{load:.1f}" for load in os.getloadavg())),
    ]


def _kernel() -> str:
    """Release without what follows the numbers, which may name a provider's own build."""
    found = re.match(r"[0-9.]+", platform.release())
    return found.group() if found else ""


def _usable_cpus() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _cpu_model() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1) if found else platform.machine()


def _memory() -> str:
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{total / 2**30:.0f} GiB"
