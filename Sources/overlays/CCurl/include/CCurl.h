/// libcurl, loaded when the first of its functions is called: it brings 30 libraries along, which take 7 ms, and a run
/// of tf-sign or tf-catalog seldom needs any of them. The functions have libcurl's names and types, but for the variadic
/// ones, which Swift cannot call: those have a typed door each, as an option has to be passed with exactly its own type
/// (a `long` as `long`).
#ifndef C_CURL_H
#define C_CURL_H

#include <curl/curl.h>

CURLcode tfcurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode tfcurl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode tfcurl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode tfcurl_set_pointer(CURL *easy, CURLoption option, void *value);

typedef size_t (*tfcurl_data_callback)(char *bytes, size_t size, size_t count, void *context);
CURLcode tfcurl_set_data_callback(CURL *easy, CURLoption option, tfcurl_data_callback callback);

CURLcode tfcurl_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode tfcurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value);
CURLcode tfcurl_get_string(CURL *easy, CURLINFO info, const char **value);
CURLcode tfcurl_get_pointer(CURL *easy, CURLINFO info, void **value);

CURLMcode tfcurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode tfcurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value);
CURLMcode tfcurl_multi_set_socket_callback(CURLM *multi, curl_socket_callback callback);
CURLMcode tfcurl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback callback);

/// The first parameter is const in some versions of curl.h.
CURLUcode tfcurl_url_get(CURLU *url, CURLUPart part, char **text, unsigned int flags);

/// CURLMsg keeps its result in a union, which Swift imports as bytes.
static inline CURLcode tfcurl_message_result(const CURLMsg *message) { return message->data.result; }

#endif
