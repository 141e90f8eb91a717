// libcrypto only: hashes, MACs, key derivation, sealing, signatures, random bytes (decision 0001).
// The SHA256_* functions are marked deprecated in favour of EVP, which allocates and looks up its algorithm per hash:
// 0.66 µs against 0.38 for a record of 400 bytes. Without the mark they can be called with warnings as errors.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/sha.h>
