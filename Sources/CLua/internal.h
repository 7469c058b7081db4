/*
 * internal.h - what the parts of CLua share.
 *
 * Jumps: a function whose comment says "raises" may leave by longjmp, so no malloc'ed memory may
 * be owned by a local of its callers. Everything a runtime owns hangs on clua_runtime instead.
 */
#ifndef CLUA_INTERNAL_H
#define CLUA_INTERNAL_H

#include "CLua.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdatomic.h>

/* A growing array of nodes and the bytes they point to (as offsets until sealed). */
typedef struct clua_nodes {
  clua_node *items;
  uint32_t count;
  uint32_t capacity;
  char *bytes;
  size_t bytes_used;
  size_t bytes_capacity;
  bool failed;
  /* Whose argument is read, for errors; NULL for anything else. 0: its only argument. */
  const char *function;
  int argument;
} clua_nodes;

/* A growing array of 64-bit numbers. */
typedef struct clua_numbers {
  int64_t *items;
  size_t count;
  size_t capacity;
} clua_numbers;

/* Bytes that grow. */
typedef struct clua_bytes {
  char *items;
  size_t count;
  size_t capacity;
} clua_bytes;

/* A value that scripts find under a name. */
typedef struct clua_constant {
  char *container;
  char *name;
  clua_nodes value;
  bool is_bound;
} clua_constant;

/* A class of objects; its number is its place. */
typedef struct clua_class {
  const char *name;
  char *own; /* the same; NULL if it is a catalog's */
} clua_class;

/* One function of a catalog. */
typedef struct clua_entry {
  char *container;
  char *name;
  char *shown; /* in messages */
  unsigned flags;
} clua_entry;

/* A catalog in a runtime. */
typedef struct clua_placement {
  const clua_catalog *catalog;
  uint32_t first; /* what its first function is called by */
  uint32_t first_class;
  uint32_t bound; /* the first so many functions are in place */
  size_t constants_bound;
} clua_placement;

typedef struct clua_chunk clua_chunk;
typedef struct clua_arena clua_arena;
typedef struct clua_pooled clua_pooled;
typedef struct clua_compiled clua_compiled;

struct clua_runtime {
  lua_State *main; /* NULL until it is opened, where a pool may have one */
  clua_options options;

  lua_State *base;    /* the thread the host resumed; NULL while no script runs */
  int64_t base_reference;
  bool body_failed;   /* it raised an error; its <close> variables have run */
  lua_State *volatile running; /* the innermost coroutine, for the interrupt */
  unsigned unyieldable;        /* resumes under way from places that cannot yield */
  unsigned close_depth;        /* coroutine.close inside __close inside coroutine.close … */
  const char *stack_base;      /* the C frame of the host's last entry */

  clua_nodes arguments; /* of the running host call, or the last result */
  clua_nodes reply;
  clua_verdict answer;

  /* references: slot n of the table under &clua_references; freed slots wait in `released`. */
  clua_numbers released;
  clua_numbers free_slots;
  int64_t next_slot;
  int64_t next_id; /* `table: #12` */
  int64_t kept_ids; /* plus one: as many as there were when the first run began; 0: none has */
  clua_numbers collected; /* class and handle of objects whose userdata is gone, in turn */

  clua_constant *constants;
  size_t constant_count;
  size_t constant_capacity;
  clua_placement *placements;
  size_t placement_count;
  size_t placement_capacity;
  size_t placements_bound; /* the first so many are in place */
  clua_class *classes;
  size_t class_count;
  size_t class_capacity;
  size_t classes_open;
  char *library; /* the module whose first `require` describes the rest; NULL when it has */
  uint32_t library_function;
  uint32_t loader;
  bool has_loader;

  /* memory */
  clua_pooled *pooled; /* where it is taken from; NULL: malloc */
  size_t used;
  size_t base_use;
  bool memory_passed; /* the limit: garbage is to be collected before the script is stopped */
  uint64_t allocations;
  uint64_t fail_after;
  uint64_t fail_count;

