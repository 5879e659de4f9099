"""A greeting goes out by mail to whoever left an address."""
