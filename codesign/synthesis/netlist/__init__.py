"""Netlists of a family's primitives: read, counted, put together and simulated."""
