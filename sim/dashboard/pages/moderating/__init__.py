"""The parts of the moderator's page: joining, asking, hearing, minutes."""
