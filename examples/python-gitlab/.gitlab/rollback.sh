#!/bin/sh
# Brings the release of the job ROLLBACK_RELEASE back, its image and its configuration.
set -eu
curl --fail --silent --show-error --location --retry 3 --header "JOB-TOKEN: $CI_JOB_TOKEN" --output release.json \
    "$CI_API_V4_URL/projects/$CI_PROJECT_ID/jobs/$ROLLBACK_RELEASE/artifacts/release.json"
digest=$(jq --exit-status --raw-output '.digest | select(test("^sha256:[0-9a-f]{64}$"))' release.json)
configuration=$(jq --exit-status --raw-output '.configuration | select(test("^[0-9a-f]{40}$"))' release.json)
case $CI_ENVIRONMENT_NAME in production) branch=main ;; staging) branch=staging ;; *) branch=develop ;; esac
git merge-base --is-ancestor "$configuration" "origin/$branch" || {
    echo "rollback: $configuration is no commit of $branch, from which $CI_ENVIRONMENT_NAME is delivered" >&2
    exit 1
}
git checkout --quiet --detach "$configuration"
make rollback ENV="$CI_ENVIRONMENT_NAME" DIGEST="$digest"
