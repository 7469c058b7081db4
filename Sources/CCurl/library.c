/* library.c - finds and loads libcurl. */
#include "library.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

ccurl_functions ccurl;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded = false;

/* The ABI has been version 4 since 2006; Debian builds it once per TLS library. */
static const char *const usual_names[] = {
#ifdef __APPLE__
    "libcurl.4.dylib",
#else
    "libcurl.so.4",
    "libcurl-gnutls.so.4",
#endif
};

static void *open_library(const char *name, char *message, size_t size) {
  const char *const *names = name ? &name : usual_names;
  size_t count = name ? 1 : sizeof usual_names / sizeof usual_names[0];
  for (size_t i = 0; i < count; i++) {
    /* Lazily, as programs that are linked with it do: of what its 33 libraries call, a request needs little. */
    void *library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
    if (library) {
      return library;
    }
    if (i == 0) { /* the first name is the one to install */
      const char *reason = dlerror();
      snprintf(message, size, "%s", reason ? reason : names[i]);
    }
  }
  return NULL;
}

/* Stores a function's address; memcpy because C has no cast from an object to a function pointer. */
static bool find(void *library, const char *symbol, void *slot) {
  void *address = dlsym(library, symbol);
  memcpy(slot, &address, sizeof address);
  return address != NULL;
}

static bool find_all(void *library, ccurl_functions *table, char *message, size_t size) {
  const struct {
    const char *symbol;
    void *slot;
  } wanted[] = {
      {"curl_global_init", &table->global_init},
      {"curl_version", &table->version},
      {"curl_easy_strerror", &table->easy_strerror},
      {"curl_easy_init", &table->easy_init},
      {"curl_easy_cleanup", &table->easy_cleanup},
      {"curl_easy_reset", &table->easy_reset},
      {"curl_easy_setopt", &table->easy_setopt},
      {"curl_easy_perform", &table->easy_perform},
      {"curl_easy_getinfo", &table->easy_getinfo},
      {"curl_multi_init", &table->multi_init},
      {"curl_multi_cleanup", &table->multi_cleanup},
      {"curl_multi_setopt", &table->multi_setopt},
      {"curl_multi_add_handle", &table->multi_add_handle},
      {"curl_multi_remove_handle", &table->multi_remove_handle},
      {"curl_multi_socket_action", &table->multi_socket_action},
      {"curl_multi_info_read", &table->multi_info_read},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
    if (!find(library, wanted[i].symbol, wanted[i].slot)) {
      snprintf(message, size, "libcurl has no function %s", wanted[i].symbol);
      return false;
    }
  }
  return true;
}

static bool load(const char *name, char *message, size_t size) {
  void *library = open_library(name, message, size);
  if (!library) {
    return false;
  }
  ccurl_functions table;
  if (!find_all(library, &table, message, size)) {
    dlclose(library);
    return false;
  }
  if (table.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    snprintf(message, size, "libcurl could not be initialised");
    dlclose(library);
    return false;
  }
  ccurl = table;
  return true;
}

bool ccurl_load(const char *name, char *message, size_t size) {
  pthread_mutex_lock(&lock);
  if (!loaded) {
    loaded = load(name, message, size);
  }
  bool ok = loaded;
  pthread_mutex_unlock(&lock);
  return ok;
}

curl_socket_t ccurl_open_socket(void *error, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)purpose;
#ifdef SOCK_CLOEXEC
  int type = address->socktype | SOCK_CLOEXEC;
#else
  int type = address->socktype;
#endif
  curl_socket_t made = socket(address->family, type, address->protocol);
  if (made < 0 && error) {
    *(int *)error = errno;
  }
#ifndef SOCK_CLOEXEC
  if (made >= 0) {
    fcntl(made, F_SETFD, FD_CLOEXEC);
  }
#endif
  return made;
}

const char *ccurl_version(void) { return ccurl.version(); }

const char *ccurl_error_text(CURLcode code) { return ccurl.easy_strerror(code); }
