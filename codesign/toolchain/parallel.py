"""Run several programs at once; the first failure ends all of them."""

import os
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event

from codesign.design.progress import Progress, silent
from codesign.toolchain.run import Command, Completed, run_command


def run_all(
    commands: Sequence[Command],
    *,
    jobs: int | None = None,
    progress: Progress = silent,
    what: str = "programs",
) -> tuple[Completed, ...]:
    """Run programs side by side, started in the order given, and wait for the success of all.

    Args:
        commands: What to run; the longest first keeps the cores busy to the end.
        jobs: How many run at once; as many as there are cores where None.
        progress: Told how many have ended.
        what: They do, for ``progress``.

    Returns:
        What each command did, in the order of ``commands``.

    Raises:
        ToolNotFoundError: If a program does not exist or may not be run.
        ToolFailedError: If one fails or passes a limit; the others are ended.
    """
    stop = Event()
    with ThreadPoolExecutor(max_workers=jobs or _cores()) as pool:
        futures = [pool.submit(run_command, command, stop=stop) for command in commands]
        try:
            _watch(futures, progress, what)
        except BaseException:
            stop.set()
            for future in futures:
                future.cancel()
            raise
    return tuple(future.result() for future in futures)


def _watch(futures: list[Future[Completed]], progress: Progress, what: str) -> None:
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        progress(len(futures) - len(waiting), len(futures), what)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
