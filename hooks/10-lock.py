#!/usr/bin/env python3
"""Writes the lock files of a project: `10-lock.py FOLDER`."""

import sys

from toolchain import main

if __name__ == "__main__":
    sys.exit(main("lock", sys.argv[1:]))
