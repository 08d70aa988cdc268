"""Time to import the package, each time in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Final

STATEMENTS: Final = {
    "import pulumi": "import pulumi",
    "import pulumi_polytomic": "import pulumi_polytomic",
    "both": "import pulumi, pulumi_polytomic",
    "the provider SDKs": "import pulumi, pulumi_aws, pulumi_databricks; pulumi_aws.iam",
    "the component": "from pulumi_polytomic import DatabricksStagingAccess",
}
"""What is timed, by the name that the report gives it."""

_TIMED: Final = (
    "import time; started = time.perf_counter(); {statement}; print(time.perf_counter() - started)"
)


def import_seconds(rounds: int, folder: Path) -> dict[str, float]:
    """Medians over ``rounds``, taken in turn; one round before them, to fill caches, is dropped.

    ``folder`` is where the interpreters start; it should hold no module.
    """
    figures: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for number in range(rounds + 1):
        for name, statement in STATEMENTS.items():
            done = subprocess.run(
                [sys.executable, "-c", _TIMED.format(statement=statement)],
                cwd=folder,
                capture_output=True,
                text=True,
                check=True,
            )
            if number > 0:
                figures[name].append(float(done.stdout))
    return {name: median(values) for name, values in figures.items()}
