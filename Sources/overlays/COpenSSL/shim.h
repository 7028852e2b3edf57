/// OpenSSL's high-level (EVP) interface, as Swift sees it. Macros that Swift cannot call are given as functions.
#ifndef C_OPENSSL_SHIM_H
#define C_OPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

/// Gives an HMAC its key and SHA-256. In C, since a list of OSSL_PARAM has pointers that have to live through the call.
static inline int tf_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t length) {
  char name[] = "SHA256";
  OSSL_PARAM list[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_init(context, key, length, list);
}

/// What DER bytes hold. The order is that of the tries: an encrypted key has the form of a digest, and a bare RSA key
/// that of anything with integers.
enum tf_der {
  TF_DER_NOTHING,
  TF_DER_ENCRYPTED_KEY,
  TF_DER_PUBLIC_KEY,
  TF_DER_CERTIFICATE,
  TF_DER_REQUEST,
  TF_DER_REVOCATION_LIST,
  TF_DER_PKCS12,
  TF_DER_PKCS7,
  TF_DER_PRIVATE_KEY
};

/// In C, since each decoder has a type and a function to free of its own.
static inline enum tf_der tf_der_content(const unsigned char *bytes, long length) {
  const unsigned char *at;
  void *found;
#define TF_DECODES(decode, release) (at = bytes, (found = decode(NULL, &at, length)) != NULL ? (release(found), 1) : 0)
  enum tf_der content = TF_DER_NOTHING;
  if (TF_DECODES(d2i_X509_SIG, X509_SIG_free)) content = TF_DER_ENCRYPTED_KEY;
  else if (TF_DECODES(d2i_PUBKEY, EVP_PKEY_free)) content = TF_DER_PUBLIC_KEY;
  else if (TF_DECODES(d2i_X509, X509_free)) content = TF_DER_CERTIFICATE;
  else if (TF_DECODES(d2i_X509_REQ, X509_REQ_free)) content = TF_DER_REQUEST;
  else if (TF_DECODES(d2i_X509_CRL, X509_CRL_free)) content = TF_DER_REVOCATION_LIST;
  else if (TF_DECODES(d2i_PKCS12, PKCS12_free)) content = TF_DER_PKCS12;
  else if (TF_DECODES(d2i_PKCS7, PKCS7_free)) content = TF_DER_PKCS7;
  else if (TF_DECODES(d2i_AutoPrivateKey, EVP_PKEY_free)) content = TF_DER_PRIVATE_KEY;
#undef TF_DECODES
  ERR_clear_error();
  return content;
}

#endif
