"""What a sweep declares: hyper-parameters, dimensions, candidates, the file."""
