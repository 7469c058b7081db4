/*
 * pairs.c - `pairs` and `next` in an order that a seed decides, in place of the addresses of this run.
 *
 * Lua hashes strings with a number that differs from run to run. Here numbers come first, in their
 * order; then strings and booleans, in an order made of the seed; then the rest, as Lua has it. The
 * keys of `pairs` are those at the start of the walk; one whose value has gone meanwhile is left out.
 * `next` keeps nothing between two calls, so that each looks at all keys.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct place {
  int group; /* numbers, texts, the rest */
  lua_Number number;
  uint64_t hash;
  lua_Integer slot;
} place;

enum { group_number, group_text, group_rest };

static uint64_t hash_text(uint64_t seed, const char *text, size_t length) {
  uint64_t hash = seed ^ 0xcbf29ce484222325u;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
  return hash ^ hash >> 32;
}

static int compare_places(const void *left, const void *right) {
  const place *a = left, *b = right;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  if (a->group == group_number && a->number != b->number) return a->number < b->number ? -1 : 1;
  if (a->group == group_text && a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  return a->slot < b->slot ? -1 : a->slot > b->slot;
}

/* Where the key on top belongs. Never raises. */
static place place_of(lua_State *L, uint64_t seed, lua_Integer slot) {
  place found = {.group = group_rest, .slot = slot};
  size_t length;
  switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
      found.group = group_number;
      found.number = lua_tonumber(L, -1);
      break;
    case LUA_TSTRING: {
      const char *text = lua_tolstring(L, -1, &length);
      found.group = group_text;
      found.hash = hash_text(seed, text, length);
      break;
    }
    case LUA_TBOOLEAN:
      found.group = group_text;
      found.hash = hash_text(seed, lua_toboolean(L, -1) ? "\1" : "\2", 1);
      break;
    default: break;
  }
  return found;
}

/* Upvalues: the keys in order, and how many were given. */
static int next_in_order(lua_State *L) {
  lua_Integer position = lua_tointeger(L, lua_upvalueindex(2));
  lua_settop(L, 1);
  for (;;) {
    if (lua_rawgeti(L, lua_upvalueindex(1), ++position) == LUA_TNIL) return 1;
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 1) != LUA_TNIL) break;
    lua_settop(L, 1);
  }
  lua_pushinteger(L, position);
  lua_replace(L, lua_upvalueindex(2));
  return 2;
}

static lua_Integer count_keys(lua_State *L) {
  lua_Integer count = 0;
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    count++;
  }
  return count;
}

/* Pushes the keys of the table at index 1, as `next` has them, and fills `places`. */
static void collect_keys(lua_State *L, place *places, lua_Integer count, uint64_t seed) {
  lua_createtable(L, (int)count, 0);
  lua_Integer slot = 0;
  lua_pushnil(L);
  while (lua_next(L, 1) && slot < count) {
    lua_pop(L, 1);
    places[slot] = place_of(L, seed, slot + 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, ++slot);
  }
}

static int finish_metamethod(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 3;
}

int clua_seeded_pairs(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 3, 0, finish_metamethod);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer count = count_keys(L);
  clua_spend(L, (unsigned)count);
  place *places = lua_newuserdatauv(L, (size_t)count * sizeof *places, 0);
  collect_keys(L, places, count, runtime->options.seed);
  qsort(places, (size_t)count, sizeof *places, compare_places);
  lua_createtable(L, (int)count, 0);
  for (lua_Integer i = 0; i < count; i++) {
    lua_rawgeti(L, -2, places[i].slot);
    lua_rawseti(L, -2, i + 1);
  }
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_in_order, 2);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

/* Whether the key at `left` comes before that at `right`, neither of them of the rest. Never raises. */
static bool is_before(lua_State *L, int left, place a, int right, place b) {
  if (a.group != b.group) return a.group < b.group;
  if (a.group == group_number) return lua_compare(L, left, right, LUA_OPLT);
  if (a.hash != b.hash) return a.hash < b.hash;
  if (lua_type(L, left) != lua_type(L, right)) return lua_type(L, left) < lua_type(L, right);
  return lua_type(L, left) == LUA_TSTRING && lua_compare(L, left, right, LUA_OPLT);
}

/*
 * The key after that at index 2, of all numbers and texts in the table at index 1; nil at index 2 stands
 * before them all.
 * Stack: [-0, +1]; nil when there is none. Raises: never.
 */
static void push_next_in_order(lua_State *L, uint64_t seed) {
  bool is_first = lua_isnil(L, 2);
  lua_pushvalue(L, 2);
  place after = place_of(L, seed, 0), least = {.group = group_rest};
  lua_settop(L, 2);
  lua_pushnil(L); /* 3: the least so far */
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    place here = place_of(L, seed, 0);
    if (here.group == group_rest) continue;
    if (!is_first && !is_before(L, 2, after, -1, here)) continue;
    if (least.group != group_rest && !is_before(L, -1, here, 3, least)) continue;
    least = here;
    lua_pushvalue(L, -1);
    lua_replace(L, 3);
  }
}

/* The key after that on top, of all that are neither numbers nor texts; nil on top stands before them all.
 * Stack: [-1, +1]. Raises: for a key that the table has not. */
static void replace_by_next_of_rest(lua_State *L, uint64_t seed) {
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    if (place_of(L, seed, 0).group == group_rest) return;
  }
  lua_pushnil(L);
}

static int seeded_next(lua_State *L) {
  uint64_t seed = clua_runtime_of(L)->options.seed;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  clua_spend(L, (unsigned)count_keys(L));
  lua_pushvalue(L, 2);
  if (lua_isnil(L, 2) || place_of(L, seed, 0).group != group_rest) push_next_in_order(L, seed);
  if (place_of(L, seed, 0).group == group_rest) replace_by_next_of_rest(L, seed);
  if (lua_isnil(L, -1)) return 1;
  lua_pushvalue(L, -1);
  lua_rawget(L, 1);
  return 2;
}

/* Without numbers Lua seeds itself from the time and an address; here it goes on with what it would have
 * drawn next. Upvalue: the library's own. */
static int seeded_randomseed(lua_State *L) {
  int count = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  if (count == 0) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushinteger(L, 0);
    lua_call(L, 1, 1);
  }
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

void clua_seed(lua_State *L, uint64_t seed) {
  lua_getfield(L, 1, "math");
  lua_getfield(L, -1, "randomseed");
  lua_pushinteger(L, (lua_Integer)seed);
  lua_pushinteger(L, (lua_Integer)(seed * 0x9e3779b97f4a7c15u));
  lua_call(L, 2, 0);
  lua_pop(L, 1);
}

void clua_open_seeded(lua_State *L) {
  lua_getfield(L, 1, "math");
  lua_getfield(L, -1, "randomseed");
  lua_getfield(L, -2, "random");
  lua_pushcclosure(L, seeded_randomseed, 2);
  lua_setfield(L, -2, "randomseed");
  lua_pop(L, 1);
  lua_pushcfunction(L, clua_seeded_pairs);
  lua_setfield(L, 1, "pairs");
  lua_pushcfunction(L, seeded_next);
  lua_setfield(L, 1, "next");
}
