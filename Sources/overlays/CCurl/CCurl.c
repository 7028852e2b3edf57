#include "CCurl.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// curl.h has macros of these names, which check types at their callers.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

// The functions that are used. Each has a place in the table, with the type that curl.h gives it.
#define FUNCTIONS(X) \
  X(curl_global_init) X(curl_version_info) X(curl_getdate) X(curl_free) X(curl_slist_append) X(curl_slist_free_all) \
  X(curl_easy_init) X(curl_easy_cleanup) X(curl_easy_pause) X(curl_easy_strerror) X(curl_easy_setopt) \
  X(curl_easy_getinfo) \
  X(curl_multi_init) X(curl_multi_cleanup) X(curl_multi_add_handle) X(curl_multi_remove_handle) \
  X(curl_multi_info_read) X(curl_multi_socket_action) X(curl_multi_setopt) X(curl_multi_strerror) \
  X(curl_url) X(curl_url_cleanup) X(curl_url_get) X(curl_url_set)

#define PLACE(name) __typeof__(name) *name;
static struct { FUNCTIONS(PLACE) } table;

static pthread_once_t once = PTHREAD_ONCE_INIT;

// As the system's loader says and ends where a library is missing.
static void *found(void *address) {
  if (address) return address;
  fprintf(stderr, "%s: %s: install libcurl 4\n", program_invocation_short_name, dlerror());
  exit(127);
}

static void load(void) {
  void *library = found(dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL));
#define FIND(name) *(void **)&table.name = found(dlsym(library, #name));
  FUNCTIONS(FIND)
}

#define LOADED(name) (pthread_once(&once, load), table.name)

CURLcode curl_global_init(long flags) { return LOADED(curl_global_init)(flags); }
curl_version_info_data *curl_version_info(CURLversion age) { return LOADED(curl_version_info)(age); }
time_t curl_getdate(const char *text, const time_t *unused) { return LOADED(curl_getdate)(text, unused); }
void curl_free(void *pointer) { LOADED(curl_free)(pointer); }
struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text) {
  return LOADED(curl_slist_append)(list, text);
}
void curl_slist_free_all(struct curl_slist *list) { LOADED(curl_slist_free_all)(list); }

CURL *curl_easy_init(void) { return LOADED(curl_easy_init)(); }
void curl_easy_cleanup(CURL *easy) { LOADED(curl_easy_cleanup)(easy); }
CURLcode curl_easy_pause(CURL *easy, int what) { return LOADED(curl_easy_pause)(easy, what); }
const char *curl_easy_strerror(CURLcode code) { return LOADED(curl_easy_strerror)(code); }

CURLM *curl_multi_init(void) { return LOADED(curl_multi_init)(); }
CURLMcode curl_multi_cleanup(CURLM *multi) { return LOADED(curl_multi_cleanup)(multi); }
CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy) { return LOADED(curl_multi_add_handle)(multi, easy); }
CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *easy) { return LOADED(curl_multi_remove_handle)(multi, easy); }
CURLMsg *curl_multi_info_read(CURLM *multi, int *left) { return LOADED(curl_multi_info_read)(multi, left); }
CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events, int *running) {
  return LOADED(curl_multi_socket_action)(multi, socket, events, running);
}
const char *curl_multi_strerror(CURLMcode code) { return LOADED(curl_multi_strerror)(code); }

CURLU *curl_url(void) { return LOADED(curl_url)(); }
void curl_url_cleanup(CURLU *url) { LOADED(curl_url_cleanup)(url); }
CURLUcode tfcurl_url_get(CURLU *url, CURLUPart part, char **text, unsigned int flags) {
  return LOADED(curl_url_get)(url, part, text, flags);
}
CURLUcode curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags) {
  return LOADED(curl_url_set)(url, part, text, flags);
}

CURLcode tfcurl_set_long(CURL *easy, CURLoption option, long value) {
  return LOADED(curl_easy_setopt)(easy, option, value);
}
CURLcode tfcurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return LOADED(curl_easy_setopt)(easy, option, value);
}
CURLcode tfcurl_set_string(CURL *easy, CURLoption option, const char *value) {
  return LOADED(curl_easy_setopt)(easy, option, value);
}
CURLcode tfcurl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return LOADED(curl_easy_setopt)(easy, option, value);
}
CURLcode tfcurl_set_data_callback(CURL *easy, CURLoption option, tfcurl_data_callback callback) {
  return LOADED(curl_easy_setopt)(easy, option, callback);
}

CURLcode tfcurl_get_long(CURL *easy, CURLINFO info, long *value) {
  return LOADED(curl_easy_getinfo)(easy, info, value);
}
CURLcode tfcurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
  return LOADED(curl_easy_getinfo)(easy, info, value);
}
CURLcode tfcurl_get_string(CURL *easy, CURLINFO info, const char **value) {
  return LOADED(curl_easy_getinfo)(easy, info, value);
}
CURLcode tfcurl_get_pointer(CURL *easy, CURLINFO info, void **value) {
  return LOADED(curl_easy_getinfo)(easy, info, value);
}

CURLMcode tfcurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return LOADED(curl_multi_setopt)(multi, option, value);
}
CURLMcode tfcurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
  return LOADED(curl_multi_setopt)(multi, option, value);
}
CURLMcode tfcurl_multi_set_socket_callback(CURLM *multi, curl_socket_callback callback) {
  return LOADED(curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, callback);
}
CURLMcode tfcurl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback callback) {
  return LOADED(curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, callback);
}
