"""Serves the pack to the Pulumi engine, which runs this folder as a program."""

import gc
import importlib
import signal
import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

# A folder that is run is no package. Its parent is put on the path, last, so that the pack can be
# imported as one; in a checkout the parent holds pulumi_polytomic too.
_FOLDER = Path(__file__).resolve().parent
sys.path.append(str(_FOLDER.parent))
_pack = importlib.import_module(f"{_FOLDER.name}.pack")
_rules = importlib.import_module(f"{_FOLDER.name}.rules")

# The engine ends a pack by SIGINT and waits until it has gone. Python would first wait, up to a
# second, for gRPC's thread; there is nothing here to clean up.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# A pack lives for one run and keeps what it reads: there is little to collect, and much to look at.
gc.set_threshold(100_000, 50, 50)

_gate, _policies = _pack.policies(_rules.RULES)
_gate.guard()
PolicyPack("polytomic-databricks", _policies, enforcement_level=EnforcementLevel.MANDATORY)
