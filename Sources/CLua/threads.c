/*
 * threads.c - the threads the host runs: load, start, resume, what they left behind.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>

enum {
  deep_recursion = 100000,
  long_message = 4 << 10, /* bytes: such a text is not kept to be compared */
  long_traceback = 8 << 10, /* bytes: a chain of joins is not told any further */
};

/* ---- the body of a task ---------------------------------------------------------------------- */

static int handle_error(lua_State *L);

/* Back from the task's function. An error has run its <close> variables, which may have waited. */
static int finish_body(lua_State *L, int status, lua_KContext context) {
  (void)context;
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - 1;
  clua_runtime_of(L)->body_failed = true;
  return 1;
}

/* Calls a function in protected mode: lua_resume alone would run its <close> variables where they
 * cannot wait. */
static int run_body(lua_State *L) {
  lua_pushcfunction(L, handle_error);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, finish_body);
  return finish_body(L, status, 0);
}

/* ---- load, start ---------------------------------------------------------------------------- */

typedef struct load_request {
  const char *source;
  size_t size;
  const char *name;
  int64_t reference;
} load_request;

static int load_body(lua_State *L) {
  load_request *request = lua_touserdata(L, 1);
  clua_free_released(L);
  if (clua_compile(L, request->source, request->size, request->name) != LUA_OK) {
    clua_forget_file(clua_runtime_of(L));
    return lua_error(L);
  }
  clua_cover(L, request->name);
  request->reference = clua_reference(L, -1);
  return 0;
}

int64_t clua_load(clua_runtime *runtime, const uint8_t *source, size_t size, const char *name) {
  load_request request = {(const char *)source, size, name, -1};
  if (clua_protect(runtime, load_body, &request) != LUA_OK) return -1;
  return request.reference;
}

static int start_body(lua_State *L) {
  int64_t *request = lua_touserdata(L, 1);
  clua_free_released(L);
  lua_State *thread = lua_newthread(L);
  int64_t reference = clua_reference(L, -1);
  clua_dereference(L, *request);
  clua_mark_task(thread);
  lua_pushcfunction(thread, run_body);
  int count = clua_push_reply(L, clua_runtime_of(L), false);
  if (!lua_checkstack(thread, count + 2)) luaL_error(L, "too many arguments");
  lua_xmove(L, thread, count + 1);
  *request = reference;
  return 0;
}

int64_t clua_start(clua_runtime *runtime, int64_t function) {
  int64_t request = function;
  if (clua_protect(runtime, start_body, &request) != LUA_OK) return -1;
  return request;
}

void clua_answer(clua_runtime *runtime, clua_verdict verdict) { runtime->answer = verdict; }

/* ---- what a thread left --------------------------------------------------------------------- */

typedef struct report {
  lua_State *thread;
  int results; /* on top of the thread; -1: one error value */
  int level;   /* where the traceback begins */
} report;

static int report_results(lua_State *L) {
  report *request = lua_touserdata(L, 1);
  clua_runtime *runtime = clua_runtime_of(L);
  luaL_checkstack(L, request->results + 2, "too many results");
  lua_xmove(request->thread, L, request->results);
  clua_nodes_clear(&runtime->arguments);
  for (int i = 0; i < request->results; i++)
    clua_read(L, i + 2, &runtime->arguments, true);
  return 0;
}

static void keep(lua_State *L, char **slot) {
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  clua_set_text(slot, text ? text : "", text ? length : 0);
}

static void keep_position(clua_runtime *runtime, lua_State *thread) {
  lua_Debug frame;
  char text[LUA_IDSIZE + 24] = "";
  for (int level = 0; lua_getstack(thread, level, &frame); level++) {
    lua_getinfo(thread, "Sl", &frame);
    if (frame.currentline <= 0) continue;
    snprintf(text, sizeof text, "%s:%d", frame.short_src, frame.currentline);
    break;
  }
  clua_set_text(&runtime->position, text, strlen(text));
}

