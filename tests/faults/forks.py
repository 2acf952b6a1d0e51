"""Work in a fork that may be killed with -9."""

import json
import os
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any

from tests.faults.worlds import World


def in_fork(world: World, work: Callable[[], Any], kill_after_s: float | None = None) -> Any:
    """What ``work`` returns in a fork that lives in ``world``; None when it was killed or failed."""
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            world.enter()
            os.write(writing, json.dumps(work(), default=str).encode())
            code = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    if kill_after_s is None and status != 0:
        raise SystemExit(f"a fork that nobody killed ended with {status}")
    world.elapsed_s = time.monotonic() - began
    return json.loads(said) if said else None
