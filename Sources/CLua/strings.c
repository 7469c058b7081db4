/*
 * strings.c - our `string` table.
 *
 * Knows: which functions are the stock ones, which are ours, which are stock behind a check.
 * Does not know: patterns and search (patterns.c, search.c), format (format.c).
 * There is no string.dump: bytecode is not for scripts.
 */
#include <string.h>

#include "libraries.h"

/* --- Ours --------------------------------------------------------------------------------------- */

/* Fills `size` bytes at `to` with the first `unit` bytes of it, over and over. Never raises. */
static void fill_by_doubling(char *to, size_t unit, size_t size) {
  for (size_t done = unit; done < size;) {
    size_t step = done < size - done ? done : size - done;
    memcpy(to + done, to, step);
    done += step;
  }
}

/* string.rep(s, n [, separator]). Stack [-0, +1]. May raise (arguments, too large, memory). */
static int repeat(lua_State *L) {
  size_t length, separator_length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer n = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &separator_length);
  size_t unit = length + separator_length;
  size_t limit = clua_string_limit(L);
  if (n <= 0 || unit == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (length > limit || (lua_Unsigned)n - 1 > (limit - length) / unit) clua_raise_too_large(L);
  size_t size = ((size_t)n - 1) * unit + length;
  clua_spend_bytes(L, size);
  luaL_Buffer b;
  char *to = luaL_buffinitsize(L, &b, size);
  memcpy(to, s, length);
  if (n > 1) {
    memcpy(to + length, separator, separator_length);
    fill_by_doubling(to, unit, size);
  }
  luaL_pushresultsize(&b, size);
  return 1;
}

/* The string `s` with the ASCII letters from `first` to 25 later in the other case.
   Stack [-0, +1]. May raise (arguments, memory). */
static int change_case(lua_State *L, unsigned char first) {
  size_t size;
  const char *s = luaL_checklstring(L, 1, &size);
  clua_spend_bytes(L, size);
  luaL_Buffer b;
  char *to = luaL_buffinitsize(L, &b, size);
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)s[i];
    to[i] = (char)(first <= c && c < first + 26 ? c ^ 0x20 : c);
  }
  luaL_pushresultsize(&b, size);
  return 1;
}

/* string.lower(s), of ASCII letters. Stack [-0, +1]. May raise (arguments, memory). */
static int lower(lua_State *L) { return change_case(L, 'A'); }

/* string.upper(s), of ASCII letters. Stack [-0, +1]. May raise (arguments, memory). */
static int upper(lua_State *L) { return change_case(L, 'a'); }

/* string.reverse(s). Stack [-0, +1]. May raise (arguments, memory). */
static int reverse(lua_State *L) {
  size_t size;
  const char *s = luaL_checklstring(L, 1, &size);
  clua_spend_bytes(L, size);
  luaL_Buffer b;
  char *to = luaL_buffinitsize(L, &b, size);
  for (size_t i = 0; i < size; i++) to[i] = s[size - 1 - i];
  luaL_pushresultsize(&b, size);
  return 1;
}

/* --- Stock, behind a check; the stock function is the first upvalue ------------------------------ */

/* Adds up the sizes of `c<size>` in a format of pack, up to SIZE_MAX / 2. Never raises. */
static size_t fixed_sizes(const char *format, size_t length) {
  size_t sum = 0;
  for (size_t i = 0; i < length; i++) {
    if (format[i] != 'c') continue;
    size_t size = 0;
    for (; '0' <= format[i + 1] && format[i + 1] <= '9'; i++)
      if (size <= INT_MAX) size = size * 10 + (size_t)(format[i + 1] - '0');
    if (sum < (size_t)-1 / 2) sum += size;
  }
  return sum;
}

/* string.pack. Stack [-0, +1]. May raise (arguments, too large, memory). */
static int pack(lua_State *L) {
  size_t length;
  const char *format = luaL_checklstring(L, 1, &length);
  int top = lua_gettop(L);
  /* paddings: up to 4 bytes for each byte of format, up to 31 with each argument */
  size_t size = fixed_sizes(format, length) + 4 * length + 32 * (size_t)top;
  for (int i = 2; i <= top; i++)
    if (lua_type(L, i) == LUA_TSTRING) size += lua_rawlen(L, i);
  if (size > clua_string_limit(L)) clua_raise_too_large(L);
  clua_spend_bytes(L, size);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* string.packsize. Stack [-0, +1]. May raise (arguments). */
static int packsize(lua_State *L) {
  size_t length;
  const char *format = luaL_checklstring(L, 1, &length);
  /* near INT_MAX the stock function of some releases overflows */
  luaL_argcheck(L, fixed_sizes(format, length) < INT_MAX - 64, 1, "format result too large");
  clua_spend_bytes(L, 16 * length);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* string.unpack. Stack [-0, +results]. May raise (arguments, memory). */
static int unpack(lua_State *L) {
  size_t length;
  luaL_checklstring(L, 1, &length);
  clua_spend_bytes(L, 16 * length);
  int count = lua_tocfunction(L, lua_upvalueindex(1))(L);
  size_t size = 0;
  for (int i = 1; i <= count; i++)
    if (lua_type(L, -i) == LUA_TSTRING) size += lua_rawlen(L, -i);
  clua_spend_bytes(L, size);
  return count;
}

/* --- The table ------------------------------------------------------------------------------------ */

static const luaL_Reg ours[] = {
  {"find", clua_string_find},     {"match", clua_string_match}, {"gmatch", clua_string_gmatch},
  {"gsub", clua_string_gsub},     {"rep", repeat},              {"lower", lower},
  {"upper", upper},               {"reverse", reverse},         {NULL, NULL},
};

/* Functions around the stock one of the same name. */
static const luaL_Reg checked[] = {
  {"format", clua_string_format}, {"pack", pack},     {"packsize", packsize},
  {"unpack", unpack},             {NULL, NULL},
};

/* Bounded by their arguments as they are. */
static const char *const stock[] = {"byte", "char", "len", "sub", NULL};

int clua_open_string(lua_State *L) {
  luaopen_string(L); /* also gives strings their metatable, with the arithmetic */
  luaL_newlib(L, ours);
  for (const char *const *name = stock; *name != NULL; name++) {
    lua_getfield(L, -2, *name);
    lua_setfield(L, -2, *name);
  }
  for (const luaL_Reg *entry = checked; entry->name != NULL; entry++) {
    lua_getfield(L, -2, entry->name);
    lua_pushcclosure(L, entry->func, 1);
    lua_setfield(L, -2, entry->name);
  }
  lua_remove(L, -2);
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
  return 1;
}
