/*
 * open.c - puts the libraries and the host's functions where scripts find them.
 *
 * The host describes things first; clua_open then builds them under one lua_pcall. What belongs to
 * the host's library is described and built when a script first requires it.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static bool add_class(clua_runtime *runtime, clua_class added) {
  if (!clua_grow((void **)&runtime->classes, sizeof *runtime->classes, runtime->class_count,
                 &runtime->class_capacity))
    return false;
  runtime->classes[runtime->class_count++] = added;
  return true;
}

uint32_t clua_define_catalog(clua_runtime *runtime, const clua_catalog *catalog, uint32_t first) {
  clua_placement placement = {
      .catalog = catalog, .first = first, .first_class = (uint32_t)runtime->class_count};
  size_t count;
  const clua_class *classes = clua_catalog_classes(catalog, &count);
  for (size_t i = 0; i < count; i++)
    if (!add_class(runtime, (clua_class){.name = classes[i].name})) return 0;
  if (clua_grow((void **)&runtime->placements, sizeof *runtime->placements,
                runtime->placement_count, &runtime->placement_capacity))
    runtime->placements[runtime->placement_count++] = placement;
  return placement.first_class;
}

void clua_define_constant(clua_runtime *runtime, const char *container, const char *name) {
  if (!clua_grow((void **)&runtime->constants, sizeof *runtime->constants, runtime->constant_count,
                 &runtime->constant_capacity))
    return;
  clua_constant constant = {
      .container = strdup(container), .name = strdup(name), .value = runtime->reply};
  if (constant.container == NULL || constant.name == NULL) {
    free(constant.container);
    free(constant.name);
    return;
  }
  memset(&runtime->reply, 0, sizeof runtime->reply);
  runtime->constants[runtime->constant_count++] = constant;
}

uint32_t clua_define_class(clua_runtime *runtime, const char *name) {
  char *own = strdup(name);
  if (own && add_class(runtime, (clua_class){.name = own, .own = own}))
    return (uint32_t)runtime->class_count - 1;
  free(own);
  return 0;
}

void clua_define_loader(clua_runtime *runtime, uint32_t function) {
  runtime->loader = function;
  runtime->has_loader = true;
}

void clua_define_library(clua_runtime *runtime, const char *module, uint32_t function) {
  clua_set_text(&runtime->library, module, strlen(module));
  runtime->library_function = function;
}

/* ---- building ------------------------------------------------------------------------------- */

static int find_class(const clua_runtime *runtime, const char *name) {
  for (size_t i = 0; i < runtime->class_count; i++)
    if (strcmp(runtime->classes[i].name, name) == 0) return (int)i;
  return -1;
}

/* Replaces the table on top by its member `name`, made if need be, with room for `size` members. */
static void descend(lua_State *L, const char *name, size_t length, int size) {
  lua_pushlstring(L, name, length);
  lua_pushvalue(L, -1);
  if (lua_rawget(L, -3) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, 0, size);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, -5);
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
}

/* The same for each part of `path` behind its first `length` bytes: ".time". */
static void descend_rest(lua_State *L, const char *path, size_t length, int size) {
  while (path[length] == '.') {
    path += length + 1;
    length = strcspn(path, ".");
    descend(L, path, length, size);
  }
}

/* Pushes the table of a module such as "sso.time"; its first part is a loaded module. */
static void push_module(lua_State *L, const char *path, int size, bool safe) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_loaded);
  size_t length = strcspn(path, ".");
  if (safe) {
    lua_pushlstring(L, path, length);
    lua_pushliteral(L, ".safe");
    lua_concat(L, 2);
    size_t full;
    const char *name = lua_tolstring(L, -1, &full);
    lua_insert(L, -2);
    descend(L, name, full, size);
    lua_remove(L, -2);
  } else {
    descend(L, path, length, size);
  }
  descend_rest(L, path, length, size);
}

static bool is_global(const char *container) {
  return strcmp(container, "_G") == 0 || strncmp(container, "_G.", 3) == 0 ||
         strcmp(container, "io") == 0 || strcmp(container, "os") == 0;
}

/* Calls upvalue 1, which the called table took the place of: `assert`.
 *
 * That a value is missing is said here: the stock function would not know its name, nor the line, as what
 * calls it is this function. */
