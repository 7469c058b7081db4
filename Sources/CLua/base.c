/*
 * base.c - the basic functions: stock ones by allow-list, and ours where the stock one could be
 * used to outlive a stop, run bytecode, or set a finaliser.
 */
#include "internal.h"

#include <string.h>

enum {
  chunk_limit = 1 << 20, /* bytes that one `load` may compile */
  reader_calls_limit = 1 << 16,
};

/* ---- pcall, xpcall -------------------------------------------------------------------------- */

static int finish_pcall(lua_State *L, int status, lua_KContext skip) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)skip;
  if (clua_stopped(clua_runtime_of(L))) clua_raise_stop(L);
  lua_pushboolean(L, 0);
  lua_pushvalue(L, -2);
  return 2;
}

static int base_pcall(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushcfunction(L, clua_note_overflow);
  lua_insert(L, 1);
  lua_pushboolean(L, 1); /* the first result if all goes well */
  lua_insert(L, 2);
  int status = lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 1, 1, finish_pcall);
  return finish_pcall(L, status, 1);
}

/* A handler that fails is called for its own error, and so on until C's stack is full: that is an
 * error in error handling, and no endless recursion of the script. */
static bool is_full_of_handlers(lua_State *L) {
  return lua_type(L, 1) == LUA_TSTRING && strstr(lua_tostring(L, 1), "C stack overflow");
}

/* The script's handler, upvalue 1, is not asked about a stop. */
static int call_handler(lua_State *L) {
  if (!is_full_of_handlers(L)) clua_note_overflow(L);
  if (clua_stopped(clua_runtime_of(L))) return 1;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

static int base_xpcall(lua_State *L) {
  int arguments = lua_gettop(L) - 2;
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, call_handler, 1);
  lua_replace(L, 2);
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2); /* f, handler, true, f, arguments */
  int status = lua_pcallk(L, arguments, LUA_MULTRET, 2, 2, finish_pcall);
  return finish_pcall(L, status, 2);
}

bool clua_is_pcall(lua_CFunction function) {
  return function == base_pcall || function == base_xpcall;
}

/* ---- load ----------------------------------------------------------------------------------- */

/* Collects what the reader function at index 1 gives as one string. */
static int collect_pieces(lua_State *L) {
  luaL_Buffer buffer;
  size_t total = 0;
  luaL_buffinit(L, &buffer);
  for (int calls = 0;; calls++) {
    clua_poll(L);
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    size_t length = 0;
    if (lua_isnil(L, -1)) break;
    if (!lua_isstring(L, -1))
      return luaL_error(L, "reader function must return a string");
    lua_tolstring(L, -1, &length);
    total += length;
    if (total > chunk_limit || calls >= reader_calls_limit)
      return luaL_error(L, "chunk too large");
    if (length == 0) break;
    luaL_addvalue(&buffer);
  }
  lua_pop(L, 1);
  luaL_pushresult(&buffer);
  return 1;
}

/* Replaces the reader at index 1 by its text; false with nil and the message on top. */
static bool read_chunk(lua_State *L) {
  lua_pushcfunction(L, collect_pieces);
  lua_pushvalue(L, 1);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
    lua_replace(L, 1);
    return true;
  }
  if (clua_stopped(clua_runtime_of(L))) clua_raise_stop(L);
  lua_pushnil(L);
  lua_insert(L, -2);
  return false;
}

static int fail_load(lua_State *L, const char *text) {
  lua_pushnil(L);
  lua_pushstring(L, text);
  return 2;
}

static int base_load(lua_State *L) {
  bool has_environment = !lua_isnone(L, 4);
  const char *mode = luaL_optstring(L, 3, "t");
  if (!lua_isstring(L, 1)) { /* a number is its text */
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 4);
    if (lua_isnil(L, 2)) {
      lua_pushliteral(L, "=(load)");
      lua_replace(L, 2);
    }
    if (!read_chunk(L)) return 2;
  }
  lua_settop(L, 4);
  size_t size;
  const char *source = lua_tolstring(L, 1, &size);
  const char *name = luaL_optstring(L, 2, source);
  if (size > chunk_limit) return fail_load(L, "chunk too large");
  if (strchr(mode, 't') == NULL) return fail_load(L, "attempt to load a text chunk (mode is 'b')");
  clua_spend(L, (unsigned)size); /* no hook counts what the compiler does */
  if (luaL_loadbufferx(L, source, size, name, "t") != LUA_OK) {
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(L, 4);
    if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
  }
  return 1;
}