  /* stopping */
  _Atomic int stop; /* clua_stop_reason */
  bool unwinding;   /* the stop was raised: only <close> variables run now */
  bool hook_yielded;
  unsigned grace;   /* polls left to <close> variables */
  uint64_t instructions;
  pthread_t owner;

  lua_State *caller; /* the thread whose host call is under way */
  char *message;
  char *position;
  char *traceback;
  bool place_noted; /* position and traceback are those of a raised stop */
  char *inner_traceback; /* of the coroutine that died of the error under &clua_inner */
  char *raised_position; /* of the error under &clua_raised, in the task that raised it first */
  char *raised_traceback;
  bool raises_again; /* what the host raises next is that error */

  /* coverage: which files the chunks are */
  char *expected_file; /* of the chunk that is compiled next; NULL: of none */
  clua_chunk *chunks;
  size_t chunk_count;
  size_t chunk_capacity;
  size_t last_chunk; /* whose line ran last */
};

/* Keys of the registry; the address is the key. */
extern char clua_references, clua_ids, clua_null_key, clua_suspend_key, clua_list_metatable,
    clua_error_metatable, clua_headers_metatable, clua_loaded, clua_format_function,
    clua_randomseed_function, clua_places, clua_raised, clua_inner;

/* ---- state.c */
void clua_free_constants(clua_constant *constants, size_t count);
void clua_free_classes(clua_class *classes, size_t count);
/* The runtime of a Lua thread. Never raises. */
clua_runtime *clua_runtime_of(lua_State *L);
/* Marks a coroutine as waiting for the host, or not; a marked one cannot be resumed or closed. */
void clua_mark_waiting(lua_State *L, bool waiting);
bool clua_is_waiting(lua_State *L);
/* Marks a thread as one that the host started: its outermost frame is ours. */
void clua_mark_task(lua_State *L);
bool clua_is_task(lua_State *L);
/* Runs `body` with `argument` as light userdata at index 1, protected, on the main thread.
 * Returns Lua's status, the error value popped into runtime->message. */
int clua_protect(clua_runtime *runtime, lua_CFunction body, void *argument);
/* Replaces *slot by a copy in which a zero byte is written as `\0`. Never raises. */
void clua_set_text(char **slot, const char *text, size_t length);
void clua_drop_text(char **slot);
/* Grows *items to hold one more. False: out of memory, nothing changed. */
bool clua_grow(void **items, size_t item_size, size_t count, size_t *capacity);
void clua_push_number(clua_numbers *numbers, int64_t number);
/* False: out of memory, nothing added. */
bool clua_add_bytes(clua_bytes *to, const void *items, size_t count);

/* Makes the interpreter's state. False: out of memory. */
bool clua_make_state(clua_runtime *runtime);
/* Tells the state whose it is. */
void clua_own_state(clua_runtime *runtime);

/* ---- arena.c; none of these raises */
clua_arena *clua_arena_create(void);
void clua_arena_destroy(clua_arena *arena);
/* As lua_Alloc: NULL and no size for a new block, no size to free one. NULL: out of memory. */
void *clua_arena_resize(clua_arena *arena, void *block, size_t old_size, size_t new_size);
/* Copies all that is in it away; once. False: it cannot. */
bool clua_arena_seal(clua_arena *arena);
/* Brings back what a seal copied away; what came later is gone. */
void clua_arena_restore(clua_arena *arena);

/* ---- pool.c; none of these raises */
/* Takes an interpreter that was opened as the runtime is described. False: none waits, and the one to
 * be made may be sealed. */
