#!/bin/sh
# Prints `tag`, the name of the image of this tree, and `digest`, where the registry has it. Only "not found" is no: a
# registry that cannot be asked fails the job.
set -eu
tag=$IMAGE:tree-$(git rev-parse 'HEAD^{tree}')
printf 'tag=%s\n' "$tag"
errors=$(mktemp)
if manifest=$(docker buildx imagetools inspect "$tag" --format '{{ json .Manifest }}' 2>"$errors"); then
    printf '%s\n' "$manifest" | jq --exit-status --raw-output '"digest=" + (.digest | select(test("^sha256:")))'
elif ! grep -Fq "$tag: not found" "$errors"; then
    cat "$errors" >&2
    exit 1
fi
