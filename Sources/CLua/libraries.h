/*
 * libraries.h - the bounded string and table libraries.
 *
 * Both have the functions and the behaviour of Lua 5.4's own, except that no call runs for long
 * without asking clua_spend, builds a string above clua_string_limit or prints an address.
 */
#ifndef CLUA_LIBRARIES_H
#define CLUA_LIBRARIES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "internal.h"

/* The most elements one call of a table function walks. */
#define CLUA_ELEMENT_LIMIT ((lua_Integer)1 << 24)

/*
 * Pushes the library `string`, and makes it the `__index` of the metatable of strings, which is
 * locked by `__metatable = false`. Keeps the stock arithmetic of strings ("10" + 1).
 * A lua_CFunction. Stack [-0, +1]. May raise (memory). Never yields.
 */
int clua_open_string(lua_State *L);

/* Pushes the library `table`. A lua_CFunction. Stack [-0, +1]. May raise (memory). Never yields. */
int clua_open_table(lua_State *L);

/* string.find, match, gmatch, gsub, format; table.sort. lua_CFunctions: may raise, never yield.
   clua_format has the stock string.format as its first upvalue. */
int clua_string_find(lua_State *L);
int clua_string_match(lua_State *L);
int clua_string_gmatch(lua_State *L);
int clua_string_gsub(lua_State *L);
int clua_string_format(lua_State *L);
int clua_table_sort(lua_State *L);

/*
 * The length of the table-like value at `index` (a table, or a value whose metatable has `__len`
 * and, as asked, `__index` and `__newindex`), after `__len`.
 * Stack [-0, +0]. May raise (not a table, no integer length, error in `__len`). Never yields.
 */
lua_Integer clua_table_length(lua_State *L, int index, bool reads, bool writes);

/* Charges work that has cost `bytes` of copying or comparing; little work is not charged.
   Stack [-0, +0]. May raise (stop). Never yields. */
static inline void clua_spend_bytes(lua_State *L, size_t bytes) {
  size_t steps = bytes / 16;
  if (steps >= 64) clua_spend(L, steps > UINT_MAX ? UINT_MAX : (unsigned)steps);
}

#endif
