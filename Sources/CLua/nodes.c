/*
 * nodes.c - Lua values as plain nodes, and back.
 *
 * Reading is raw: no metamethod of a script runs while a value is half converted. Depth, size and
 * cycles have limits, and the error names the path (`scopes[2].x`).
 */
#include "internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  depth_limit = 100,
  path_size = 200,
};

/* One table under conversion, innermost first. */
typedef struct level {
  const struct level *outer;
  const void *table;
  lua_Integer item; /* the list item under conversion, or 0: the key on the stack */
  int key;          /* stack index of the key */
} level;

/* ---- the buffer --------------------------------------------------------------------------- */

void clua_nodes_clear(clua_nodes *nodes) {
  nodes->count = 0;
  nodes->bytes_used = 0;
  nodes->failed = false;
  nodes->function = NULL;
  nodes->argument = 0;
}

void clua_nodes_free(clua_nodes *nodes) {
  free(nodes->items);
  free(nodes->bytes);
  memset(nodes, 0, sizeof *nodes);
}

/* NULL when memory is out. */
static clua_node *append(clua_nodes *nodes) {
  if (nodes->count == nodes->capacity) {
    size_t capacity = nodes->capacity;
    if (nodes->count >= CLUA_PARTS_LIMIT ||
        !clua_grow((void **)&nodes->items, sizeof *nodes->items, nodes->count, &capacity)) {
      nodes->failed = true;
      return NULL;
    }
    nodes->capacity = (uint32_t)capacity;
  }
  clua_node *node = &nodes->items[nodes->count++];
  memset(node, 0, sizeof *node);
  return node;
}

/* ---- Lua to nodes ------------------------------------------------------------------------- */

static void read_value(lua_State *L, int index, clua_nodes *nodes, bool opaque,
                       const level *outer);

static size_t write_key(lua_State *L, const level *at, char *text, size_t size) {
  if (at->item > 0) return (size_t)snprintf(text, size, "[%lld]", (long long)at->item);
  if (lua_type(L, at->key) == LUA_TSTRING)
    return (size_t)snprintf(text, size, ".%.40s", lua_tostring(L, at->key));
  if (lua_isinteger(L, at->key))
    return (size_t)snprintf(text, size, "[%lld]", (long long)lua_tointeger(L, at->key));
  return (size_t)snprintf(text, size, "[%s]", luaL_typename(L, at->key));
}

/* Writes the path from the outermost table down; returns where it ends. */
static size_t write_path(lua_State *L, const level *at, char *text, size_t size) {
  if (at == NULL) return 0;
  size_t used = write_path(L, at->outer, text, size);
  if (used >= size - 1) return used;
  used += write_key(L, at, text + used, size - used);
  return used < size ? used : size - 1;
}

/* "sso.json.decode: ", "sso.json.encode: argument 2: ", or nothing. [-0,+1] Raises. */
static const char *push_place(lua_State *L, const clua_nodes *nodes) {
  if (nodes->function == NULL) return lua_pushliteral(L, "");
  if (nodes->argument == 0) return lua_pushfstring(L, "%s: ", nodes->function);
  return lua_pushfstring(L, "%s: argument %d: ", nodes->function, nodes->argument);
}

static _Noreturn void refuse(lua_State *L, const clua_nodes *nodes, const level *at,
                             const char *what) {
  char path[path_size] = "";
  write_path(L, at, path, sizeof path);
  const char *text = path[0] == '.' ? path + 1 : path;
  const char *place = lua_checkstack(L, 4) ? push_place(L, nodes) : "";
  luaL_error(L, "%s%s%s%s", place, what, *text ? " at " : "", text);
  __builtin_unreachable();
}

static clua_node *append_or_raise(lua_State *L, clua_nodes *nodes, const level *at) {
  clua_node *node = append(nodes);
  if (node) return node;
  if (nodes->count >= CLUA_PARTS_LIMIT) refuse(L, nodes, at, "value too large: more than 1048576 parts");
  luaL_error(L, "not enough memory");
  __builtin_unreachable();
}

static clua_tag table_tag(lua_State *L, int index) {
  clua_tag tag = CLUA_PLAIN;
  if (!lua_getmetatable(L, index)) return tag;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_list_metatable);
  if (lua_rawequal(L, -1, -2)) tag = CLUA_LIST;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_error_metatable);
  if (lua_rawequal(L, -1, -3)) tag = CLUA_ERROR;
  lua_pop(L, 3);
  return tag;
}

static void check_table(lua_State *L, int index, const clua_nodes *nodes, const level *outer) {
  int depth = 0;
  const void *table = lua_topointer(L, index);
  for (const level *at = outer; at; at = at->outer) {
    if (at->table == table) refuse(L, nodes, outer, "table contains itself");
    if (++depth >= depth_limit) refuse(L, nodes, outer, "table nested more than 100 deep");
  }
  if (!lua_checkstack(L, 8)) refuse(L, nodes, outer, "not enough memory for the value");
}

