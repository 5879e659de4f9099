"""Orders: placed once however often they are sent, read one by one or by pages."""
