/*
 * call.c - from Lua into the host and back: arguments, verdict, results, suspension.
 *
 * Swift runs between `host` being called and its return, and nowhere else; every raise and yield
 * below happens when its frames are gone.
 */
#include "internal.h"

#include <stdio.h>

enum { upvalue_function = 1, upvalue_name };
enum { most_callers = 200 }; /* Lua finds a frame by going through all that are nearer */

void clua_push_host_function(lua_State *L, uint32_t function, unsigned flags, const char *name) {
  lua_pushinteger(L, (lua_Integer)flags << 32 | function);
  lua_pushstring(L, name);
  lua_pushcclosure(L, clua_host_call, 2);
}

void clua_push_entry(lua_State *L, uint32_t function, unsigned flags, const clua_entry *entry) {
  lua_pushinteger(L, (lua_Integer)flags << 32 | function);
  lua_pushlightuserdata(L, entry->shown);
  lua_pushcclosure(L, clua_host_call, 2);
}

static const char *function_name(lua_State *L) {
  int name = lua_upvalueindex(upvalue_name);
  return lua_islightuserdata(L, name) ? lua_touserdata(L, name) : lua_tostring(L, name);
}

/* "flow.lua:3: " of the script's own line, for messages. [-0,+1] Raises. */
static void raise_with_position(lua_State *L, const char *text) {
  luaL_where(L, 1);
  lua_pushfstring(L, "%s: %s", function_name(L), text);
  lua_concat(L, 2);
  lua_error(L);
}

/* A method's own class, plus one, is in the upper half of its flags: handles are numbers, and those of
 * two classes may be the same. What is no object at all is up to the host. Raises. */
static void check_receiver(lua_State *L, clua_runtime *runtime, unsigned flags) {
  uint32_t class_id;
  int64_t handle;
  if (!clua_to_object(L, 1, &class_id, &handle) || class_id + 1 == flags >> CLUA_CLASS_SHIFT) return;
  raise_with_position(L, lua_pushfstring(L, "called on an object of another class (%s)",
                                         runtime->classes[class_id].name));
}

static bool can_suspend(lua_State *L, const clua_runtime *runtime) {
  return runtime->unyieldable == 0 && lua_isyieldable(L);
}

static void check_can_suspend(lua_State *L, clua_runtime *runtime) {
  if (clua_stopped(runtime)) clua_raise_stop(L);
  if (can_suspend(L, runtime)) return;
  raise_with_position(L,
                      "cannot wait inside a sort comparator, a gsub callback, a load reader, a "
                      "__tostring, a message handler, a closing coroutine, or what ipairs and functions of "
                      "table find by __index or __len; move the call out of it");
}

/* Replaces all arguments by what string.format makes of them. Returns how many there are now. */
static int format_arguments(lua_State *L, int count) {
  if (count < 2) return count;
  luaL_checkstack(L, 2, NULL);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_format_function);
  lua_insert(L, 1);
  lua_call(L, count, 1);
  return 1;
}

/* Makes strings of arguments. A `__tostring` may call the host, so this comes before anything is
 * read. Raises. */
static void convert_arguments(lua_State *L, unsigned flags, int count) {
  for (int i = 1; i <= count; i++) {
    if (flags & CLUA_STRINGIFY) {
      clua_tolstring(L, i, NULL);
      lua_replace(L, i);
    } else if (lua_type(L, i) == LUA_TNUMBER) {
      lua_tolstring(L, i, NULL);
    }
  }
}

static void read_arguments(lua_State *L, clua_runtime *runtime, unsigned flags, int count) {
  clua_nodes *nodes = &runtime->arguments;
  int receiver = flags >> CLUA_CLASS_SHIFT ? 1 : 0;
  clua_nodes_clear(nodes);
  nodes->function = function_name(L);
  for (int i = 1; i <= count; i++) {
    nodes->argument = count - receiver > 1 ? i - receiver : 0;
    clua_read(L, i, nodes, flags & CLUA_OPAQUE);
  }
}

/* Raises the error in the reply, or returns nil and it. */
static int give_error(lua_State *L, clua_runtime *runtime, bool safe) {
  if (!safe) {
    clua_push_reply(L, runtime, false);
    clua_note_raised(L);
    return lua_error(L);
  }
  lua_pushnil(L);
  int count = clua_push_reply(L, runtime, true);
  clua_note_raised(L);
  return 1 + count;
}

static int give(lua_State *L, clua_runtime *runtime, clua_verdict verdict, bool safe) {
  switch (verdict) {
    case CLUA_RETURN: return clua_push_reply(L, runtime, safe);
    case CLUA_RAISE: return give_error(L, runtime, safe);
    default: return give_error(L, runtime, false);
  }
}

/* Copies the fields of the last result into the first argument instead. Raises. */
static int update_argument(lua_State *L, int results) {
  if (results < 2 || !lua_istable(L, 1) || !lua_istable(L, -1)) return results;
  luaL_checkstack(L, 3, NULL);
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, 1);
  }
  lua_pop(L, 1);
  return results - 1;
}

/* The second half of a call that was suspended. */
static int answered(lua_State *L, int status, lua_KContext safe) {
  (void)status;
  clua_runtime *runtime = clua_runtime_of(L);
  if (clua_stopped(runtime)) clua_raise_stop(L);
  return give(L, runtime, runtime->answer, safe != 0);
}

/* What the call was given stays on the stack until it returns: the host knows objects by their handles, and
 * forgets those that Lua has collected. */
static int suspend(lua_State *L, bool safe) {
  lua_pushlightuserdata(L, &clua_suspend_key);
  return lua_yieldk(L, 1, safe, answered);
}

int clua_caller_line(clua_runtime *runtime, int *level, char *file, size_t size) {
  lua_Debug frame;
  if (size > 0) file[0] = '\0';
  if (runtime->caller == NULL) return 0;
  while (*level < most_callers && lua_getstack(runtime->caller, *level, &frame)) {
    *level += 1;
    lua_getinfo(runtime->caller, "Sl", &frame);
    if (frame.currentline <= 0 || frame.source[0] != '@') continue;
    snprintf(file, size, "%s", frame.source + 1);
    return frame.currentline;
  }
  return 0;
}

int clua_host_call(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  lua_Integer bound = lua_tointeger(L, lua_upvalueindex(upvalue_function));
  unsigned flags = (unsigned)(bound >> 32);
  int count = lua_gettop(L);
  if (flags >> CLUA_CLASS_SHIFT) check_receiver(L, runtime, flags);
  if (flags & CLUA_SUSPENDS) check_can_suspend(L, runtime);
  clua_free_released(L);
  if (flags & CLUA_FORMAT) count = format_arguments(L, count);
  if (flags & (CLUA_STRINGIFY | CLUA_NUMERALS)) convert_arguments(L, flags, count);
  read_arguments(L, runtime, flags, count);
  clua_nodes_clear(&runtime->reply);
  clua_call call = {
      .function = (uint32_t)bound,
      .count = (uint32_t)count,
      .can_suspend = can_suspend(L, runtime),
      .has_released = runtime->collected.count > 0,
      .arguments = runtime->arguments.items,
  };
  runtime->caller = L;
  clua_verdict verdict = runtime->options.host(runtime->options.context, &call);
  runtime->caller = NULL;
  clua_poll(L);
  if (verdict == CLUA_SUSPEND) {
    check_can_suspend(L, runtime);
    return suspend(L, flags & CLUA_SAFE);
  }
  int results = give(L, runtime, verdict, flags & CLUA_SAFE);
  return flags & CLUA_UPDATES ? update_argument(L, results) : results;
}
