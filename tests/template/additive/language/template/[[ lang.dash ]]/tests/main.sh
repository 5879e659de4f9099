#!/bin/sh
set -eu
sh -n src/main.sh
