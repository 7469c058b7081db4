/*
 * state.c - the life of a runtime: memory, panic, protected entry.
 *
 * Debian's Lua 5.4.4 corrupts its heap when an allocator returns NULL under a script's control
 * (fixed in 5.4.8), so the memory limit never refuses: passing it sets the stop, and only the
 * ceiling far above it ends the process.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char clua_references, clua_ids, clua_null_key, clua_suspend_key, clua_list_metatable,
    clua_error_metatable, clua_headers_metatable, clua_loaded, clua_format_function,
    clua_randomseed_function, clua_places, clua_raised, clua_inner;

enum {
  ceiling_slack = 256 << 20, /* above the limit: room for one large copy before the stop works */
  ceiling_factor = 4,
};

_Static_assert(LUA_VERSION_NUM == 504, "the headers must be Lua 5.4");
_Static_assert(LUA_EXTRASPACE >= sizeof(void *), "the extra space holds the runtime");

/* In the extra space, below the runtime's address. */
enum { waiting_tag = 1, task_tag = 2 };

clua_runtime *clua_runtime_of(lua_State *L) {
  uintptr_t tagged = *(uintptr_t *)lua_getextraspace(L);
  return (clua_runtime *)(tagged & ~(uintptr_t)(waiting_tag | task_tag));
}

void clua_mark_task(lua_State *L) { *(uintptr_t *)lua_getextraspace(L) |= task_tag; }

bool clua_is_task(lua_State *L) { return *(uintptr_t *)lua_getextraspace(L) & task_tag; }

void clua_mark_waiting(lua_State *L, bool waiting) {
  uintptr_t *tagged = lua_getextraspace(L);
  *tagged = (*tagged & ~(uintptr_t)waiting_tag) | (waiting ? waiting_tag : 0);
}

bool clua_is_waiting(lua_State *L) { return *(uintptr_t *)lua_getextraspace(L) & waiting_tag; }

static _Noreturn void end_process(const clua_runtime *runtime) {
  if (runtime->options.ceiling) runtime->options.ceiling();
  static const char text[] = "lua: out of memory\n";
  ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
  (void)ignored;
  _exit(70);
}

/* Refuses only when a test asks for it. */
static bool must_fail(clua_runtime *runtime) {
  runtime->allocations++;
  if (runtime->fail_count == 0) return false;
  if (runtime->fail_after > 0) {
    runtime->fail_after--;
    return false;
  }
  runtime->fail_count--;
  return true;
}

static void note_use(clua_runtime *runtime, size_t use) {
  size_t limit = runtime->options.memory_limit;
  if (limit == 0 || use <= runtime->base_use + limit) return;
  clua_note_memory(runtime);
  if (use > runtime->base_use + limit * ceiling_factor + ceiling_slack) end_process(runtime);
}

/* As realloc and free. */
static void *resize(clua_runtime *runtime, void *block, size_t old_size, size_t new_size) {
  if (runtime->pooled)
    return clua_arena_resize(clua_pool_arena(runtime->pooled), block, old_size, new_size);
  if (new_size > 0) return realloc(block, new_size);
  free(block);
  return NULL;
}

static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
  clua_runtime *runtime = context;
  if (block == NULL) old_size = 0; /* then it is a type tag */
  if (new_size == 0) {
    if (block) resize(runtime, block, old_size, 0);
    runtime->used -= old_size;
    return NULL;
  }
  if (new_size > old_size) {
    if (must_fail(runtime)) return NULL;
    note_use(runtime, runtime->used - old_size + new_size);
  }
  void *moved = resize(runtime, block, old_size, new_size);
  if (moved == NULL) end_process(runtime);
  runtime->used = runtime->used - old_size + new_size;
  return moved;
}

/* An error outside every lua_pcall: a bug of this target. Does not return, and cannot jump. */
static int panic(lua_State *L) {
  (void)L;
  static const char text[] = "lua: unprotected error\n";
  ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
  (void)ignored;
  _exit(70);
}

static void ignore_warning(void *context, const char *message, int to_be_continued) {
  (void)context, (void)message, (void)to_be_continued;
}

bool clua_make_state(clua_runtime *runtime) {
  runtime->main = lua_newstate(allocate, runtime);
  if (runtime->main == NULL) return false;
  lua_atpanic(runtime->main, panic);
  lua_setwarnf(runtime->main, ignore_warning, NULL);
  clua_own_state(runtime);
  return true;
}

void clua_own_state(clua_runtime *runtime) {
  lua_setallocf(runtime->main, allocate, runtime);
  *(uintptr_t *)lua_getextraspace(runtime->main) = (uintptr_t)runtime;
}

