/*
 * calls.c - the peer of calls.lua: the same script, its host functions plain lua_CFunctions.
 *
 * Usage: calls SCRIPT MODE COUNT.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static int monotonic(lua_State *L) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  lua_pushnumber(L, (double)time.tv_sec + (double)time.tv_nsec / 1e9);
  return 1;
}

static int base64url_encode(lua_State *L) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  size_t size, used = 0;
  const unsigned char *bytes = (const unsigned char *)luaL_checklstring(L, 1, &size);
  luaL_Buffer buffer;
  char *text = luaL_buffinitsize(L, &buffer, size / 3 * 4 + 4);
  for (size_t i = 0; i < size; i += 3) {
    size_t left = size - i;
    uint32_t group = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                     (left > 2 ? bytes[i + 2] : 0);
    for (size_t digit = 0; digit <= (left > 2 ? 3 : left); digit++)
      text[used++] = digits[group >> (18 - 6 * digit) & 63];
  }
  luaL_pushresultsize(&buffer, used);
  return 1;
}

static int go_on(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 0;
}

static int sleep_a_turn(lua_State *L) { return lua_yieldk(L, 0, 0, go_on); }

static int open_module(lua_State *L) {
  static const luaL_Reg time[] = {{"monotonic", monotonic}, {"sleep", sleep_a_turn}, {0}};
  static const luaL_Reg crypto[] = {{"base64url_encode", base64url_encode}, {0}};
  lua_newtable(L);
  lua_pushcfunction(L, nothing);
  lua_setfield(L, -2, "nothing");
  luaL_newlib(L, time);
  lua_setfield(L, -2, "time");
  luaL_newlib(L, crypto);
  lua_setfield(L, -2, "crypto");
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  luaL_requiref(L, "sso", open_module, 0);
  lua_State *thread = lua_newthread(L);
  int status = luaL_loadfile(thread, argv[1]), results = 0, arguments = 2;
  lua_pushstring(thread, argv[2]);
  lua_pushstring(thread, argv[3]);
  if (status == LUA_OK)
    while ((status = lua_resume(thread, L, arguments, &results)) == LUA_YIELD) arguments = 0;
  if (status == LUA_OK) return 0;
  fprintf(stderr, "%s\n", lua_tostring(thread, -1));
  return 1;
}
