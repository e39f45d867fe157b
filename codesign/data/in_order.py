"""Work of several processes, its results in the order of the jobs, few of them in memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_AHEAD = 2


def in_order(
    function: Callable[[Job], Result], jobs: Iterable[Job], *, processes: int
) -> Iterator[Result]:
    """Yield ``function(job)`` of each job, in their order.

    Args:
        function: Importable by name, as are its arguments and results picklable.
        jobs: Taken as they are needed; never more than two a process are under way.
        processes: With 1, everything happens in this one.
    """
    if processes == 1:
        yield from map(function, jobs)
        return
    upcoming = iter(jobs)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        pending: deque[Future[Result]] = deque()
        try:
            for job in islice(upcoming, _AHEAD * processes):
                pending.append(pool.submit(function, job))
            while pending:
                yield pending.popleft().result()
                for job in islice(upcoming, 1):
                    pending.append(pool.submit(function, job))
        finally:
            pool.shutdown(cancel_futures=True)
