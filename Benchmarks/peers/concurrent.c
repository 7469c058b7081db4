/*
 * concurrent.c - the peer of concurrent.lua: libcurl's multi interface, many transfers at once.
 *
 * Usage: concurrent WIDTH COUNT URL. Prints polls per second.
 */
#include "poll.h"

#include <time.h>

enum { most = 1024 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Sends every transfer that has ended again, until `count` were started. */
static int take_ended(CURLM *multi, int *started, int count) {
  int ended = 0, left;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)); ended++) {
    CURL *easy = message->easy_handle;
    reply *received;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&received);
    check_poll(easy, message->data.result, received);
    curl_multi_remove_handle(multi, easy);
    received->size = 0;
    if (*started >= count) continue;
    curl_multi_add_handle(multi, easy);
    ++*started;
  }
  return ended;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int width = atoi(argv[1]), count = atoi(argv[2]), started = 0, ended = 0, running;
  static reply received[most];
  char body[512];
  if (width > most || width > count) return 2;
  snprintf(body, sizeof body, POLL_BODY, "pending");
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM *multi = curl_multi_init();
  double start = now();
  for (; started < width; started++)
    curl_multi_add_handle(multi, make_poll(argv[3], body, &received[started]));
  while (ended < count) {
    curl_multi_perform(multi, &running);
    int more = take_ended(multi, &started, count);
    ended += more;
    if (more == 0) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  printf("%.1f\n", count / (now() - start));
}
