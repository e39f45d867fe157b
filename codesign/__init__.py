"""From QKeras models to certified Level-1 trigger firmware."""
