/* mail.c - one message for one mail server, from the connection to its end. */
#include "library.h"

#include <stdlib.h>
#include <string.h>

/* What is left to be read of a message. */
typedef struct upload {
  const uint8_t *data;
  size_t left;
  bool was_read;
} upload;

static size_t give(char *buffer, size_t one, size_t count, void *context) {
  upload *upload = context;
  size_t room = one * count;
  size_t size = upload->left < room ? upload->left : room;
  memcpy(buffer, upload->data, size);
  upload->data += size;
  upload->left -= size;
  upload->was_read = true;
  return size;
}

/* What a server says besides its replies is of no use. */
static size_t drop(char *data, size_t one, size_t count, void *context) {
  (void)data, (void)context;
  return one * count;
}

/* A list over a text with a NUL after each item; libcurl only reads it. NULL without memory. */
static struct curl_slist *make_list(const uint8_t *text, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; i++) {
    count += text[i] == '\0';
  }
  struct curl_slist *nodes = count ? malloc(count * sizeof *nodes) : NULL;
  char *item = (char *)text;
  for (size_t i = 0; nodes && i < count; i++) {
    nodes[i].data = item;
    nodes[i].next = i + 1 < count ? &nodes[i + 1] : NULL;
    item += strlen(item) + 1;
  }
  return nodes;
}

static void set_connection(CURL *handle, ccurl_mail_options options, const char *ca_file) {
#if LIBCURL_VERSION_NUM >= 0x075500
  ccurl.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
#else
  ccurl.easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_SMTP | CURLPROTO_SMTPS));
#endif
  ccurl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  ccurl.easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, ccurl_open_socket);
  ccurl.easy_setopt(handle, CURLOPT_PROXY, "");
  ccurl.easy_setopt(handle, CURLOPT_NOPROXY, "");
  long encryption = options.needs_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE;
  ccurl.easy_setopt(handle, CURLOPT_USE_SSL, encryption);
  ccurl.easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  ccurl.easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  ccurl.easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  ccurl.easy_setopt(handle, CURLOPT_TIMEOUT_MS, options.timeout_ms);
  if (ca_file) {
    ccurl.easy_setopt(handle, CURLOPT_CAINFO, ca_file);
    ccurl.easy_setopt(handle, CURLOPT_CAPATH, NULL);
  }
}

static void set_upload(CURL *handle, upload *upload) {
  ccurl.easy_setopt(handle, CURLOPT_READFUNCTION, give);
  ccurl.easy_setopt(handle, CURLOPT_READDATA, upload);
  ccurl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop);
  ccurl.easy_setopt(handle, CURLOPT_UPLOAD, 1L);
}

ccurl_mail_end ccurl_send_mail(const char *url, ccurl_mail_options options, const char *user,
                               const char *password, const char *ca_file, const char *sender,
                               const uint8_t *recipients, size_t recipients_size,
                               const uint8_t *message, size_t message_size) {
  ccurl_mail_end end = {.result = CURLE_OUT_OF_MEMORY};
  upload upload = {message, message_size, false};
  struct curl_slist *list = make_list(recipients, recipients_size);
  CURL *handle = list ? ccurl.easy_init() : NULL;
  if (handle) {
    ccurl.easy_setopt(handle, CURLOPT_ERRORBUFFER, end.words);
    set_connection(handle, options, ca_file);
    set_upload(handle, &upload);
    if (ccurl.easy_setopt(handle, CURLOPT_URL, url) == CURLE_OK &&
        ccurl.easy_setopt(handle, CURLOPT_USERNAME, user) == CURLE_OK &&
        ccurl.easy_setopt(handle, CURLOPT_PASSWORD, password) == CURLE_OK &&
        ccurl.easy_setopt(handle, CURLOPT_MAIL_FROM, sender) == CURLE_OK &&
        ccurl.easy_setopt(handle, CURLOPT_MAIL_RCPT, list) == CURLE_OK) {
      end.result = ccurl.easy_perform(handle);
      ccurl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &end.reply);
    }
    ccurl.easy_cleanup(handle);
  }
  free(list);
  end.was_sent = upload.was_read;
  return end;
}
