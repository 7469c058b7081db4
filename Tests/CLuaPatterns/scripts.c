/*
 * scripts.c - see scripts.h.
 */
#include "scripts.h"

#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

text text_copy(const char *bytes, size_t size) {
  text copy = {malloc(size + 1), size};
  if (copy.bytes == NULL) abort();
  if (size > 0) memcpy(copy.bytes, bytes, size);
  copy.bytes[size] = '\0';
  return copy;
}

void limit_processor_time(unsigned seconds) {
  struct rlimit limit = {seconds, seconds + 5};
  setrlimit(RLIMIT_CPU, &limit);
}

text text_read(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(2);
  }
  char block[4096];
  text content = text_copy("", 0);
  size_t got;
  while ((got = fread(block, 1, sizeof block, file)) > 0) {
    content.bytes = realloc(content.bytes, content.size + got + 1);
    if (content.bytes == NULL) abort();
    memcpy(content.bytes + content.size, block, got);
    content.size += got;
    content.bytes[content.size] = '\0';
  }
  fclose(file);
  return content;
}

/* --- Stock ------------------------------------------------------------------------------------ */

outcome run_stock(const script *script) {
  lua_State *L = luaL_newstate();
  if (L == NULL) abort();
  luaL_openlibs(L);
  int status = luaL_loadbuffer(L, script->source.bytes, script->source.size, "=script");
  if (status == LUA_OK) {
    lua_pushlstring(L, script->argument.bytes, script->argument.size);
    status = lua_pcall(L, 1, 1, 0);
  }
  size_t size = 0;
  const char *bytes = lua_tolstring(L, -1, &size);
  outcome end = {status == LUA_OK ? CLUA_FINISHED : CLUA_FAILED, CLUA_NOT_STOPPED,
                 text_copy(bytes, size)};
  lua_close(L);
  return end;
}

/* --- Ours ------------------------------------------------------------------------------------- */

/* No host function is defined, so none can be called. */
static clua_verdict no_host(void *context, const clua_call *call) {
  (void)context, (void)call;
  abort();
}

typedef struct interruption {
  clua_runtime *runtime;
  unsigned milliseconds;
} interruption;

static void *interrupt(void *argument) {
  interruption *request = argument;
  struct timespec wait = {request->milliseconds / 1000, request->milliseconds % 1000 * 1000000L};
  nanosleep(&wait, NULL);
  clua_interrupt(request->runtime, CLUA_TIME);
  return NULL;
}

/* Runs `thread`, and has it interrupted if that is asked for. */
static clua_step resume(clua_runtime *runtime, int64_t thread, unsigned interrupt_ms) {
  if (interrupt_ms == 0) return clua_resume(runtime, thread);
  interruption request = {runtime, interrupt_ms};
  pthread_t timer;
  if (pthread_create(&timer, NULL, interrupt, &request) != 0) abort();
  clua_step step = clua_resume(runtime, thread);
  pthread_join(timer, NULL);
  return step;
}

static text result_of(const clua_runtime *runtime, clua_step step) {
  uint32_t count;
  const clua_node *node = clua_result(runtime, &count);
  if (step == CLUA_FINISHED && count > 0 && node->kind == CLUA_STRING)
    return text_copy((const char *)node->bytes, node->length);
  const char *message = step == CLUA_FINISHED ? "" : clua_message(runtime);
  return text_copy(message, strlen(message));
}

outcome run_ours(const script *script, const clua_options *limits, unsigned interrupt_ms) {
  clua_options options = *limits;
  options.host = no_host;
  clua_runtime *runtime = clua_create(&options);
  if (runtime == NULL || clua_open(runtime) != NULL) abort();
  int64_t function = clua_load(runtime, (const uint8_t *)script->source.bytes,
                               script->source.size, "=script");
  outcome end = {CLUA_FAILED, CLUA_NOT_STOPPED, {NULL, 0}};
  if (function >= 0) {
    clua_reply_clear(runtime);
    clua_reply_string(runtime, (const uint8_t *)script->argument.bytes, script->argument.size);
    end.step = resume(runtime, clua_start(runtime, function), interrupt_ms);
    end.reason = clua_stopped(runtime);
  }
  end.result = result_of(runtime, end.step);
  clua_destroy(runtime);
  return end;
}
