/*
 * CLua.h - Lua 5.4 as plain data: what Swift may see of the interpreter.
 *
 * Lua raises errors with longjmp, and a jump over a Swift frame leaks its objects and breaks
 * exclusivity checking. So Swift never holds a lua_State. Values cross as arrays of clua_node,
 * host functions answer with a verdict, and every raise, yield and call into Lua happens here,
 * below one lua_pcall, when no Swift frame is in between.
 *
 * None of the functions in this header raises. None may be called from inside a host function
 * except the clua_reply_* family, clua_stop and clua_release; the function of a library may also
 * define things. A runtime belongs to one thread; clua_interrupt alone may be called from any.
 */
#ifndef CLUA_H
#define CLUA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct clua_runtime clua_runtime;
typedef struct clua_coverage clua_coverage;
typedef struct clua_catalog clua_catalog;
typedef struct clua_pool clua_pool;

/* Swift sees each of these as an enum it can switch over. */
#define CLUA_CLOSED __attribute__((enum_extensibility(closed)))

/* ---- values ------------------------------------------------------------------------------ */

typedef enum CLUA_CLOSED clua_kind : uint8_t {
  CLUA_NIL,
  CLUA_NULL,      /* sso.null: JSON's null, which is not nil */
  CLUA_BOOLEAN,   /* integer is 0 or 1 */
  CLUA_INTEGER,
  CLUA_NUMBER,
  CLUA_STRING,    /* bytes, length */
  CLUA_TABLE,     /* count list items follow, then length pairs of key and value */
  CLUA_REFERENCE, /* a function, coroutine, table or foreign userdata kept alive by `integer`;
                     `length` is where it is, so that two nodes of one value are known */
  CLUA_OBJECT,    /* a host object: class `count`, handle `integer` */
} clua_kind;

/* What a table is besides a table. */
typedef enum CLUA_CLOSED clua_tag : uint8_t {
  CLUA_PLAIN,
  CLUA_LIST,    /* stays a list when empty */
  CLUA_ERROR,   /* carries the locked metatable of the host's errors */
  CLUA_HEADERS, /* finds its fields by their names in any case; is read as CLUA_PLAIN */
} clua_tag;

/* The Lua type behind a reference. */
typedef enum CLUA_CLOSED clua_type : uint8_t {
  CLUA_TYPE_FUNCTION,
  CLUA_TYPE_THREAD,
  CLUA_TYPE_TABLE,
  CLUA_TYPE_USERDATA,
} clua_type;

/*
 * One value, or the head of one: a table's contents follow it in pre-order.
 * `bytes` belongs to Lua and lives until the host function returns or the next call on the
 * runtime; copy what is to be kept.
 */
typedef struct clua_node {
  clua_kind kind;
  uint8_t tag;    /* clua_tag of a table, clua_type of a reference */
  uint32_t count;
  union {
    int64_t integer;
    double number;
    const uint8_t *bytes;
  };
  size_t length;
} clua_node;

/* ---- host functions ---------------------------------------------------------------------- */

typedef enum CLUA_CLOSED clua_verdict : uint8_t {
  CLUA_RETURN,  /* the reply holds the results */
  CLUA_RAISE,   /* the reply holds one value: the error; a function bound as safe returns nil, err */
  CLUA_MISUSE,  /* the reply holds one value: an error that is raised in both worlds */
  CLUA_SUSPEND, /* the answer comes later, with clua_answer */
} clua_verdict;

typedef struct clua_call {
  uint32_t function; /* what clua_define_catalog counts */
  uint32_t count;    /* arguments, not nodes */
  bool can_suspend;  /* whether Lua could yield here */
  bool has_released; /* whether clua_next_released has something */
  const clua_node *arguments;
} clua_call;

/* Answers one call. Runs on the runtime's thread; must not touch the runtime but to reply. */
typedef clua_verdict (*clua_host)(void *context, const clua_call *call);

enum clua_flags {
  CLUA_SUSPENDS = 1,   /* refused where Lua cannot yield; others are when they answer CLUA_SUSPEND */
  CLUA_SAFE = 2,       /* bound in the world that returns nil, err */
  CLUA_OPAQUE = 4,     /* tables arrive as references, so that they keep their identity */
  CLUA_STRINGIFY = 8,  /* arguments arrive as tostring() gives them */
  CLUA_RAISES = 32,    /* raises in both worlds */
  CLUA_FORMAT = 16,    /* the arguments arrive as one: what string.format makes of them */
  CLUA_NUMERALS = 256, /* numbers arrive as the strings that tostring() gives */
  CLUA_UPDATES = 512,  /* a last result that is a table goes into the fields of the first argument */
};

/* Nodes of one value that crosses the border, at most. */
enum { CLUA_PARTS_LIMIT = 1 << 20 };

