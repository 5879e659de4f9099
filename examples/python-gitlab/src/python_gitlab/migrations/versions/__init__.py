"""One module for each migration; each has a way back."""
