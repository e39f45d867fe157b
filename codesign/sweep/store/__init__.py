"""What a sweep keeps: one SQLite file, a lock, their places."""