/* The reply of the running host function, or of a suspended one. Out of memory is remembered and
 * raised as "not enough memory" when the reply is pushed. */
void clua_reply_clear(clua_runtime *runtime);
void clua_reply_scalar(clua_runtime *runtime, clua_kind kind, int64_t integer);
void clua_reply_number(clua_runtime *runtime, double number);
void clua_reply_string(clua_runtime *runtime, const uint8_t *bytes, size_t length);
/* Opens a table: `items` values and then `pairs` keys and values are to follow. */
void clua_reply_table(clua_runtime *runtime, clua_tag tag, uint32_t items, size_t pairs);
void clua_reply_reference(clua_runtime *runtime, int64_t reference);
/* Opens an object; one value follows: the table of its properties, or nil. */
void clua_reply_object(clua_runtime *runtime, uint32_t class_id, int64_t handle);

/* ---- life -------------------------------------------------------------------------------- */

typedef struct clua_options {
  clua_host host;
  void *context;
  size_t memory_limit;        /* bytes on top of the libraries; passing it sets the stop; 0: none */
  uint64_t instruction_limit; /* 0: none, and no hook, which doubles the speed of tight loops */
  void (*ceiling)(void);      /* called when memory cannot go on; must not return */
  void (*stopping)(void);     /* called when a stop is set, from any thread; only what may be done in
                                 a signal handler; NULL: nobody asks */
  bool is_seeded;             /* math.random and the order of `pairs` and `next` come from `seed` */
  uint64_t seed;
  clua_coverage *coverage;    /* lines of files are counted there; NULL: they are not, and no hook */
  clua_pool *pool;            /* opened there if one like it was opened before; NULL: opened anew */
} clua_options;

/* Makes a runtime with the closed libraries. NULL: out of memory. Owned by the caller. */
clua_runtime *clua_create(const clua_options *options);
/* Ends it; every reference and handle dies with it. No script code runs. */
void clua_destroy(clua_runtime *runtime);
/* Puts host functions, constants and modules in place. NULL, or what went wrong. */
const char *clua_open(clua_runtime *runtime);
/* "Lua 5.4.4": the release of the library that is really loaded. */
const char *clua_release_name(void);

/* Functions, classes and constants described once, to be bound in any number of runtimes. NULL: out of
 * memory. */
clua_catalog *clua_catalog_create(void);
/* After every runtime that was given it. */
void clua_catalog_destroy(clua_catalog *catalog);
/*
 * Before a runtime is given it: says that there is a host function `name` in `container`, which is
 * "_G", a global library ("os"), "_G.NAME", a global table that still calls the function whose place
 * it takes, a module with submodules ("sso.time"), or a class. In a module the function is bound
 * twice: raising below "sso", returning nil, err below "sso.safe". In a class, a name that begins
 * with "__" is a metamethod. `shown` is its name in messages. False: out of memory.
 */
bool clua_catalog_add(clua_catalog *catalog, const char *container, const char *name,
                      const char *shown, unsigned flags);
/* Moves the classes and constants, none of them an object, that a runtime was described with into a
 * catalog that has none. */
void clua_catalog_take(clua_catalog *catalog, clua_runtime *runtime);
/* Before clua_open: binds what is in a catalog, whose functions are called by numbers from `first` on.
 * Returns the number of its first class; the others follow. */
uint32_t clua_define_catalog(clua_runtime *runtime, const clua_catalog *catalog, uint32_t first);
/* Before clua_open: the value last replied becomes the constant `name` in `container`. One in "_G" is the
 * script's own: a pool does not keep it. */
void clua_define_constant(clua_runtime *runtime, const char *container, const char *name);
/* Before clua_open: a class of objects, methods defined with its name as container. */
uint32_t clua_define_class(clua_runtime *runtime, const char *name);
/*
 * Before clua_open: the first `require` of `module`, or of a part of it such as "sso.safe", calls
 * `function`, which describes the rest with clua_define_catalog and its like. Most of what a host
 * offers is then never built for a script that does not ask for it.
 */
void clua_define_library(clua_runtime *runtime, const char *module, uint32_t function);
/* Before clua_open: `function` gives (source, chunk name) of a module, for `require`. */
void clua_define_loader(clua_runtime *runtime, uint32_t function);

/* Keeps interpreters that were opened and chunks that were compiled, for runtimes of any thread.
 * NULL: out of memory, or a sanitizer watches over memory. Owned by the caller. */
clua_pool *clua_pool_create(void);
/* After every runtime that was given it. */
void clua_pool_destroy(clua_pool *pool);

/* ---- running ----------------------------------------------------------------------------- */

typedef enum CLUA_CLOSED clua_step : uint8_t {
  CLUA_FINISHED,  /* the results are in clua_result */
  CLUA_SUSPENDED, /* a host function waits for clua_answer */
  CLUA_FAILED,    /* clua_result holds the error value; clua_message, clua_traceback the text */
  CLUA_STOPPED,   /* clua_stop_reason says why */
} clua_step;

