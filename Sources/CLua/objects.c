/*
 * objects.c - host objects: a class and a handle in a userdata, never a pointer.
 *
 * Whether a handle is still alive is the host's business (slot and generation); here a collected
 * object only puts its handle into a queue. The metatable is hidden, so that a script cannot call
 * the finaliser by hand.
 */
#include "internal.h"

#include <string.h>

typedef struct object {
  int64_t handle;
  uint32_t class_id;
} object;

/* One registry key per class and world: address inside this block. */
enum { class_limit = 64 };
static char metatable_keys[class_limit][2];

bool clua_to_object(lua_State *L, int index, uint32_t *class_id, int64_t *handle) {
  object *found = lua_touserdata(L, index);
  if (found == NULL || lua_rawlen(L, index) != sizeof *found) return false;
  if (!lua_getmetatable(L, index)) return false;
  bool ours = false;
  for (int safe = 0; safe < 2 && !ours && found->class_id < class_limit; safe++) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_keys[found->class_id][safe]);
    ours = lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  *class_id = found->class_id;
  *handle = found->handle;
  return ours;
}

static int collect_object(lua_State *L) {
  object *found = lua_touserdata(L, 1);
  clua_runtime *runtime = clua_runtime_of(L);
  if (found->handle < 0) return 0;
  clua_push_number(&runtime->collected, found->class_id);
  clua_push_number(&runtime->collected, found->handle);
  found->handle = -1;
  return 0;
}

bool clua_next_released(clua_runtime *runtime, uint32_t *class_id, int64_t *handle) {
  clua_numbers *queue = &runtime->collected;
  if (queue->count < 2) return false;
  *handle = queue->items[queue->count - 1];
  *class_id = (uint32_t)queue->items[queue->count - 2];
  queue->count -= 2;
  return true;
}

static int collect_body(lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}

void clua_collect(clua_runtime *runtime) { clua_protect(runtime, collect_body, NULL); }

/* Properties first, then methods; an unknown name is nil, as with any table. */
static int index_object(lua_State *L) {
  if (lua_getiuservalue(L, 1, 1) == LUA_TTABLE) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TNIL) return 1;
  }
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  return 1;
}

static int freeze_object(lua_State *L) {
  return luaL_error(L, "a host object has no settable members");
}

enum { members_slot = 1, known_slot };

/* In a metatable: its living objects by handle, held weakly. [-0,+0] Raises. */
static void open_known(lua_State *L) {
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawseti(L, -2, known_slot);
}

static void open_metatable(lua_State *L, uint32_t class_id, const char *name, int safe) {
  lua_createtable(L, 0, 6);
  lua_pushstring(L, name);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__name");
  lua_setfield(L, -2, "__metatable");
  lua_newtable(L); /* the methods: upvalue of __index, and kept for clua_push_members */
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, members_slot);
  lua_pushcclosure(L, index_object, 1);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, freeze_object);
  lua_setfield(L, -2, "__newindex");
  lua_pushcfunction(L, collect_object);
  lua_setfield(L, -2, "__gc");
  open_known(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_keys[class_id][safe]);
}

void clua_open_class(lua_State *L, uint32_t class_id, const char *name) {
  if (class_id >= class_limit) luaL_error(L, "too many classes");
  open_metatable(L, class_id, name, 0);
  open_metatable(L, class_id, name, 1);
}

void clua_push_members(lua_State *L, uint32_t class_id, const char *name, bool safe) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_keys[class_id][safe]);
  if (strncmp(name, "__", 2) == 0) return;
  lua_rawgeti(L, -1, members_slot);
  lua_replace(L, -2);
}

/* A userdata for `handle`; its properties and the metatable are on top. [-2,+1] Raises. */
static void make_object(lua_State *L, uint32_t class_id, int64_t handle) {
  object *made = lua_newuserdatauv(L, sizeof *made, 1);
  made->class_id = class_id;
  made->handle = handle;
  lua_insert(L, -3);
  lua_rawgeti(L, -1, known_slot);
  lua_pushvalue(L, -4);
  lua_rawseti(L, -2, handle);
  lua_pop(L, 1);
  lua_setmetatable(L, -3);
  lua_setiuservalue(L, -2, 1);
}

/* One handle is one object as long as a script holds it, so that `file:write() == file`. */
void clua_push_object(lua_State *L, uint32_t class_id, int64_t handle, bool safe) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_keys[class_id][safe]);
  lua_rawgeti(L, -1, known_slot);
  int type = lua_rawgeti(L, -1, handle);
  lua_remove(L, -2);
  if (type == LUA_TUSERDATA) {
    lua_replace(L, -3);
    lua_pop(L, 1);
    return;
  }
  lua_pop(L, 1);
  make_object(L, class_id, handle);
}
