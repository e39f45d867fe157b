"""What holds for every test."""

from hypothesis import HealthCheck, settings

# The same examples everywhere, and no deadlines: a busy machine is no bug. To look for new
# examples: pytest --hypothesis-profile=default --hypothesis-seed=random
settings.register_profile(
    "codesign",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("codesign")
