"""What the commands of `quartier` do; `sim.cli` declares their names and options."""