bool clua_pool_begin(clua_runtime *runtime);
/* Keeps the interpreter as it is now, for later runtimes. */
void clua_pool_seal(clua_runtime *runtime);
/* Gives the interpreter of a runtime that ends back. */
void clua_pool_give(clua_runtime *runtime);
clua_arena *clua_pool_arena(const clua_pooled *pooled);
/* As luaL_loadbufferx for text, which compiles nothing that was compiled before. */
int clua_compile(lua_State *L, const char *source, size_t size, const char *name);

/* ---- compiled.c; none of these raises */
clua_compiled *clua_compiled_create(void);
void clua_compiled_destroy(clua_compiled *all);
/* Pushes the chunk as a function. False, and nothing pushed: it is to be compiled in place. */
bool clua_compiled_load(clua_compiled *all, lua_State *L, const char *source, size_t size,
                        const char *name);

/* ---- open.c */
/* Whether a constant is the script's own. */
bool clua_is_own(const clua_constant *constant);

/* ---- stop.c */
/* Raises the pending stop, if one is set (limit, interrupt). Cheap: one atomic load. */
void clua_poll(lua_State *L);
/* Charges `steps` of native work against the instruction budget and polls. Raises. */
void clua_spend(lua_State *L, unsigned steps);
/* The largest string a library function may build: half the memory budget, at least 1 MiB. */
size_t clua_string_limit(lua_State *L);
/* Raises that a string would be larger. */
_Noreturn void clua_raise_too_large(lua_State *L);
/* Raises the stop that is set. */
_Noreturn void clua_raise_stop(lua_State *L);
/* Notes that the memory limit is passed: the script stops if garbage was not the reason. For the
 * allocator: only sets flags and the hook. */
void clua_note_memory(clua_runtime *runtime);
/* Whether so much of the C stack is in use that coroutines may no longer nest. Never raises. */
bool clua_is_deep(const clua_runtime *runtime);
/* Puts the hook on a thread if a stop is pending or instructions are counted. Never raises. */
void clua_arm(clua_runtime *runtime, lua_State *L);
/* Message handler: notices that Lua ran out of stack. Returns its argument. Never raises. */
int clua_note_overflow(lua_State *L);
/* Runs the pending <close> variables of `coroutine`, within the grace if the script is stopping.
 * Returns Lua's status with the error on top of `coroutine`. Never raises. */
int clua_reset(lua_State *coroutine, lua_State *from);
/* Says which runtime the interrupt of this thread breaks into; returns the one before. */
clua_runtime *clua_enter(clua_runtime *runtime);
/* Installs the signal that clua_interrupt sends, and lets the calling thread receive it. */
void clua_install_interrupt(void);

/* ---- catalog.c */
const clua_entry *clua_catalog_entries(const clua_catalog *catalog, uint32_t *count);
const clua_constant *clua_catalog_constants(const clua_catalog *catalog, size_t *count);
const clua_class *clua_catalog_classes(const clua_catalog *catalog, size_t *count);
/* No other catalog has or had it. */
uint64_t clua_catalog_number(const clua_catalog *catalog);

/* ---- coverage.c; none of these raises */
/* Takes the function on top of the stack, the chunk `name`, for the expected file, if one is. */
void clua_cover(lua_State *L, const char *name);
/* No file is expected any more: compiling failed. */
void clua_forget_file(clua_runtime *runtime);
void clua_forget_chunks(clua_runtime *runtime);
/* Counts the line that a hook was called for. */
void clua_note_line(lua_State *L, lua_Debug *debug);

/* ---- nodes.c */
/* Appends the value at `index` to `nodes`. `opaque`: tables as references. Raises. */
void clua_read(lua_State *L, int index, clua_nodes *nodes, bool opaque);
/* Pushes one value from the reply, starting at *cursor, and moves on. Raises. */
void clua_push(lua_State *L, const clua_nodes *nodes, uint32_t *cursor, bool safe);
/* Pushes the whole reply; returns how many values. Raises. */
int clua_push_reply(lua_State *L, clua_runtime *runtime, bool safe);
void clua_nodes_clear(clua_nodes *nodes);
void clua_nodes_free(clua_nodes *nodes);

