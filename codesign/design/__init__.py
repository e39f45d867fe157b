"""The vocabulary: frozen records and the arithmetic they imply."""
