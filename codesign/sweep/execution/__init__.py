"""How trials are run: the driver, its workers, one trial, limits."""
