"""The stages in order, for one candidate: each cached by digest, each resumable."""

from codesign.pipeline.qualities import qualities
from codesign.pipeline.recipe import read_recipe
from codesign.pipeline.run import Result, Run

__all__ = ["Result", "Run", "qualities", "read_recipe"]
