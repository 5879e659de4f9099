#!/bin/sh
# Writes find.env: TREE_IMAGE, the name of the image of this tree, and FOUND, its digest, where the registry has it.
set -eu
tagged=$IMAGE:tree-$(git rev-parse 'HEAD^{tree}')
printf 'TREE_IMAGE=%s\n' "$tagged" >find.env
if digest=$(skopeo inspect --no-tags --format '{{.Digest}}' "docker://$tagged"); then
    printf 'FOUND=%s\n' "$digest" >>find.env
fi
