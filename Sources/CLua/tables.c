/*
 * tables.c - our `table` table: concat, insert, move, pack, remove, sort, unpack.
 *
 * Knows: the behaviour of Lua 5.4.4, metamethods included. Does not know: how to sort (sort.c).
 * Differs from stock: a call that would walk more than CLUA_ELEMENT_LIMIT elements, as a lying
 * `__len` or a huge range can ask, is refused before it starts; a walk is charged as it goes.
 *
 * Every lua_CFunction: may raise (arguments, errors of metamethods, stop, memory), may run script
 * code (metamethods), never yields. Values are held on the Lua stack only.
 */
#include "libraries.h"

/* Whether the metatable at `index` has `key`. Stack [-0, +1]. May raise (memory). */
static bool has_field(lua_State *L, int index, const char *key) {
  lua_pushstring(L, key);
  return lua_rawget(L, index) != LUA_TNIL;
}

/* Raises unless the value at `arg` is a table, or can be used as one in the ways asked.
   Stack [-0, +0]. May raise (type, memory). */
static void check_table(lua_State *L, int arg, bool reads, bool writes, bool measures) {
  if (lua_type(L, arg) == LUA_TTABLE) return;
  int top = lua_gettop(L);
  int metatable = top + 1;
  if (lua_getmetatable(L, arg) && (!reads || has_field(L, metatable, "__index")) &&
      (!writes || has_field(L, metatable, "__newindex")) &&
      (!measures || has_field(L, metatable, "__len"))) {
    lua_settop(L, top);
    return;
  }
  luaL_checktype(L, arg, LUA_TTABLE);
}

lua_Integer clua_table_length(lua_State *L, int index, bool reads, bool writes) {
  check_table(L, index, reads, writes, true);
  return luaL_len(L, index);
}

/* Raises if a walk of `count` elements is too long. Stack [-0, +0]. May raise. */
static void check_count(lua_State *L, lua_Unsigned count) {
  if (count > (lua_Unsigned)CLUA_ELEMENT_LIMIT) luaL_error(L, "too many elements");
}

/* Charges every 1024th of the steps counted in `*steps`. Stack [-0, +0]. May raise (stop). */
static inline void step(lua_State *L, unsigned *steps) {
  if (++*steps < 1024) return;
  *steps = 0;
  clua_spend(L, 1024);
}

/* Charges the rest of the steps, if it is worth it. Stack [-0, +0]. May raise (stop). */
static inline void settle(lua_State *L, unsigned steps) {
  if (steps >= 64) clua_spend(L, steps);
}

/* Copies `count` elements from `from` on in the table at 1 to `to` on in the one at `arg`, the
   first one first. Stack [-0, +0]. May raise, may run script code. */
static void copy_up(lua_State *L, lua_Integer from, lua_Integer count, int arg, lua_Integer to) {
  unsigned steps = 0;
  for (lua_Integer i = 0; i < count; i++) {
    lua_geti(L, 1, from + i);
    lua_seti(L, arg, to + i);
    step(L, &steps);
  }
  settle(L, steps);
}

/* The same, the last one first. Stack [-0, +0]. May raise, may run script code. */
static void copy_down(lua_State *L, lua_Integer from, lua_Integer count, int arg,
                      lua_Integer to) {
  unsigned steps = 0;
  for (lua_Integer i = count; i-- > 0;) {
    lua_geti(L, 1, from + i);
    lua_seti(L, arg, to + i);
    step(L, &steps);
  }
  settle(L, steps);
}

/* --- insert, remove, move ------------------------------------------------------------------------- */

/* table.insert(t, [position,] value). Stack [-0, +0]. */
static int insert(lua_State *L) {
  /* the first free place; wraps around as the stock one does */
  lua_Unsigned end = (lua_Unsigned)clua_table_length(L, 1, true, true) + 1;
  switch (lua_gettop(L)) {
  case 2:
    lua_seti(L, 1, (lua_Integer)end);
    return 0;
  case 3: {
    lua_Integer position = luaL_checkinteger(L, 2);
    luaL_argcheck(L, (lua_Unsigned)position - 1 < end, 2, "position out of bounds");
    if (position < (lua_Integer)end) {
      lua_Unsigned count = end - (lua_Unsigned)position;
      check_count(L, count);
      copy_down(L, position, (lua_Integer)count, 1, position + 1);
    }
    lua_seti(L, 1, position);
    return 0;
  }
  default: return luaL_error(L, "wrong number of arguments to 'insert'");
  }
}

