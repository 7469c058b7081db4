/* table.c - the calls of CSQLite.h, and the loading of libsqlite3. */
#include "CSQLite.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As in sqlite3.h, whose ABI has been stable since 2004. */
enum { OK = 0, ROW = 100, DONE = 101, OPEN_READWRITE = 2, OPEN_FULLMUTEX = 0x10000 };
enum { PATIENCE_MS = 5000 };

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;

static struct {
  int (*open_v2)(const char *path, sqlite3 **database, int flags, const char *vfs);
  int (*close)(sqlite3 *database);
  const char *(*errmsg)(sqlite3 *database);
  int (*busy_timeout)(sqlite3 *database, int milliseconds);
  int (*prepare_v2)(sqlite3 *database, const char *sql, int size, sqlite3_stmt **statement,
                    const char **tail);
  int (*bind_text)(sqlite3_stmt *statement, int place, const char *text, int size,
                   void (*release)(void *));
  int (*bind_blob)(sqlite3_stmt *statement, int place, const void *bytes, int size,
                   void (*release)(void *));
  int (*step)(sqlite3_stmt *statement);
  int (*finalize)(sqlite3_stmt *statement);
  const void *(*column_blob)(sqlite3_stmt *statement, int column);
  int (*column_bytes)(sqlite3_stmt *statement, int column);
} sqlite;

static const char *const names[] = {
#ifdef __APPLE__
    "libsqlite3.dylib",
#else
    "libsqlite3.so.0",
#endif
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded = false;

/* Stores a function's address; memcpy because C has no cast from an object to a function pointer. */
static bool find(void *library, const char *symbol, void *slot) {
  void *address = dlsym(library, symbol);
  memcpy(slot, &address, sizeof address);
  return address != NULL;
}

static bool load(char *message) {
  void *library = dlopen(names[0], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(message, CSQLITE_MESSAGE_SIZE, "%s is not installed (Debian: libsqlite3-0)", names[0]);
    return false;
  }
  if (find(library, "sqlite3_open_v2", &sqlite.open_v2) &&
      find(library, "sqlite3_close", &sqlite.close) &&
      find(library, "sqlite3_errmsg", &sqlite.errmsg) &&
      find(library, "sqlite3_busy_timeout", &sqlite.busy_timeout) &&
      find(library, "sqlite3_prepare_v2", &sqlite.prepare_v2) &&
      find(library, "sqlite3_bind_text", &sqlite.bind_text) &&
      find(library, "sqlite3_bind_blob", &sqlite.bind_blob) &&
      find(library, "sqlite3_step", &sqlite.step) &&
      find(library, "sqlite3_finalize", &sqlite.finalize) &&
      find(library, "sqlite3_column_blob", &sqlite.column_blob) &&
      find(library, "sqlite3_column_bytes", &sqlite.column_bytes)) {
    return true;
  }
  snprintf(message, CSQLITE_MESSAGE_SIZE, "%s lacks a function", names[0]);
  dlclose(library);
  return false;
}

static bool ensure_loaded(char *message) {
  pthread_mutex_lock(&lock);
  if (!loaded) {
    loaded = load(message);
  }
  bool ok = loaded;
  pthread_mutex_unlock(&lock);
  return ok;
}

static bool fail(sqlite3 *database, char *message) {
  snprintf(message, CSQLITE_MESSAGE_SIZE, "%s", sqlite.errmsg(database));
  return false;
}

/* Runs one statement with a key, and a value if there is one; copies what it gives. */
static bool run(sqlite3 *database, const char *sql, const char *key, const uint8_t *bytes,
                size_t size, uint8_t **value, size_t *value_size, char *message) {
  sqlite3_stmt *statement = NULL;
  if (sqlite.prepare_v2(database, sql, -1, &statement, NULL) != OK) {
    return fail(database, message);
  }
  bool ok = (!key || sqlite.bind_text(statement, 1, key, -1, NULL) == OK) &&
            (!bytes || sqlite.bind_blob(statement, 2, bytes, (int)size, NULL) == OK);
  int result = ok ? sqlite.step(statement) : OK;
  if (result == ROW && value) {
    int count = sqlite.column_bytes(statement, 0);
    const void *found = sqlite.column_blob(statement, 0);
    *value = malloc(count > 0 ? (size_t)count : 1);
    if (*value && count > 0) {
      memcpy(*value, found, (size_t)count);
    }
    *value_size = (size_t)count;
    ok = *value != NULL;
  }
  if (result != ROW && result != DONE) {
    ok = fail(database, message);
  }
  sqlite.finalize(statement);
  return ok;
}

static const char *const make_table =
    "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID";

static const char *const find_table =
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'kept'";

static bool has_table(sqlite3 *database, bool *has, char *message) {
  uint8_t *row = NULL;
  size_t size = 0;
  bool ok = run(database, find_table, NULL, NULL, 0, &row, &size, message);
  *has = row != NULL;
  free(row);
  return ok;
}

/*
 * Runs one statement on the table; only with `makes` is one made, else there is nothing to be found in
 * it. SQLite opens a file that is protected against writing for reading alone, and one that it may
 * write to so that what a crash has left half done is undone first.
 */
static csqlite_end perform(const char *path, bool makes, const char *sql, const char *key,
                           const uint8_t *bytes, size_t size, uint8_t **value,
                           size_t *value_size) {
  csqlite_end end = {.ok = false};
  if (!ensure_loaded(end.message)) {
    return end;
  }
  sqlite3 *database = NULL;
  if (sqlite.open_v2(path, &database, OPEN_READWRITE | OPEN_FULLMUTEX, NULL) != OK) {
    fail(database, end.message);
  } else {
    sqlite.busy_timeout(database, PATIENCE_MS);
    bool has = true;
    end.ok = makes ? run(database, make_table, NULL, NULL, 0, NULL, NULL, end.message)
                   : has_table(database, &has, end.message);
    if (end.ok && has) {
      end.ok = run(database, sql, key, bytes, size, value, value_size, end.message);
    }
  }
  sqlite.close(database);
  return end;
}

csqlite_end csqlite_get(const char *path, const char *key, uint8_t **value, size_t *size) {
  *value = NULL;
  *size = 0;
  return perform(path, false, "SELECT value FROM kept WHERE key = ?1", key, NULL, 0, value, size);
}

csqlite_end csqlite_keys(const char *path, const char *prefix, uint8_t **keys, size_t *size) {
  *keys = NULL;
  *size = 0;
  return perform(path, false,
                 "SELECT group_concat(key, char(10)) FROM kept WHERE substr(key, 1, length(?1)) = ?1",
                 prefix, NULL, 0, keys, size);
}

void csqlite_free(uint8_t *value) { free(value); }

csqlite_end csqlite_put(const char *path, const char *key, const uint8_t *value, size_t size) {
  static const uint8_t nothing[1] = {0};
  return perform(path, true, "INSERT OR REPLACE INTO kept (key, value) VALUES (?1, ?2)", key,
                 value && size ? value : nothing, size, NULL, NULL);
}

csqlite_end csqlite_delete(const char *path, const char *key) {
  return perform(path, false, "DELETE FROM kept WHERE key = ?1", key, NULL, 0, NULL, NULL);
}