static lua_Integer read_items(lua_State *L, int index, clua_nodes *nodes, level *here) {
  for (here->item = 1;; here->item++) {
    if (lua_rawgeti(L, index, here->item) == LUA_TNIL) break;
    read_value(L, lua_gettop(L), nodes, false, here);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  lua_Integer count = here->item - 1;
  here->item = 0;
  return count;
}

static bool is_item(lua_State *L, int key, lua_Integer count) {
  if (!lua_isinteger(L, key)) return false;
  lua_Integer value = lua_tointeger(L, key);
  return value >= 1 && value <= count;
}

static size_t read_pairs(lua_State *L, int index, clua_nodes *nodes, level *here,
                         lua_Integer items) {
  size_t pairs = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    here->key = lua_gettop(L) - 1;
    if (!is_item(L, here->key, items)) {
      int type = lua_type(L, here->key);
      if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TBOOLEAN)
        refuse(L, nodes, here, "table key must be a string, number or boolean");
      read_value(L, here->key, nodes, false, here);
      read_value(L, here->key + 1, nodes, false, here);
      pairs++;
    }
    lua_pop(L, 1);
  }
  return pairs;
}

static void read_table(lua_State *L, int index, clua_nodes *nodes, const level *outer) {
  check_table(L, index, nodes, outer);
  level here = {.outer = outer, .table = lua_topointer(L, index)};
  clua_node *head = append_or_raise(L, nodes, outer);
  head->kind = CLUA_TABLE;
  head->tag = table_tag(L, index);
  uint32_t at = nodes->count - 1; /* the array may move */
  lua_Integer items = read_items(L, index, nodes, &here);
  size_t pairs = read_pairs(L, index, nodes, &here, items);
  nodes->items[at].count = (uint32_t)items;
  nodes->items[at].length = pairs;
}

static void read_reference(lua_State *L, int index, clua_nodes *nodes, clua_type type) {
  int64_t reference = clua_reference(L, index);
  clua_node *node = append_or_raise(L, nodes, NULL);
  node->kind = CLUA_REFERENCE;
  node->tag = type;
  node->integer = reference;
  node->length = (size_t)lua_topointer(L, index);
}

static void read_userdata(lua_State *L, int index, clua_nodes *nodes, const level *outer) {
  uint32_t class_id;
  int64_t handle;
  if (!clua_to_object(L, index, &class_id, &handle)) {
    read_reference(L, index, nodes, CLUA_TYPE_USERDATA);
    return;
  }
  clua_node *node = append_or_raise(L, nodes, outer);
  node->kind = CLUA_OBJECT;
  node->count = class_id;
  node->integer = handle;
}

static void read_number(lua_State *L, int index, clua_node *node) {
  if (lua_isinteger(L, index)) {
    node->kind = CLUA_INTEGER;
    node->integer = lua_tointeger(L, index);
  } else {
    node->kind = CLUA_NUMBER;
    node->number = lua_tonumber(L, index);
  }
}

/* The host copies what it reads, beyond the reach of the memory limit. */
static void read_string(lua_State *L, int index, clua_nodes *nodes, const level *outer) {
  clua_node *node = append_or_raise(L, nodes, outer);
  node->kind = CLUA_STRING;
  node->bytes = (const uint8_t *)lua_tolstring(L, index, &node->length);
  nodes->bytes_used += node->length;
  if (nodes->bytes_used > clua_string_limit(L))
    refuse(L, nodes, outer, "value too large: its text takes more than half the memory limit");
}

static void read_scalar(lua_State *L, int index, clua_node *node) {
  switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
      node->kind = CLUA_BOOLEAN;
      node->integer = lua_toboolean(L, index);
      break;
    case LUA_TNUMBER: read_number(L, index, node); break;
    case LUA_TLIGHTUSERDATA: node->kind = CLUA_NULL; break;
    default: node->kind = CLUA_NIL; break;
  }
}

static void read_value(lua_State *L, int index, clua_nodes *nodes, bool opaque,
                       const level *outer) {
  switch (lua_type(L, index)) {
    case LUA_TTABLE:
      if (opaque)
        read_reference(L, index, nodes, CLUA_TYPE_TABLE);
      else
        read_table(L, index, nodes, outer);
      break;
    case LUA_TFUNCTION: read_reference(L, index, nodes, CLUA_TYPE_FUNCTION); break;
    case LUA_TTHREAD: read_reference(L, index, nodes, CLUA_TYPE_THREAD); break;
    case LUA_TUSERDATA: read_userdata(L, index, nodes, outer); break;
    case LUA_TSTRING: read_string(L, index, nodes, outer); break;
    default: read_scalar(L, index, append_or_raise(L, nodes, outer)); break;
  }
}

void clua_read(lua_State *L, int index, clua_nodes *nodes, bool opaque) {
  read_value(L, lua_absindex(L, index), nodes, opaque, NULL);
}

/* ---- nodes to Lua ------------------------------------------------------------------------- */

