/* easy.c - one transfer: its settings, its request bytes, the response it receives. */
#include "library.h"

#include <stdlib.h>
#include <string.h>

/* Memory kept from one transfer to the next; larger responses are rare and given back. */
enum { KEPT_CAPACITY = 64 << 10 };

typedef struct bytes {
  uint8_t *data;
  size_t count, capacity;
} bytes;

struct ccurl_easy {
  CURL *handle;
  int64_t id;
  bytes body, head;       /* of the response */
  bytes upload;           /* the request's body */
  bytes lines;            /* the request's header lines, NUL after each */
  struct curl_slist *nodes; /* one array, pointing into lines */
  ccurl_limits limits;
  size_t header_count;
  bool head_is_complete;  /* the blank line has come: what follows are trailers or a new response */
  bool may_repeat;
  int sends; /* how often the request was about to leave */
  ccurl_stop stop;
  int socket_error; /* why there was no socket; 0 if there was */
  long stall_bytes;
  char message[CURL_ERROR_SIZE];
};

/* ---- Growing bytes ---------------------------------------------------------------------------- */

static bool reserve(bytes *buffer, size_t more) {
  if (more <= buffer->capacity - buffer->count) {
    return true;
  }
  if (more > SIZE_MAX / 2 - buffer->count) {
    return false;
  }
  size_t wanted = buffer->count + more;
  size_t capacity = buffer->capacity ? buffer->capacity : 1024;
  while (capacity < wanted) {
    capacity *= 2;
  }
  uint8_t *data = realloc(buffer->data, capacity);
  if (!data) {
    return false;
  }
  buffer->data = data;
  buffer->capacity = capacity;
  return true;
}

static bool append(bytes *buffer, const void *data, size_t size) {
  if (!reserve(buffer, size)) {
    return false;
  }
  if (size > 0) {
    memcpy(buffer->data + buffer->count, data, size);
  }
  buffer->count += size;
  return true;
}

static void release(bytes *buffer) {
  free(buffer->data);
  *buffer = (bytes){0};
}

static void clear(bytes *buffer) {
  buffer->count = 0;
  if (buffer->capacity > KEPT_CAPACITY) {
    release(buffer);
  }
}

/* ---- What libcurl calls ----------------------------------------------------------------------- */

/* Any number but `size` makes libcurl end the transfer with CURLE_WRITE_ERROR. */
static size_t stop(ccurl_easy *easy, ccurl_stop reason) {
  easy->stop = reason;
  return 0;
}

static size_t receive_body(char *data, size_t one, size_t size, void *context) {
  (void)one;
  ccurl_easy *easy = context;
  if (size > easy->limits.body - easy->body.count) {
    return stop(easy, CCURL_STOP_BODY);
  }
  return append(&easy->body, data, size) ? size : stop(easy, CCURL_STOP_MEMORY);
}

/* A new response begins: forget the interim one before it. */
static void begin_head(ccurl_easy *easy) {
  easy->head.count = 0;
  easy->header_count = 0;
  easy->head_is_complete = false;
  /* Slowness counts from here on: before, the total limit is the one that holds. */
  ccurl.easy_setopt(easy->handle, CURLOPT_LOW_SPEED_LIMIT, easy->stall_bytes);
}

static bool is_status_line(const ccurl_easy *easy, const char *data, size_t size) {
  bool may_begin = easy->head_is_complete || easy->header_count == 0;
  return may_begin && size >= 5 && memcmp(data, "HTTP/", 5) == 0;
}

static size_t receive_header(char *data, size_t one, size_t size, void *context) {
  (void)one;
  ccurl_easy *easy = context;
  if (size > easy->limits.header_line) {
    return stop(easy, CCURL_STOP_HEADER_LINE);
  }
  if (is_status_line(easy, data, size)) {
    begin_head(easy);
    return size;
  }
  if (size > 0 && (data[0] == '\r' || data[0] == '\n')) {
    easy->head_is_complete = true;
    return size;
  }
  easy->header_count++;
  if (easy->header_count > easy->limits.header_count) {
    return stop(easy, CCURL_STOP_HEADER_COUNT);
  }
  if (easy->head_is_complete) {
    return size; /* a trailer: counted, not kept */
  }
  return append(&easy->head, data, size) ? size : stop(easy, CCURL_STOP_MEMORY);
}

#if LIBCURL_VERSION_NUM >= 0x075000
/*
 * Called before each sending of the request, so a second time when libcurl found a kept-alive
 * connection dead after sending on it. The server may have acted on the first.
 */
