#!/bin/sh
# Prints the token by which the running job proves who it is; GitLab made it for the audience IDENTITY_AUDIENCE.
printf '%s\n' "${IDENTITY_TOKEN:?}"
