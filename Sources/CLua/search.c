/*
 * search.c - string.find, match, gmatch and gsub.
 *
 * Knows: arguments, results and error texts of Lua 5.4.4. Does not know: patterns (patterns.c).
 *
 * Every function: may raise (bad arguments, malformed pattern, stop, memory). None yields, and a
 * gsub callback cannot yield either. Subjects and patterns stay on the stack, or in upvalues, as
 * long as pointers into them are used.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include <string.h>

#include "libraries.h"
#include "patterns.h"

/* --- find and match --------------------------------------------------------------------------- */

/* The offset (from 0) that the argument `init` at `arg` names in a string of `size` bytes; above
   `size` if it lies behind the end. Stack [-0, +0]. May raise (no integer). */
static size_t initial_offset(lua_State *L, int arg, size_t size) {
  lua_Integer init = luaL_optinteger(L, arg, 1);
  if (init > 0) return (size_t)init - 1;
  if (init == 0 || init < -(lua_Integer)size) return 0;
  return size - (size_t)-init;
}

/*
 * Finds `needle` in `text`, in slices, so that a long search is charged on the way. memmem takes
 * linear time, whatever the bytes. Returns: the first place, or NULL.
 * Stack [-0, +0]. May raise (stop).
 */
static const char *find_bytes(lua_State *L, const char *text, size_t size, const char *needle,
                              size_t length) {
  size_t slice = length > 65536 ? length : 65536; /* places to try at once */
  while (size >= length) {
    size_t window = size - length < slice ? size : slice + length - 1;
    const char *place = memmem(text, window, needle, length);
    clua_spend_bytes(L, place != NULL ? (size_t)(place - text) + length : window);
    if (place != NULL || window == size) return place;
    text += slice;
    size -= slice;
  }
  return NULL;
}

/* The results of find for a match without captures. Stack [-0, +2]. Never raises. */
static int push_place(lua_State *L, const char *text, const char *start, size_t length) {
  lua_pushinteger(L, start - text + 1);
  lua_pushinteger(L, start - text + (lua_Integer)length);
  return 2;
}

/* The first match of the pattern at or after `s`. Stores its end in `*end`.
   Returns: its start, or NULL. Stack [-0, +0]. May raise (malformed pattern, stop). */
static const char *first_match(clua_matcher *m, const char *s, const char *p, const char **end) {
  if (*p == '^') {
    *end = clua_matcher_run(m, s, p + 1);
    return *end != NULL ? s : NULL;
  }
  while ((s = clua_matcher_seek(m, s, p)) != NULL) {
    *end = clua_matcher_run(m, s, p);
    if (*end != NULL) return s;
    if (s++ == m->subject_end) return NULL;
  }
  return NULL;
}

/* find (with places) and match (without) by pattern. Stack [-0, +result]. May raise. */
static int search(lua_State *L, bool places) {
  size_t size, pattern_size;
  const char *text = luaL_checklstring(L, 1, &size);
  const char *pattern = luaL_checklstring(L, 2, &pattern_size);
  size_t init = initial_offset(L, 3, size);
  if (init > size) {
    luaL_pushfail(L);
    return 1;
  }
  if (places && (lua_toboolean(L, 4) || clua_pattern_is_plain(pattern, pattern_size))) {
    clua_spend_bytes(L, pattern_size);
    const char *place = find_bytes(L, text + init, size - init, pattern, pattern_size);
    if (place != NULL) return push_place(L, text, place, pattern_size);
    luaL_pushfail(L);
    return 1;
  }
  clua_matcher m;
  clua_matcher_init(&m, L, text, size, pattern + pattern_size);
  const char *end = NULL;
  const char *start = first_match(&m, text + init, pattern, &end);
  clua_matcher_settle(&m);
  if (start == NULL) {
    luaL_pushfail(L);
    return 1;
  }
  if (!places) return clua_matcher_push(&m, start, end);
  return push_place(L, text, start, (size_t)(end - start)) + clua_matcher_push(&m, NULL, NULL);
}