static void push_table(lua_State *L, const clua_nodes *nodes, const clua_node *head,
                       uint32_t *cursor, bool safe) {
  int items = head->count > INT_MAX ? INT_MAX : (int)head->count;
  int pairs = head->length > INT_MAX ? INT_MAX : (int)head->length;
  lua_createtable(L, items, pairs);
  for (int i = 1; i <= items; i++) {
    clua_push(L, nodes, cursor, safe);
    lua_rawseti(L, -2, i);
  }
  for (int i = 0; i < pairs; i++) {
    clua_push(L, nodes, cursor, safe);
    clua_push(L, nodes, cursor, safe);
    lua_rawset(L, -3);
  }
  switch (head->tag) {
    case CLUA_LIST: lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_list_metatable); break;
    case CLUA_ERROR: lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_error_metatable); break;
    case CLUA_HEADERS: clua_push_headers_metatable(L); break;
    default: return;
  }
  lua_setmetatable(L, -2);
}

void clua_push(lua_State *L, const clua_nodes *nodes, uint32_t *cursor, bool safe) {
  luaL_checkstack(L, 6, "too many values from the host");
  if (*cursor >= nodes->count) {
    lua_pushnil(L);
    return;
  }
  const clua_node *node = &nodes->items[(*cursor)++];
  switch (node->kind) {
    case CLUA_NIL: lua_pushnil(L); break;
    case CLUA_NULL: lua_pushlightuserdata(L, &clua_null_key); break;
    case CLUA_BOOLEAN: lua_pushboolean(L, node->integer != 0); break;
    case CLUA_INTEGER: lua_pushinteger(L, node->integer); break;
    case CLUA_NUMBER: lua_pushnumber(L, node->number); break;
    case CLUA_STRING:
      lua_pushlstring(L, nodes->bytes + node->integer, node->length);
      break;
    case CLUA_TABLE: push_table(L, nodes, node, cursor, safe); break;
    case CLUA_REFERENCE: clua_dereference(L, node->integer); break;
    case CLUA_OBJECT: {
      uint32_t class_id = node->count;
      int64_t handle = node->integer;
      clua_push(L, nodes, cursor, safe);
      clua_push_object(L, class_id, handle, safe);
      break;
    }
  }
}

int clua_push_reply(lua_State *L, clua_runtime *runtime, bool safe) {
  if (runtime->reply.failed)
    luaL_error(L, runtime->reply.count >= CLUA_PARTS_LIMIT
                      ? "value too large: more than 1048576 parts"
                      : "not enough memory");
  uint32_t cursor = 0;
  int count = 0;
  for (; cursor < runtime->reply.count; count++) clua_push(L, &runtime->reply, &cursor, safe);
  return count;
}

/* ---- the reply, as the host writes it ------------------------------------------------------ */

void clua_reply_clear(clua_runtime *runtime) { clua_nodes_clear(&runtime->reply); }

void clua_reply_scalar(clua_runtime *runtime, clua_kind kind, int64_t integer) {
  clua_node *node = append(&runtime->reply);
  if (node == NULL) return;
  node->kind = kind;
  node->integer = integer;
}

void clua_reply_number(clua_runtime *runtime, double number) {
  clua_node *node = append(&runtime->reply);
  if (node == NULL) return;
  node->kind = CLUA_NUMBER;
  node->number = number;
}

static bool reserve_bytes(clua_nodes *nodes, size_t length) {
  if (length <= nodes->bytes_capacity - nodes->bytes_used) return true;
  size_t wanted = nodes->bytes_capacity * 2;
  if (wanted < nodes->bytes_used + length) wanted = nodes->bytes_used + length;
  if (wanted < 256) wanted = 256;
  char *moved = realloc(nodes->bytes, wanted);
  if (moved == NULL) return false;
  nodes->bytes = moved;
  nodes->bytes_capacity = wanted;
  return true;
}

void clua_reply_string(clua_runtime *runtime, const uint8_t *bytes, size_t length) {
  clua_nodes *reply = &runtime->reply;
  clua_node *node = append(reply);
  if (node == NULL) return;
  if (!reserve_bytes(reply, length)) {
    reply->failed = true;
    return;
  }
  if (length) memcpy(reply->bytes + reply->bytes_used, bytes, length);
  node->kind = CLUA_STRING;
  node->integer = (int64_t)reply->bytes_used;
  node->length = length;
  reply->bytes_used += length;
}

void clua_reply_table(clua_runtime *runtime, clua_tag tag, uint32_t items, size_t pairs) {
  clua_node *node = append(&runtime->reply);
  if (node == NULL) return;
  node->kind = CLUA_TABLE;
  node->tag = tag;
  node->count = items;
  node->length = pairs;
}

void clua_reply_reference(clua_runtime *runtime, int64_t reference) {
  clua_reply_scalar(runtime, CLUA_REFERENCE, reference);
}

void clua_reply_object(clua_runtime *runtime, uint32_t class_id, int64_t handle) {
  clua_node *node = append(&runtime->reply);
  if (node == NULL) return;
  node->kind = CLUA_OBJECT;
  node->count = class_id;
  node->integer = handle;
}
