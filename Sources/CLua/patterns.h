/*
 * patterns.h - a matcher for Lua 5.4 patterns that counts its steps.
 *
 * Knows: the pattern language, byte for byte as Lua 5.4.4 reads it in the C locale.
 * Does not know: find, match, gmatch, gsub (search.c); what a step costs (clua_spend).
 *
 * Ownership: a matcher owns nothing. It borrows the bytes of a subject and of a pattern, which
 * its user keeps alive (on the stack or as upvalues); so an error may jump over it at any time.
 */
#ifndef CLUA_PATTERNS_H
#define CLUA_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

#include "internal.h"

enum {
  CLUA_CAPTURES = 32,   /* the most captures of one pattern */
  CLUA_MATCH_DEPTH = 200,     /* the deepest recursion of one match */
  CLUA_CREDIT = 1024,   /* steps between two calls of clua_spend */
  CLUA_OPEN = -1,       /* length of a capture without its end */
  CLUA_POSITION = -2    /* length of a capture that is a position */
};

typedef struct clua_capture {
  const char *start;
  ptrdiff_t length; /* bytes, or CLUA_OPEN, or CLUA_POSITION */
} clua_capture;

typedef struct clua_matcher {
  lua_State *L;
  const char *subject;
  const char *subject_end;
  const char *pattern_end;
  unsigned credit; /* steps left until the next clua_spend */
  int depth;       /* levels of recursion left */
  int level;       /* captures begun */
  clua_capture captures[CLUA_CAPTURES];
} clua_matcher;

/* Sets up a matcher on borrowed bytes. Stack [-0, +0]. Never raises. */
void clua_matcher_init(clua_matcher *m, lua_State *L, const char *subject, size_t subject_size,
                       const char *pattern_end);

/*
 * Matches the pattern from `p` at exactly `s` and fills the captures.
 * Returns: the end of the match inside the subject, or NULL.
 * Stack [-0, +0]. May raise (malformed pattern, too complex, stop). Never yields.
 */
const char *clua_matcher_run(clua_matcher *m, const char *s, const char *p);

/*
 * The first place at or after `s` where the pattern from `p` can begin: skips, with memchr, what
 * its first byte rules out. Returns: a place, or NULL if no match can begin.
 * Stack [-0, +0]. May raise (stop). Never yields.
 */
const char *clua_matcher_seek(clua_matcher *m, const char *s, const char *p);

/* Charges the steps not yet charged, if they are worth it. Stack [-0, +0]. May raise (stop). */
void clua_matcher_settle(clua_matcher *m);

/*
 * Finds capture `index` (from 0) of the match [`start`, `end`); capture 0 of a pattern without
 * captures is the whole match. Stores its first byte in `*bytes`.
 * Returns: its length, or CLUA_POSITION: then the position has been pushed instead.
 * Stack [-0, +0 or +1]. May raise (unfinished capture, bad index). Never yields.
 */
ptrdiff_t clua_matcher_capture(clua_matcher *m, int index, const char *start, const char *end,
                               const char **bytes);

/*
 * Pushes all captures; with none, the whole match, unless `start` is NULL.
 * Returns: how many. Stack [-0, +result]. May raise (unfinished capture, memory). Never yields.
 */
int clua_matcher_push(clua_matcher *m, const char *start, const char *end);

/* Whether a pattern has no magic, so that it can be searched as plain bytes. Never raises. */
bool clua_pattern_is_plain(const char *pattern, size_t size);

#endif
