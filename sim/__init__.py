"""Growing old in the neighbourhood: an agent-based simulation for German towns."""

__version__ = "0.1.0"
