"""The command ``codesign``: one file a verb."""

from codesign.cli.app import main

__all__ = ["main"]
