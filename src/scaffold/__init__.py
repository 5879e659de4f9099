"""Golden paths for twelve-factor services: one Copier template, one command line."""
