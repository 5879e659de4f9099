#!/usr/bin/env python3
"""Checks that a project is formatted as its own tools would: `20-format.py FOLDER`."""

import sys

from toolchain import main

if __name__ == "__main__":
    sys.exit(main("check", sys.argv[1:]))