/* ---- setmetatable, tostring, print, require ------------------------------------------------- */

static int base_setmetatable(lua_State *L) {
  int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
    return luaL_error(L, "cannot change a protected metatable");
  if (type == LUA_TTABLE) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL)
      return luaL_error(L, "__gc is not available: use a <close> variable with __close");
  }
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

static int base_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  clua_tolstring(L, 1, NULL);
  return 1;
}

/* `require` keeps: name, loaded, chunk name, guard; the module's value comes fifth. */
enum { module_name = 1, module_loaded, module_chunk_name, module_guard, module_value };

/* While a module loads, the number of the task stands in place of its value. */
static bool is_under_way(lua_State *L, int index) {
  return lua_islightuserdata(L, index) && lua_touserdata(L, index) != &clua_null_key;
}

/* Takes "under way" back from the module whose name is on top. Leaves the stack longer. */
static int take_mark_back(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_loaded);
  lua_insert(L, -2);
  lua_pushvalue(L, -1);
  lua_rawget(L, -3);
  if (!is_under_way(L, -1)) return 0;
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_rawset(L, -3);
  return 0;
}

/* A module failed, however its caller left. */
static int end_loading(lua_State *L) {
  lua_rawgeti(L, 1, 1);
  return take_mark_back(L);
}

/* Marks the module as under way until the calling C function returns or is unwound. [-0,+0] */
static void begin_loading(lua_State *L) {
  lua_createtable(L, 1, 0);
  lua_pushvalue(L, module_name);
  lua_rawseti(L, -2, 1);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, end_loading);
  lua_setfield(L, -2, "__close");
  lua_setmetatable(L, -2);
  lua_replace(L, module_guard);
  lua_toclose(L, module_guard);
  lua_pushvalue(L, module_name);
  lua_pushlightuserdata(L, (void *)(uintptr_t)clua_runtime_of(L)->base_reference);
  lua_rawset(L, module_loaded);
}

static int finish_require(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  if (lua_isnil(L, module_value)) {
    lua_pushboolean(L, 1);
    lua_replace(L, module_value);
  }
  lua_pushvalue(L, module_name);
  lua_pushvalue(L, module_value);
  lua_rawset(L, module_loaded);
  lua_pushvalue(L, module_value);
  lua_pushvalue(L, module_chunk_name);
  return 2;
}

/* Replaces the source on top by the compiled module. */
static void compile_module(lua_State *L) {
  size_t size;
  const char *source = luaL_checklstring(L, -1, &size);
  const char *name = luaL_checkstring(L, module_chunk_name);
  if (clua_compile(L, source, size, name) != LUA_OK) {
    clua_forget_file(clua_runtime_of(L));
    luaL_error(L, "error loading module '%s':\n\t%s", lua_tostring(L, module_name),
               lua_tostring(L, -1));
  }
  clua_cover(L, name);
  lua_replace(L, -2);
}

static int require_again(lua_State *L, int status, lua_KContext context);

