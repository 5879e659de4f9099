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
