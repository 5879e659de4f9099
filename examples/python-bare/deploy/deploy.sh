#!/bin/sh
# Releases one image digest of python-bare into one environment. People and CI run the same.
set -eu

usage() {
    cat >&2 <<'END'
usage: deploy/deploy.sh deploy ENV DIGEST       roll out, wait; a rollout that fails is taken back
       deploy/deploy.sh rollback ENV [DIGEST]   the release before, or that of DIGEST; runs no migration
       deploy/deploy.sh job ENV COMMAND...      one admin command, in the image that runs there
ENV is a folder of deploy/overlays, DIGEST is sha256: and 64 hexadecimal digits.
It talks to the cluster of the current context, or to KUBE_SERVER with a token that the program
IDENTITY_TOKEN_COMMAND prints. SMOKE_URL, where it is set, must answer once a release is out.
exit codes: 0 done, 1 refused before anything changed, 2 usage, 3 a one-off command failed and nothing was
rolled out, 4 the rollout failed and the former release is back, 5 the rollout failed and the former release
is not back, or does not answer
END
    exit 2
}

say() {
    printf 'deploy: %s\n' "$1" >&2
}

fail() {
    say "$2"
    exit "$1"
}

kube() {
    kubectl --namespace "$namespace" "$@"
}

choose_environment() {
    environment=$1
    settings=deploy/overlays/$environment/environment/kustomization.yaml
    case $environment in *[!a-z0-9-]*) settings=none ;; esac
    [ -f "$work/$settings" ] || fail 2 "ENV: \`$1\` is not one of $(cd "$work/deploy/overlays" && echo *)"
    namespace=$(sed -n 's/^namespace: //p' "$work/$settings")
}

# The working copy names the digest; the project's own files stay as they are.
choose_digest() {
    digest=$1
    printf '%s\n' "$digest" | grep -Eqx 'sha256:[0-9a-f]{64}' ||
        fail 2 "DIGEST: \`$digest\` is not sha256: and 64 hexadecimal digits"
    sed "s/^\( *digest:\) .*/\1 $digest/" "$work/$settings" >"$work/settings"
    grep -q " digest: $digest\$" "$work/settings" || fail 1 "$settings has no line for the digest"
    mv "$work/settings" "$work/$settings"
}

# CI brings no kubeconfig, only its identity; the client asks for a fresh token whenever it needs one.
connect() {
    [ -n "${IDENTITY_TOKEN_COMMAND:-}" ] || return 0
    [ -n "${KUBE_SERVER:-}" ] || fail 1 "KUBE_SERVER is not set: make it a variable of the environment $environment"
    KUBECONFIG=$work/kubeconfig
    export KUBECONFIG
    cat >"$KUBECONFIG" <<END
apiVersion: v1
kind: Config
current-context: ci
contexts:
  - {name: ci, context: {cluster: ci, user: ci}}
clusters:
  - {name: ci, cluster: {server: "$KUBE_SERVER", certificate-authority-data: "${KUBE_CA_DATA:-}"}}
users:
  - name: ci
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1
        interactiveMode: Never
        command: sh
        args:
          - -euc
          - |
            token=\$("\$IDENTITY_TOKEN_COMMAND")
            printf '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "%s"}}' "\$token"
END
}

# write_job NAME ARGUMENT...: a kustomization of that one-off run in the chosen environment.
write_job() {
    mkdir "$work/deploy/run"
    {
        cat <<END
resources: [../job]
components: [../overlays/$environment/environment]
patches:
  - target: {kind: Job}
    patch: |-
      - {op: replace, path: /metadata/name, value: $1}
      - op: replace
        path: /spec/template/spec/containers/0/args
        value:
END
        shift
        for argument; do
            printf "          - '%s'\n" "$(printf '%s' "$argument" | sed "s/'/''/g")"
        done
    } >"$work/deploy/run/kustomization.yaml"
}

# Nothing (there is none), or its name and the conditions that hold.
job_state() {
    kube get job "$1" --ignore-not-found \
        --output 'jsonpath={.metadata.name} {.status.conditions[?(@.status=="True")].type}'
}

# run_job NAME: apply what write_job wrote and wait for its end, which its activeDeadlineSeconds bounds. A Job cannot
# be changed: one that is there is waited for, one that failed is made anew.
run_job() {
    state=$(job_state "$1") || return 1
    case $state in
        *Failed*)
            kube delete job "$1" || return 1
            state=
            ;;
    esac
    if [ -z "$state" ]; then
        kube apply --kustomize "$work/deploy/run" || return 1
    fi
    say "waiting for job/$1"
    while state=$(job_state "$1"); do
        case $state in
            *Complete*)
                kube logs "job/$1" || true
                return
                ;;
            '' | *Failed*) break ;;
        esac
        sleep 2
    done
    kube get pods --selector "batch.kubernetes.io/job-name=$1"
    kube logs "job/$1"
    return 1
}

ours=app.kubernetes.io/name=python-bare

# applied KINDS: the objects of these kinds as they were last applied; nothing where there are none.
applied() {
    kube apply view-last-applied "$1" --selector "$ours" --output json
}

# names KINDS: what they are called.
names() {
    kube get "$1" --selector "$ours" --output name
}

# read_former: what is out before anything changes, of the kinds that the overlay makes and a release can change in
# place. ConfigMaps are not among them: each content has a name of its own.
read_former() {
    kinds=$(kubectl kustomize "$work/deploy/overlays/$environment" | sed -n 's/^kind: //p' | sort -u |
        grep -Ex 'Deployment|Service|NetworkPolicy|HorizontalPodAutoscaler|PodDisruptionBudget|HTTPRoute|Ingress' |
        paste -sd , -)
    # The route of a release before may be of the other kind, where the cluster has it.
    for kind in HTTPRoute Ingress; do
        case ,$kinds, in *,$kind,*) continue ;; esac
        ! names "$kind" >/dev/null 2>&1 || kinds=$kinds,$kind
    done
    { applied "$kinds" >"$work/former" && names "$kinds" >"$work/former-names"; } ||
        fail 1 "the release in $namespace cannot be read"
}

