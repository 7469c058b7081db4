/*
 * catalog.c - functions described once, and bound in any number of runtimes.
 *
 * A runtime adds only the number of the first function: texts, flags and order are those of the
 * catalog, which nobody changes once a runtime knows it.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

struct clua_catalog {
  clua_entry *entries;
  uint32_t count;
  size_t capacity;
  uint64_t number;
};

clua_catalog *clua_catalog_create(void) {
  static _Atomic uint64_t made;
  clua_catalog *catalog = calloc(1, sizeof *catalog);
  if (catalog) catalog->number = atomic_fetch_add(&made, 1);
  return catalog;
}

void clua_catalog_destroy(clua_catalog *catalog) {
  for (uint32_t i = 0; i < catalog->count; i++) {
    free(catalog->entries[i].container);
    free(catalog->entries[i].name);
    free(catalog->entries[i].shown);
  }
  free(catalog->entries);
  free(catalog);
}

bool clua_catalog_add(clua_catalog *catalog, const char *container, const char *name,
                      const char *shown, unsigned flags) {
  if (!clua_grow((void **)&catalog->entries, sizeof *catalog->entries, catalog->count,
                 &catalog->capacity))
    return false;
  clua_entry entry = {
      .container = strdup(container), .name = strdup(name), .shown = strdup(shown), .flags = flags};
  if (entry.container && entry.name && entry.shown) {
    catalog->entries[catalog->count++] = entry;
    return true;
  }
  free(entry.container);
  free(entry.name);
  free(entry.shown);
  return false;
}

const clua_entry *clua_catalog_entries(const clua_catalog *catalog, uint32_t *count) {
  *count = catalog->count;
  return catalog->entries;
}

uint64_t clua_catalog_number(const clua_catalog *catalog) { return catalog->number; }