/* ---- headers.c */
/* Pushes what lets a table find its fields by their names in any case. Raises. */
void clua_push_headers_metatable(lua_State *L);

/* ---- references.c */
/* Keeps the value at `index` alive. Raises. */
int64_t clua_reference(lua_State *L, int index);
/* Pushes what a reference stands for, or nil. Raises never once the stack has room. */
void clua_dereference(lua_State *L, int64_t reference);
/* Frees the slots that Swift has given back. Raises. */
void clua_free_released(lua_State *L);

/* ---- objects.c */
/* Creates both metatables of a class. [-0,+0] Raises. */
void clua_open_class(lua_State *L, uint32_t class_id, const char *name);
/* Pushes the table where `name` of a class belongs: its methods, or its metatable. */
void clua_push_members(lua_State *L, uint32_t class_id, const char *name, bool safe);
/* Pushes a new object whose properties are on top of the stack. [-1,+1] Raises. */
void clua_push_object(lua_State *L, uint32_t class_id, int64_t handle, bool safe);
/* Is the value at `index` one of our objects? Never raises. */
bool clua_to_object(lua_State *L, int index, uint32_t *class_id, int64_t *handle);

/* Where the flags of a host function name its class, if it is a method: class plus one. */
enum { CLUA_CLASS_SHIFT = 16 };

/* threads.c: keeps where a stop found the script: pcall takes the frames away. Raises. */
void clua_note_place(lua_State *L);
/* threads.c: keeps the traceback of a coroutine that died of the error on top of the stack. Raises. */
void clua_keep_inner_traceback(lua_State *L, lua_State *coroutine);
/* threads.c: keeps the error on top of the stack as the one of that traceback. [-0,+0] Raises. */
void clua_note_inner(lua_State *L);
/* threads.c: keeps the error on top of the stack as the one that the host raises; where another task
 * raised it is said already. [-0,+0] Raises. */
void clua_note_raised(lua_State *L);
/* base.c: whether a function is our pcall or xpcall. */
bool clua_is_pcall(lua_CFunction function);

/* ---- pairs.c */
/* Lets the globals at index 1 draw from a seed. [-0,+0] Raises. */
void clua_open_seeded(lua_State *L);
/* Begins the stream of math.random of a seeded runtime. [-0,+0] Raises. */
void clua_begin_random(lua_State *L, uint64_t seed);

/* ---- libraries */
int clua_open_base(lua_State *L);      /* base.c: fills the table at index 1 */
int clua_open_coroutine(lua_State *L); /* coroutines.c: pushes the library */
int clua_open_string(lua_State *L);    /* strings.c */
int clua_open_table(lua_State *L);     /* tables.c */
int clua_open_debug(lua_State *L);     /* traceback.c */
/* open.c: describes and builds the library that `module` is a part of, if it is still missing.
 * [-0,+0] Raises. */
void clua_open_library(lua_State *L, const char *module);
/* The function behind every host function. Upvalues: index and flags in one number, and name. */
int clua_host_call(lua_State *L);
/* Pushes a host function. [-0,+1] Raises. */
void clua_push_host_function(lua_State *L, uint32_t function, unsigned flags, const char *name);
/* The same with the name in an entry, which outlives the runtime. [-0,+1] Raises. */
void clua_push_entry(lua_State *L, uint32_t function, unsigned flags, const clua_entry *entry);

/* ---- text */
/* Like luaL_tolstring, but prints `table: #12` in place of addresses. [-0,+1] Raises. */
const char *clua_tolstring(lua_State *L, int index, size_t *length);
/* Pushes the frames of `thread` as text, at most 22 of them. [-0,+1] on L. Raises. */
void clua_begin_ids(lua_State *L); /* runs after the first give the same numbers again */
void clua_push_traceback(lua_State *L, lua_State *thread, int level);

#endif