/* Compiles text. Returns a reference to the function, or -1 with the message in clua_message. */
int64_t clua_load(clua_runtime *runtime, const uint8_t *source, size_t size, const char *name);
/* Makes a thread that will call `function` with the reply as arguments. -1: out of memory. */
int64_t clua_start(clua_runtime *runtime, int64_t function);
/* Says how the suspended thread goes on: with the reply as results, or as an error. */
void clua_answer(clua_runtime *runtime, clua_verdict verdict);
/* Says where another thread raised the error that the thread goes on with. */
void clua_raise_from(clua_runtime *runtime, const char *position, const char *traceback);
/* Whether some thread loads the module of this name. */
bool clua_is_loading(clua_runtime *runtime, const char *name);
/* Collects all garbage; also inside a host function. */
void clua_collect(clua_runtime *runtime);
/* Runs a thread until it finishes, fails, stops or waits. */
clua_step clua_resume(clua_runtime *runtime, int64_t thread);
/* Begins another run in a seeded runtime: the stream of math.random begins anew, and objects get the
 * numbers that follow those from before the first run (`table: #12`). No thread is running. */
void clua_begin_run(clua_runtime *runtime, uint64_t seed);
/* Runs the pending <close> variables of a thread that is not running, and ends it. */
void clua_close_thread(clua_runtime *runtime, int64_t thread);
/* What the last step left: values in pre-order. Valid until the next call on the runtime. */
const clua_node *clua_result(const clua_runtime *runtime, uint32_t *count);
/* The error as one text, bytes escaped; never NULL. */
const char *clua_message(const clua_runtime *runtime);
/* "flow.lua:3" of the innermost Lua frame, or "". */
const char *clua_position(const clua_runtime *runtime);
/* Frames of the failed thread, coroutines inside it first; never NULL. */
const char *clua_traceback(const clua_runtime *runtime);
/* Inside a host function: the line of the nearest frame from `*level` on, 1 being its caller, that is of
 * a file: neither of C nor of what `load` compiled. The file is copied to `file`, cut to `size`, and
 * `*level` set behind the frame; 0 where there is none. */
int clua_caller_line(clua_runtime *runtime, int *level, char *file, size_t size);
/* Reads what a reference stands for, a table by value, into clua_result. False: clua_message. */
bool clua_read_reference(clua_runtime *runtime, int64_t reference);
/* Gives a reference back; done when Lua is next entered. */
void clua_release(clua_runtime *runtime, int64_t reference);
/* Takes the handle of one collected object; false when there is none. */
bool clua_next_released(clua_runtime *runtime, uint32_t *class_id, int64_t *handle);

/* ---- coverage ---------------------------------------------------------------------------- */

/* Makes an empty one, owned by the caller, for runtimes of one thread. NULL: out of memory. */
clua_coverage *clua_coverage_create(void);
/* Ends it, after all runtimes that count in it. */
void clua_coverage_destroy(clua_coverage *coverage);
/* Says that what is compiled next, by clua_load or by `require`, is the file `path`. Chunks without
 * such a word before them are not covered. Also from inside the loader. */
void clua_expect_file(clua_runtime *runtime, const char *path);
/* The name of the file with this number, from 0; NULL behind the last one. */
const char *clua_coverage_path(const clua_coverage *coverage, size_t index);
/* How often each line of a file ran, from the first; -1: there is no code. Some of that kind may
 * follow the last line. Valid until a runtime runs again. */
const int64_t *clua_coverage_hits(const clua_coverage *coverage, size_t index, size_t *lines);

/* ---- stopping ---------------------------------------------------------------------------- */

typedef enum CLUA_CLOSED clua_stop_reason : uint8_t {
  CLUA_NOT_STOPPED,
  CLUA_INTERRUPTED,
  CLUA_TIME,
  CLUA_INSTRUCTIONS,
  CLUA_MEMORY,
  CLUA_DEPTH,
  CLUA_OUTPUT,
  CLUA_EXIT,
} clua_stop_reason;

/* Sets the sticky stop, from the runtime's own thread. The first reason stays. */
void clua_stop(clua_runtime *runtime, clua_stop_reason reason);
/* The same from any thread: breaks into a running script. */
void clua_interrupt(clua_runtime *runtime, clua_stop_reason reason);
clua_stop_reason clua_stopped(const clua_runtime *runtime);

/* For tests: the allocation after `after` others fails, and `count` - 1 that follow it. */
void clua_fail_allocations(clua_runtime *runtime, uint64_t after, uint64_t count);
/* For tests: how many allocations were made. */
uint64_t clua_allocations(const clua_runtime *runtime);

#endif
