/* multi.c - many transfers; what libcurl wants is collected here until it is asked for. */
#include "library.h"

#include <stdlib.h>

struct ccurl_multi {
  CURLM *handle;
  ccurl_change *changes; /* a queue: the next one is at `taken` */
  size_t count, taken, capacity;
  long wait_ms;
  bool wait_changed;
};

static bool reserve(ccurl_multi *multi) {
  if (multi->taken == multi->count) {
    multi->taken = multi->count = 0;
  }
  if (multi->count < multi->capacity) {
    return true;
  }
  size_t capacity = multi->capacity ? 2 * multi->capacity : 64;
  ccurl_change *changes = realloc(multi->changes, capacity * sizeof *changes);
  if (!changes) {
    return false;
  }
  multi->changes = changes;
  multi->capacity = capacity;
  return true;
}

/* -1 makes libcurl fail the transfers of the set: better than to wait for a socket for ever. */
static int note_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *unused) {
  (void)easy, (void)unused;
  ccurl_multi *multi = context;
  if (!reserve(multi)) {
    return -1;
  }
  multi->changes[multi->count++] = (ccurl_change){socket, what};
  return 0;
}

static int note_wait(CURLM *handle, long milliseconds, void *context) {
  (void)handle;
  ccurl_multi *multi = context;
  multi->wait_ms = milliseconds;
  multi->wait_changed = true;
  return 0;
}

ccurl_multi *ccurl_multi_make(long connections) {
  ccurl_multi *multi = calloc(1, sizeof *multi);
  if (!multi) {
    return NULL;
  }
  multi->handle = ccurl.multi_init();
  if (!multi->handle) {
    free(multi);
    return NULL;
  }
  multi->wait_ms = -1;
  ccurl.multi_setopt(multi->handle, CURLMOPT_SOCKETFUNCTION, note_socket);
  ccurl.multi_setopt(multi->handle, CURLMOPT_SOCKETDATA, multi);
  ccurl.multi_setopt(multi->handle, CURLMOPT_TIMERFUNCTION, note_wait);
  ccurl.multi_setopt(multi->handle, CURLMOPT_TIMERDATA, multi);
  ccurl.multi_setopt(multi->handle, CURLMOPT_MAXCONNECTS, connections);
  return multi;
}

void ccurl_multi_free(ccurl_multi *multi) {
  if (!multi) {
    return;
  }
  ccurl.multi_cleanup(multi->handle);
  free(multi->changes);
  free(multi);
}

CURLMcode ccurl_multi_add(ccurl_multi *multi, ccurl_easy *easy) {
  CURLMcode result = ccurl.multi_add_handle(multi->handle, ccurl_easy_handle(easy));
  if (result != CURLM_OK) {
    return result;
  }
  result = ccurl_multi_timeout(multi);
  if (result != CURLM_OK) {
    ccurl_multi_remove(multi, easy);
  }
  return result;
}

void ccurl_multi_remove(ccurl_multi *multi, ccurl_easy *easy) {
  ccurl.multi_remove_handle(multi->handle, ccurl_easy_handle(easy));
}

CURLMcode ccurl_multi_ready(ccurl_multi *multi, curl_socket_t socket, int events) {
  int running = 0;
  return ccurl.multi_socket_action(multi->handle, socket, events, &running);
}

CURLMcode ccurl_multi_timeout(ccurl_multi *multi) {
  return ccurl_multi_ready(multi, CURL_SOCKET_TIMEOUT, 0);
}

bool ccurl_multi_next_change(ccurl_multi *multi, ccurl_change *change) {
  if (multi->taken == multi->count) {
    return false;
  }
  *change = multi->changes[multi->taken++];
  return true;
}

bool ccurl_multi_wait(ccurl_multi *multi, long *milliseconds) {
  bool changed = multi->wait_changed;
  *milliseconds = multi->wait_ms;
  multi->wait_changed = false;
  return changed;
}

bool ccurl_multi_next_done(ccurl_multi *multi, int64_t *id, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = ccurl.multi_info_read(multi->handle, &left))) {
    char *easy = NULL;
    if (message->msg != CURLMSG_DONE ||
        ccurl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &easy) != CURLE_OK || !easy) {
      continue;
    }
    *id = ccurl_easy_id((const ccurl_easy *)(const void *)easy);
    *result = message->data.result;
    return true;
  }
  return false;
}
