/*
 * pool.c - interpreters that were opened before, kept to begin others with.
 *
 * To open one takes longer than most scripts run. What it is before it knows its script is copied
 * away, and brought back when that script is done: the next that describes the same libraries goes
 * on from there, and cannot tell it from one that was opened for it alone. Its chunks are compiled
 * once (compiled.c).
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { most_waiting = 48 };

/* Bytes that tell what clua_open would build. */
typedef struct description {
  clua_bytes bytes;
  bool failed;
} description;

struct clua_pooled {
  clua_pooled *next; /* the one that has waited longer */
  clua_arena *arena;
  description is;
  lua_State *main;
  size_t used;
  int64_t next_slot;
  int64_t next_id;
  bool is_sealed;
};

struct clua_pool {
  pthread_mutex_t lock;
  clua_pooled *waiting; /* the latest first */
  clua_compiled *compiled;
};

/* AddressSanitizer knows the blocks of malloc and none of ours: under it there are no pools. */
#if defined(__SANITIZE_ADDRESS__)
#define CLUA_WITHOUT_POOLS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CLUA_WITHOUT_POOLS 1
#endif
#endif

clua_pool *clua_pool_create(void) {
#ifdef CLUA_WITHOUT_POOLS
  return NULL;
#else
  clua_pool *pool = calloc(1, sizeof *pool);
  if (pool == NULL || (pool->compiled = clua_compiled_create()) == NULL) {
    free(pool);
    return NULL;
  }
  pthread_mutex_init(&pool->lock, NULL);
  return pool;
#endif
}

static void destroy_pooled(clua_pooled *pooled) {
  clua_arena_destroy(pooled->arena);
  free(pooled->is.bytes.items);
  free(pooled);
}

void clua_pool_destroy(clua_pool *pool) {
  while (pool->waiting) {
    clua_pooled *pooled = pool->waiting;
    pool->waiting = pooled->next;
    destroy_pooled(pooled);
  }
  clua_compiled_destroy(pool->compiled);
  pthread_mutex_destroy(&pool->lock);
  free(pool);
}

/* ---- descriptions --------------------------------------------------------------------------- */

static void add(description *to, const void *bytes, size_t size) {
  if (!to->failed) to->failed = !clua_add_bytes(&to->bytes, bytes, size);
}

static void add_number(description *to, uint64_t number) { add(to, &number, sizeof number); }

static void add_text(description *to, const char *text) { add(to, text, strlen(text) + 1); }

static void add_nodes(description *to, const clua_nodes *nodes) {
  add_number(to, nodes->count);
  for (uint32_t i = 0; i < nodes->count; i++) {
    const clua_node *node = &nodes->items[i];
    add_number(to, (uint64_t)node->kind << 40 | (uint64_t)node->tag << 32 | node->count);
    add_number(to, (uint64_t)node->integer);
    add_number(to, node->length);
  }
  add_number(to, nodes->bytes_used);
  add(to, nodes->bytes, nodes->bytes_used);
}

static description describe(const clua_runtime *runtime) {
  description made = {.failed = false};
  add_number(&made, runtime->options.is_seeded);
  add_number(&made, runtime->has_loader ? runtime->loader : UINT64_MAX);
  add_number(&made, runtime->class_count);
  for (size_t i = 0; i < runtime->class_count; i++)
    if (runtime->classes[i].own) add_text(&made, runtime->classes[i].name);
  add_number(&made, runtime->placement_count);
  for (size_t i = 0; i < runtime->placement_count; i++) {
    add_number(&made, clua_catalog_number(runtime->placements[i].catalog));
    add_number(&made, runtime->placements[i].first);
    add_number(&made, runtime->placements[i].first_class);
  }
  for (size_t i = 0; i < runtime->constant_count; i++) {
    const clua_constant *constant = &runtime->constants[i];
    if (clua_is_own(constant)) continue;
    add_text(&made, constant->container);
    add_text(&made, constant->name);
    add_nodes(&made, &constant->value);
  }
  return made;
}

static bool are_same(const description *a, const description *b) {
  return a->bytes.count == b->bytes.count &&
         memcmp(a->bytes.items, b->bytes.items, a->bytes.count) == 0;
}

