"""What can go wrong, by what the caller will do about it.

Every message says what was found, what was expected, where, and how to mend it.
"""


class CodesignError(Exception):
    """The parent of every error that codesign raises on purpose."""


class InvalidDesignError(CodesignError, ValueError):
    """A recipe, record or option is wrong: fix the input."""


class InvalidDataError(CodesignError, ValueError):
    """Events, or a file of events, are not what they should be: fix the data."""


class InfeasibleDesignError(CodesignError, ValueError):
    """A well-formed design that cannot be built or trained: a sweep notes it and goes on."""


class UnsupportedLayerError(CodesignError, NotImplementedError):
    """A model holds a construct that cannot be lowered exactly: change the model."""


class ToolNotFoundError(CodesignError, FileNotFoundError):
    """A program or an optional package is not installed: install it."""


class ToolFailedError(CodesignError, RuntimeError):
    """A program ended with an error or ran out of time: read its log."""


class ReportError(CodesignError, ValueError):
    """A report or a stored result cannot be read: make it anew."""


class ValidationError(CodesignError, AssertionError):
    """Firmware and model disagree: do not deploy."""
