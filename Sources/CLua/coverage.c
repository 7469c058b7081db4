/*
 * coverage.c - which lines of which files ran.
 *
 * Which lines hold code is read from what lua_dump writes, because functions inside a function can
 * be asked for theirs only once they exist, and those that never do are the point. The format is
 * that of Lua 5.4 as a whole (LUAC_VERSION); of another one nothing is said.
 *
 * Nothing here is allocated by Lua or raises: a script's memory and garbage stay as they are.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum {
  no_code = -1,
  dump_limit = 64 << 20,
  line_limit = 1 << 24,
  depth_limit = 200, /* LUAI_MAXCCALLS: the compiler nests no deeper */
  absolute_line = -128,
};

/* A file: of each line from 1 how often it ran, or `no_code`. */
typedef struct covered_file {
  char *path;
  int64_t *hits;
  size_t lines;
} covered_file;

struct clua_coverage {
  covered_file *files;
  size_t count;
  size_t capacity;
};

/* What the chunk names of one runtime stand for. */
struct clua_chunk {
  char *name;
  size_t file;
};

clua_coverage *clua_coverage_create(void) { return calloc(1, sizeof(clua_coverage)); }

void clua_coverage_destroy(clua_coverage *coverage) {
  if (coverage == NULL) return;
  for (size_t i = 0; i < coverage->count; i++) {
    free(coverage->files[i].path);
    free(coverage->files[i].hits);
  }
  free(coverage->files);
  free(coverage);
}

const char *clua_coverage_path(const clua_coverage *coverage, size_t index) {
  return index < coverage->count ? coverage->files[index].path : NULL;
}

const int64_t *clua_coverage_hits(const clua_coverage *coverage, size_t index, size_t *lines) {
  *lines = coverage->files[index].lines;
  return coverage->files[index].hits;
}

/* ---- the lines that hold code ---------------------------------------------------------------- */

/* A dump, written and then read from its start. */
typedef struct dump {
  unsigned char *bytes;
  size_t size;
  size_t capacity;
  size_t place;
  bool broken;
} dump;

static int write_dump(lua_State *L, const void *bytes, size_t size, void *context) {
  (void)L;
  dump *to = context;
  if (size > dump_limit - to->size) return 1;
  if (to->size + size > to->capacity) {
    size_t wanted = (to->size + size) * 2;
    unsigned char *moved = realloc(to->bytes, wanted);
    if (moved == NULL) return 1;
    to->bytes = moved;
    to->capacity = wanted;
  }
  if (size > 0) memcpy(to->bytes + to->size, bytes, size);
  to->size += size;
  return 0;
}

/* The next `size` bytes; NULL, and broken, where there are not so many. */
static const unsigned char *take(dump *from, size_t size) {
  if (from->broken || size > from->size - from->place) {
    from->broken = true;
    return NULL;
  }
  const unsigned char *bytes = from->bytes + from->place;
  from->place += size;
  return bytes;
}

static unsigned take_byte(dump *from) {
  const unsigned char *byte = take(from, 1);
  return byte ? *byte : 0;
}

/* Seven bits a byte, the highest first; the last byte has its top bit set. */
static size_t take_size(dump *from) {
  size_t number = 0;
  while (!from->broken && number <= dump_limit) {
    unsigned byte = take_byte(from);
    number = number << 7 | (byte & 0x7f);
    if (byte & 0x80) return number;
  }
  from->broken = true;
  return 0;
}

static void skip_items(dump *from, size_t size) { take(from, take_size(from) * size); }

static void skip_string(dump *from) {
  size_t size = take_size(from);
  if (size > 1) take(from, size - 1); /* 0 is none, 1 the empty one */
}

static void skip_constants(dump *from) {
  for (size_t count = take_size(from); count > 0 && !from->broken; count--) {
    unsigned type = take_byte(from);
    if ((type & 0x0f) == LUA_TSTRING) skip_string(from);
    if ((type & 0x0f) == LUA_TNUMBER) take(from, 8);
  }
}

static void skip_names(dump *from) {
  for (size_t count = take_size(from); count > 0 && !from->broken; count--) {
    skip_string(from);
    take_size(from);
    take_size(from);
  }
  for (size_t count = take_size(from); count > 0 && !from->broken; count--) skip_string(from);
}

static void mark(covered_file *file, size_t line) {
  if (line == 0 || line > line_limit) return;
  if (line > file->lines) {
    int64_t *moved = realloc(file->hits, line * 2 * sizeof *moved);
    if (moved == NULL) return;
    for (size_t i = file->lines; i < line * 2; i++) moved[i] = no_code;
    file->hits = moved;
    file->lines = line * 2;
  }
  file->hits[line - 1] = 0;
}

/* Marks the lines of one function's instructions, but that of the `return` that the compiler puts
 * behind everything, and that of the one before which no hook runs. */
