"""What the command ends with, and how an error is told.

==== ==========================================================================================
0    Done; firmware and model agree.
1    The firmware disagrees, the design cannot be built, or a tool failed; `doctor`: the main job
     cannot run here.
2    The input must be mended: the command, a recipe, a file of events, an installation.
130  Interrupted; what was finished is kept.
143  Ended by SIGTERM; tools that were started are ended too.
==== ==========================================================================================
"""

import errno
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from codesign.errors import (
    CodesignError,
    InfeasibleDesignError,
    ToolFailedError,
    ValidationError,
)

STATUS = """\b
Exit status:
  0    done; firmware and model agree
  1    the firmware disagrees, the design cannot be built, or a tool failed
  2    the input must be mended: command, recipe, events, installation
  130  interrupted; what was finished is kept

Results go to stdout, progress and errors to stderr."""
"""For the end of ``codesign --help``."""

_DISAGREES = 1
_MEND_INPUT = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141
_RESUMABLE = ("run", "train", "csim", "lower", "sweep", "synth", "trigger", "compare")
_OF_THE_MACHINE = (errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.EPERM, errno.EROFS)


class Verbs(TyperGroup):
    """The verbs, with errors told as one message each; only a bug of ours ends in a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a verb and turn what it raises into a message and a status."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except CodesignError as error:
            tell(str(error))
            raise typer.Exit(status_of(error)) from error
        except BrokenPipeError as error:
            _discard_stdout()
            raise typer.Exit(_BROKEN_PIPE) from error
        except KeyboardInterrupt as error:
            resumable = ctx.invoked_subcommand in _RESUMABLE
            kept = "finished stages are kept, the same command goes on from there"
            typer.echo(f"interrupted: {kept if resumable else 'nothing was written'}", err=True)
            raise typer.Exit(_INTERRUPTED) from error
        except OSError as error:
            if error.errno not in _OF_THE_MACHINE:
                raise
            tell(f"{error.filename or 'output'}: {error.strerror}")
            raise typer.Exit(_MEND_INPUT) from error
        else:
            return result


def tell(message: str) -> None:
    """Write an error on stderr, line by line as it is."""
    typer.echo(f"{typer.style('error:', fg='red', bold=True)} {message}", err=True)


def status_of(error: CodesignError) -> int:
    """Return the exit status of an error."""
    disagrees = isinstance(error, ValidationError | InfeasibleDesignError | ToolFailedError)
    return _DISAGREES if disagrees else _MEND_INPUT


def _discard_stdout() -> None:
    """Send what is still buffered nowhere: nobody reads it, and Python would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
