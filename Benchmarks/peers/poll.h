/*
 * poll.h - one device poll with libcurl, as every peer in C sends it.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLL_BODY                                                                              \
  "{\"clientId\":\"bench\",\"clientSecret\":\"secret\",\"deviceCode\":\"%s\","                 \
  "\"grantType\":\"urn:ietf:params:oauth:grant-type:device_code\"}"

/* What one transfer received. */
typedef struct reply {
  size_t size;
  char bytes[4096];
} reply;

static size_t receive(char *bytes, size_t item, size_t count, void *to) {
  reply *reply = to;
  size_t size = item * count;
  if (size > sizeof reply->bytes - reply->size) return 0;
  memcpy(reply->bytes + reply->size, bytes, size);
  reply->size += size;
  return size;
}

/* A handle that polls `url`; used again and again, it keeps its connection. */
static CURL *make_poll(const char *url, const char *body, reply *to) {
  CURL *easy = curl_easy_init();
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, to);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, to);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
  return easy;
}

/* Ends the process unless the transfer came to the reply that was expected. */
static void check_poll(CURL *easy, CURLcode result, const reply *reply) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (result == CURLE_OK && status == 400 && reply->size > 0) return;
  fprintf(stderr, "poll: status %ld, %s\n", status, curl_easy_strerror(result));
  exit(1);
}