# Whether a release was out: policies alone are none.
there_was_one() {
    grep -q '^deployment' "$work/former-names"
}

# apply ARGUMENT...: what `kubectl apply` is to apply; what that is called stays in released.
apply() {
    kube apply "$@" >"$work/said" && code=0 || code=$?
    cat "$work/said"
    sed 's/ .*//' "$work/said" >"$work/released"
    return "$code"
}

# bring_back KINDS FILE: of these kinds what FILE has, and nothing that was not there before.
bring_back() {
    names "$1" >"$work/names" || return 1
    grep -vxFf "$work/former-names" "$work/names" >"$work/new-names" || true
    while read -r name; do
        kube delete "$name" </dev/null || return 1
    done <"$work/new-names"
    [ ! -s "$2" ] || apply --filename "$2"
}

# Every Deployment of the release is out; one without any is none.
rolled_out() {
    grep '^deployment' "$work/released" >"$work/names" || return 1
    while read -r name; do
        kube rollout status "$name" --timeout=600s </dev/null || return 1
    done <"$work/names"
}

answers() {
    [ -z "${SMOKE_URL:-}" ] ||
        curl --fail --silent --show-error --output /dev/null --retry 5 --retry-all-errors --max-time 10 "$SMOKE_URL"
}

# The release before this one, kept in the namespace for `rollback`. The Deployments' own history would not do: a
# release that failed stands in it too.
remember() {
    applied "$kinds" >"$work/applied"
    there_was_one || return 0
    [ -s "$work/dropped" ] || ! cmp -s "$work/applied" "$work/former" || return 0
    kube create configmap former-release --from-file=release.json="$work/former" --dry-run=client --output yaml |
        kube apply --server-side --force-conflicts --filename -
}

# find_dropped: what earlier releases had and this one has not. A one-off command that runs may be of an earlier release
# and need its policies: they stay until the next deploy.
find_dropped() {
    : >"$work/dropped"
    names "$kinds" >"$work/names" || return 1
    running=$(kube get pods --selector "$ours,app.kubernetes.io/component=job" --output name \
        --field-selector 'status.phase!=Succeeded,status.phase!=Failed') || return 1
    [ -z "$running" ] || grep '^networkpolicy' "$work/names" >>"$work/released"
    grep -vxFf "$work/released" "$work/names" >"$work/dropped" || true
}

# drop: delete that. What ends meanwhile still needs its policies.
drop() {
    grep -v '^networkpolicy' "$work/dropped" >"$work/names" || true
    while read -r name; do
        kube delete "$name" --cascade=foreground --timeout=300s </dev/null || return 1
    done <"$work/names"
    grep '^networkpolicy' "$work/dropped" >"$work/names" || return 0
    ending='jsonpath={.items[?(@.metadata.deletionTimestamp)].metadata.name}'
    for pod in $(kube get pods --selector "$ours" --output "$ending"); do
        kube wait --for=delete "pod/$pod" --timeout=300s || return 1
    done
    while read -r name; do
        kube delete "$name" </dev/null || return 1
    done <"$work/names"
}

# roll_out ARGUMENT...: what `kubectl apply` is to apply.
roll_out() {
    if apply "$@" && rolled_out && answers; then
        find_dropped || say 'what this release no longer has cannot be listed, and stays'
        if ! remember; then
            say "what ran before is not recorded: the next rollback must name a DIGEST"
        elif ! drop; then
            say 'what this release no longer has could not be deleted, and stays until the next deploy'
        fi
        return
    fi
    say 'the rollout failed'
    kube get pods || true
    there_was_one || fail 5 'there is no former release to return to'
    { bring_back "$kinds" "$work/former" && rolled_out; } || fail 5 'the former release could not be brought back'
    answers || fail 5 'the former release is back, but SMOKE_URL does not answer'
    fail 4 'the former release is back'
}

deploy() {
    [ $# -eq 2 ] || usage
    choose_environment "$1"
    choose_digest "$2"
    connect
    read_former
    say "rolling $digest out into $namespace"
    roll_out --kustomize "$work/deploy/overlays/$environment"
}

rollback() {
    [ $# -eq 1 ] || [ $# -eq 2 ] || usage
    choose_environment "$1"
    if [ $# -eq 2 ]; then
        choose_digest "$2"
        connect
        read_former
        say "rolling $namespace back to $digest"
        roll_out --kustomize "$work/deploy/overlays/$environment"
    else
        connect
        read_former
        kube get configmap former-release --output 'jsonpath={.data.*}' >"$work/release" ||
            fail 1 "no release before the present one is known in $namespace"
        say "rolling $namespace back to the release before"
        roll_out --filename "$work/release"
    fi
}

job() {
    [ $# -ge 2 ] || usage
    choose_environment "$1"
    shift
    connect
    image=$(kube get deployment web --output 'jsonpath={.spec.template.spec.containers[?(@.name=="app")].image}') ||
        fail 1 "nothing runs in $namespace"
    choose_digest "${image##*@}"
    name=admin-$(date -u +%Y%m%d%H%M%S)
    write_job "$name" "$@"
    run_job "$name" || fail 3 "\`$1\` failed"
}

case ${1:-} in deploy | rollback | job) ;; *) usage ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/deploy"
cp -R "$(dirname "$0")/." "$work/deploy"
"$@"
