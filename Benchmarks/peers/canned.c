/*
 * canned.c - an HTTP server that costs next to nothing, so that its client is what is measured.
 *
 * Usage: canned INTERVAL_MS. Prints its port. POST is answered "pending", or with a token if the
 * body says "approved". Flows with the device codes flow-0, flow-1, … are expected to poll
 * INTERVAL_MS after each reply; GET tells how many came, and how late 99 of 100 did at most, in
 * microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { descriptors = 4096, buffer_size = 16384, flows = 1 << 16, samples_limit = 1 << 20 };

typedef struct connection {
  size_t used;
  char bytes[buffer_size];
} connection;

static connection *connections[descriptors];
static int64_t last_reply[flows], samples[samples_limit], interval;
static size_t sample_count;

#define PENDING "{\"error\":\"authorization_pending\",\"error_description\":\"Not yet\"}"
#define TOKEN "{\"accessToken\":\"bench\",\"expiresIn\":28800,\"tokenType\":\"Bearer\"}"
static const char json[] = "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s";

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void note_poll(const char *body) {
  const char *name = strstr(body, "\"flow-");
  if (name == NULL) return;
  int64_t time = now(), *last = &last_reply[strtoul(name + 6, NULL, 10) % flows];
  if (*last != 0 && sample_count < samples_limit)
    samples[sample_count++] = time - *last - interval;
  *last = time;
}

static int by_size(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static size_t write_reply(const char *status, const char *body, char *out, size_t size) {
  size_t used = (size_t)snprintf(out, size, "HTTP/1.1 %s\r\n", status);
  return used + (size_t)snprintf(out + used, size - used, json, strlen(body), body);
}

static size_t answer(const char *request, const char *body, char *out, size_t size) {
  if (strncmp(request, "POST", 4) != 0) {
    char text[80];
    qsort(samples, sample_count, sizeof *samples, by_size);
    snprintf(text, sizeof text, "{\"polls\":%zu,\"p99\":%lld}", sample_count,
             sample_count ? (long long)samples[sample_count * 99 / 100] : 0);
    return write_reply("200 OK", text, out, size);
  }
  note_poll(body);
  if (strstr(body, "approved")) return write_reply("200 OK", TOKEN, out, size);
  return write_reply("400 Bad Request\r\nx-amzn-ErrorType: AuthorizationPendingException", PENDING,
                     out, size);
}

/* Bytes of the first whole request in the buffer, or 0; `*body` is where its body begins. */
static size_t whole_request(const connection *from, const char **body) {
  const char *end = strstr(from->bytes, "\r\n\r\n");
  if (end == NULL) return 0;
  const char *length = strcasestr(from->bytes, "\r\nContent-Length:");
  size_t size = (size_t)(end + 4 - from->bytes);
  *body = end + 4;
  if (length != NULL && length < end) size += strtoul(length + 17, NULL, 10);
  return size <= from->used ? size : 0;
}

static void serve(int descriptor) {
  connection *from = connections[descriptor];
  ssize_t got = recv(descriptor, from->bytes + from->used, buffer_size - 1 - from->used, 0);
  if (got <= 0) {
    close(descriptor);
    return;
  }
  from->used += (size_t)got;
  from->bytes[from->used] = 0;
  char out[1024];
  const char *body = NULL;
  for (size_t size; (size = whole_request(from, &body)) > 0;) {
    size_t length = answer(from->bytes, body, out, sizeof out);
    if (send(descriptor, out, length, MSG_NOSIGNAL) < 0) return;
    from->used -= size;
    memmove(from->bytes, from->bytes + size, from->used + 1);
  }
}

static void take(int listener, int epoll) {
  int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC), on = 1;
  if (descriptor < 0) return;
  if (descriptor >= descriptors) {
    close(descriptor);
    return;
  }
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connections[descriptor] == NULL) connections[descriptor] = malloc(sizeof(connection));
  connections[descriptor]->used = 0;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int main(int count, char **arguments) {
  interval = count > 1 ? strtoll(arguments[1], NULL, 10) * 1000 : 0;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), epoll = epoll_create1(0);
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1024) != 0)
    return 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[256];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int found = epoll_wait(epoll, ready, 256, -1);
    for (int i = 0; i < found; i++) {
      if (ready[i].data.fd == listener) take(listener, epoll);
      else serve(ready[i].data.fd);
    }
  }
}