/* ---- taking and giving ---------------------------------------------------------------------- */

static clua_pooled *take(clua_pool *pool, const description *wanted) {
  clua_pooled *found = NULL;
  pthread_mutex_lock(&pool->lock);
  for (clua_pooled **place = &pool->waiting; *place && !found; ) {
    if (are_same(&(*place)->is, wanted)) {
      found = *place;
      *place = found->next;
    } else {
      place = &(*place)->next;
    }
  }
  pthread_mutex_unlock(&pool->lock);
  return found;
}

static clua_pooled *make(description is) {
  clua_pooled *made = calloc(1, sizeof *made);
  clua_arena *arena = clua_arena_create();
  if (made && arena) {
    made->arena = arena;
    made->is = is;
    return made;
  }
  if (arena) clua_arena_destroy(arena);
  free(made);
  free(is.bytes.items);
  return NULL;
}

static void adopt(clua_runtime *runtime, clua_pooled *pooled) {
  runtime->pooled = pooled;
  runtime->main = pooled->main;
  runtime->used = pooled->used;
  runtime->next_slot = pooled->next_slot;
  runtime->next_id = pooled->next_id;
  clua_own_state(runtime);
  runtime->classes_open = runtime->class_count;
  runtime->placements_bound = runtime->placement_count;
  for (size_t i = 0; i < runtime->placement_count; i++) {
    clua_placement *placement = &runtime->placements[i];
    clua_catalog_entries(placement->catalog, &placement->bound);
    clua_catalog_constants(placement->catalog, &placement->constants_bound);
  }
  for (size_t i = 0; i < runtime->constant_count; i++)
    runtime->constants[i].is_bound = !clua_is_own(&runtime->constants[i]);
}

bool clua_pool_begin(clua_runtime *runtime) {
  description wanted = describe(runtime);
  if (wanted.failed) {
    free(wanted.bytes.items);
    return false;
  }
  clua_pooled *found = take(runtime->options.pool, &wanted);
  if (found == NULL) {
    runtime->pooled = make(wanted);
    return false;
  }
  free(wanted.bytes.items);
  adopt(runtime, found);
  return true;
}

void clua_pool_seal(clua_runtime *runtime) {
  clua_pooled *pooled = runtime->pooled;
  lua_gc(runtime->main, LUA_GCCOLLECT, 0);
  pooled->main = runtime->main;
  pooled->used = runtime->used;
  pooled->next_slot = runtime->next_slot;
  pooled->next_id = runtime->next_id;
  pooled->is_sealed = clua_arena_seal(pooled->arena);
}

/* Puts one in front of those that wait; returns the last if they are too many. */
static clua_pooled *put(clua_pool *pool, clua_pooled *pooled) {
  pooled->next = pool->waiting;
  pool->waiting = pooled;
  clua_pooled **place = &pool->waiting;
  for (int count = 0; *place && count < most_waiting; count++) place = &(*place)->next;
  clua_pooled *last = *place;
  *place = NULL;
  return last;
}

void clua_pool_give(clua_runtime *runtime) {
  clua_pooled *pooled = runtime->pooled;
  if (!pooled->is_sealed) {
    destroy_pooled(pooled);
    return;
  }
  clua_pool *pool = runtime->options.pool;
  clua_arena_restore(pooled->arena);
  pthread_mutex_lock(&pool->lock);
  clua_pooled *last = put(pool, pooled);
  pthread_mutex_unlock(&pool->lock);
  if (last) destroy_pooled(last);
}

int clua_compile(lua_State *L, const char *source, size_t size, const char *name) {
  clua_pool *pool = clua_runtime_of(L)->options.pool;
  bool is_loaded = false;
  if (pool) {
    pthread_mutex_lock(&pool->lock);
    is_loaded = clua_compiled_load(pool->compiled, L, source, size, name);
    pthread_mutex_unlock(&pool->lock);
  }
  return is_loaded ? LUA_OK : luaL_loadbufferx(L, source, size, name, "t");
}

clua_arena *clua_pool_arena(const clua_pooled *pooled) { return pooled->arena; }