/* Puts what happened further inside before the text on top. [-1,+1] Raises. */
static void put_before(lua_State *L, const char *inner, const char *link) {
  lua_pushfstring(L, "%s\n(%s)\n", inner, link);
  lua_insert(L, -2);
  lua_concat(L, 2);
}

/* The same, where there is something; one that is long enough already stands for both. Raises. */
static void put_before_once(lua_State *L, const char *inner, const char *link) {
  if (inner && strlen(inner) > long_traceback) {
    lua_pushstring(L, inner);
    lua_replace(L, -2);
  } else if (inner) {
    put_before(L, inner, link);
  }
}

/* Pushes the table under `key`, whose keys ("k") or values ("v") do not keep anything. [-0,+1] Raises. */
static void push_weak(lua_State *L, const void *key, const char *mode) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushstring(L, mode);
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

/* Whether one text ends with another. */
static bool ends_with(lua_State *L, int text, int end) {
  size_t whole, length;
  const char *bytes = lua_tolstring(L, text, &whole), *tail = lua_tolstring(L, end, &length);
  return length <= whole && memcmp(bytes + whole - length, tail, length) == 0;
}

/* Whether the error on top of the thread is the last of which a coroutine in coroutine.wrap died: the
 * same object, or a text that ends with it, as an error that is raised again does. [-0,+0] Raises. */
static bool is_inner(lua_State *L, lua_State *thread) {
  if (!clua_runtime_of(L)->inner_traceback || lua_isnoneornil(thread, -1)) return false;
  luaL_checkstack(L, 3, NULL);
  lua_pushvalue(thread, -1);
  lua_xmove(thread, L, 1);
  bool same = false;
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_inner) == LUA_TTABLE) {
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
    bool texts = lua_type(L, -1) == LUA_TSTRING && lua_type(L, -2) == LUA_TSTRING;
    same = texts ? ends_with(L, -2, -1) : lua_rawequal(L, -1, -2);
  }
  lua_pop(L, 2);
  return same;
}

/* Whether the value on top can be told from what others raise: an object, or a text that names a line
 * (`flow.lua:3: `) and is not too long to be kept. [-0,+0] */
static bool is_telling(lua_State *L) {
  if (lua_type(L, -1) != LUA_TSTRING) return lua_topointer(L, -1) != NULL;
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  if (length > long_message) return false;
  for (const char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':')) {
    size_t digits = strspn(colon + 1, "0123456789");
    if (digits > 0 && colon[1 + digits] == ':') return true;
  }
  return false;
}

static const char inner_link[] = "in a coroutine, resumed from";

void clua_keep_inner_traceback(lua_State *L, lua_State *coroutine) {
  clua_runtime *runtime = clua_runtime_of(L);
  const char *inner = is_inner(L, L) ? runtime->inner_traceback : NULL;
  clua_push_traceback(L, coroutine, 0);
  put_before_once(L, inner, inner_link);
  keep(L, &runtime->inner_traceback);
  lua_pop(L, 1);
}

void clua_note_inner(lua_State *L) {
  luaL_checkstack(L, 4, NULL);
  bool telling = is_telling(L);
  push_weak(L, &clua_inner, "v");
  if (telling)
    lua_pushvalue(L, -2);
  else
    lua_pushnil(L);
  lua_rawseti(L, -2, 1);
  lua_pop(L, 1);
}

/* From `level` on, after what was said of the error further inside. */
static void keep_traceback(lua_State *L, clua_runtime *runtime, lua_State *thread, int level,
                           const char *inner, const char *raised) {
  clua_push_traceback(L, thread, level);
  put_before_once(L, inner, inner_link);
  put_before_once(L, raised, "in a task, joined from");
  keep(L, &runtime->traceback);
  lua_pop(L, 1);
}

/* A message for an error value of any type; the script's __tostring runs as a script may. */
static int report_message(lua_State *L) {
  report *request = lua_touserdata(L, 1);
  lua_pushvalue(request->thread, -1);
  lua_xmove(request->thread, L, 1);
  if (!lua_isstring(L, 2) && !luaL_getmetafield(L, 2, "__tostring"))
    lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 2));
  else
    clua_tolstring(L, 2, NULL);
  keep(L, &clua_runtime_of(L)->message);
  return 0;
}

