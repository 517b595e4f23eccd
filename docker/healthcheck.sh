#!/usr/bin/env bash
# Checks that the server in this container is ready; images have no curl. With TLS, checks only that it listens.
set -euo pipefail

exec 3<>"/dev/tcp/127.0.0.1/${LYNXEYE_PORT:-8080}"
if [ -n "${LYNXEYE_TLS_CERT:-}" ]; then exit 0; fi
printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
