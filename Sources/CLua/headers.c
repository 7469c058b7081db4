/*
 * headers.c - tables of header fields, whose names are the same in any case (RFC 9110, 5.1).
 *
 * A name keeps the spelling in which it came first; only an absent one is looked for in others.
 */
#include "internal.h"

static int lowered(char letter) {
  return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter;
}

static bool is_same(const char *name, const char *other, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (lowered(name[i]) != lowered(other[i])) return false;
  return true;
}

/* Pushes the key of the table at 1 that is the one at 2 in another spelling, if there is one.
   Stack [-0, +1] or [-0, +0]. Raises: never, the keys are the table's own. */
static bool push_spelling(lua_State *L) {
  if (lua_type(L, 2) != LUA_TSTRING) return false;
  size_t length, size;
  const char *name = lua_tolstring(L, 2, &length);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    /* Not asked of numbers: they would become strings, and lua_next lose its place. */
    if (lua_type(L, -1) != LUA_TSTRING) continue;
    const char *other = lua_tolstring(L, -1, &size);
    if (size == length && is_same(name, other, length)) return true;
  }
  return false;
}

static int headers_index(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (!push_spelling(L)) return 0;
  lua_rawget(L, 1);
  return 1;
}

static int headers_newindex(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 3);
  if (push_spelling(L)) lua_replace(L, 2);
  lua_rawset(L, 1);
  return 0;
}

void clua_push_headers_metatable(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_headers_metatable) != LUA_TNIL) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 3);
  lua_pushliteral(L, "sso.headers");
  lua_setfield(L, -2, "__metatable");
  lua_pushcfunction(L, headers_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, headers_newindex);
  lua_setfield(L, -2, "__newindex");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_headers_metatable);
}