/* Whether a function of the host raises at this level. [-0,+0] */
static bool is_raised_by_host(lua_State *thread, int level) {
  lua_Debug frame;
  if (!lua_checkstack(thread, 1) || !lua_getstack(thread, level, &frame)) return false;
  lua_getinfo(thread, "f", &frame);
  bool is_host = lua_tocfunction(thread, -1) == clua_host_call;
  lua_pop(thread, 1);
  return is_host;
}

/* Whether the error on top of the thread is the one that another task raised first. [-0,+0] */
static bool was_raised(lua_State *L, clua_runtime *runtime, lua_State *thread, int level) {
  if (!runtime->raised_traceback || clua_stopped(runtime) || lua_isnoneornil(thread, -1))
    return false;
  /* An equal text may be another error: that one is known by who raises it. */
  if (lua_topointer(thread, -1) == NULL || lua_type(thread, -1) == LUA_TSTRING)
    if (!is_raised_by_host(thread, level)) return false;
  lua_pushvalue(thread, -1);
  lua_xmove(thread, L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_raised);
  bool same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same;
}

static int report_place(lua_State *L) {
  report *request = lua_touserdata(L, 1);
  clua_runtime *runtime = clua_runtime_of(L);
  bool raised = was_raised(L, runtime, request->thread, request->level);
  bool inner = is_inner(L, request->thread);
  keep_position(runtime, request->thread);
  keep_traceback(L, runtime, request->thread, request->level,
                 inner ? runtime->inner_traceback : NULL,
                 raised ? runtime->raised_traceback : NULL);
  if (raised && runtime->raised_position)
    clua_set_text(&runtime->position, runtime->raised_position, strlen(runtime->raised_position));
  return 0;
}

void clua_note_place(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  keep_position(runtime, L);
  keep_traceback(L, runtime, L, 0, NULL, NULL);
  runtime->place_noted = true;
}

void clua_raise_from(clua_runtime *runtime, const char *position, const char *traceback) {
  clua_set_text(&runtime->raised_position, position, strlen(position));
  clua_set_text(&runtime->raised_traceback, traceback, strlen(traceback));
  runtime->raises_again = true;
}

void clua_note_raised(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  if (!runtime->raises_again) return;
  runtime->raises_again = false;
  luaL_checkstack(L, 1, NULL);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_raised);
}

static void push_thread(lua_State *L, lua_State *thread) {
  lua_pushthread(thread);
  lua_xmove(thread, L, 1);
}

/* Keeps the place by thread: others may run before its <close> variables are done. */
static int keep_place(lua_State *L) {
  report *request = lua_touserdata(L, 1);
  clua_runtime *runtime = clua_runtime_of(L);
  report_place(L);
  push_weak(L, &clua_places, "k");
  push_thread(L, request->thread);
  lua_createtable(L, 2, 0);
  lua_pushstring(L, clua_position(runtime));
  lua_rawseti(L, -2, 1);
  lua_pushstring(L, clua_traceback(runtime));
  lua_rawseti(L, -2, 2);
  lua_rawset(L, -3);
  return 0;
}

static int recall_place(lua_State *L) {
  report *request = lua_touserdata(L, 1);
  clua_runtime *runtime = clua_runtime_of(L);
  push_weak(L, &clua_places, "k");
  push_thread(L, request->thread);
  if (lua_rawget(L, -2) != LUA_TTABLE) return 0;
  lua_rawgeti(L, -1, 1);
  keep(L, &runtime->position);
  lua_rawgeti(L, -2, 2);
  keep(L, &runtime->traceback);
  return 0;
}

/* Lua's own overflow ends the script, wherever it was caught. */
static void note_overflow(lua_State *thread, int status) {
  lua_Debug frame;
  clua_runtime *runtime = clua_runtime_of(thread);
  if (clua_stopped(runtime) == CLUA_MEMORY && lua_getstack(thread, deep_recursion, &frame))
    atomic_store(&runtime->stop, CLUA_DEPTH); /* memory went into the frames: say that */
  if (status != LUA_ERRRUN || lua_type(thread, -1) != LUA_TSTRING) return;
  if (strstr(lua_tostring(thread, -1), "stack overflow") && lua_getstack(thread, 150, &frame))
    clua_stop(clua_runtime_of(thread), CLUA_DEPTH);
}

