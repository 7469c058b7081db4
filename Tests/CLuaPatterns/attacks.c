/*
 * attacks.c - the scripts of Tests/CommandTests/Attacks in a bare runtime, for a build with checks.
 *
 * Usage: attacks FILES... The host's functions are stubs, so many scripts end early; none may make
 * Lua's own checks or a sanitizer speak. Each runs under limits, in a process of its own: the memory
 * ceiling ends it.
 */
#include "scripts.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  instruction_limit = 3000000,
  memory_limit = 16 << 20,
  most_waits = 2000,
  seconds_each = 2,
  seconds_more = 10,
  ceiling_status = 70,
};

static clua_runtime *runtime;

static void reply_text(const char *text) {
  clua_reply_string(runtime, (const uint8_t *)text, strlen(text));
}

static const struct {
  const char *container;
  const char *name;
  unsigned flags;
} host_functions[] = {
    {"_G", "print", CLUA_STRINGIFY},
    {"io", "write", 0},
    {"sso.time", "sleep", CLUA_SUSPENDS},
    {"sso.json", "encode", 0},
    {"sso.json", "decode", 0},
    {"sso.log", "info", CLUA_FORMAT},
    {"sso.task", "all", CLUA_OPAQUE},
};
/* Their numbers, in the order above; the loader follows. */
enum { sleep_function = 2, decode_function = 4, loader_function = 7 };

static clua_verdict host(void *context, const clua_call *call) {
  (void)context;
  clua_reply_clear(runtime);
  if (call->function == sleep_function) return CLUA_SUSPEND;
  if (call->function != decode_function && call->function != loader_function) return CLUA_RETURN;
  clua_reply_table(runtime, CLUA_ERROR, 0, 1);
  reply_text("message");
  reply_text("refused");
  return CLUA_RAISE;
}

static clua_catalog *describe_host(void) {
  clua_catalog *catalog = clua_catalog_create();
  for (size_t i = 0; catalog != NULL && i < sizeof host_functions / sizeof *host_functions; i++)
    if (!clua_catalog_add(catalog, host_functions[i].container, host_functions[i].name,
                          host_functions[i].name, host_functions[i].flags))
      abort();
  return catalog;
}

static void define_host(const clua_catalog *catalog) {
  clua_define_catalog(runtime, catalog, 0);
  clua_define_loader(runtime, loader_function);
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

/* The time limit; as with the command, what does not stop for it is ended from outside. */
static void time_is_over(int signal_number) {
  signal(signal_number, SIG_DFL);
  alarm(seconds_more);
  clua_interrupt(runtime, CLUA_TIME);
}

static void attack(const char *path, bool stops) {
  text source = text_read(path);
  clua_options options = {
      .host = host, .memory_limit = memory_limit, .instruction_limit = instruction_limit};
  clua_catalog *catalog = describe_host();
  runtime = clua_create(&options);
  if (catalog == NULL || runtime == NULL) abort();
  define_host(catalog);
  signal(SIGALRM, time_is_over);
  alarm(seconds_each);
  int64_t function = clua_load(runtime, (const uint8_t *)source.bytes, source.size, "@flow.lua");
  clua_reply_clear(runtime);
  if (function >= 0) run_thread(clua_start(runtime, function), stops);
  alarm(0);
  clua_destroy(runtime);
  clua_catalog_destroy(catalog);
  free(source.bytes);
}

static bool is_good(int status) {
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGALRM;
  return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == ceiling_status);
}

/* Whether the script ended without a word of Lua's checks or of a sanitizer. */
static bool holds(const char *path, bool stops) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    attack(path, stops);
    exit(0);
  }
  if (child < 0 || waitpid(child, &status, 0) != child) abort();
  return is_good(status);
}

int main(int count, char **arguments) {
  int failures = 0;
  for (int i = 1; i < count; i++) {
    if (holds(arguments[i], i % 2 == 0)) continue;
    fprintf(stderr, "%s\n", arguments[i]);
    failures++;
  }
  printf("%d attacks, %d failures\n", count - 1, failures);
  return failures > 0;
}
