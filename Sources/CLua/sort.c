/*
 * sort.c - table.sort, in place, in O(n log n) whatever the values and the comparator.
 *
 * Quicksort around the median of three; a range that keeps splitting badly is finished by
 * heapsort. Nothing random: the same input takes the same steps. All values are read and written
 * with metamethods, and held on the Lua stack only; script code may run at each comparison, so
 * nothing is assumed to be what it was, and indices never leave the range being sorted.
 *
 * Unless its comment says more, a function here: Stack [-0, +0]. May raise (errors of comparator
 * and metamethods, stop) and run script code. Never yields.
 */
#include "libraries.h"

enum { TABLE = 1, COMPARATOR = 2 }; /* arguments */

typedef struct sorter {
  lua_State *L;
  bool native;    /* no comparator: `<` */
  unsigned steps; /* comparisons since the last clua_spend */
} sorter;

/* Whether the value at `a` comes before the one at `b` (indices from the top, so negative). */
static bool less(sorter *s, int a, int b) {
  lua_State *L = s->L;
  if (++s->steps == 1024) {
    s->steps = 0;
    clua_spend(L, 1024);
  }
  if (s->native) return lua_compare(L, a, b, LUA_OPLT);
  lua_pushvalue(L, COMPARATOR);
  lua_pushvalue(L, a - 1);
  lua_pushvalue(L, b - 2);
  lua_call(L, 2, 1);
  bool result = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return result;
}

/* Swaps the values at `a` and `b`, negative indices. Never raises. */
static void swap(lua_State *L, int a, int b) {
  lua_pushvalue(L, a);
  lua_copy(L, b - 1, a - 1);
  lua_replace(L, b - 1);
}

/* Sorts the elements at `a` and `b`. */
static void sort_two(sorter *s, lua_Integer a, lua_Integer b) {
  lua_State *L = s->L;
  lua_geti(L, TABLE, a);
  lua_geti(L, TABLE, b);
  if (less(s, -1, -2)) {
    lua_seti(L, TABLE, a);
    lua_seti(L, TABLE, b);
  } else {
    lua_pop(L, 2);
  }
}

/* Sorts the elements at `a`, `b` and `c`, and leaves the one at `b`. Stack [-0, +1]. */
static void sort_three(sorter *s, lua_Integer a, lua_Integer b, lua_Integer c) {
  lua_State *L = s->L;
  lua_geti(L, TABLE, a);
  lua_geti(L, TABLE, b);
  lua_geti(L, TABLE, c);
  bool moved = false;
  if (less(s, -2, -3)) {
    swap(L, -2, -3);
    moved = true;
  }
  if (less(s, -1, -2)) {
    swap(L, -1, -2);
    if (less(s, -2, -3)) swap(L, -2, -3);
    moved = true;
  }
  if (moved) {
    lua_seti(L, TABLE, c);
    lua_pushvalue(L, -1);
    lua_seti(L, TABLE, b);
    lua_insert(L, -2);
    lua_seti(L, TABLE, a);
  } else {
    lua_pop(L, 1);
    lua_remove(L, -2);
  }
}

/*
 * Splits [`low`, `high`], whose ends are on their sides already, around the pivot on top: below
 * the result nothing is greater, from the result on nothing is less. Both parts are not empty.
 * Stack [-1, +0]. May raise "invalid order function for sorting" as well.
 */
static lua_Integer split(sorter *s, lua_Integer low, lua_Integer high) {
  lua_State *L = s->L;
  lua_Integer i = low, j = high;
  for (;;) {
    while (lua_geti(L, TABLE, ++i), less(s, -1, -2)) {
      if (i == high) luaL_error(L, "invalid order function for sorting");
      lua_pop(L, 1);
    }
    while (lua_geti(L, TABLE, --j), less(s, -3, -1)) {
      if (j == low) luaL_error(L, "invalid order function for sorting");
      lua_pop(L, 1);
    }
    if (j <= i) break;
    lua_seti(L, TABLE, i);
    lua_seti(L, TABLE, j);
  }
  lua_pop(L, 3);
  return i;
}

/* --- Heapsort of [low, low + size): element k of the heap is low + k ------------------------------ */

/* Puts the value on top into the hole `k` of a heap of `size`, or below it. Stack [-1, +0]. */
static void sift(sorter *s, lua_Integer low, lua_Integer k, lua_Integer size) {
  lua_State *L = s->L;
  for (lua_Integer child; (child = 2 * k + 1) < size; k = child) {
    lua_geti(L, TABLE, low + child);
    if (child + 1 < size) {
      lua_geti(L, TABLE, low + child + 1);
      bool second = less(s, -2, -1);
      if (second) child++;
      lua_remove(L, second ? -2 : -1);
    }
    if (!less(s, -2, -1)) {
      lua_pop(L, 1);
      break;
    }
    lua_seti(L, TABLE, low + k);
  }
  lua_seti(L, TABLE, low + k);
}

/* Sorts [`low`, `high`] by heap. */
static void sort_by_heap(sorter *s, lua_Integer low, lua_Integer high) {
  lua_State *L = s->L;
  lua_Integer size = high - low + 1;
  for (lua_Integer k = size / 2; k-- > 0;) {
    lua_geti(L, TABLE, low + k);
    sift(s, low, k, size);
  }
  while (--size > 0) {
    lua_geti(L, TABLE, low + size);
    lua_geti(L, TABLE, low);
    lua_seti(L, TABLE, low + size);
    sift(s, low, 0, size);
  }
}

/* --- Quicksort --------------------------------------------------------------------------------------- */

/* Sorts [`low`, `high`]; parts that are not sorted after `splits` more splits go to the heap.
   Recursion goes into the smaller part, so it is at most 24 deep. */
static void sort_range(sorter *s, lua_Integer low, lua_Integer high, int splits) {
  while (high - low >= 3) {
    if (splits-- == 0) {
      sort_by_heap(s, low, high);
      return;
    }
    sort_three(s, low, low + (high - low) / 2, high);
    lua_Integer middle = split(s, low, high);
    if (middle - low < high - middle) {
      sort_range(s, low, middle - 1, splits);
      low = middle;
    } else {
      sort_range(s, middle, high, splits);
      high = middle - 1;
    }
  }
  if (high - low == 2) {
    sort_three(s, low, low + 1, high);
    lua_pop(s->L, 1);
  } else if (high - low == 1) {
    sort_two(s, low, high);
  }
}

int clua_table_sort(lua_State *L) {
  lua_Integer size = clua_table_length(L, TABLE, true, true);
  if (size < 2) return 0;
  if (size > CLUA_ELEMENT_LIMIT) return luaL_error(L, "too many elements");
  if (!lua_isnoneornil(L, COMPARATOR)) luaL_checktype(L, COMPARATOR, LUA_TFUNCTION);
  lua_settop(L, 2);
  int splits = 0;
  for (lua_Integer n = size; n > 1; n /= 2) splits += 2;
  sorter s = {L, lua_isnil(L, COMPARATOR), 0};
  sort_range(&s, 1, size, splits);
  if (s.steps >= 64) clua_spend(L, s.steps);
  return 0;
}