/* The message handler of a task's body: the frames are still there. Never raises. */
static int handle_error(lua_State *L) {
  clua_runtime *runtime = clua_runtime_of(L);
  note_overflow(L, LUA_ERRRUN);
  if (clua_stopped(runtime) && runtime->place_noted) return 1;
  report request = {L, -1, 1};
  clua_protect(runtime, keep_place, &request);
  if (clua_stopped(runtime)) runtime->place_noted = true;
  return 1;
}

static bool is_host_error(lua_State *L, int index) {
  if (!lua_getmetatable(L, index)) return false;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_error_metatable);
  bool same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same;
}

/* The host's own errors come as tables, anything else as a reference: it may be the script's
 * object, and reading it is up to the script. */
static int report_value(lua_State *L) {
  report *request = lua_touserdata(L, 1);
  clua_runtime *runtime = clua_runtime_of(L);
  lua_pushvalue(request->thread, -1);
  lua_xmove(request->thread, L, 1);
  clua_nodes_clear(&runtime->arguments);
  clua_read(L, 2, &runtime->arguments, !is_host_error(L, 2));
  return 0;
}

static int read_reference_body(lua_State *L) {
  int64_t *reference = lua_touserdata(L, 1);
  clua_runtime *runtime = clua_runtime_of(L);
  clua_nodes_clear(&runtime->arguments);
  clua_dereference(L, *reference);
  clua_read(L, -1, &runtime->arguments, false);
  return 0;
}

bool clua_read_reference(clua_runtime *runtime, int64_t reference) {
  return clua_protect(runtime, read_reference_body, &reference) == LUA_OK;
}

/* ---- resume --------------------------------------------------------------------------------- */

static lua_State *find_thread(clua_runtime *runtime, int64_t reference) {
  lua_State *L = runtime->main;
  if (!lua_checkstack(L, 4)) return NULL;
  clua_dereference(L, reference);
  lua_State *thread = lua_tothread(L, -1);
  lua_pop(L, 1); /* the reference keeps it alive */
  return thread;
}

/* A value that cannot be read leaves the message as it is. */
static bool read_error_value(clua_runtime *runtime, report *request) {
  char *message = runtime->message;
  runtime->message = NULL;
  bool read = clua_protect(runtime, report_value, request) == LUA_OK;
  clua_drop_text(&runtime->message);
  runtime->message = message;
  return read;
}

static clua_step fail(clua_runtime *runtime, lua_State *thread) {
  report request = {thread, -1, 0};
  clua_set_text(&runtime->message, "", 0);
  clua_set_text(&runtime->position, "", 0);
  clua_set_text(&runtime->traceback, "", 0);
  clua_nodes_clear(&runtime->arguments);
  lua_State *running = runtime->running;
  runtime->running = runtime->main; /* a __tostring that never ends can be interrupted */
  clua_arm(runtime, runtime->main);
  clua_protect(runtime, runtime->body_failed ? recall_place : report_place, &request);
  /* The message first: a __tostring may call the host, which reads into the same nodes. */
  clua_protect(runtime, report_message, &request);
  if (!read_error_value(runtime, &request)) clua_nodes_clear(&runtime->arguments);
  runtime->running = running;
  return CLUA_FAILED;
}

static clua_step finish(clua_runtime *runtime, lua_State *thread, int results) {
  report request = {thread, results, 0};
  if (clua_protect(runtime, report_results, &request) == LUA_OK) return CLUA_FINISHED;
  clua_nodes_clear(&runtime->arguments);
  return CLUA_FAILED;
}

static bool waits_for_host(lua_State *thread, int status, int results) {
  return status == LUA_YIELD && results == 1 &&
         lua_touserdata(thread, -1) == &clua_suspend_key;
}

