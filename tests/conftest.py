"""What holds for all tests."""

from hypothesis import settings

# The first call of a rule may compile it or read it from the disk; time is not what is tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
