/* The system's Lua 5.4. Only the CLua target may include this. */
#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>
