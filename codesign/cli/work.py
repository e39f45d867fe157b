"""While a verb works: progress on stderr, the chatter of libraries in a log.

TensorFlow writes about missing CUDA drivers before it reads any setting that would silence it. So
the file descriptor of stderr is a log meanwhile. A crash is still told on the real stderr.
"""

import contextlib
import faulthandler
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import UnsupportedOperation
from pathlib import Path
from typing import TextIO

from codesign.cli.progress import shown_on
from codesign.design.progress import Progress
from codesign.errors import CodesignError

_STDERR = 2


@contextmanager
def working(log: Path | None = None) -> Iterator[Progress]:
    """Lend a callback for progress; inside the block nothing else reaches the terminal.

    Args:
        log: Gets what libraries print; removed where they print nothing. None: they may print.
    """
    with _stderr_in(log) as terminal, redirect_stdout(sys.stderr), shown_on(terminal) as progress:
        yield progress


@contextmanager
def _stderr_in(log: Path | None) -> Iterator[TextIO]:
    """Point the file descriptor of stderr to a log and lend the real one."""
    if log is None or not _is_stderr(sys.stderr):
        yield sys.stderr
        return
    made = not log.parent.exists()
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    with os.fdopen(os.dup(_STDERR), "w", encoding="utf-8") as terminal:
        with log.open("w", encoding="utf-8") as sink:
            os.dup2(sink.fileno(), _STDERR)
        watched = not faulthandler.is_enabled()
        if watched:
            faulthandler.enable(terminal)
        try:
            yield terminal
        except Exception as error:
            if not isinstance(error, CodesignError | OSError):
                error.add_note(f"What libraries printed before is in {log}")
            raise
        finally:
            if watched:
                faulthandler.disable()
            sys.stderr.flush()
            terminal.flush()
            os.dup2(terminal.fileno(), _STDERR)
            with contextlib.suppress(OSError):  # a second run of the design may tidy up as well
                if log.stat().st_size == 0:
                    log.unlink()
                if made and not any(log.parent.iterdir()):
                    log.parent.rmdir()


def _is_stderr(stream: TextIO) -> bool:
    try:
        return stream.fileno() == _STDERR
    except (AttributeError, UnsupportedOperation, ValueError):
        return False