static int call_former(lua_State *L) {
  lua_remove(L, 1);
  luaL_checkany(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* Replaces the global table on top by its member at `path`, "assert" or "assert.are", a table; a function
 * that has the name of the first part can still be called by it. */
static void descend_global(lua_State *L, const char *path) {
  size_t length = strcspn(path, ".");
  lua_pushlstring(L, path, length);
  bool is_function = lua_rawget(L, -2) == LUA_TFUNCTION;
  lua_insert(L, -2);
  if (is_function) {
    lua_pushlstring(L, path, length);
    lua_pushnil(L);
    lua_rawset(L, -3);
  }
  descend(L, path, length, 0);
  if (is_function) {
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, call_former, 1);
    lua_setfield(L, -2, "__call");
    lua_setmetatable(L, -2);
  }
  lua_remove(L, -2);
  descend_rest(L, path, length, 0);
}

/* Pushes the table where `name`, and so many more, of `container` belong. */
static void push_container(lua_State *L, const char *container, const char *name, int size,
                           bool safe) {
  int class_id = find_class(clua_runtime_of(L), container);
  if (class_id >= 0) {
    clua_push_members(L, (uint32_t)class_id, name, safe);
    return;
  }
  if (!is_global(container)) {
    push_module(L, container, size, safe);
    return;
  }
  lua_pushglobaltable(L);
  if (strncmp(container, "_G.", 3) == 0)
    descend_global(L, container + 3);
  else if (strcmp(container, "_G") != 0)
    descend(L, container, strlen(container), 0);
}

bool clua_is_own(const clua_constant *constant) { return strcmp(constant->container, "_G") == 0; }

static void bind_constant(lua_State *L, const clua_constant *constant) {
  for (int safe = 0; safe <= !is_global(constant->container); safe++) {
    uint32_t cursor = 0;
    push_container(L, constant->container, constant->name, 0, safe);
    clua_push(L, &constant->value, &cursor, safe);
    lua_setfield(L, -2, constant->name);
    lua_pop(L, 1);
  }
}

/* Binds those that are the script's own, or the others, and are not in place. */
static void bind_constants(lua_State *L, bool own) {
  clua_runtime *runtime = clua_runtime_of(L);
  for (size_t i = 0; i < runtime->constant_count; i++) {
    clua_constant *constant = &runtime->constants[i];
    if (constant->is_bound || clua_is_own(constant) != own) continue;
    bind_constant(L, constant);
    constant->is_bound = true;
  }
}

static void bind_catalog_constants(lua_State *L, clua_placement *placement) {
  size_t total;
  const clua_constant *constants = clua_catalog_constants(placement->catalog, &total);
  for (; placement->constants_bound < total; placement->constants_bound++)
    bind_constant(L, &constants[placement->constants_bound]);
}

static bool is_metamethod(const char *name) { return strncmp(name, "__", 2) == 0; }

/* How many entries from the first on belong into one table. */
static uint32_t count_alike(const clua_entry *entries, uint32_t left) {
  uint32_t count = 1;
  if (is_metamethod(entries[0].name)) return count;
  while (count < left && strcmp(entries[count].container, entries[0].container) == 0 &&
         !is_metamethod(entries[count].name))
    count++;
  return count;
}

/* Binds entries of one container in the table on top. */
static void bind_entries(lua_State *L, const clua_entry *entries, uint32_t count, uint32_t first,
                         bool safe) {
  int class_id = find_class(clua_runtime_of(L), entries[0].container);
  unsigned method = (unsigned)(class_id + 1) << CLUA_CLASS_SHIFT;
  for (uint32_t i = 0; i < count; i++) {
    bool returns_error = safe && !(entries[i].flags & CLUA_RAISES);
    unsigned flags = entries[i].flags | method | (returns_error ? CLUA_SAFE : 0);
    clua_push_entry(L, first + i, flags, &entries[i]);
    lua_setfield(L, -2, entries[i].name);
  }
  lua_pop(L, 1);
}

static void bind_placement(lua_State *L, clua_placement *placement) {
  uint32_t total;
  const clua_entry *entries = clua_catalog_entries(placement->catalog, &total);
  while (placement->bound < total) {
    const clua_entry *next = &entries[placement->bound];
    uint32_t count = count_alike(next, total - placement->bound);
    uint32_t first = placement->first + placement->bound;
    for (int safe = 0; safe <= !is_global(next->container); safe++) {
      push_container(L, next->container, next->name, (int)count, safe);
      bind_entries(L, next, count, first, safe);
    }
    placement->bound += count;
  }
}

static int error_tostring(lua_State *L) {
  lua_settop(L, 1);
  lua_pushliteral(L, "message");
  if (!lua_istable(L, 1) || lua_rawget(L, 1) != LUA_TSTRING) lua_pushliteral(L, "error");
  return 1;
}

static int error_concat(lua_State *L) {
  clua_tolstring(L, 1, NULL);
  clua_tolstring(L, 2, NULL);
  lua_concat(L, 2);
  return 1;
}

static void open_metatables(lua_State *L) {
  lua_createtable(L, 0, 4);
  lua_pushliteral(L, "sso.error");
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__name");
  lua_setfield(L, -2, "__metatable");
  lua_pushcfunction(L, error_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pushcfunction(L, error_concat);
  lua_setfield(L, -2, "__concat");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_error_metatable);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "sso.list");
  lua_setfield(L, -2, "__metatable");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_list_metatable);
}

