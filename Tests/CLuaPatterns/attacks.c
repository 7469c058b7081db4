/*
 * attacks.c - the scripts of Tests/CommandTests/Attacks in a bare runtime, for a build with checks.
 *
 * Usage: attacks FILES... The host's functions are stubs, so many scripts end early; none may make
 * Lua's own checks or a sanitizer speak. Each runs under limits, in a runtime of its own.
 */
#include "scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { instruction_limit = 3000000, memory_limit = 16 << 20, most_waits = 2000, seconds_each = 600 };

enum { gives_nothing, waits, refuses };

static clua_runtime *runtime;

static void reply_text(const char *text) {
  clua_reply_string(runtime, (const uint8_t *)text, strlen(text));
}

static clua_verdict host(void *context, const clua_call *call) {
  (void)context;
  clua_reply_clear(runtime);
  if (call->function == waits) return CLUA_SUSPEND;
  if (call->function != refuses) return CLUA_RETURN;
  clua_reply_table(runtime, CLUA_ERROR, 0, 1);
  reply_text("message");
  reply_text("refused");
  return CLUA_RAISE;
}

static void define_host(void) {
  clua_define(runtime, "_G", "print", gives_nothing, CLUA_STRINGIFY);
  clua_define(runtime, "io", "write", gives_nothing, 0);
  clua_define(runtime, "sso.time", "sleep", waits, CLUA_SUSPENDS);
  clua_define(runtime, "sso.json", "encode", gives_nothing, 0);
  clua_define(runtime, "sso.json", "decode", refuses, 0);
  clua_define(runtime, "sso.log", "info", gives_nothing, CLUA_FORMAT);
  clua_define(runtime, "sso.task", "all", gives_nothing, CLUA_OPAQUE);
  clua_define_loader(runtime, refuses);
  if (clua_open(runtime) != NULL) abort();
}

/* Every seventh wait ends with an error, and none goes on for ever: then the thread is closed, in a
   stop every other time. */
static void run_thread(int64_t thread, bool stops) {
  clua_step step = clua_resume(runtime, thread);
  for (int turn = 1; step == CLUA_SUSPENDED && turn < most_waits; turn++) {
    clua_reply_clear(runtime);
    if (turn % 7 == 0) reply_text("lost");
    clua_answer(runtime, turn % 7 == 0 ? CLUA_RAISE : CLUA_RETURN);
    step = clua_resume(runtime, thread);
  }
  if (step != CLUA_SUSPENDED) return;
  if (stops) clua_stop(runtime, CLUA_EXIT);
  clua_close_thread(runtime, thread);
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    alarm(seconds_each);
    text source = text_read(arguments[i]);
    clua_options options = {
        .host = host, .memory_limit = memory_limit, .instruction_limit = instruction_limit};
    runtime = clua_create(&options);
    if (runtime == NULL) abort();
    define_host();
    int64_t function =
        clua_load(runtime, (const uint8_t *)source.bytes, source.size, "@flow.lua");
    clua_reply_clear(runtime);
    if (function >= 0) run_thread(clua_start(runtime, function), i % 2 == 0);
    clua_destroy(runtime);
    free(source.bytes);
  }
  printf("%d attacks\n", count - 1);
  return 0;
}
