/*
 * sequential.c - the peer of sequential.lua: libcurl's easy interface, one kept connection.
 *
 * Usage: sequential COUNT URL. Prints polls per second.
 */
#include "poll.h"

#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int count = atoi(argv[1]);
  char body[512];
  snprintf(body, sizeof body, POLL_BODY, "pending");
  curl_global_init(CURL_GLOBAL_DEFAULT);
  reply received;
  CURL *easy = make_poll(argv[2], body, &received);
  double start = now();
  for (int i = 0; i < count; i++) {
    received.size = 0;
    check_poll(easy, curl_easy_perform(easy), &received);
  }
  printf("%.1f\n", count / (now() - start));
}
