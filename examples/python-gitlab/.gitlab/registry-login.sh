#!/bin/sh
# Lets the programs of this job into the registry of the image. GitLab's own registry needs no variables for it.
set -eu
folder=${DOCKER_CONFIG:-$HOME/.docker}
who=${REGISTRY_USERNAME:-${CI_REGISTRY_USER:?}}:${REGISTRY_PASSWORD:-${CI_REGISTRY_PASSWORD:?}}
mkdir -p "$folder"
printf '{"auths": {"%s": {"auth": "%s"}}}\n' "${IMAGE%%/*}" "$(printf %s "$who" | base64 | tr -d '\n')" >"$folder/config.json"