int clua_string_find(lua_State *L) { return search(L, true); }

int clua_string_match(lua_State *L) { return search(L, false); }

/* --- gmatch ------------------------------------------------------------------------------------ */

/* What an iterator of gmatch keeps, in a userdata: upvalue 3; 1 and 2 keep subject and pattern. */
typedef struct iteration {
  clua_matcher matcher;
  const char *next;    /* where to look */
  const char *pattern;
  const char *last;    /* end of the last match: no empty match there */
} iteration;

/* The iterator of gmatch: captures of the next match. Stack [-0, +result]. May raise. */
static int next_match(lua_State *L) {
  iteration *it = lua_touserdata(L, lua_upvalueindex(3));
  clua_matcher *m = &it->matcher;
  m->L = L; /* may be another coroutine than last time */
  const char *s = it->next;
  while (s != NULL && s <= m->subject_end) {
    s = clua_matcher_seek(m, s, it->pattern);
    if (s == NULL) break;
    const char *end = clua_matcher_run(m, s, it->pattern);
    if (end != NULL && end != it->last) {
      it->next = it->last = end;
      return clua_matcher_push(m, s, end);
    }
    s++;
  }
  it->next = NULL;
  return 0;
}

int clua_string_gmatch(lua_State *L) {
  size_t size, pattern_size;
  const char *text = luaL_checklstring(L, 1, &size);
  const char *pattern = luaL_checklstring(L, 2, &pattern_size);
  size_t init = initial_offset(L, 3, size);
  lua_settop(L, 2);
  iteration *it = lua_newuserdatauv(L, sizeof *it, 0);
  clua_matcher_init(&it->matcher, L, text, size, pattern + pattern_size);
  it->next = init > size ? NULL : text + init;
  it->pattern = pattern;
  it->last = NULL;
  lua_pushcclosure(L, next_match, 3);
  return 1;
}

/* --- gsub -------------------------------------------------------------------------------------- */

/* One run of gsub. Arguments: 1 subject, 2 pattern, 3 replacement. */
typedef struct substitution {
  clua_matcher matcher;
  luaL_Buffer output;
  size_t limit;            /* the longest result */
  const char *pending;     /* from here on the subject has not been copied */
  int kind;                /* of the replacement: a LUA_T… */
  const char *replacement; /* its bytes, if it is a string */
  size_t replacement_size;
  bool changed;
} substitution;

/* Adds bytes to the output. Stack: as luaL_addlstring. May raise (too large, memory). */
static void append(substitution *g, const char *bytes, size_t size) {
  if (size > g->limit || luaL_bufflen(&g->output) > g->limit - size)
    clua_raise_too_large(g->matcher.L);
  luaL_addlstring(&g->output, bytes, size);
}

/* Adds the string or number on top to the output. Stack [-1, +0], and as luaL_addvalue. */
static void append_value(substitution *g) {
  size_t size;
  lua_tolstring(g->matcher.L, -1, &size);
  if (size > g->limit || luaL_bufflen(&g->output) > g->limit - size)
    clua_raise_too_large(g->matcher.L);
  luaL_addvalue(&g->output);
}

/* Adds what `%letter` in a replacement stands for. Stack: as append. May raise (bad `%`). */
static void append_capture(substitution *g, char letter, const char *start, const char *end) {
  if (letter == '%') {
    append(g, "%", 1);
  } else if (letter == '0') {
    append(g, start, (size_t)(end - start));
  } else if ('1' <= letter && letter <= '9') {
    const char *bytes;
    ptrdiff_t size = clua_matcher_capture(&g->matcher, letter - '1', start, end, &bytes);
    if (size == CLUA_POSITION) append_value(g);
    else append(g, bytes, (size_t)size);
  } else {
    luaL_error(g->matcher.L, "invalid use of '%%' in replacement string");
  }
}

