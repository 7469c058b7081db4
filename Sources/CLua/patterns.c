/*
 * patterns.c - a matcher for Lua 5.4 patterns that counts its steps.
 *
 * Written for this project: the stock matcher limits its recursion, not its steps, and hooks do
 * not see it, so `("a*"):rep(30)` may run for ever. This one reads the pattern as it goes, item by
 * item, as the stock one does, because scripts see that order: a malformed item is an error only
 * when the match reaches it.
 *
 * Recursion happens where the match may have to come back (captures, `?` `*` `+` `-`), at the same
 * places as in the stock matcher, so that "pattern too complex" strikes the same patterns.
 *
 * Unless its comment says more, a function here: Stack [-0, +0]. May raise (malformed pattern,
 * stop). Never yields. Owns nothing.
 */
#include "patterns.h"

#include <limits.h>
#include <string.h>

/* --- Bytes and classes: the C locale, whatever the process has set ------------------------- */

enum {
  UPPER = 1,
  LOWER = 2,
  DIGIT = 4,
  SPACE = 8,
  PUNCT = 16,
  CONTROL = 32,
  HEX = 64,
  MAGIC = 128, /* has a meaning in patterns */
  ZERO = 256
};

#define CZ (CONTROL | ZERO)
#define CT CONTROL
#define CS (CONTROL | SPACE)
#define SP SPACE
#define PU PUNCT
#define PM (PUNCT | MAGIC)
#define DI (DIGIT | HEX)
#define UH (UPPER | HEX)
#define UP UPPER
#define LH (LOWER | HEX)
#define LO LOWER

/* What each byte is. Bytes from 128 on are nothing. */
static const unsigned short kinds[256] = {
  CZ, CT, CT, CT, CT, CT, CT, CT, CT, CS, CS, CS, CS, CS, CT, CT, /* 00 */
  CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, /* 10 */
  SP, PU, PU, PU, PM, PM, PU, PU, PM, PU, PM, PM, PU, PM, PM, PU, /*  !"#$%&'()*+,-./ */
  DI, DI, DI, DI, DI, DI, DI, DI, DI, DI, PU, PU, PU, PU, PU, PM, /* 0123456789:;<=>? */
  PU, UH, UH, UH, UH, UH, UH, UP, UP, UP, UP, UP, UP, UP, UP, UP, /* @ABCDEFGHIJKLMNO */
  UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, PM, PU, PU, PM, PU, /* PQRSTUVWXYZ[\]^_ */
  PU, LH, LH, LH, LH, LH, LH, LO, LO, LO, LO, LO, LO, LO, LO, LO, /* `abcdefghijklmno */
  LO, LO, LO, LO, LO, LO, LO, LO, LO, LO, LO, PU, PU, PU, PU, CT, /* pqrstuvwxyz{|}~  */
};

/* The kinds each class letter stands for; a capital stands for all others. 0: no class. */
static const unsigned short classes[256] = {
  ['a'] = UPPER | LOWER,
  ['A'] = UPPER | LOWER,
  ['c'] = CONTROL,
  ['C'] = CONTROL,
  ['d'] = DIGIT,
  ['D'] = DIGIT,
  ['g'] = UPPER | LOWER | DIGIT | PUNCT,
  ['G'] = UPPER | LOWER | DIGIT | PUNCT,
  ['l'] = LOWER,
  ['L'] = LOWER,
  ['p'] = PUNCT,
  ['P'] = PUNCT,
  ['s'] = SPACE,
  ['S'] = SPACE,
  ['u'] = UPPER,
  ['U'] = UPPER,
  ['w'] = UPPER | LOWER | DIGIT,
  ['W'] = UPPER | LOWER | DIGIT,
  ['x'] = HEX,
  ['X'] = HEX,
  ['z'] = ZERO, /* left out of the manual since 5.2, and still there */
  ['Z'] = ZERO,
};

/* Whether `c` is what `%letter` means. Never raises. */
static inline bool in_class(unsigned char c, unsigned char letter) {
  unsigned mask = classes[letter];
  if (mask == 0) return c == letter;
  bool inside = (kinds[c] & mask) != 0;
  return inside != ((kinds[letter] & UPPER) != 0);
}

