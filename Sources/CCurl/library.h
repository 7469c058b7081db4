/* library.h - the functions of the loaded libcurl, for this target only. */
#ifndef CCURL_LIBRARY_H
#define CCURL_LIBRARY_H

#include "CCurl.h"

/* libcurl's own functions under their own names, filled by ccurl_load. */
typedef struct ccurl_functions {
  CURLcode (*global_init)(long flags);
  char *(*version)(void);
  const char *(*easy_strerror)(CURLcode code);
  CURL *(*easy_init)(void);
  void (*easy_cleanup)(CURL *easy);
  void (*easy_reset)(CURL *easy);
  CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
  CURLcode (*easy_perform)(CURL *easy);
  CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
  CURLM *(*multi_init)(void);
  CURLMcode (*multi_cleanup)(CURLM *multi);
  CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
  CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
  CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
  CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t socket, int events, int *running);
  CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
} ccurl_functions;

extern ccurl_functions ccurl;

/*
 * For CURLOPT_OPENSOCKETFUNCTION: a socket that no program which is started gets. `error`, an int or
 * NULL, keeps errno when there is none to be had.
 */
curl_socket_t ccurl_open_socket(void *error, curlsocktype purpose, struct curl_sockaddr *address);

/* The CURL handle inside, for the multi. */
CURL *ccurl_easy_handle(const ccurl_easy *easy);
int64_t ccurl_easy_id(const ccurl_easy *easy);

#endif
