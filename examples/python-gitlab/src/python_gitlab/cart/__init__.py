"""A cart for a visitor's session."""
