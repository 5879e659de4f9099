#!/bin/sh
# Prints a fresh token by which the running job proves who it is, for the audience IDENTITY_AUDIENCE.
set -eu
curl --fail --silent --show-error --get --retry 3 \
    --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    --data-urlencode "audience=$IDENTITY_AUDIENCE" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL" | jq --exit-status --raw-output .value
