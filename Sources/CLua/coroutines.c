/*
 * coroutines.c - the coroutine library, with host calls that suspend through it.
 *
 * A host call inside a script's coroutine yields a private value. `resume` and `wrap` hand such a
 * yield on to their own resumer, up to the thread that the host resumed, and the answer comes
 * down the same way. Everything else behaves as in the stock library.
 */
#include "internal.h"

#include <string.h>

enum { close_depth_limit = 100 };

static lua_State *to_coroutine(lua_State *L, int index) {
  lua_State *coroutine = lua_tothread(L, index);
  luaL_argexpected(L, coroutine, index, "coroutine");
  return coroutine;
}

static bool is_host_yield(lua_State *coroutine, int results) {
  return results == 1 && lua_touserdata(coroutine, -1) == &clua_suspend_key;
}

/* lua_resume with the bookkeeping of the interrupt; `running` is restored. Never raises. */
static int run(lua_State *L, lua_State *coroutine, int arguments, int *results) {
  clua_runtime *runtime = clua_runtime_of(L);
  bool blocked = runtime->unyieldable > 0 || !lua_isyieldable(L);
  runtime->unyieldable += blocked;
  runtime->running = coroutine;
  clua_arm(runtime, coroutine);
  int status = lua_resume(coroutine, L, arguments, results);
  runtime->running = L;
  if (runtime->memory_passed) clua_arm(runtime, L);
  runtime->unyieldable -= blocked;
  return status;
}

static bool has_frames(lua_State *coroutine) {
  lua_Debug frame;
  return lua_getstack(coroutine, 0, &frame);
}

