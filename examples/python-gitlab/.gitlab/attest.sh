#!/bin/sh
# attest.sh SBOM: signs the image as this pipeline, without a key, and says what is in it and where it comes from.
set -eu
cosign sign --yes "$IMAGE@$DIGEST"
cosign attest --yes --replace --type cyclonedx --predicate "$1" "$IMAGE@$DIGEST"
[ "$BUILT" = true ] || exit 0
jq --null-input '{
    buildDefinition: {
        buildType: "https://docs.gitlab.com/ci/yaml/",
        externalParameters: {source: env.CI_PROJECT_URL, ref: env.CI_COMMIT_REF_NAME, configuration: ".gitlab-ci.yml"},
        resolvedDependencies: [{uri: ("git+" + env.CI_PROJECT_URL), digest: {gitCommit: env.CI_COMMIT_SHA}}]
    },
    runDetails: {builder: {id: env.CI_SERVER_URL}, metadata: {invocationId: env.CI_PIPELINE_URL}}
}' >provenance.json
cosign attest --yes --type slsaprovenance1 --predicate provenance.json "$IMAGE@$DIGEST"
