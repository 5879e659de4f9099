"""One folder of checks for each factor."""
