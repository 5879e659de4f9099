#!/bin/sh
# Writes find.env: TREE_IMAGE, the name of the image of this tree, and FOUND, its digest, where the registry has it. Only
# "not found" is no: a registry that cannot be asked fails the job.
set -eu
tagged=$IMAGE:tree-$(git rev-parse 'HEAD^{tree}')
printf 'TREE_IMAGE=%s\n' "$tagged" >find.env
if digest=$(skopeo inspect --no-tags --format '{{.Digest}}' "docker://$tagged" 2>find.log); then
    printf 'FOUND=%s\n' "$digest" >>find.env
# In the words of the protocol, and of Harbor.
elif ! grep -Eq ': (manifest unknown|name unknown|unknown: .*not found)' find.log; then
    cat find.log >&2
    exit 1
fi
