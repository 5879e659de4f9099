"""A greeting announces itself."""
