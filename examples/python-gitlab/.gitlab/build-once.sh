#!/bin/sh
# Writes build.env: DIGEST of the image of this tree, and whether it was BUILT here or found. It is pushed without a tag:
# the job `release` names it by its tree, once it is scanned and signed.
set -eu
digest=${FOUND:-}
if [ -z "$digest" ]; then
    .gitlab/build.sh --opt platform=linux/amd64,linux/arm64 \
        --output "type=image,name=$IMAGE,push-by-digest=true,name-canonical=true,push=true" --metadata-file build.json
    digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' build.json)
fi
printf '%s\n' "$digest" | grep -Eqx 'sha256:[0-9a-f]{64}'
printf 'DIGEST=%s\nBUILT=%s\n' "$digest" "$([ -n "${FOUND:-}" ] && echo false || echo true)" >build.env
