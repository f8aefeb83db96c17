#!/bin/sh
# Makes the keys and certificates of this folder with OpenSSL 3, and the signatures that the tests compare with. They are
# for tests only: everyone has them.
set -e
cd "$(dirname "$0")"
self() { openssl req -new -x509 -key "$1.key" -subj "/CN=$2" -days 36500 -out "$1.crt"; }
rsa() { openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" -out "$1.key"; self "$1" "$3"; }

rsa com.example 2048 com.example
openssl rsa -in com.example.key -traditional -out com.example.pkcs1.key
openssl rsa -in com.example.key -aes128 -passout pass:secret -out encrypted.key
openssl rsa -in com.example.key -aes128 -passout pass:secret -traditional -out encrypted.pkcs1.key

# An authority, and whom it vouches for: with a certificate of version 1, as BEP 35 has it.
rsa authority 2048 org.authority
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out com.issued.key
openssl req -new -key com.issued.key -subj /CN=com.issued -out com.issued.csr
openssl x509 -req -in com.issued.csr -CA authority.crt -CAkey authority.key -set_serial 1 -days 36500 -out com.issued.crt
# What somebody without authority vouches for.
printf 'basicConstraints=CA:FALSE\n' >no-ca.cnf
openssl req -new -key com.issued.key -subj /CN=com.example -out no-ca.csr
openssl x509 -req -in no-ca.csr -CA authority.crt -CAkey authority.key -set_serial 2 -days 36500 -extfile no-ca.cnf -out no-ca.crt
openssl x509 -req -in com.issued.csr -CA no-ca.crt -CAkey com.issued.key -set_serial 3 -days 36500 -out below-no-ca.crt

# At the limits of length, and past them.
for bits in 1024 1016 4096 4104; do rsa "bits.$bits" "$bits" com.bits; done

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key
self ec com.ec
openssl ec -in ec.key -out ec.sec1.key
openssl genpkey -algorithm ED25519 -out ed25519.key
self ed25519 com.ed25519
rm -f ./*.csr ./*.cnf authority.key bits.1016.key bits.4096.key bits.4104.key

printf 'd6:lengthi425e4:name4:temp12:piece lengthi16384e6:pieces20:' >info
printf '\007\007\007\007\007\007\007\007\007\007\007\007\007\007\007\007\007\007\007\007e' >>info
{
    for digest in sha1 sha256 sha384 sha512; do
        printf '%s alone: ' "$digest"
        openssl dgst "-$digest" -sign com.example.key -hex info | sed 's/.*= //'
    done
    printf 'sha256 with d1:ai1ee: '
    (cat info; printf 'd1:ai1ee') | openssl dgst -sha256 -sign com.example.key -hex | sed 's/.*= //'
} >signatures.txt
rm info
