#!/bin/sh
# Builds the image; arguments are further options of buildctl, such as where it goes.
set -eu
exec buildctl-daemonless.sh build --frontend dockerfile.v0 \
    --local context=. --local dockerfile=. --opt filename=Dockerfile \
    --opt target=runtime --opt "build-arg:SERVICE_REVISION=$CI_COMMIT_SHA" "$@"
