#!/bin/sh
if [ -n "$1" ] then
  exit 1
fi
