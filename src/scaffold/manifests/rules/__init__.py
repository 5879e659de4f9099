"""One module for each kind of tie between objects."""