/* Whether `c` is in the set from `[` at `set` to after its `]` at `end`. Never raises. */
static bool in_set(unsigned char c, const char *set, const char *end) {
  const unsigned char *p = (const unsigned char *)set + 1;
  const unsigned char *last = (const unsigned char *)end - 1; /* the `]` */
  bool complement = *p == '^';
  if (complement) p++;
  while (p < last) {
    if (*p == '%') {
      if (in_class(c, p[1])) return !complement;
      p += 2;
    } else if (p[1] == '-' && p + 2 < last) {
      if (p[0] <= c && c <= p[2]) return !complement;
      p += 3;
    } else {
      if (*p == c) return !complement;
      p++;
    }
  }
  return complement;
}

/* Whether `c` is matched by the single item [`item`, `end`). Never raises. */
static inline bool in_item(unsigned char c, const char *item, const char *end) {
  switch (*item) {
  case '.': return true;
  case '%': return in_class(c, (unsigned char)item[1]);
  case '[': return in_set(c, item, end);
  default: return c == (unsigned char)*item;
  }
}

bool clua_pattern_is_plain(const char *pattern, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (kinds[(unsigned char)pattern[i]] & MAGIC) return false;
  return true;
}

/* --- Steps ---------------------------------------------------------------------------------- */

/* Charges what has been used of the credit and `steps` more. May raise (stop). */
static void overdraw(clua_matcher *m, size_t steps) {
  size_t due = CLUA_CREDIT - m->credit + steps;
  m->credit = CLUA_CREDIT;
  clua_spend(m->L, due > UINT_MAX ? UINT_MAX : (unsigned)due);
}

/* Takes `steps` from the credit. May raise (stop). */
static inline void spend(clua_matcher *m, size_t steps) {
  if (steps < m->credit) m->credit -= (unsigned)steps;
  else overdraw(m, steps);
}

void clua_matcher_settle(clua_matcher *m) {
  if (CLUA_CREDIT - m->credit >= 64) overdraw(m, 0);
}

/* What testing one byte against an item costs beyond the step itself: long sets are walked. */
static inline size_t extra_cost(const char *item, const char *end) {
  return (size_t)(end - item) / 8;
}

/* --- Items ---------------------------------------------------------------------------------- */

static const char *match_here(clua_matcher *m, const char *s, const char *p);

/* The end of the set that begins at `p`, after its `]`. */
static const char *set_end(clua_matcher *m, const char *p) {
  const char *set = p++;
  if (*p == '^') p++;
  do { /* a `]` that comes first is an element */
    if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
    if (*p++ == '%' && p < m->pattern_end) p++;
  } while (*p != ']');
  spend(m, 2 * extra_cost(set, p)); /* this walk, and the test that follows */
  return p + 1;
}

