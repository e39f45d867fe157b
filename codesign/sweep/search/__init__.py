"""Who proposes the next candidate: grid, keras-tuner, Optuna; the second step; warm starts."""
