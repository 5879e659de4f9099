"""Files that people send and fetch again, streamed both ways."""
