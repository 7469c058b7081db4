/*
 * request.c - the peer of request.lua: opens liblua and libcurl, runs a script that polls once.
 *
 * Usage: request SCRIPT URL. The script calls poll(url), which gives the status and the body.
 */
#include "poll.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static int poll_once(lua_State *L) {
  char body[512];
  reply received = {.size = 0};
  long status = 0;
  snprintf(body, sizeof body, POLL_BODY, "pending");
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL *easy = make_poll(luaL_checkstring(L, 1), body, &received);
  check_poll(easy, curl_easy_perform(easy), &received);
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(easy);
  lua_pushinteger(L, status);
  lua_pushlstring(L, received.bytes, received.size);
  return 2;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "poll", poll_once);
  lua_pushstring(L, argv[2]);
  lua_setglobal(L, "url");
  if (luaL_dofile(L, argv[1]) != LUA_OK) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    return 1;
  }
  lua_close(L);
}