clua_runtime *clua_create(const clua_options *options) {
  clua_runtime *runtime = calloc(1, sizeof *runtime);
  if (runtime == NULL) return NULL;
  runtime->options = *options;
  runtime->next_slot = 1;
  runtime->owner = pthread_self();
  if (options->pool == NULL && !clua_make_state(runtime)) {
    free(runtime);
    return NULL;
  }
  clua_install_interrupt();
  return runtime;
}

void clua_free_constants(clua_constant *constants, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free(constants[i].container);
    free(constants[i].name);
    clua_nodes_free(&constants[i].value);
  }
  free(constants);
}

void clua_free_classes(clua_class *classes, size_t count) {
  for (size_t i = 0; i < count; i++) free(classes[i].own);
  free(classes);
}

void clua_destroy(clua_runtime *runtime) {
  if (runtime->pooled)
    clua_pool_give(runtime);
  else if (runtime->main)
    lua_close(runtime->main);
  clua_free_constants(runtime->constants, runtime->constant_count);
  clua_free_classes(runtime->classes, runtime->class_count);
  free(runtime->placements);
  free(runtime->library);
  clua_nodes_free(&runtime->arguments);
  clua_nodes_free(&runtime->reply);
  free(runtime->released.items);
  free(runtime->free_slots.items);
  free(runtime->collected.items);
  free(runtime->message);
  free(runtime->position);
  free(runtime->traceback);
  free(runtime->inner_traceback);
  free(runtime->raised_position);
  free(runtime->raised_traceback);
  clua_forget_chunks(runtime);
  free(runtime);
}

/* The library names its release in lua_ident only; lua_version() stops at 504. */
const char *clua_release_name(void) {
  static char name[32];
  const char *start = strstr(lua_ident, "Lua ");
  size_t length = start ? strcspn(start, " ") + 1 : 0;
  if (start == NULL) return "Lua 5.4";
  length += strcspn(start + length, " $");
  if (length >= sizeof name) length = sizeof name - 1;
  memcpy(name, start, length);
  name[length] = '\0';
  return name;
}

uint64_t clua_allocations(const clua_runtime *runtime) { return runtime->allocations; }

void clua_fail_allocations(clua_runtime *runtime, uint64_t after, uint64_t count) {
  runtime->fail_after = after;
  runtime->fail_count = count;
}

void clua_set_text(char **slot, const char *text, size_t length) {
  size_t zeros = 0;
  for (size_t i = 0; i < length; i++) zeros += text[i] == '\0';
  char *copy = malloc(length + zeros + 1);
  free(*slot);
  *slot = copy;
  if (copy == NULL) return;
  for (size_t i = 0; i < length; i++) {
    *copy++ = text[i] ? text[i] : '\\';
    if (text[i] == '\0') *copy++ = '0';
  }
  *copy = '\0';
}

void clua_drop_text(char **slot) {
  free(*slot);
  *slot = NULL;
}

bool clua_grow(void **items, size_t item_size, size_t count, size_t *capacity) {
  if (count < *capacity) return true;
  size_t wanted = *capacity ? *capacity * 2 : 16;
  void *moved = realloc(*items, wanted * item_size);
  if (moved == NULL) return false;
  *items = moved;
  *capacity = wanted;
  return true;
}

bool clua_add_bytes(clua_bytes *to, const void *items, size_t count) {
  while (to->count + count > to->capacity)
    if (!clua_grow((void **)&to->items, 1, to->capacity, &to->capacity)) return false;
  if (count) memcpy(to->items + to->count, items, count);
  to->count += count;
  return true;
}

void clua_push_number(clua_numbers *numbers, int64_t number) {
  if (!clua_grow((void **)&numbers->items, sizeof number, numbers->count, &numbers->capacity))
    return;
  numbers->items[numbers->count++] = number;
}

/* Nothing protects here: the value is not converted by Lua, which may raise. */
static void keep_message(clua_runtime *runtime, lua_State *L, int status) {
  char text[64] = "not enough memory";
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    size_t length;
    const char *message = lua_tolstring(L, -1, &length);
    clua_set_text(&runtime->message, message, length);
    return;
  }
  if (status != LUA_ERRMEM && lua_isinteger(L, -1))
    snprintf(text, sizeof text, LUA_INTEGER_FMT, lua_tointeger(L, -1));
  else if (status != LUA_ERRMEM)
    snprintf(text, sizeof text, "(error object is a %s value)", luaL_typename(L, -1));
  clua_set_text(&runtime->message, text, strlen(text));
}

int clua_protect(clua_runtime *runtime, lua_CFunction body, void *argument) {
  lua_State *L = runtime->main;
  if (!lua_checkstack(L, 8)) return LUA_ERRMEM;
  lua_pushcfunction(L, body);
  lua_pushlightuserdata(L, argument);
  int status = lua_pcall(L, 1, 0, 0);
  if (status != LUA_OK) {
    keep_message(runtime, L, status);
    lua_settop(L, 0);
  }
  return status;
}
