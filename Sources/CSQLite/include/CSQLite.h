/*
 * CSQLite.h - one table of keys and values in a SQLite file; libsqlite3 is loaded when first needed.
 *
 * Knows: libsqlite3's calling conventions. Does not know: Swift, what is kept, who may see the file.
 *
 * Each call opens the file, does one thing in a transaction, and closes it: nothing is held between
 * calls, so there is nothing that threads could share. Nothing here longjmps or calls back.
 */
#ifndef CSQLITE_H
#define CSQLITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSQLITE_MESSAGE_SIZE = 256 };

/* How a call ended. */
typedef struct csqlite_end {
  bool ok;
  char message[CSQLITE_MESSAGE_SIZE]; /* what went wrong */
} csqlite_end;

/*
 * Reads a value. `*value` is NULL when there is none; else it belongs to the caller, who gives it to
 * csqlite_free, and has `*size` bytes.
 */
csqlite_end csqlite_get(const char *path, const char *key, uint8_t **value, size_t *size);

/*
 * Reads the keys that begin with `prefix`, in no order, with a line feed between two: like a value, which is
 * NULL where there is no table yet, and has no bytes where there is no such key.
 */
csqlite_end csqlite_keys(const char *path, const char *prefix, uint8_t **keys, size_t *size);

/* Frees what csqlite_get or csqlite_keys gave; NULL is allowed. */
void csqlite_free(uint8_t *value);

/* Keeps a value of INT_MAX bytes at most, whole or not at all; the bytes are copied. */
csqlite_end csqlite_put(const char *path, const char *key, const uint8_t *value, size_t size);

/* Forgets a value; one that is not there is no error. */
csqlite_end csqlite_delete(const char *path, const char *key);

#endif
