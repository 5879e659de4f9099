"""Reports of a fleet: for people, programs, spreadsheets and managers."""
