/*
 * interrupts.c - a script is stopped whichever instruction an interrupt comes at.
 *
 * Both the stop and the signal come out of a timer's handler, in the thread that runs the script: as
 * when another thread interrupts it on the same processor, between two instructions of it. A lost
 * interrupt lets the script come to its end.
 */
#include <CLua.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { rounds = 1500, first_moment = 40, moments = 400 }; /* microseconds */

static const char *const scripts[] = {
    "for i = 1, 200000 do end\nlocal last",
    "coroutine.wrap(function() for i = 1, 200000 do end end)()\nlocal last",
    "for i = 1, 2000 do pcall(function() for j = 1, 100 do end end) end\nlocal last",
};

static clua_runtime *volatile runtime;

static void on_timer(int signal_number) {
  (void)signal_number;
  if (runtime != NULL) clua_interrupt(runtime, CLUA_TIME);
}

static void set_timer(long microseconds) {
  struct itimerval timer = {.it_value = {.tv_usec = microseconds}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

static clua_verdict no_host(void *context, const clua_call *call) {
  (void)context, (void)call;
  abort();
}

static bool is_last_line_reached(const clua_coverage *coverage) {
  size_t lines;
  const int64_t *hits = clua_coverage_hits(coverage, 0, &lines);
  return hits != NULL && lines > 1 && hits[1] > 0;
}

/* Whether the script was stopped before its last line. */
static bool is_stopped(const char *script, long moment) {
  clua_options options = {.host = no_host, .coverage = clua_coverage_create()};
  clua_runtime *made = clua_create(&options);
  if (made == NULL || clua_open(made) != NULL) abort();
  clua_expect_file(made, "script");
  int64_t function = clua_load(made, (const uint8_t *)script, strlen(script), "@script");
  if (function < 0) abort();
  clua_reply_clear(made);
  int64_t thread = clua_start(made, function);
  runtime = made;
  set_timer(moment);
  clua_resume(made, thread);
  runtime = NULL;
  set_timer(0);
  bool is_stopped = clua_stopped(made) == CLUA_TIME && !is_last_line_reached(options.coverage);
  clua_destroy(made);
  clua_coverage_destroy(options.coverage);
  return is_stopped;
}

int main(void) {
  struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  int count = 0, lost = 0;
  for (int round = 0; round < rounds; round++)
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++, count++)
      lost += !is_stopped(scripts[i], first_moment + (long)round * 7 % moments);
  printf("%d interrupts, %d lost\n", count, lost);
  return lost > 0;
}
