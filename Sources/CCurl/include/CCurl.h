/*
 * CCurl.h - libcurl, loaded when first needed, with typed functions in place of variadics.
 *
 * Knows: libcurl's calling conventions; the bytes of one response and their limits.
 * Does not know: Swift, event loops, what a request means.
 *
 * Why not linked: loading libcurl loads some thirty more libraries, 4 to 6 ms of every start, and
 * many scripts never send a request. <curl/curl.h> is here for its types and constants only: calling
 * a curl_ function of it fails to link. Nothing here longjmps, and no function calls back into the
 * caller: what libcurl reports is collected and asked for.
 *
 * Threads: a multi and its easies belong to one thread at a time. ccurl_load is safe on any.
 */
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Library ---------------------------------------------------------------------------------- */

/*
 * Loads libcurl and finds its functions; everything below needs it to have succeeded first.
 *
 * `name` is the library's file, or NULL for the usual ones of the system. Once loaded it stays, and
 * further calls succeed at once. On failure `message` (of `size` bytes) says why; it may be retried.
 */
bool ccurl_load(const char *name, char *message, size_t size);

/* What was loaded, as in "libcurl/7.88.1 OpenSSL/3.0.19 ..."; libcurl owns the text. */
const char *ccurl_version(void);

/* libcurl's words for a result; libcurl owns the text. */
const char *ccurl_error_text(CURLcode code);

/* ---- One transfer ----------------------------------------------------------------------------- */

/* A reusable handle for one transfer at a time, with the response it receives. */
typedef struct ccurl_easy ccurl_easy;

/* What a response may measure. */
typedef struct ccurl_limits {
  size_t body;           /* bytes, decoded */
  size_t header_line;    /* bytes, line ending included */
  size_t header_count;   /* lines of one response, status line not counted */
} ccurl_limits;

/* Why we, and not libcurl, ended a transfer. */
typedef enum ccurl_stop {
  CCURL_STOP_NONE = 0,
  CCURL_STOP_BODY,          /* limits.body passed */
  CCURL_STOP_HEADER_LINE,   /* limits.header_line passed */
  CCURL_STOP_HEADER_COUNT,  /* limits.header_count passed */
  CCURL_STOP_REPEAT,        /* libcurl was about to send a request a second time */
  CCURL_STOP_MEMORY         /* no memory for the response */
} ccurl_stop;

/* Makes a handle with the settings that every transfer shares; NULL without memory. */
ccurl_easy *ccurl_easy_make(void);

/* Frees the handle, which must not be in a multi; NULL is allowed. */
void ccurl_easy_free(ccurl_easy *easy);

/* Set one option of a type; strings are copied, NULL restores libcurl's default. */
CURLcode ccurl_set_long(ccurl_easy *easy, CURLoption option, long value);
CURLcode ccurl_set_string(ccurl_easy *easy, CURLoption option, const char *value);

/* Back to the settings of ccurl_easy_make; connections and the DNS cache live on in the multi. */
void ccurl_easy_reset(ccurl_easy *easy);

/*
 * Prepares for the next transfer: forgets the last response and sets its limits.
 *
 * `id` is handed back by ccurl_multi_next_done. `may_repeat` allows libcurl to send the request again
 * when a kept-alive connection turns out to be dead; without it that ends with CCURL_STOP_REPEAT.
 * `stall_bytes` per second over `stall_seconds`, counted from the first header on, is too slow.
 */
void ccurl_easy_begin(ccurl_easy *easy, int64_t id, ccurl_limits limits, bool may_repeat,
                      long stall_bytes, long stall_seconds);

/*
 * Sets the request's header lines: `lines` holds them one after the other, each ended by a NUL byte,
 * in libcurl's notation ("Name: value", "Name;" for an empty value, "Name:" to send none).
 * The bytes are copied. False without memory.
 */
bool ccurl_set_headers(ccurl_easy *easy, const uint8_t *lines, size_t size);

/* Sets method and body; the bytes are copied. False without memory, or if libcurl refuses. */
bool ccurl_set_method(ccurl_easy *easy, const char *method, const uint8_t *body, size_t size);

/* Read one figure about the transfer; 0 if there is none. */
long ccurl_get_long(const ccurl_easy *easy, CURLINFO info);