/* Waits until the task that loads the module has gone on, and looks again. */
static int wait_for_loader(lua_State *L) {
  lua_Integer loader = (lua_Integer)(uintptr_t)lua_touserdata(L, 3);
  if (loader == clua_runtime_of(L)->base_reference)
    return luaL_error(L, "module '%s' requires itself", lua_tostring(L, 1));
  lua_settop(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  lua_pushinteger(L, loader);
  lua_callk(L, 2, 1, 0, require_again);
  return require_again(L, LUA_OK, 0);
}

typedef struct load_question {
  const char *name;
  bool is_under_way;
} load_question;

static int is_loading_body(lua_State *L) {
  load_question *question = lua_touserdata(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_loaded);
  lua_pushstring(L, question->name);
  lua_rawget(L, -2);
  question->is_under_way = is_under_way(L, -1);
  return 0;
}

bool clua_is_loading(clua_runtime *runtime, const char *name) {
  load_question question = {name, false};
  clua_protect(runtime, is_loading_body, &question);
  return question.is_under_way;
}

static int find_module(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_loaded);
  lua_pushvalue(L, 1);
  lua_rawget(L, 2);
  if (is_under_way(L, 3)) return wait_for_loader(L);
  if (!lua_isnil(L, 3)) return 1;
  lua_settop(L, 2);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  lua_call(L, 1, 2); /* name, loaded, source, chunk name */
  lua_insert(L, module_chunk_name);
  compile_module(L);
  lua_pushnil(L); /* the guard stays below the chunk, and cannot be moved once it is one */
  lua_insert(L, module_guard);
  begin_loading(L);
  lua_pushvalue(L, module_name);
  lua_pushvalue(L, module_chunk_name);
  lua_callk(L, 2, 1, 0, finish_require);
  return finish_require(L, LUA_OK, 0);
}

static int require_again(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  bool is_abandoned = lua_toboolean(L, -1);
  lua_settop(L, 1);
  if (is_abandoned) {
    lua_pushvalue(L, 1);
    take_mark_back(L);
    lua_settop(L, 1);
  }
  return find_module(L);
}

/* Upvalue 1: the host function that gives source and chunk name of a module; with the number of a
 * task as well it waits for that, or returns true when that is over: a coroutine that it left loads
 * the module, if anybody does. */
static int base_require(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_settop(L, 1);
  clua_open_library(L, name);
  return find_module(L);
}

/* ---- the table ------------------------------------------------------------------------------ */

static void take(lua_State *L, const char *name) {
  if (lua_getfield(L, 2, name) == LUA_TNIL) luaL_error(L, "no stock function '%s'", name);
  lua_setfield(L, 1, name);
}

static void take_library(lua_State *L, const char *name, lua_CFunction open) {
  lua_pushcfunction(L, open);
  lua_pushstring(L, name);
  lua_call(L, 1, 1);
  lua_setfield(L, 1, name);
}

/* luaopen_base fills the global table, so it gets one that nobody will see. [-0,+1] */
static void push_stock_base(lua_State *L) {
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushcfunction(L, luaopen_base);
  lua_call(L, 0, 1);
}

int clua_open_base(lua_State *L) {
  static const char *const stock[] = {"_VERSION", "assert", "error",    "getmetatable", "ipairs",
                                      "next",     "pairs",  "rawequal", "rawget",       "rawlen",
                                      "rawset",   "select", "tonumber", "type"};
  static const luaL_Reg ours[] = {{"load", base_load},         {"pcall", base_pcall},
                                  {"xpcall", base_xpcall},     {"setmetatable", base_setmetatable},
                                  {"tostring", base_tostring}, {NULL, NULL}};
  push_stock_base(L);
  for (size_t i = 0; i < sizeof stock / sizeof *stock; i++) take(L, stock[i]);
  lua_settop(L, 1);
  luaL_setfuncs(L, ours, 0);
  lua_pushvalue(L, 1);
  lua_setfield(L, 1, "_G");
  lua_pushvalue(L, 1);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  take_library(L, "coroutine", clua_open_coroutine);
  take_library(L, "string", clua_open_string);
  take_library(L, "table", clua_open_table);
  take_library(L, "debug", clua_open_debug);
  take_library(L, "math", luaopen_math);
  take_library(L, "utf8", luaopen_utf8);
  clua_runtime *runtime = clua_runtime_of(L);
  if (runtime->options.is_seeded) clua_open_seeded(L);
  if (!runtime->has_loader) return 0;
  clua_push_host_function(L, runtime->loader, 0, "require");
  lua_pushcclosure(L, base_require, 1);
  lua_setfield(L, 1, "require");
  return 0;
}
