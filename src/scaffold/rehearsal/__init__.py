"""What a release of a template would do, found out before it is made."""