/* False with the reason on L: running and waiting coroutines must not even be touched. */
static bool can_resume(lua_State *L, lua_State *coroutine, int arguments) {
  if (clua_is_waiting(coroutine)) {
    lua_pushliteral(L, "cannot resume a coroutine that waits for the host");
    return false;
  }
  if (L == coroutine || (lua_status(coroutine) == LUA_OK && has_frames(coroutine))) {
    lua_pushliteral(L, "cannot resume non-suspended coroutine");
    return false;
  }
  if (clua_is_deep(clua_runtime_of(L))) {
    lua_pushliteral(L, "C stack overflow");
    return false;
  }
  if (!lua_checkstack(coroutine, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return false;
  }
  return true;
}

static int move_results(lua_State *L, lua_State *coroutine, int results) {
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(coroutine, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(coroutine, L, results);
  return results;
}

/* What a finished resume means: how many results are on L, or -1 with the error on L. A stop that
 * reached the coroutine closes it and goes on in L. May raise the stop. */
static int settle(lua_State *L, lua_State *coroutine, int status, int results) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (clua_stopped(runtime)) {
    clua_reset(coroutine, L);
    clua_raise_stop(L);
  }
  if (status == LUA_OK || status == LUA_YIELD) return move_results(L, coroutine, results);
  lua_xmove(coroutine, L, 1);
  return -1;
}

/* The values to send are on top of L. Results as `settle`, or -2: the host has to be asked. */
static int resume(lua_State *L, lua_State *coroutine, int arguments) {
  if (!can_resume(L, coroutine, arguments)) return -1;
  lua_xmove(L, coroutine, arguments);
  int results = 0;
  int status = run(L, coroutine, arguments, &results);
  if (status == LUA_YIELD && is_host_yield(coroutine, results)) {
    lua_pop(coroutine, 1);
    clua_mark_waiting(coroutine, true);
    return -2;
  }
  return settle(L, coroutine, status, results);
}

/* Goes on with a coroutine whose host call has been answered. */
static int resume_answered(lua_State *L, lua_State *coroutine) {
  clua_mark_waiting(coroutine, false);
  return resume(L, coroutine, 0);
}

/* ---- coroutine.resume ---------------------------------------------------------------------- */

static int finish_resume(lua_State *L, int results) {
  lua_pushboolean(L, results >= 0);
  if (results < 0) results = 1;
  lua_insert(L, -(results + 1));
  return results + 1;
}

static int resume_answer(lua_State *L, int status, lua_KContext context);

static int wait_or_finish_resume(lua_State *L, int results) {
  if (results != -2) return finish_resume(L, results);
  lua_settop(L, 1);
  lua_pushlightuserdata(L, &clua_suspend_key);
  return lua_yieldk(L, 1, 0, resume_answer);
}

static int resume_answer(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  lua_settop(L, 1);
  return wait_or_finish_resume(L, resume_answered(L, lua_tothread(L, 1)));
}

static int coroutine_resume(lua_State *L) {
  lua_State *coroutine = to_coroutine(L, 1);
  return wait_or_finish_resume(L, resume(L, coroutine, lua_gettop(L) - 1));
}

/* ---- coroutine.wrap ------------------------------------------------------------------------ */

/* The error is on top of L. As in the stock library: closes the coroutine, adds the position. */
static int fail_wrap(lua_State *L, lua_State *coroutine) {
  int status = lua_status(coroutine);
  bool died = status != LUA_OK && status != LUA_YIELD;
  if (died) {
    clua_keep_inner_traceback(L, coroutine);
    lua_pushvalue(L, -1);
    lua_xmove(L, coroutine, 1);
    clua_reset(coroutine, L);
    lua_pop(L, 1);
    lua_xmove(coroutine, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  if (died) clua_note_inner(L);
  return lua_error(L);
}

static int wrap_answer(lua_State *L, int status, lua_KContext context);

static int wait_or_finish_wrap(lua_State *L, lua_State *coroutine, int results) {
  if (results >= 0) return results;
  if (results == -1) return fail_wrap(L, coroutine);
  lua_settop(L, 0);
  lua_pushlightuserdata(L, &clua_suspend_key);
  return lua_yieldk(L, 1, 0, wrap_answer);
}

static int wrap_answer(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  lua_settop(L, 0);
  lua_State *coroutine = lua_tothread(L, lua_upvalueindex(1));
  return wait_or_finish_wrap(L, coroutine, resume_answered(L, coroutine));
}

static int call_wrap(lua_State *L) {
  lua_State *coroutine = lua_tothread(L, lua_upvalueindex(1));
  return wait_or_finish_wrap(L, coroutine, resume(L, coroutine, lua_gettop(L)));
}

static int coroutine_create(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *coroutine = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, coroutine, 1);
  return 1;
}

static int coroutine_wrap(lua_State *L) {
  coroutine_create(L);
  lua_pushcclosure(L, call_wrap, 1);
  return 1;
}

/* ---- the rest ------------------------------------------------------------------------------ */

static bool is_base(lua_State *L) { return L == clua_runtime_of(L)->base; }

static int coroutine_yield(lua_State *L) {
  if (is_base(L)) return luaL_error(L, "attempt to yield from outside a coroutine");
  return lua_yield(L, lua_gettop(L));
}

/* The main body of a script is a coroutine only for us. */
static int coroutine_isyieldable(lua_State *L) {
  lua_State *coroutine = lua_isnone(L, 1) ? L : to_coroutine(L, 1);
  lua_pushboolean(L, !is_base(coroutine) && lua_isyieldable(coroutine));
  return 1;
}

static int coroutine_running(lua_State *L) {
  lua_pushthread(L);
  lua_pushboolean(L, is_base(L));
  return 2;
}

static const char *status_name(lua_State *L, lua_State *coroutine) {
  if (L == coroutine) return "running";
  if (clua_is_waiting(coroutine)) return "normal";
  switch (lua_status(coroutine)) {
    case LUA_YIELD: return "suspended";
    case LUA_OK:
      if (has_frames(coroutine)) return "normal";
      return lua_gettop(coroutine) == 0 ? "dead" : "suspended";
    default: return "dead";
  }
}

static int coroutine_status(lua_State *L) {
  lua_pushstring(L, status_name(L, to_coroutine(L, 1)));
  return 1;
}

static int coroutine_close(lua_State *L) {
  lua_State *coroutine = to_coroutine(L, 1);
  const char *state = status_name(L, coroutine);
  if (strcmp(state, "suspended") != 0 && strcmp(state, "dead") != 0)
    return luaL_error(L, "cannot close a %s coroutine", state);
  clua_runtime *runtime = clua_runtime_of(L);
  if (runtime->close_depth >= close_depth_limit || clua_is_deep(runtime))
    return luaL_error(L, "coroutine.close nested too deep");
  runtime->close_depth++;
  runtime->unyieldable++;
  int status = clua_reset(coroutine, L);
  runtime->unyieldable--;
  runtime->close_depth--;
  if (clua_stopped(runtime)) clua_poll(L);
  lua_pushboolean(L, status == LUA_OK);
  if (status == LUA_OK) return 1;
  lua_xmove(coroutine, L, 1);
  return 2;
}

int clua_open_coroutine(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"close", coroutine_close},     {"create", coroutine_create},
      {"isyieldable", coroutine_isyieldable}, {"resume", coroutine_resume},
      {"running", coroutine_running}, {"status", coroutine_status},
      {"wrap", coroutine_wrap},       {"yield", coroutine_yield},
      {NULL, NULL},
  };
  luaL_newlib(L, functions);
  return 1;
}
