/*
 * bounds.c - scripts that would run, or grow, for ever: each must end soon, and as it should.
 *
 * Usage: bounds FILE. The file holds scripts, each behind a line `--- VERDICT: what it does`:
 *   stopped  the instruction limit stops it, and so does an interrupt, whatever it catches
 *   memory   the memory limit stops it
 *   refused  it ends by itself: the script checks its errors
 * Prints the scripts that end differently or late, and a summary.
 */
#include "scripts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  instruction_limit = 10 * 1000 * 1000,
  memory_limit = 32 << 20,
  interrupt_ms = 20,
  latest_ms = 1000, /* of processor time; every script here would need minutes, or for ever */
#if __has_feature(address_sanitizer)
  patience = 10,
#else
  patience = 1,
#endif
};

/* The script that is under way is wrapped so that a stop which can be caught shows. */
static const char wrapper[] =
    "local f = assert(load(..., '=bounds'))\n"
    "local fine, message = pcall(f)\n"
    "if fine then return 'ended' end\n"
    "return 'caught: ' .. tostring(message)\n";

typedef struct bound {
  char verdict[16];
  char name[100];
  text source;
} bound;

typedef struct ending {
  clua_step step;
  clua_stop_reason reason;
} ending;

static unsigned failures;

static bool ends_as(const outcome *end, ending expected) {
  if (end->step != expected.step || end->reason != expected.reason) return false;
  return expected.step != CLUA_FINISHED || strcmp(end->result.bytes, "ended") == 0;
}

static void run(const bound *bound, const char *how, clua_options limits, unsigned interrupt,
                ending expected) {
  script script = {{(char *)wrapper, sizeof wrapper - 1}, bound->source};
  clock_t start = clock();
  outcome end = run_ours(&script, &limits, interrupt);
  long spent_ms = (long)((clock() - start) * 1000 / CLOCKS_PER_SEC);
  bool late = spent_ms > latest_ms * patience;
  if (late || !ends_as(&end, expected)) {
    failures++;
    printf("bounds: %s (%s): step %d, reason %d, %ld ms, %s\n", bound->name, how, end.step,
           end.reason, spent_ms, end.result.bytes);
  }
  free(end.result.bytes);
}

static void try_bound(const bound *bound) {
  clua_options counted = {.instruction_limit = instruction_limit, .memory_limit = 64 << 20};
  clua_options free_running = {.memory_limit = 64 << 20};
  clua_options small = {.instruction_limit = instruction_limit, .memory_limit = memory_limit};
  if (strcmp(bound->verdict, "stopped") == 0) {
    run(bound, "counted", counted, 0, (ending){CLUA_STOPPED, CLUA_INSTRUCTIONS});
    run(bound, "interrupted", free_running, interrupt_ms, (ending){CLUA_STOPPED, CLUA_TIME});
  } else if (strcmp(bound->verdict, "memory") == 0) {
    run(bound, "memory", small, 0, (ending){CLUA_STOPPED, CLUA_MEMORY});
  } else {
    run(bound, "refused", counted, 0, (ending){CLUA_FINISHED, CLUA_NOT_STOPPED});
  }
}

/* Reads the script whose heading begins at `place`. Returns: where the next heading begins. */
static const char *read_bound(const char *place, bound *bound) {
  if (sscanf(place, "--- %15[a-z]: %99[^\n]", bound->verdict, bound->name) != 2) {
    fprintf(stderr, "bounds: not a heading: %.40s\n", place);
    exit(2);
  }
  const char *next = strstr(place, "\n--- ");
  size_t size = next != NULL ? (size_t)(next - place) : strlen(place);
  bound->source = text_copy(place, size);
  return next != NULL ? next + 1 : place + size;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: bounds FILE\n");
    return 2;
  }
  limit_processor_time(60); /* a script that nothing stops ends this program */
  text file = text_read(arguments[1]);
  const char *place = strstr(file.bytes, "--- ");
  unsigned tried = 0;
  for (; place != NULL && *place != '\0'; tried++) {
    bound bound;
    place = read_bound(place, &bound);
    try_bound(&bound);
    free(bound.source.bytes);
  }
  free(file.bytes);
  printf("%u bounds, %u broken\n", tried, failures);
  return failures == 0 ? 0 : 1;
}
