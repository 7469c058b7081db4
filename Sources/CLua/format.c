/*
 * format.c - string.format: the stock one behind a look at its arguments.
 *
 * Knows: which conversion takes which argument, and how long a result can get. Does not know: how
 * a value is written; the stock function does that, once every argument is harmless.
 * Differs from stock: `%s` never prints an address, `%p` is refused, the result has a limit.
 */
#include <math.h>
#include <string.h>

#include "libraries.h"

/* What has been read of a format so far. Borrows the format, which stays on the stack. */
typedef struct reading {
  lua_State *L;
  const char *next;
  const char *end;
  int argument;    /* index of the argument of the next conversion, less one */
  size_t reserved; /* an upper bound of the result's bytes */
  size_t limit;
} reading;

/* Adds to the bound of the result. Stack [-0, +0]. May raise (too large). */
static void reserve(reading *r, size_t size) {
  if (size > r->limit || r->reserved > r->limit - size) clua_raise_too_large(r->L);
  r->reserved += size;
}

/* The bytes `%q` makes of a byte; `next` follows it (0 at the end). Never raises. */
static size_t quoted_size(unsigned char c, unsigned char next) {
  if (c == '"' || c == '\\' || c == '\n') return 2;
  if (c >= 32 && c != 127) return 1;
  if ('0' <= next && next <= '9') return 4;
  return c < 10 ? 2 : c < 100 ? 3 : 4;
}

/* Reserves what `%q` makes of the string at `argument`. Stack [-0, +0]. May raise. */
static void reserve_quoted(reading *r) {
  size_t size;
  const char *bytes = lua_tolstring(r->L, r->argument, &size);
  reserve(r, 2);
  for (size_t i = 0; i < size; i++) {
    if (i % 1024 == 0) clua_spend(r->L, 64);
    reserve(r, quoted_size((unsigned char)bytes[i], (unsigned char)bytes[i + 1]));
  }
}

/* Puts a text without addresses in the place of an argument of `%s` that is no string.
   Stack [-0, +0]. May raise, may run script code (`__tostring`). */
static void reserve_text(reading *r) {
  lua_State *L = r->L;
  int type = lua_type(L, r->argument);
  if (type != LUA_TSTRING && type != LUA_TNUMBER) {
    clua_tolstring(L, r->argument, NULL);
    lua_replace(L, r->argument);
  }
  reserve(r, type == LUA_TNUMBER ? 64 : (size_t)lua_rawlen(L, r->argument));
}

/* Skips flags, width and precision. Returns: at least as many bytes as those can add, if the
   stock function takes them (no number above 99). Never raises. */
static size_t skip_modifiers(reading *r) {
  size_t number = 0, sum = 0;
  for (; r->next < r->end && *r->next != '\0' && strchr("-+ #.0123456789", *r->next); r->next++) {
    bool digit = '0' <= *r->next && *r->next <= '9';
    number = digit ? (number * 10 + (size_t)(*r->next - '0')) % 100 : 0;
    sum += number;
  }
  return sum;
}

/* Looks at the conversion after a `%` and its argument. Returns: false if the stock function will
   refuse it, so that nothing behind it counts. Stack [-0, +0]. May raise, may run script code. */
static bool read_conversion(reading *r) {
  lua_State *L = r->L;
  size_t modifiers = skip_modifiers(r);
  if (r->next == r->end || ++r->argument > lua_gettop(L)) return false;
  reserve(r, modifiers);
  switch (*r->next++) {
  case 'p': luaL_error(L, "invalid conversion '%%p': addresses are not shown"); return false;
  case 's': reserve_text(r); return true;
  case 'q':
    if (lua_type(L, r->argument) == LUA_TSTRING) reserve_quoted(r);
    else reserve(r, 32);
    return true;
  case 'f': /* the only one that writes out an exponent */
    reserve(r, fabs(lua_tonumber(L, r->argument)) < 1e16 ? 32 : 320);
    return true;
  case 'a': case 'A': case 'c': case 'd': case 'e': case 'E': case 'F': case 'g': case 'G':
  case 'i': case 'o': case 'u': case 'x': case 'X':
    reserve(r, 32);
    return true;
  default: return false;
  }
}

int clua_string_format(lua_State *L) {
  size_t size;
  const char *format = luaL_checklstring(L, 1, &size);
  reading r = {L, format, format + size, 1, 0, clua_string_limit(L)};
  reserve(&r, size);
  const char *percent;
  unsigned conversions = 0;
  while ((percent = memchr(r.next, '%', (size_t)(r.end - r.next))) != NULL) {
    if (++conversions % 1024 == 0) clua_poll(L);
    r.next = percent + 1;
    if (r.next < r.end && *r.next == '%') r.next++;
    else if (!read_conversion(&r)) break;
  }
  clua_spend_bytes(L, r.reserved);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}