/* table.remove(t [, position]). Stack [-0, +1]. */
static int take(lua_State *L) {
  lua_Integer size = clua_table_length(L, 1, true, true);
  lua_Integer position = luaL_optinteger(L, 2, size);
  if (position != size) /* also the place behind the last may be taken */
    luaL_argcheck(L, (lua_Unsigned)position - 1 <= (lua_Unsigned)size, 2,
                  "position out of bounds");
  lua_Unsigned count = position < size ? (lua_Unsigned)size - (lua_Unsigned)position : 0;
  check_count(L, count);
  lua_geti(L, 1, position);
  copy_up(L, position + (count > 0), (lua_Integer)count, 1, position);
  lua_pushnil(L);
  lua_seti(L, 1, position + (lua_Integer)count);
  return 1;
}

/* table.move(from, first, last, to [, target]). Stack [-0, +1]. */
static int move(lua_State *L) {
  lua_Integer first = luaL_checkinteger(L, 2);
  lua_Integer last = luaL_checkinteger(L, 3);
  lua_Integer to = luaL_checkinteger(L, 4);
  int target = lua_isnoneornil(L, 5) ? 1 : 5;
  check_table(L, 1, true, false, false);
  check_table(L, target, false, true, false);
  if (first <= last) {
    luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
    lua_Integer count = last - first + 1;
    luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    check_count(L, (lua_Unsigned)count);
    bool apart = to > last || to <= first;
    if (apart || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ)))
      copy_up(L, first, count, target, to);
    else /* onto its own end */
      copy_down(L, first, count, target, to);
  }
  lua_pushvalue(L, target);
  return 1;
}

/* --- concat, unpack --------------------------------------------------------------------------------- */

/* Adds element `i` to the buffer. Stack: as luaL_addvalue. May raise, may run script code. */
static void append_element(lua_State *L, luaL_Buffer *b, lua_Integer i, size_t limit) {
  lua_geti(L, 1, i);
  if (!lua_isstring(L, -1))
    luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1),
               (LUAI_UACINT)i);
  size_t size;
  lua_tolstring(L, -1, &size);
  if (size > limit || luaL_bufflen(b) > limit - size) clua_raise_too_large(L);
  luaL_addvalue(b);
}

/* table.concat(t [, separator [, first [, last]]]). Stack [-0, +1]. */
static int concat(lua_State *L) {
  lua_Integer last = clua_table_length(L, 1, true, false);
  size_t separator_size;
  const char *separator = luaL_optlstring(L, 2, "", &separator_size);
  lua_Integer i = luaL_optinteger(L, 3, 1);
  last = luaL_optinteger(L, 4, last);
  if (i <= last && (lua_Unsigned)last - (lua_Unsigned)i >= (lua_Unsigned)CLUA_ELEMENT_LIMIT)
    return luaL_error(L, "too many elements");
  size_t limit = clua_string_limit(L);
  unsigned steps = 0;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (; i < last; i++) {
    append_element(L, &b, i, limit);
    if (separator_size > limit || luaL_bufflen(&b) > limit - separator_size)
      clua_raise_too_large(L);
    luaL_addlstring(&b, separator, separator_size);
    step(L, &steps);
  }
  if (i == last) append_element(L, &b, i, limit);
  settle(L, steps);
  clua_spend_bytes(L, luaL_bufflen(&b));
  luaL_pushresult(&b);
  return 1;
}

/* table.unpack(t [, first [, last]]). Stack [-0, +results]. */
static int unpack(lua_State *L) {
  lua_Integer first = luaL_optinteger(L, 2, 1);
  lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
  if (first > last) return 0;
  lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first; /* less one: may be 2^64 - 1 */
  if (count >= INT_MAX || !lua_checkstack(L, (int)count + 1))
    return luaL_error(L, "too many results to unpack");
  unsigned steps = 0;
  for (lua_Unsigned i = 0; i <= count; i++) {
    lua_geti(L, 1, first + (lua_Integer)i);
    step(L, &steps);
  }
  settle(L, steps);
  return (int)count + 1;
}

/* --- The table ---------------------------------------------------------------------------------------- */

/* table.pack(…). Stack [-arguments, +1]. */
static int pack(lua_State *L) {
  int count = lua_gettop(L);
  lua_createtable(L, count, 1);
  lua_insert(L, 1);
  unsigned steps = 0;
  for (int i = count; i > 0; i--) {
    lua_rawseti(L, 1, i);
    step(L, &steps);
  }
  lua_pushinteger(L, count);
  lua_setfield(L, 1, "n");
  return 1;
}

int clua_open_table(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"concat", concat}, {"insert", insert}, {"move", move},     {"pack", pack},
    {"remove", take},   {"unpack", unpack}, {"sort", clua_table_sort}, {NULL, NULL},
  };
  luaL_newlib(L, functions);
  return 1;
}