/* Host calls of <close> variables must not take the place of the error, nor collect it. */
static void reset_keeping_result(clua_runtime *runtime, lua_State *thread) {
  clua_nodes result = runtime->arguments;
  memset(&runtime->arguments, 0, sizeof runtime->arguments);
  bool kept = lua_gettop(thread) > 0 && lua_checkstack(thread, 1) && lua_checkstack(runtime->main, 1);
  if (kept) {
    lua_pushvalue(thread, -1);
    lua_xmove(thread, runtime->main, 1);
  }
  clua_reset(thread, runtime->main);
  if (kept) lua_pop(runtime->main, 1);
  clua_nodes_free(&runtime->arguments);
  runtime->arguments = result;
}

static clua_step settle(clua_runtime *runtime, lua_State *thread, int status, int results) {
  if (waits_for_host(thread, status, results)) {
    lua_pop(thread, 1);
    clua_mark_waiting(thread, true); /* its own tasks know it by coroutine.running */
    return CLUA_SUSPENDED;
  }
  if (!runtime->body_failed) note_overflow(thread, status);
  if (clua_stopped(runtime)) {
    report request = {thread, -1, 0};
    if (!runtime->place_noted) clua_protect(runtime, report_place, &request);
    clua_reset(thread, runtime->main);
    return CLUA_STOPPED;
  }
  if (status == LUA_OK && !runtime->body_failed) return finish(runtime, thread, results);
  clua_step step = fail(runtime, thread);
  if (runtime->body_failed)
    lua_settop(thread, 0); /* or it would look like a coroutine that has not begun */
  else
    reset_keeping_result(runtime, thread);
  return clua_stopped(runtime) ? CLUA_STOPPED : step;
}

/* `place_noted` of a stop that is to be told already: tracebacks cost more than all the rest. */
static clua_step resume(clua_runtime *runtime, int64_t reference, bool place_noted) {
  lua_State *thread = find_thread(runtime, reference);
  if (thread == NULL) return CLUA_FAILED;
  clua_runtime *before = clua_enter(runtime);
  runtime->base = thread;
  runtime->base_reference = reference;
  runtime->body_failed = false;
  runtime->running = thread;
  runtime->stack_base = __builtin_frame_address(0);
  clua_mark_waiting(thread, false);
  runtime->place_noted = place_noted;
  int results = 0;
  int arguments = lua_status(thread) == LUA_YIELD ? 0 : lua_gettop(thread) - 1;
  clua_arm(runtime, thread);
  int status = lua_resume(thread, runtime->main, arguments, &results);
  clua_step step = settle(runtime, thread, status, results);
  runtime->running = NULL;
  runtime->base = NULL;
  clua_enter(before);
  return step;
}

clua_step clua_resume(clua_runtime *runtime, int64_t reference) {
  return resume(runtime, reference, false);
}

void clua_close_thread(clua_runtime *runtime, int64_t reference) {
  lua_State *thread = find_thread(runtime, reference);
  if (thread == NULL) return;
  if (clua_stopped(runtime) && clua_is_waiting(thread)) {
    resume(runtime, reference, true); /* into the stop: closes the coroutines inside it as well */
    return;
  }
  clua_runtime *before = clua_enter(runtime);
  runtime->base = thread;
  runtime->base_reference = reference;
  runtime->stack_base = __builtin_frame_address(0);
  clua_mark_waiting(thread, false);
  clua_reset(thread, runtime->main);
  runtime->base = NULL;
  clua_enter(before);
}

const clua_node *clua_result(const clua_runtime *runtime, uint32_t *count) {
  *count = runtime->arguments.count;
  return runtime->arguments.items;
}

static const char *text_or_empty(const char *text) { return text ? text : ""; }

const char *clua_message(const clua_runtime *runtime) { return text_or_empty(runtime->message); }
const char *clua_position(const clua_runtime *runtime) { return text_or_empty(runtime->position); }
const char *clua_traceback(const clua_runtime *runtime) {
  return text_or_empty(runtime->traceback);
}