static int before_request(void *context, char *remote, char *local, int remote_port,
                          int local_port) {
  (void)remote, (void)local, (void)remote_port, (void)local_port;
  ccurl_easy *easy = context;
  if (!easy->may_repeat && ccurl_easy_was_sent(easy)) {
    stop(easy, CCURL_STOP_REPEAT);
    return CURL_PREREQFUNC_ABORT;
  }
  easy->sends++;
  return CURL_PREREQFUNC_OK;
}
#endif

/* ---- Settings --------------------------------------------------------------------------------- */

static void set_protocols(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  ccurl.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  ccurl.easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static void set_callbacks(ccurl_easy *easy) {
  CURL *handle = easy->handle;
  ccurl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive_body);
  ccurl.easy_setopt(handle, CURLOPT_WRITEDATA, easy);
  ccurl.easy_setopt(handle, CURLOPT_HEADERFUNCTION, receive_header);
  ccurl.easy_setopt(handle, CURLOPT_HEADERDATA, easy);
  ccurl.easy_setopt(handle, CURLOPT_ERRORBUFFER, easy->message);
  ccurl.easy_setopt(handle, CURLOPT_PRIVATE, easy);
  ccurl.easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, ccurl_open_socket);
  ccurl.easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &easy->socket_error);
#if LIBCURL_VERSION_NUM >= 0x075000
  ccurl.easy_setopt(handle, CURLOPT_PREREQFUNCTION, before_request);
  ccurl.easy_setopt(handle, CURLOPT_PREREQDATA, easy);
#endif
}

static void set_common(ccurl_easy *easy) {
  CURL *handle = easy->handle;
  set_callbacks(easy);
  set_protocols(handle);
  ccurl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  ccurl.easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  ccurl.easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  ccurl.easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  ccurl.easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  ccurl.easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  ccurl.easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  ccurl.easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  ccurl.easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  /* Set, if only to nothing, so that libcurl does not ask the environment. */
  ccurl.easy_setopt(handle, CURLOPT_PROXY, "");
  ccurl.easy_setopt(handle, CURLOPT_NOPROXY, "");
#if LIBCURL_VERSION_NUM >= 0x075700
  /* Removing a transfer must not wait for a name look-up on another thread. */
  ccurl.easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#endif
}

ccurl_easy *ccurl_easy_make(void) {
  ccurl_easy *easy = calloc(1, sizeof *easy);
  if (!easy) {
    return NULL;
  }
  easy->handle = ccurl.easy_init();
  if (!easy->handle) {
    free(easy);
    return NULL;
  }
  set_common(easy);
  return easy;
}

void ccurl_easy_free(ccurl_easy *easy) {
  if (!easy) {
    return;
  }
  ccurl.easy_cleanup(easy->handle);
  release(&easy->body);
  release(&easy->head);
  release(&easy->upload);
  release(&easy->lines);
  free(easy->nodes);
  free(easy);
}

CURLcode ccurl_set_long(ccurl_easy *easy, CURLoption option, long value) {
  return ccurl.easy_setopt(easy->handle, option, value);
}

CURLcode ccurl_set_string(ccurl_easy *easy, CURLoption option, const char *value) {
  return ccurl.easy_setopt(easy->handle, option, value);
}

void ccurl_easy_reset(ccurl_easy *easy) {
  ccurl.easy_reset(easy->handle);
  clear(&easy->lines);
  set_common(easy);
}

/* ---- The request ------------------------------------------------------------------------------ */

void ccurl_easy_begin(ccurl_easy *easy, int64_t id, ccurl_limits limits, bool may_repeat,
                      long stall_bytes, long stall_seconds) {
  easy->id = id;
  easy->limits = limits;
  easy->may_repeat = may_repeat;
  easy->stall_bytes = stall_bytes;
  easy->stop = CCURL_STOP_NONE;
  easy->socket_error = 0;
  easy->sends = 0;
  easy->header_count = 0;
  easy->head_is_complete = false;
  easy->message[0] = '\0';
  clear(&easy->body);
  clear(&easy->head);
  ccurl.easy_setopt(easy->handle, CURLOPT_LOW_SPEED_LIMIT, 0L);
  ccurl.easy_setopt(easy->handle, CURLOPT_LOW_SPEED_TIME, stall_seconds);
}

