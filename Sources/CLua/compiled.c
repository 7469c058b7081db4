/*
 * compiled.c - chunks that were compiled before, for the runtimes of a pool.
 *
 * An interpreter of its own compiles them, also the first time: a runtime that reads what was
 * compiled has the same memory behind it, whether it is the first with that chunk or not.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { most_chunks = 64 };

typedef struct compiled {
  char *name;
  clua_bytes source;
  clua_bytes code;
} compiled;

struct clua_compiled {
  lua_State *compiler;
  compiled chunks[most_chunks];
  size_t next; /* where the next one goes, over the oldest */
};

static void forget(compiled *chunk) {
  free(chunk->name);
  free(chunk->source.items);
  free(chunk->code.items);
  memset(chunk, 0, sizeof *chunk);
}

clua_compiled *clua_compiled_create(void) {
  clua_compiled *all = calloc(1, sizeof *all);
  if (all == NULL || (all->compiler = luaL_newstate()) != NULL) return all;
  free(all);
  return NULL;
}

void clua_compiled_destroy(clua_compiled *all) {
  for (size_t i = 0; i < most_chunks; i++) forget(&all->chunks[i]);
  lua_close(all->compiler);
  free(all);
}

static const compiled *find(const clua_compiled *all, const char *source, size_t size,
                            const char *name) {
  for (size_t i = 0; i < most_chunks; i++) {
    const compiled *chunk = &all->chunks[i];
    if (chunk->name && chunk->source.count == size && strcmp(chunk->name, name) == 0 &&
        memcmp(chunk->source.items, source, size) == 0)
      return chunk;
  }
  return NULL;
}

static int write_code(lua_State *L, const void *items, size_t count, void *code) {
  (void)L;
  return clua_add_bytes(code, items, count) ? 0 : 1;
}

/* NULL: it is no Lua, or memory is out. */
static const compiled *compile(clua_compiled *all, const char *source, size_t size,
                               const char *name) {
  compiled *chunk = &all->chunks[all->next];
  forget(chunk);
  bool is_made = luaL_loadbufferx(all->compiler, source, size, name, "t") == LUA_OK &&
                 lua_dump(all->compiler, write_code, &chunk->code, 0) == 0 &&
                 clua_add_bytes(&chunk->source, source, size) && (chunk->name = strdup(name)) != NULL;
  lua_settop(all->compiler, 0);
  if (!is_made) {
    forget(chunk);
    return NULL;
  }
  all->next = (all->next + 1) % most_chunks;
  return chunk;
}

bool clua_compiled_load(clua_compiled *all, lua_State *L, const char *source, size_t size,
                        const char *name) {
  const compiled *chunk = find(all, source, size, name);
  if (chunk == NULL) chunk = compile(all, source, size, name);
  if (chunk == NULL) return false;
  if (luaL_loadbufferx(L, chunk->code.items, chunk->code.count, name, "b") == LUA_OK) return true;
  lua_pop(L, 1);
  return false;
}
