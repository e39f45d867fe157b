"""One file a runtime; the table of all is :mod:`codesign.baselines.table`."""