static void open_registry(lua_State *L) {
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_references);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_loaded);
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE); /* where tracebacks look for names */
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_ids);
}

/* `require "string"` gives what the global is, as in the stock interpreter. */
static void list_loaded(lua_State *L) {
  static const char *const names[] = {"_G",  "coroutine", "debug", "io",   "math",
                                      "os",  "string",    "table", "utf8"};
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_loaded);
  lua_pushglobaltable(L);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    lua_getfield(L, -1, names[i]);
    lua_setfield(L, -3, names[i]);
  }
  lua_pop(L, 2);
}

/* Builds what was described and is not in place; goes on where a lack of memory ended it. */
static void bind_described(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  for (; runtime->classes_open < runtime->class_count; runtime->classes_open++)
    clua_open_class(L, (uint32_t)runtime->classes_open, runtime->classes[runtime->classes_open].name);
  bind_constants(L, false);
  for (size_t i = runtime->placements_bound; i < runtime->placement_count; i++)
    bind_catalog_constants(L, &runtime->placements[i]);
  for (; runtime->placements_bound < runtime->placement_count; runtime->placements_bound++)
    bind_placement(L, &runtime->placements[runtime->placements_bound]);
}

static bool is_complete(const clua_runtime *runtime) {
  for (size_t i = 0; i < runtime->constant_count; i++)
    if (!runtime->constants[i].is_bound) return false;
  return runtime->classes_open == runtime->class_count &&
         runtime->placements_bound == runtime->placement_count;
}

static bool is_part(const char *library, const char *module) {
  size_t length = strlen(library);
  return strncmp(library, module, length) == 0 && (module[length] == '\0' || module[length] == '.');
}

static void describe_library(lua_State *L, clua_runtime *runtime) {
  clua_push_host_function(L, runtime->library_function, 0, runtime->library);
  lua_call(L, 0, 0);
}

void clua_open_library(lua_State *L, const char *module) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (runtime->library == NULL || !is_part(runtime->library, module)) return;
  size_t used = runtime->used;
  if (is_complete(runtime)) describe_library(L, runtime);
  bind_described(L);
  bind_constants(L, true);
  clua_drop_text(&runtime->library);
  if (runtime->used > used) runtime->base_use += runtime->used - used;
}

static int build(lua_State *L) {
  open_registry(L);
  open_metatables(L);
  lua_settop(L, 0);
  lua_newtable(L);
  lua_pushcfunction(L, clua_open_base);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 0);
  lua_getglobal(L, "string");
  lua_getfield(L, -1, "format");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_format_function);
  bind_described(L);
  list_loaded(L);
  return 0;
}

/* What each script has for itself. */
static int begin(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  lua_settop(L, 0);
  lua_pushglobaltable(L);
  if (runtime->options.is_seeded) clua_begin_random(L, runtime->options.seed);
  bind_constants(L, true);
  return 0;
}

const char *clua_open(clua_runtime *runtime) {
  bool is_built = runtime->options.pool && clua_pool_begin(runtime);
  if (!is_built) {
    if (runtime->main == NULL && !clua_make_state(runtime)) return "not enough memory";
    if (clua_protect(runtime, build, NULL) != LUA_OK) return clua_message(runtime);
    if (runtime->pooled) clua_pool_seal(runtime);
  }
  if (clua_protect(runtime, begin, NULL) != LUA_OK) return clua_message(runtime);
  runtime->base_use = runtime->used;
  return NULL;
}
