/*
 * traceback.c - values and frames as text, without addresses.
 */
#include "internal.h"

#include <string.h>

enum { traceback_slots = 11 }; /* luaL_traceback in 5.4.4 takes more than it reserves */

static const char outermost[] = "\n\t[C]: in ?";

/* The number of an object, the same for its whole life. [-0,+1] Raises. */
static void push_id(lua_State *L, int index) {
  clua_runtime *runtime = clua_runtime_of(L);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_ids);
  lua_pushvalue(L, index);
  if (lua_rawget(L, -2) == LUA_TNIL) {
    lua_pop(L, 1);
    lua_pushvalue(L, index);
    lua_pushinteger(L, ++runtime->next_id);
    lua_rawset(L, -3);
    lua_pushinteger(L, runtime->next_id);
  }
  lua_replace(L, -2);
}

void clua_begin_ids(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (runtime->kept_ids == 0) runtime->kept_ids = runtime->next_id + 1;
  runtime->next_id = runtime->kept_ids - 1;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_ids);
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    bool is_kept = lua_tointeger(L, -1) <= runtime->next_id;
    lua_pop(L, 1);
    if (is_kept) continue;
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, -4);
  }
  lua_pop(L, 1);
}

static bool has_tostring(lua_State *L, int index) {
  if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) return false;
  lua_pop(L, 1);
  return true;
}

static const char *type_name(lua_State *L, int index) {
  if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING) return lua_tostring(L, -1);
  lua_pushstring(L, luaL_typename(L, index));
  return lua_tostring(L, -1);
}

const char *clua_tolstring(lua_State *L, int index, size_t *length) {
  index = lua_absindex(L, index);
  luaL_checkstack(L, 6, NULL);
  int type = lua_type(L, index);
  bool addressed = type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TTHREAD ||
                   type == LUA_TUSERDATA;
  if (type == LUA_TLIGHTUSERDATA) {
    lua_pushliteral(L, "null");
  } else if (!addressed || has_tostring(L, index)) {
    return luaL_tolstring(L, index, length);
  } else {
    int top = lua_gettop(L);
    const char *name = type_name(L, index);
    push_id(L, index);
    lua_pushfstring(L, "%s: #%I", name, (LUAI_UACINT)lua_tointeger(L, -1));
    lua_replace(L, top + 1);
    lua_settop(L, top + 1);
  }
  return lua_tolstring(L, -1, length);
}

/* The frame that a task's body stands on is no part of the script. [-1,+1] Raises. */
static void drop_outermost(lua_State *L) {
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  size_t size = sizeof outermost - 1;
  if (length < size || strcmp(text + length - size, outermost) != 0) return;
  lua_pushlstring(L, text, length - size);
  lua_remove(L, -2);
}

void clua_push_traceback(lua_State *L, lua_State *thread, int level) {
  luaL_checkstack(L, traceback_slots, NULL);
  if (L != thread && !lua_checkstack(thread, traceback_slots)) {
    lua_pushliteral(L, "stack traceback:\n\t(no room to show it)");
    return;
  }
  luaL_traceback(L, thread, NULL, level);
  if (clua_is_task(thread)) drop_outermost(L);
}

/* debug.traceback([thread,] [message [, level]]), as in the stock library. */
static int debug_traceback(lua_State *L) {
  lua_State *thread = lua_tothread(L, 1);
  int first = thread ? 1 : 0;
  if (thread == NULL) thread = L;
  if (!lua_isstring(L, first + 1) && !lua_isnoneornil(L, first + 1)) {
    lua_pushvalue(L, first + 1);
    return 1;
  }
  int level = (int)luaL_optinteger(L, first + 2, thread == L ? 1 : 0);
  const char *message = lua_tostring(L, first + 1);
  if (message) {
    lua_pushvalue(L, first + 1);
    lua_pushliteral(L, "\n");
  }
  clua_push_traceback(L, thread, level);
  if (message) lua_concat(L, 3);
  return 1;
}

int clua_open_debug(lua_State *L) {
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, debug_traceback);
  lua_setfield(L, -2, "traceback");
  return 1;
}