/* libcurl's description of the failure, or "" ; valid until the next transfer. */
const char *ccurl_easy_message(const ccurl_easy *easy);

/* Whether a byte of the request itself (not of a proxy's CONNECT) may have left. */
bool ccurl_easy_was_sent(const ccurl_easy *easy);

/* errno of the system when it gave no socket for a connection; 0 if it did. */
int ccurl_easy_socket_error(const ccurl_easy *easy);

/* Why we ended the transfer. */
ccurl_stop ccurl_easy_stop_reason(const ccurl_easy *easy);

/* Whether the blank line after the header lines has come; libcurl takes their lack for success. */
bool ccurl_easy_head_is_complete(const ccurl_easy *easy);

/* The body so far; owned by the handle, valid until the next transfer. */
const uint8_t *ccurl_easy_body(const ccurl_easy *easy, size_t *size);

/*
 * The header lines of the last response (no interim one, no proxy's, no trailers), each with its line
 * ending, without the status line; owned by the handle, valid until the next transfer.
 */
const uint8_t *ccurl_easy_head(const ccurl_easy *easy, size_t *size);

/* ---- Mail ------------------------------------------------------------------------------------- */

/* How a message is sent. */
typedef struct ccurl_mail_options {
  bool needs_tls;   /* smtp: nothing but STARTTLS is said in the clear */
  long timeout_ms;  /* for all of it */
} ccurl_mail_options;

/* How far a message got. */
typedef struct ccurl_mail_end {
  CURLcode result;
  bool was_sent;              /* the server may have taken the message */
  long reply;                 /* the number of the server's last reply, 0 if there was none */
  char words[CURL_ERROR_SIZE];  /* libcurl's description of a failure, or "" */
} ccurl_mail_end;

/*
 * Sends a message over a connection of its own; blocks the calling thread until that is done.
 *
 * `url` is smtp://host[:port] or smtps://host[:port]. `user` and `password` may be NULL, `ca_file` is
 * NULL for the system's roots. `sender` is <name@host>; `recipients` holds the like one after the
 * other, each ended by a NUL byte. `message` is head and body, lines ended by CR LF.
 */
ccurl_mail_end ccurl_send_mail(const char *url, ccurl_mail_options options, const char *user,
                               const char *password, const char *ca_file, const char *sender,
                               const uint8_t *recipients, size_t recipients_size,
                               const uint8_t *message, size_t message_size);

/* ---- Many transfers --------------------------------------------------------------------------- */

/* A set of transfers with their common connections. */
typedef struct ccurl_multi ccurl_multi;

/* A socket that libcurl wants to be told about: CURL_POLL_IN, _OUT, _INOUT or _REMOVE. */
typedef struct ccurl_change {
  curl_socket_t socket;
  int what;
} ccurl_change;

/* Makes an empty set that keeps up to `connections` idle ones open; NULL without memory. */
ccurl_multi *ccurl_multi_make(long connections);

/* Closes all connections and frees the set, which must be empty; NULL is allowed. */
void ccurl_multi_free(ccurl_multi *multi);

/* Adds a transfer and starts it; on failure it is not in the set. */
CURLMcode ccurl_multi_add(ccurl_multi *multi, ccurl_easy *easy);

/* Takes a transfer out, finished or not; one that was under way has its connection closed. */
void ccurl_multi_remove(ccurl_multi *multi, ccurl_easy *easy);

/* Lets libcurl work: `socket` is ready for `events` (CURL_CSELECT_...). */
CURLMcode ccurl_multi_ready(ccurl_multi *multi, curl_socket_t socket, int events);

/* Lets libcurl work: its time (ccurl_multi_wait) has come. */
CURLMcode ccurl_multi_timeout(ccurl_multi *multi);

/* Takes the next wish about sockets since it was last asked; false when there is none. */
bool ccurl_multi_next_change(ccurl_multi *multi, ccurl_change *change);

/* Milliseconds until ccurl_multi_timeout is due, counted from the latest change; -1 for never.
   True if that changed since it was last asked. */
bool ccurl_multi_wait(ccurl_multi *multi, long *milliseconds);

/* Takes the next finished transfer: its id and result; false when there is none. */
bool ccurl_multi_next_done(ccurl_multi *multi, int64_t *id, CURLcode *result);

#endif
