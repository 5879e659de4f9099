"""Many projects at once: where each stands, and one update branch for each."""
