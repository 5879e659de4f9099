"""An order's confirmation goes out by mail to whoever left an address."""
