// libcrypto only: hashes, MACs, key derivation, sealing, signatures, random bytes (decision 0001).
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
