/// OpenSSL's high-level (EVP) interface, as Swift sees it. Macros that Swift cannot call are given as functions.
#ifndef C_OPENSSL_SHIM_H
#define C_OPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

/// Gives an HMAC its key and SHA-256. In C, since a list of OSSL_PARAM holds pointers that have to live through the call.
static inline int tf_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t length) {
  char name[] = "SHA256";
  OSSL_PARAM list[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_init(context, key, length, list);
}

#endif
