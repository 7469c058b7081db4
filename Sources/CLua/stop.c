/*
 * stop.c - ending a script that does not want to end.
 *
 * The stop is a flag, not an error value: whatever the script catches, the flag stays and every
 * entry into our C functions raises again. A count hook notices the flag in Lua code.
 *
 * The hook yields where no pcall is under way, because an error thrown from a hook leaves hooks
 * switched off in that coroutine (lua_State.allowhook), and its <close> variables could then run for
 * ever. Inside pcall it raises: pcall switches hooks on again, and a coroutine that is closed while
 * it has yielded inside pcall takes whatever lies on its stack for the message handler.
 */
#include "internal.h"

#include <signal.h>
#include <string.h>

enum {
  grace_polls = 2000, /* hooks and native polls left to <close> variables; a count: same seed, same run */
  grace_hook_interval = 1000,
  instruction_hook_interval = 200, /* also what each resume is charged: it starts a new interval */
  memory_slack = 8,  /* after a collection, a part of 1/8 must be free */
  searched_frames = 2000, /* finding the nth frame takes n steps */
  stack_budget = 4 << 20, /* bytes; Lua's own limit of C calls begins anew in each closing coroutine */
};

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
/* The sanitizer holds SIGURG back until the thread calls a function it knows: a loop in Lua calls none. */
#define INTERRUPT_SIGNAL SIGTRAP
#endif
#endif
#ifndef INTERRUPT_SIGNAL
/* SIGURG is ignored by default, and nothing here uses out-of-band data. */
#define INTERRUPT_SIGNAL SIGURG
#endif

static _Thread_local clua_runtime *volatile entered;

static const char *stop_text(int reason) {
  switch (reason) {
    case CLUA_INTERRUPTED: return "interrupted";
    case CLUA_TIME: return "time limit reached";
    case CLUA_INSTRUCTIONS: return "instruction limit reached";
    case CLUA_MEMORY: return "memory limit reached";
    case CLUA_DEPTH: return "stack overflow";
    case CLUA_OUTPUT: return "output limit reached";
    default: return "script ended";
  }
}

clua_stop_reason clua_stopped(const clua_runtime *runtime) {
  return (clua_stop_reason)atomic_load_explicit(&runtime->stop, memory_order_relaxed);
}

/* True for the first reason only. */
static bool set_stop(clua_runtime *runtime, clua_stop_reason reason) {
  int none = CLUA_NOT_STOPPED;
  if (!atomic_compare_exchange_strong(&runtime->stop, &none, (int)reason)) return false;
  if (runtime->options.stopping) runtime->options.stopping();
  return true;
}

static void hook(lua_State *L, lua_Debug *debug);

/* The only hook there is: after `count` instructions (0: never), and at each line that is covered.
 * Never raises, also not from the interrupt. */
static void set_hook(const clua_runtime *runtime, lua_State *L, int count) {
  int lines = runtime->options.coverage ? LUA_MASKLINE : 0;
  lua_sethook(L, hook, (count > 0 ? LUA_MASKCOUNT : 0) | lines, count);
}

/* Called from the interrupt as well: touches nothing but the hook, as Lua's manual allows. */
static void break_into(clua_runtime *runtime) {
  lua_State *L = runtime->running;
  if (L) set_hook(runtime, L, 1);
}

void clua_stop(clua_runtime *runtime, clua_stop_reason reason) {
  if (set_stop(runtime, reason)) break_into(runtime);
}

void clua_note_memory(clua_runtime *runtime) {
  if (runtime->memory_passed) return;
  runtime->memory_passed = true;
  break_into(runtime);
}

/* Lua collects when its heap has doubled, which may be above the limit: what counts is what is
 * left after a collection. Runs where Lua may collect: in the hook and in C functions. */
static void check_memory(lua_State *L, clua_runtime *runtime) {
  runtime->memory_passed = false;
  lua_gc(L, LUA_GCCOLLECT, 0);
  size_t limit = runtime->options.memory_limit;
  if (runtime->used > runtime->base_use + limit - limit / memory_slack)
    set_stop(runtime, CLUA_MEMORY);
}

bool clua_is_deep(const clua_runtime *runtime) {
  const char *here = __builtin_frame_address(0);
  ptrdiff_t used = runtime->stack_base - here;
  return used > stack_budget || used < -stack_budget;
}

static void on_interrupt(int signal_number) {
  (void)signal_number;
  clua_runtime *runtime = entered;
  if (runtime) break_into(runtime);
}

void clua_install_interrupt(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigaction(INTERRUPT_SIGNAL, &action, NULL);
  sigset_t mine; /* the workers of libdispatch block every signal */
  sigemptyset(&mine);
  sigaddset(&mine, INTERRUPT_SIGNAL);
  pthread_sigmask(SIG_UNBLOCK, &mine, NULL);
}

void clua_interrupt(clua_runtime *runtime, clua_stop_reason reason) {
  if (set_stop(runtime, reason)) pthread_kill(runtime->owner, INTERRUPT_SIGNAL);
}

clua_runtime *clua_enter(clua_runtime *runtime) {
  clua_runtime *before = entered;
  entered = runtime;
  return before;
}

