/*
 * catalog.c - functions, classes and constants described once, for any number of runtimes.
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
  clua_class *classes;
  size_t class_count;
  clua_constant *constants;
  size_t constant_count;
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
  clua_free_classes(catalog->classes, catalog->class_count);
  clua_free_constants(catalog->constants, catalog->constant_count);
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

void clua_catalog_take(clua_catalog *catalog, clua_runtime *runtime) {
  catalog->classes = runtime->classes;
  catalog->class_count = runtime->class_count;
  catalog->constants = runtime->constants;
  catalog->constant_count = runtime->constant_count;
  runtime->classes = NULL;
  runtime->constants = NULL;
  runtime->class_count = runtime->class_capacity = 0;
  runtime->constant_count = runtime->constant_capacity = 0;
}

const clua_class *clua_catalog_classes(const clua_catalog *catalog, size_t *count) {
  *count = catalog->class_count;
  return catalog->classes;
}

const clua_constant *clua_catalog_constants(const clua_catalog *catalog, size_t *count) {
  *count = catalog->constant_count;
  return catalog->constants;
}

const clua_entry *clua_catalog_entries(const clua_catalog *catalog, uint32_t *count) {
  *count = catalog->count;
  return catalog->entries;
}

uint64_t clua_catalog_number(const clua_catalog *catalog) { return catalog->number; }
