"""Models that a user's own ``build(hp)`` makes, as keras-tuner's ``HyperModel`` has it."""