/* The end of the single item that begins at `p`. */
static inline const char *item_end(clua_matcher *m, const char *p) {
  if (*p == '[') return set_end(m, p);
  if (*p != '%') return p + 1;
  if (p + 1 == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
  return p + 2;
}

/* The first byte of [`s`, `limit`) that the item does not match, or `limit`. Never raises. */
static const char *span(const char *s, const char *limit, const char *item, const char *end) {
  unsigned char first = (unsigned char)*item;
  if (first == '.') return limit;
  if (first == '[') {
    while (s < limit && in_set((unsigned char)*s, item, end)) s++;
    return s;
  }
  if (first == '%' && classes[(unsigned char)item[1]] != 0) {
    unsigned mask = classes[(unsigned char)item[1]];
    bool complement = (kinds[(unsigned char)item[1]] & UPPER) != 0;
    while (s < limit && ((kinds[(unsigned char)*s] & mask) != 0) != complement) s++;
    return s;
  }
  char literal = first == '%' ? item[1] : *item;
  while (s < limit && *s == literal) s++;
  return s;
}

/* `item*` from `s`: as many bytes as match, then fewer, until the rest of the pattern matches. */
static const char *match_longest(clua_matcher *m, const char *s, const char *item,
                                 const char *end) {
  const char *stop = s;
  const char *limit;
  do { /* in slices, so that a long run is charged on the way */
    size_t left = (size_t)(m->subject_end - stop);
    const char *from = stop;
    limit = stop + (left < CLUA_CREDIT ? left : CLUA_CREDIT);
    stop = span(stop, limit, item, end);
    spend(m, (size_t)(stop - from) * (1 + extra_cost(item, end)));
  } while (stop == limit && stop < m->subject_end);
  for (;; stop--) {
    const char *rest = match_here(m, stop, end + 1);
    if (rest != NULL || stop == s) return rest;
  }
}

/* `item-` from `s`: as few bytes as let the rest of the pattern match. */
static const char *match_shortest(clua_matcher *m, const char *s, const char *item,
                                  const char *end) {
  for (;; s++) {
    const char *rest = match_here(m, s, end + 1);
    if (rest != NULL) return rest;
    spend(m, extra_cost(item, end));
    if (s == m->subject_end || !in_item((unsigned char)*s, item, end)) return NULL;
  }
}

/*
 * Matches the single item at `*p` with its suffix. Moves `*p` behind it, or to the end of the
 * pattern when the rest has been matched as well. Returns: the new place in the subject, or NULL.
 */
static const char *match_item(clua_matcher *m, const char *s, const char **p) {
  const char *item = *p;
  const char *end = item_end(m, item);
  bool hit = s < m->subject_end && in_item((unsigned char)*s, item, end);
  char suffix = *end; /* at the end of the pattern: its final zero */
  if (suffix != '*' && suffix != '+' && suffix != '-' && suffix != '?') {
    *p = end;
    return hit ? s + 1 : NULL;
  }
  *p = end + 1;
  if (!hit) return suffix == '+' ? NULL : s;
  if (suffix == '?') {
    const char *rest = match_here(m, s + 1, end + 1);
    if (rest == NULL) return s; /* without the item, then */
    *p = m->pattern_end;
    return rest;
  }
  *p = m->pattern_end;
  if (suffix == '-') return match_shortest(m, s, item, end);
  return match_longest(m, suffix == '+' ? s + 1 : s, item, end);
}

/* --- Captures, balances, frontiers ------------------------------------------------------------ */

/* `(`: begins a capture of the given length (open or position), then matches the rest from `p`. */
static const char *begin_capture(clua_matcher *m, const char *s, const char *p,
                                 ptrdiff_t length) {
  int level = m->level;
  if (level >= CLUA_CAPTURES) luaL_error(m->L, "too many captures");
  m->captures[level] = (clua_capture){s, length};
  m->level = level + 1;
  const char *rest = match_here(m, s, p);
  if (rest == NULL) m->level = level;
  return rest;
}

/* `)`: ends the innermost open capture, then matches the rest from `p`. */
static const char *end_capture(clua_matcher *m, const char *s, const char *p) {
  int level = m->level - 1;
  while (level >= 0 && m->captures[level].length != CLUA_OPEN) level--;
  if (level < 0) luaL_error(m->L, "invalid pattern capture");
  clua_capture *capture = &m->captures[level];
  capture->length = s - capture->start;
  const char *rest = match_here(m, s, p);
  if (rest == NULL) capture->length = CLUA_OPEN;
  return rest;
}

/* `%1`: the bytes of a finished capture once more. A position never matches. */
static const char *match_again(clua_matcher *m, const char *s, int index) {
  if (index < 0 || index >= m->level || m->captures[index].length == CLUA_OPEN)
    luaL_error(m->L, "invalid capture index %%%d", index + 1);
  const clua_capture *capture = &m->captures[index];
  if (capture->length < 0 || m->subject_end - s < capture->length) return NULL;
  size_t size = (size_t)capture->length;
  spend(m, size / 16);
  return memcmp(capture->start, s, size) == 0 ? s + size : NULL;
}

/* `%bxy`, with x at `p`: from an x to the y that closes it. */
static const char *match_balance(clua_matcher *m, const char *s, const char *p) {
  if (p + 1 >= m->pattern_end)
    luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
  if (s == m->subject_end || *s != p[0]) return NULL;
  size_t depth = 1;
  while (++s < m->subject_end) {
    spend(m, 1);
    if (*s == p[1]) {
      if (--depth == 0) return s + 1;
    } else if (*s == p[0]) {
      depth++;
    }
  }
  return NULL;
}

/* `%f[set]`, with the set at `*p`: a place between a byte outside and a byte inside the set. */
static const char *match_frontier(clua_matcher *m, const char *s, const char **p) {
  const char *set = *p;
  if (*set != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
  const char *end = item_end(m, set);
  unsigned char before = s == m->subject ? 0 : (unsigned char)s[-1];
  unsigned char after = s == m->subject_end ? 0 : (unsigned char)*s;
  spend(m, extra_cost(set, end));
  *p = end;
  return !in_set(before, set, end) && in_set(after, set, end) ? s : NULL;
}

/* An item that begins with `%`. Moves `*p` behind it, as match_item does. */
static const char *match_escape(clua_matcher *m, const char *s, const char **p) {
  const char *item = *p;
  switch (item[1]) {
  case 'b':
    *p = item + 4;
    return match_balance(m, s, item + 2);
  case 'f':
    *p = item + 2;
    return match_frontier(m, s, p);
  case '0': case '1': case '2': case '3': case '4':
  case '5': case '6': case '7': case '8': case '9':
    *p = item + 2;
    return match_again(m, s, item[1] - '1');
  default:
    return match_item(m, s, p);
  }
}

/* --- The match -------------------------------------------------------------------------------- */

/* A capture or an end anchor at `*p`, or any other item. Moves `*p` as match_item does. */
static inline const char *match_next(clua_matcher *m, const char *s, const char **p) {
  const char *item = *p;
  switch (*item) {
  case '(':
    *p = m->pattern_end;
    if (item[1] == ')') return begin_capture(m, s, item + 2, CLUA_POSITION);
    return begin_capture(m, s, item + 1, CLUA_OPEN);
  case ')':
    *p = m->pattern_end;
    return end_capture(m, s, item + 1);
  case '%':
    return match_escape(m, s, p);
  case '$':
    if (item + 1 != m->pattern_end) return match_item(m, s, p);
    *p = item + 1;
    return s == m->subject_end ? s : NULL;
  default:
    return match_item(m, s, p);
  }
}

/* Matches the pattern from `p` at exactly `s`. Returns: the end of the match, or NULL. */
static const char *match_here(clua_matcher *m, const char *s, const char *p) {
  if (m->depth-- == 0) luaL_error(m->L, "pattern too complex");
  while (s != NULL && p != m->pattern_end) {
    spend(m, 1);
    s = match_next(m, s, &p);
  }
  m->depth++;
  return s;
}

void clua_matcher_init(clua_matcher *m, lua_State *L, const char *subject, size_t subject_size,
                       const char *pattern_end) {
  m->L = L;
  m->subject = subject;
  m->subject_end = subject + subject_size;
  m->pattern_end = pattern_end;
  m->credit = CLUA_CREDIT;
}

const char *clua_matcher_run(clua_matcher *m, const char *s, const char *p) {
  m->depth = CLUA_MATCH_DEPTH;
  m->level = 0;
  spend(m, 1); /* an empty pattern has no items to count */
  return match_here(m, s, p);
}

const char *clua_matcher_seek(clua_matcher *m, const char *s, const char *p) {
  char first = *p;
  if (p == m->pattern_end || kinds[(unsigned char)first] & MAGIC || first == ')') return s;
  if (p[1] == '*' || p[1] == '?' || p[1] == '-') return s;
  if (s < m->subject_end && *s == first) return s;
  const char *place = memchr(s, first, (size_t)(m->subject_end - s));
  spend(m, (size_t)((place != NULL ? place : m->subject_end) - s) / 16);
  return place;
}

/* --- Results ---------------------------------------------------------------------------------- */

ptrdiff_t clua_matcher_capture(clua_matcher *m, int index, const char *start, const char *end,
                               const char **bytes) {
  if (index >= m->level) {
    if (index != 0) luaL_error(m->L, "invalid capture index %%%d", index + 1);
    *bytes = start;
    return end - start;
  }
  const clua_capture *capture = &m->captures[index];
  if (capture->length == CLUA_OPEN) luaL_error(m->L, "unfinished capture");
  if (capture->length == CLUA_POSITION)
    lua_pushinteger(m->L, capture->start - m->subject + 1);
  *bytes = capture->start;
  return capture->length;
}

int clua_matcher_push(clua_matcher *m, const char *start, const char *end) {
  int count = m->level == 0 && start != NULL ? 1 : m->level;
  luaL_checkstack(m->L, count, "too many captures");
  for (int i = 0; i < count; i++) {
    const char *bytes;
    ptrdiff_t length = clua_matcher_capture(m, i, start, end, &bytes);
    if (length != CLUA_POSITION) lua_pushlstring(m->L, bytes, (size_t)length);
  }
  return count;
}
