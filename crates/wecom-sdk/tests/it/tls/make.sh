#!/bin/sh
# Makes the certificates of the TLS tests anew (needs openssl).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
key "$work/ca.key"
key "$work/server.key"
openssl req -x509 -new -key "$work/ca.key" -subj "/CN=wecom-sdk test authority" -days 36500 \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign" -out "$work/ca.pem"
openssl req -new -key "$work/server.key" -subj "/CN=server" -out "$work/server.csr"
leaf() { # name, subjectAltName, first day, last day
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$2" >"$work/ext"
  mkdir -p "$work/$1"
  : >"$work/$1/index.txt"
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index.txt\nserial=%s/serial\nnew_certs_dir=%s\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' \
    "$work/$1" "$work/$1" "$work/$1" >"$work/$1/conf"
  openssl rand -hex 8 >"$work/$1/serial"
  openssl ca -batch -notext -config "$work/$1/conf" -cert "$work/ca.pem" -keyfile "$work/ca.key" \
    -in "$work/server.csr" -startdate "$3" -enddate "$4" -extfile "$work/ext" -out "$work/$1.pem"
  openssl x509 -in "$work/$1.pem" -outform DER -out "$1.der"
}
leaf good IP:127.0.0.1 20200101000000Z 21200101000000Z
leaf expired IP:127.0.0.1 20200101000000Z 20210101000000Z
leaf other_host DNS:qyapi.weixin.qq.com 20200101000000Z 21200101000000Z
openssl req -x509 -new -key "$work/server.key" -subj "/CN=self" -days 36500 \
  -addext "subjectAltName=IP:127.0.0.1" -addext "basicConstraints=critical,CA:FALSE" -out "$work/self.pem"
openssl x509 -in "$work/self.pem" -outform DER -out self_signed.der
openssl x509 -in "$work/ca.pem" -outform DER -out authority.der
openssl pkcs8 -topk8 -nocrypt -in "$work/server.key" -outform DER -out key.der