/* False once the <close> variables have used up their grace. */
static bool spend_grace(clua_runtime *runtime) {
  if (runtime->grace == 0) return false;
  runtime->grace--;
  return true;
}

_Noreturn void clua_raise_stop(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (!runtime->unwinding) {
    runtime->unwinding = true;
    runtime->grace = grace_polls;
    clua_note_place(L);
  }
  clua_arm(runtime, L);
  luaL_checkstack(L, 1, NULL);
  lua_pushstring(L, stop_text(clua_stopped(runtime)));
  lua_error(L);
  __builtin_unreachable();
}

static void count_instructions(clua_runtime *runtime, uint64_t count) {
  runtime->instructions += count;
  if (runtime->options.instruction_limit &&
      runtime->instructions >= runtime->options.instruction_limit)
    set_stop(runtime, CLUA_INSTRUCTIONS);
}

void clua_arm(clua_runtime *runtime, lua_State *L) {
  bool counts = runtime->options.instruction_limit != 0;
  if (counts) count_instructions(runtime, instruction_hook_interval);
  if (clua_stopped(runtime)) {
    bool has_grace = runtime->unwinding && runtime->grace > 0;
    set_hook(runtime, L, has_grace ? grace_hook_interval : 1);
  } else if (runtime->memory_passed) {
    set_hook(runtime, L, 1);
  } else if (counts) {
    set_hook(runtime, L, instruction_hook_interval);
  } else if (runtime->options.coverage && lua_gethook(L) == NULL) {
    set_hook(runtime, L, 0);
  }
}

/* Takes back the hook that was set for `check_memory`; a stop that came meanwhile sets it again. */
static void disarm(clua_runtime *runtime, lua_State *L) {
  lua_sethook(L, NULL, 0, 0);
  clua_arm(runtime, L);
}

/* Whether pcall or xpcall is under way in this coroutine. Stack [-0, +0]. Never raises. */
static bool is_inside_pcall(lua_State *L) {
  lua_Debug frame;
  for (int level = 0; level < searched_frames && lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "f", &frame);
    bool found = clua_is_pcall(lua_tocfunction(L, -1));
    lua_pop(L, 1);
    if (found) return true;
  }
  return false;
}

/* Yields out of Lua code where that is possible and right, raises where it is not. */
static void stop_or_count(lua_State *L, clua_runtime *runtime) {
  if (runtime->memory_passed) {
    check_memory(L, runtime);
    if (!clua_stopped(runtime)) return disarm(runtime, L);
  }
  if (!clua_stopped(runtime)) {
    count_instructions(runtime, instruction_hook_interval);
    if (!clua_stopped(runtime)) return;
  }
  if (runtime->unwinding && spend_grace(runtime)) return;
  if (!lua_isyieldable(L) || is_inside_pcall(L)) clua_raise_stop(L);
  runtime->hook_yielded = true;
  lua_yield(L, 0);
}

/* An interrupt sets the count, but Lua may just have been at it: when the mask was read before and the
 * count is decremented after, the count is passed without a call, and comes to 0 again in hours. So the
 * next line sets it again, until the stop is noticed; the grace that follows counts for itself. */
static void hook(lua_State *L, lua_Debug *debug) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (debug->event != LUA_HOOKLINE) return stop_or_count(L, runtime);
  clua_note_line(L, debug);
  bool breaks = clua_stopped(runtime) || runtime->memory_passed;
  if (breaks && !runtime->unwinding) set_hook(runtime, L, 1);
}

void clua_poll(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (runtime->memory_passed) check_memory(L, runtime);
  if (!clua_stopped(runtime)) return;
  if (runtime->unwinding && spend_grace(runtime)) return;
  clua_raise_stop(L);
}

void clua_spend(lua_State *L, unsigned steps) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (runtime->options.instruction_limit) count_instructions(runtime, steps);
  clua_poll(L);
}

size_t clua_string_limit(lua_State *L) {
  size_t half = clua_runtime_of(L)->options.memory_limit / 2;
  size_t least = (size_t)1 << 20;
  if (half == 0) return (size_t)1 << 30;
  return half < least ? least : half;
}

_Noreturn void clua_raise_too_large(lua_State *L) {
  luaL_error(L, "resulting string too large: more than half the memory limit");
  __builtin_unreachable();
}

int clua_note_overflow(lua_State *L) {
  static const char overflow[] = "stack overflow";
  lua_Debug frame;
  if (lua_type(L, 1) == LUA_TSTRING && strstr(lua_tostring(L, 1), overflow) &&
      lua_getstack(L, 150, &frame))
    clua_stop(clua_runtime_of(L), CLUA_DEPTH);
  lua_settop(L, 1);
  return 1;
}

int clua_reset(lua_State *coroutine, lua_State *from) {
  clua_runtime *runtime = clua_runtime_of(coroutine);
  if (clua_stopped(runtime) && !runtime->unwinding) {
    runtime->unwinding = true;
    runtime->grace = grace_polls;
  }
  lua_State *running = runtime->running;
  runtime->running = coroutine;
  clua_arm(runtime, coroutine);
#if LUA_VERSION_RELEASE_NUM >= 50406
  int status = lua_closethread(coroutine, from);
#else
  (void)from;
  int status = lua_resetthread(coroutine);
#endif
  runtime->running = running;
  return status;
}
