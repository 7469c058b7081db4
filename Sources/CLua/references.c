/*
 * references.c - Lua values that Swift holds on to, by number.
 *
 * The values live in one registry table. Swift gives a number back at any time, without entering
 * Lua: the slot is emptied when Lua is next entered, and only then handed out again.
 */
#include "internal.h"

int64_t clua_reference(lua_State *L, int index) {
  clua_runtime *runtime = clua_runtime_of(L);
  index = lua_absindex(L, index);
  luaL_checkstack(L, 3, "too many references");
  int64_t slot = runtime->free_slots.count
                     ? runtime->free_slots.items[runtime->free_slots.count - 1]
                     : runtime->next_slot;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_references);
  lua_pushvalue(L, index);
  lua_rawseti(L, -2, slot);
  lua_pop(L, 1);
  if (runtime->free_slots.count)
    runtime->free_slots.count--;
  else
    runtime->next_slot++;
  return slot;
}

void clua_dereference(lua_State *L, int64_t reference) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_references);
  lua_rawgeti(L, -1, reference);
  lua_replace(L, -2);
}

void clua_release(clua_runtime *runtime, int64_t reference) {
  clua_push_number(&runtime->released, reference);
}

void clua_free_released(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (runtime->released.count == 0) return;
  luaL_checkstack(L, 3, NULL);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_references);
  while (runtime->released.count) {
    int64_t slot = runtime->released.items[runtime->released.count - 1];
    lua_pushnil(L);
    lua_rawseti(L, -2, slot);
    runtime->released.count--;
    clua_push_number(&runtime->free_slots, slot);
  }
  lua_pop(L, 1);
}
