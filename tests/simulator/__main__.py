"""One run in a database and a folder of its own; prints one JSON object, ``wrong`` empty when all is well.

With ``--plants`` it prints, before that, one object a damage that the judge has to notice.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="gridhall-simulator-"))
os.environ["GRIDHALL_DATA"] = str(HOME / "settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from tests.simulator.course import Course  # noqa: E402
from tests.simulator.plan import make  # noqa: E402


def main() -> None:
    """Read the words, run, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator")
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--operations", type=int, default=400)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--plants", action="store_true")
    options = parser.parse_args()
    course = Course(make(options.seed, options.operations, options.processes), HOME)
    try:
        for said in course.whole(options.plants):
            print(json.dumps(said, ensure_ascii=False), flush=True)
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
