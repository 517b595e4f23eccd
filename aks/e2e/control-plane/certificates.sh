# shellcheck shell=bash
# Part of start.sh: a certificate authority, and what it signs. Keys stay in the state folder.

authority() { # NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=$1" \
    -addext keyUsage=critical,keyCertSign,digitalSignature -keyout "$pki/$1.key" -out "$pki/$1.crt" 2>/dev/null
}

certificate() { # NAME SUBJECT AUTHORITY [SUBJECT_ALT_NAMES]
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "$pki/$1.key" 2>/dev/null |
    openssl x509 -req -days 365 -CA "$pki/$3.crt" -CAkey "$pki/$3.key" -CAcreateserial -out "$pki/$1.crt" 2>/dev/null \
      -extfile <(printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n%s\n' "${4:+subjectAltName=$4}")
}

# A kubeconfig of a user with a certificate of its own.
user() { # NAME SUBJECT
  certificate "$1" "$2" ca
  cat >"$pki/$1.kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: lynxeye-e2e
contexts: [{name: lynxeye-e2e, context: {cluster: lynxeye-e2e, user: $1}}]
clusters:
  - name: lynxeye-e2e
    cluster: {server: "https://127.0.0.1:$port", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}
users:
  - name: $1
    user: {client-certificate-data: $(base64 -w0 "$pki/$1.crt"), client-key-data: $(base64 -w0 "$pki/$1.key")}
END
}

certificates() {
  if [ -f "$pki/done" ]; then return; fi
  (
    umask 077
    mkdir -p "$pki"
    authority ca
    authority front-proxy-ca
    certificate server /CN=localhost ca DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.0.0.1
    certificate front-proxy /CN=front-proxy front-proxy-ca
    certificate kubelet-client /O=system:masters/CN=kubelet-client ca
    openssl genrsa -out "$pki/accounts.key" 2048 2>/dev/null
    user admin /O=system:masters/CN=admin
    user kube-controller-manager /CN=system:kube-controller-manager
    user kube-scheduler /CN=system:kube-scheduler
    cp "$pki/admin.kubeconfig" "$state/kubeconfig"
    touch "$pki/done"
  )
}