static void mark_lines(dump *from, covered_file *file, size_t first_line, size_t first) {
  size_t count = take_size(from);
  const unsigned char *deltas = take(from, count);
  size_t absolutes = take_size(from);
  size_t pc = 0;
  size_t line = first_line;
  for (; deltas && absolutes > 0 && !from->broken; absolutes--) {
    size_t at = take_size(from);
    size_t there = take_size(from);
    for (; pc < at && pc + 1 < count; pc++) {
      line += (size_t)(ptrdiff_t)(signed char)deltas[pc];
      if (pc >= first) mark(file, line);
    }
    if (pc != at || (signed char)deltas[pc] != absolute_line) continue;
    line = there;
    if (pc >= first && pc + 1 < count) mark(file, line);
    pc++;
  }
  for (; deltas && !from->broken && pc + 1 < count; pc++) {
    line += (size_t)(ptrdiff_t)(signed char)deltas[pc];
    if (pc >= first) mark(file, line);
  }
}

static void read_function(dump *from, covered_file *file, unsigned depth) {
  if (depth > depth_limit) from->broken = true;
  skip_string(from); /* the source */
  size_t first_line = take_size(from);
  take_size(from); /* the last line */
  take_byte(from); /* parameters */
  bool is_vararg = take_byte(from) != 0;
  take_byte(from); /* registers */
  skip_items(from, 4);
  skip_constants(from);
  skip_items(from, 3); /* upvalues */
  for (size_t count = take_size(from); count > 0 && !from->broken; count--)
    read_function(from, file, depth + 1);
  mark_lines(from, file, first_line, is_vararg ? 1 : 0);
  skip_names(from);
}

/* Finds the lines of the function on top of the stack. [-0,+0] Never raises. */
static void find_lines(lua_State *L, covered_file *file) {
  static const unsigned char header[] = LUA_SIGNATURE "\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08";
  dump written = {0};
  if (lua_dump(L, write_dump, &written, 0) == 0) {
    const unsigned char *start = take(&written, sizeof header - 1);
    take(&written, 8 + 8 + 1); /* a number of each kind, upvalues */
    if (start && memcmp(start, header, sizeof header - 1) == 0) read_function(&written, file, 0);
  }
  free(written.bytes);
}

/* ---- files and chunks ------------------------------------------------------------------------ */

static bool find_file(const clua_coverage *coverage, const char *path, size_t *index) {
  for (*index = 0; *index < coverage->count; ++*index)
    if (strcmp(coverage->files[*index].path, path) == 0) return true;
  return false;
}

static bool find_chunk(const clua_runtime *runtime, const char *name, size_t *index) {
  for (*index = 0; *index < runtime->chunk_count; ++*index)
    if (strcmp(runtime->chunks[*index].name, name) == 0) return true;
  return false;
}

/* The number of the file `path`, which takes the text over; false: out of memory. */
static bool add_file(lua_State *L, clua_coverage *coverage, char *path, size_t *index) {
  if (find_file(coverage, path, index)) {
    free(path);
    return true;
  }
  if (!clua_grow((void **)&coverage->files, sizeof *coverage->files, coverage->count,
                 &coverage->capacity)) {
    free(path);
    return false;
  }
  covered_file *file = &coverage->files[coverage->count++];
  memset(file, 0, sizeof *file);
  file->path = path;
  find_lines(L, file);
  return true;
}

void clua_expect_file(clua_runtime *runtime, const char *path) {
  if (runtime->options.coverage == NULL) return;
  free(runtime->expected_file);
  runtime->expected_file = strdup(path);
}

void clua_forget_file(clua_runtime *runtime) {
  free(runtime->expected_file);
  runtime->expected_file = NULL;
}

void clua_cover(lua_State *L, const char *name) {
  clua_runtime *runtime = clua_runtime_of(L);
  char *path = runtime->expected_file;
  runtime->expected_file = NULL;
  size_t file, chunk;
  if (path == NULL || !add_file(L, runtime->options.coverage, path, &file)) return;
  if (find_chunk(runtime, name, &chunk)) {
    runtime->chunks[chunk].file = file;
    return;
  }
  if (!clua_grow((void **)&runtime->chunks, sizeof *runtime->chunks, runtime->chunk_count,
                 &runtime->chunk_capacity))
    return;
  char *copy = strdup(name);
  if (copy) runtime->chunks[runtime->chunk_count++] = (clua_chunk){copy, file};
}

void clua_forget_chunks(clua_runtime *runtime) {
  for (size_t i = 0; i < runtime->chunk_count; i++) free(runtime->chunks[i].name);
  free(runtime->chunks);
  clua_forget_file(runtime);
}

void clua_note_line(lua_State *L, lua_Debug *debug) {
  clua_runtime *runtime = clua_runtime_of(L);
  lua_getinfo(L, "S", debug);
  size_t chunk = runtime->last_chunk;
  bool is_same =
      chunk < runtime->chunk_count && strcmp(runtime->chunks[chunk].name, debug->source) == 0;
  if (!is_same && !find_chunk(runtime, debug->source, &chunk)) return;
  runtime->last_chunk = chunk;
  covered_file *file = &runtime->options.coverage->files[runtime->chunks[chunk].file];
  size_t line = (size_t)debug->currentline;
  if (line == 0 || line > file->lines || file->hits[line - 1] == no_code) return;
  file->hits[line - 1]++;
}