/* libcurl only reads the list, so its nodes can be one array over one text. */
static bool link_nodes(ccurl_easy *easy, size_t count) {
  struct curl_slist *nodes = realloc(easy->nodes, count * sizeof *nodes);
  if (!nodes) {
    return false;
  }
  char *line = (char *)easy->lines.data;
  for (size_t i = 0; i < count; i++) {
    nodes[i].data = line;
    nodes[i].next = i + 1 < count ? &nodes[i + 1] : NULL;
    line += strlen(line) + 1;
  }
  easy->nodes = nodes;
  return true;
}

static size_t count_lines(const uint8_t *lines, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; i++) {
    count += lines[i] == '\0';
  }
  return count;
}

bool ccurl_set_headers(ccurl_easy *easy, const uint8_t *lines, size_t size) {
  if (easy->lines.count == size && size > 0 && memcmp(easy->lines.data, lines, size) == 0) {
    return true; /* a poll repeats its headers */
  }
  size_t count = count_lines(lines, size);
  easy->lines.count = 0;
  if (count == 0) {
    return ccurl.easy_setopt(easy->handle, CURLOPT_HTTPHEADER, NULL) == CURLE_OK;
  }
  if (!append(&easy->lines, lines, size) || !link_nodes(easy, count)) {
    easy->lines.count = 0;
    return false;
  }
  return ccurl.easy_setopt(easy->handle, CURLOPT_HTTPHEADER, easy->nodes) == CURLE_OK;
}

static bool set_body(ccurl_easy *easy, const uint8_t *body, size_t size) {
  clear(&easy->upload);
  if (!append(&easy->upload, body, size) || !append(&easy->upload, "", 1)) {
    return false;
  }
  CURL *handle = easy->handle;
  return ccurl.easy_setopt(handle, CURLOPT_POST, 1L) == CURLE_OK &&
         ccurl.easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size) == CURLE_OK &&
         ccurl.easy_setopt(handle, CURLOPT_POSTFIELDS, (char *)easy->upload.data) == CURLE_OK;
}

bool ccurl_set_method(ccurl_easy *easy, const char *method, const uint8_t *body, size_t size) {
  bool is_post = strcmp(method, "POST") == 0, is_head = strcmp(method, "HEAD") == 0;
  bool has_body = size > 0 || is_post;
  bool is_plain_get = !has_body && strcmp(method, "GET") == 0;
  CURL *handle = easy->handle;
  ccurl.easy_setopt(handle, CURLOPT_NOBODY, 0L);
  bool ok = has_body ? set_body(easy, body, size)
                     : ccurl.easy_setopt(handle, CURLOPT_HTTPGET, 1L) == CURLE_OK;
  if (is_head) {
    ccurl.easy_setopt(handle, CURLOPT_NOBODY, 1L);
  }
  const char *custom = is_post || is_head || is_plain_get ? NULL : method;
  return ok && ccurl.easy_setopt(handle, CURLOPT_CUSTOMREQUEST, custom) == CURLE_OK;
}

/* ---- The result ------------------------------------------------------------------------------- */

long ccurl_get_long(const ccurl_easy *easy, CURLINFO info) {
  long value = 0;
  return ccurl.easy_getinfo(easy->handle, info, &value) == CURLE_OK ? value : 0;
}

const char *ccurl_easy_message(const ccurl_easy *easy) { return easy->message; }

bool ccurl_easy_was_sent(const ccurl_easy *easy) {
#if LIBCURL_VERSION_NUM >= 0x075000
  if (easy->sends == 0) {
    return false; /* what did leave was a proxy's CONNECT */
  }
#endif
  return ccurl_get_long(easy, CURLINFO_REQUEST_SIZE) > 0;
}

int ccurl_easy_socket_error(const ccurl_easy *easy) { return easy->socket_error; }

ccurl_stop ccurl_easy_stop_reason(const ccurl_easy *easy) { return easy->stop; }

bool ccurl_easy_head_is_complete(const ccurl_easy *easy) { return easy->head_is_complete; }

const uint8_t *ccurl_easy_body(const ccurl_easy *easy, size_t *size) {
  *size = easy->body.count;
  return easy->body.data;
}

const uint8_t *ccurl_easy_head(const ccurl_easy *easy, size_t *size) {
  *size = easy->head.count;
  return easy->head.data;
}

CURL *ccurl_easy_handle(const ccurl_easy *easy) { return easy->handle; }

int64_t ccurl_easy_id(const ccurl_easy *easy) { return easy->id; }