/* Adds the replacement string for the match [`start`, `end`). Stack: as append. May raise. */
static void append_template(substitution *g, const char *start, const char *end) {
  const char *p = g->replacement;
  const char *stop = p + g->replacement_size;
  const char *percent;
  while ((percent = memchr(p, '%', (size_t)(stop - p))) != NULL) {
    append(g, p, (size_t)(percent - p));
    append_capture(g, percent[1], start, end); /* behind the last byte is a zero */
    p = percent + 2;
  }
  append(g, p, (size_t)(stop - p));
}

/* Asks the replacement function or table about a match. Pushes its answer and returns true;
   or pushes nothing and returns false if the match is to stay. May raise, runs script code. */
static bool ask_replacement(substitution *g, const char *start, const char *end) {
  lua_State *L = g->matcher.L;
  if (g->kind == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    int count = clua_matcher_push(&g->matcher, start, end);
    lua_call(L, count, 1);
  } else {
    const char *bytes;
    ptrdiff_t size = clua_matcher_capture(&g->matcher, 0, start, end, &bytes);
    if (size != CLUA_POSITION) lua_pushlstring(L, bytes, (size_t)size);
    lua_gettable(L, 3);
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    return false;
  }
  if (!lua_isstring(L, -1))
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  return true;
}

/* Puts the replacement of the match [`start`, `end`) into the output, after the text before it.
   Stack: as append. May raise, may run script code. */
static void replace(substitution *g, const char *start, const char *end) {
  append(g, g->pending, (size_t)(start - g->pending));
  g->pending = start;
  if (g->kind == LUA_TFUNCTION || g->kind == LUA_TTABLE) {
    if (!ask_replacement(g, start, end)) return; /* stays: copied with the text behind it */
    append_value(g);
  } else {
    append_template(g, start, end);
  }
  g->pending = end;
  g->changed = true;
}

/* Replaces up to `most` matches from the start of the subject. Returns: how many it found.
   Stack: as append. May raise, may run script code. */
static lua_Integer replace_all(substitution *g, const char *p, lua_Integer most) {
  clua_matcher *m = &g->matcher;
  const char *s = m->subject;
  const char *last = NULL; /* end of the last match: no empty match there */
  bool anchored = *p == '^';
  if (anchored) p++;
  lua_Integer count = 0;
  while (count < most) {
    const char *from = anchored ? s : clua_matcher_seek(m, s, p);
    if (from == NULL) break;
    s = from;
    const char *end = clua_matcher_run(m, s, p);
    if (end != NULL && end != last) {
      count++;
      replace(g, s, end);
      s = last = end;
    } else if (s < m->subject_end) {
      s++;
    } else {
      break;
    }
    if (anchored) break;
  }
  return count;
}

int clua_string_gsub(lua_State *L) {
  size_t size, pattern_size;
  substitution g;
  const char *text = luaL_checklstring(L, 1, &size);
  const char *pattern = luaL_checklstring(L, 2, &pattern_size);
  g.kind = lua_type(L, 3);
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)size + 1);
  luaL_argexpected(L,
                   g.kind == LUA_TNUMBER || g.kind == LUA_TSTRING || g.kind == LUA_TFUNCTION ||
                     g.kind == LUA_TTABLE,
                   3, "string/function/table");
  g.replacement = lua_tolstring(L, 3, &g.replacement_size);
  g.limit = clua_string_limit(L);
  g.pending = text;
  g.changed = false;
  clua_matcher_init(&g.matcher, L, text, size, pattern + pattern_size);
  luaL_buffinit(L, &g.output);
  lua_Integer count = replace_all(&g, pattern, most);
  clua_matcher_settle(&g.matcher);
  if (g.changed) {
    append(&g, g.pending, (size_t)(g.matcher.subject_end - g.pending));
    luaL_pushresult(&g.output);
  } else {
    lua_pushvalue(L, 1);
  }
  lua_pushinteger(L, count);
  return 2;
}
