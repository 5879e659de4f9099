#!/bin/sh
# Prints what the working tree changes in each environment since the commit BASE, as a diff of the objects.
set -eu

[ $# -eq 1 ] || {
    echo 'usage: deploy/preview.sh BASE' >&2
    exit 2
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/base"
git archive "$1" | tar -x -C "$work/base"

for overlay in deploy/overlays/*/; do
    environment=$(basename "$overlay")
    kubectl kustomize "$overlay" >"$work/new"
    : >"$work/old"
    [ ! -d "$work/base/$overlay" ] || kubectl kustomize "$work/base/$overlay" >"$work/old"
    diff -u --label "$environment, before" --label "$environment, after" "$work/old" "$work/new" || [ $? -eq 1 ]
done
