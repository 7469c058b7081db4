/*
 * pairs.c - `pairs` and `next` in an order that a seed decides, in place of the addresses of this run.
 *
 * Lua hashes strings with a number that differs from run to run. Here numbers come first, in their
 * order; then strings and booleans, in an order made of the seed; then the rest, as Lua has it. The
 * keys of `pairs` are those at the start of the walk; one whose value has gone meanwhile is left out.
 * `next` looks at all keys to find the one that follows; in a large table it remembers the order, for
 * the walk that goes on from the key it gave last. A walk sees no key that came after its second step.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct place {
  int group; /* numbers, texts, the rest */
  lua_Number number;
  lua_Integer integer;
  bool is_integer;
  uint64_t hash;
  lua_Integer slot;
} place;

enum { group_number, group_text, group_rest };
/* Keys from which on a walk is worth its memory. */
enum { large = 64 };

static uint64_t hash_text(uint64_t seed, const char *text, size_t length) {
  uint64_t hash = seed ^ 0xcbf29ce484222325u;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
  return hash ^ hash >> 32;
}

static int compare_places(const void *left, const void *right) {
  const place *a = left, *b = right;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  if (a->group == group_number && a->number != b->number) return a->number < b->number ? -1 : 1;
  if (a->is_integer != b->is_integer) return a->is_integer ? -1 : 1;
  if (a->is_integer && a->integer != b->integer) return a->integer < b->integer ? -1 : 1;
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
      found.is_integer = lua_isinteger(L, -1);
      if (found.is_integer) found.integer = lua_tointeger(L, -1);
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

/* Pushes a list of the keys of the table at index 1, in order. [-0,+1] Raises. */
static void push_order(lua_State *L, lua_Integer count, uint64_t seed) {
  place *places = lua_newuserdatauv(L, (size_t)count * sizeof *places, 0);
  collect_keys(L, places, count, seed);
  qsort(places, (size_t)count, sizeof *places, compare_places);
  lua_createtable(L, (int)count, 0);
  for (lua_Integer i = 0; i < count; i++) {
    lua_rawgeti(L, -2, places[i].slot);
    lua_rawseti(L, -2, i + 1);
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
}

static int finish_metamethod(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 3;
}

static int seeded_pairs(lua_State *L) {
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
  push_order(L, count, runtime->options.seed);
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

/* ---- walks: the upvalue of `next` has them by table, without keeping the table. A walk is the keys in
 * order, and at 0 the position of the one that was given last. */

static void forget_walk(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  lua_rawset(L, lua_upvalueindex(1));
}

/* Where in the order on top a walk stands that has come to the key at index 2; -1 when it was never there.
 * A key whose value has gone before the walk began is in no order, and has a place in it all the same. */
static lua_Integer position_in_order(lua_State *L, lua_Integer count, uint64_t seed) {
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    bool is_here = lua_rawequal(L, -1, 2);
    lua_pop(L, 1);
    if (is_here) return i;
  }
  lua_pushvalue(L, 2);
  place gone = place_of(L, seed, 0);
  lua_pop(L, 1);
  if (gone.group == group_rest) return -1;
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    place here = place_of(L, seed, 0);
    bool is_after = here.group == group_rest || is_before(L, 2, gone, lua_gettop(L), here);
    lua_pop(L, 1);
    if (is_after) return i - 1;
  }
  return count;
}

/* Pushes a new walk through the table at index 1 from the key at index 2. Whether there is one: what holds
 * its keys weakly would hold them for its walk. [-0,+1 or +0] Raises. */
static bool begin_walk(lua_State *L, uint64_t seed) {
  lua_Integer count = count_keys(L);
  if (count < large) return false;
  if (luaL_getmetafield(L, 1, "__mode") != LUA_TNIL) {
    lua_pop(L, 1);
    return false;
  }
  clua_spend(L, (unsigned)count);
  push_order(L, count, seed);
  lua_Integer position = position_in_order(L, count, seed);
  if (position < 0) {
    lua_pop(L, 1);
    return false;
  }
  lua_pushinteger(L, position);
  lua_rawseti(L, -2, 0);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -2);
  lua_rawset(L, lua_upvalueindex(1));
  return true;
}

/* Pushes the walk through the table at index 1 that has given the key at index 2 last. Whether there is one.
 * [-0,+1 or +0] Raises. */
static bool push_walk(lua_State *L, uint64_t seed) {
  lua_pushvalue(L, 1);
  if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL) {
    lua_pop(L, 1);
    return begin_walk(L, seed);
  }
  lua_rawgeti(L, -1, 0);
  lua_rawgeti(L, -2, lua_tointeger(L, -1));
  bool is_last = lua_rawequal(L, -1, 2);
  lua_pop(L, is_last ? 2 : 3);
  return is_last;
}

/* The next step of the walk on top. [-0,+1 or +2] Raises. */
static int go_on(lua_State *L) {
  int walk = lua_gettop(L);
  lua_rawgeti(L, walk, 0);
  lua_Integer position = lua_tointeger(L, -1);
  for (;;) {
    clua_spend(L, 1);
    lua_settop(L, walk);
    if (lua_rawgeti(L, walk, ++position) == LUA_TNIL) {
      forget_walk(L);
      return 1;
    }
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 1) != LUA_TNIL) break;
  }
  lua_pushinteger(L, position);
  lua_rawseti(L, walk, 0);
  return 2;
}

/* Upvalue: the walks. */
static int seeded_next(lua_State *L) {
  uint64_t seed = clua_runtime_of(L)->options.seed;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (lua_isnil(L, 2))
    forget_walk(L);
  else if (push_walk(L, seed))
    return go_on(L);
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

void clua_begin_random(lua_State *L, uint64_t seed) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_randomseed_function);
  lua_pushinteger(L, (lua_Integer)seed);
  lua_pushinteger(L, (lua_Integer)(seed * 0x9e3779b97f4a7c15u));
  lua_call(L, 2, 0);
}

static int begin_run(lua_State *L) {
  clua_begin_random(L, *(const uint64_t *)lua_touserdata(L, 1));
  clua_begin_ids(L);
  return 0;
}

void clua_begin_run(clua_runtime *runtime, uint64_t seed) {
  if (runtime->options.is_seeded) clua_protect(runtime, begin_run, &seed);
}

void clua_open_seeded(lua_State *L) {
  lua_getfield(L, 1, "math");
  lua_getfield(L, -1, "randomseed");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_randomseed_function);
  lua_getfield(L, -2, "random");
  lua_pushcclosure(L, seeded_randomseed, 2);
  lua_setfield(L, -2, "randomseed");
  lua_pop(L, 1);
  lua_pushcfunction(L, seeded_pairs);
  lua_setfield(L, 1, "pairs");
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushcclosure(L, seeded_next, 1);
  lua_setfield(L, 1, "next");
}
