/*
 * arena.c - blocks of every size come, grow, shrink and go, and none touches another.
 *
 * Also where the arena was too full to be sealed. What is over is given back, whatever size comes next.
 *
 * Each block is filled with bytes of its own, which are looked at before it changes; in a build with
 * a sanitizer, large blocks have its guards as well. What was sealed is compared after each restore.
 */
#include "../../Sources/CLua/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
  block_count = 400,
  early_steps = 300,
  full_steps = 40000,
  late_steps = 20000,
  rounds = 20,
  early_limit = 1500,
};

typedef struct block {
  unsigned char *bytes;
  size_t size;
  unsigned char mark;
} block;

static clua_arena *arena;
static block blocks[block_count];
static unsigned long long state = 42;
static int failures;

static unsigned draw(unsigned below) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (unsigned)(state >> 33) % below;
}

/* Most are small; some are just above what is cut from pieces, few are much larger. */
static size_t draw_size(bool is_early) {
  unsigned kind = draw(20);
  if (kind < 14) return draw(200);
  if (kind < 18 || is_early) return draw(early_limit);
  return draw(kind == 18 ? 5000 : 300000);
}

static void check(const block *at, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (at->bytes[i] == at->mark) continue;
    failures++;
    return;
  }
}

static void step(bool is_early) {
  block *at = &blocks[draw(block_count)];
  size_t size = draw_size(is_early);
  if (size == 0 && at->size == 0) return;
  check(at, at->size);
  at->bytes = clua_arena_resize(arena, at->bytes, at->size, size);
  if (size > 0 && at->bytes == NULL) abort();
  check(at, size < at->size ? size : at->size);
  at->size = size;
  at->mark = (unsigned char)draw(256);
  if (size > 0) memset(at->bytes, at->mark, size);
}

static void check_all(void) {
  for (size_t i = 0; i < block_count; i++) check(&blocks[i], blocks[i].size);
}

static void open_arena(int steps, bool fits) {
  memset(blocks, 0, sizeof blocks);
  arena = clua_arena_create();
  if (arena == NULL) abort();
  for (int i = 0; i < steps; i++) step(true);
  if (clua_arena_seal(arena) != fits) abort();
}

/* One that was filled before it was sealed goes on without being restored. */
static void run_full(void) {
  open_arena(full_steps, false);
  for (int i = 0; i < late_steps; i++) step(false);
  check_all();
  clua_arena_destroy(arena);
}

/* Blocks of one size after the other, all of a size freed before the next. The peak of the process
   grows by what one size takes, not by what all take; with a sanitizer's malloc it does all the same. */
static void pass_sizes(void) {
  enum { bytes = 4 << 20, most_growth = 40 << 10 /* KiB */ };
  static void *passing[bytes / 16];
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  open_arena(0, true);
  for (size_t size = 16; size <= 1024; size += 16) {
    for (size_t i = 0; i < bytes / size; i++)
      passing[i] = memset(clua_arena_resize(arena, NULL, 0, size), 1, size);
    for (size_t i = 0; i < bytes / size; i++) clua_arena_resize(arena, passing[i], size, 0);
  }
  clua_arena_destroy(arena);
  getrusage(RUSAGE_SELF, &after);
  bool is_kept = after.ru_maxrss - before.ru_maxrss > most_growth;
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  is_kept = false;
#endif
#endif
  failures += is_kept;
}

int main(void) {
  static block sealed[block_count];
  pass_sizes();
  run_full();
  open_arena(early_steps, true);
  memcpy(sealed, blocks, sizeof blocks);
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < late_steps; i++) step(false);
    check_all();
    clua_arena_restore(arena);
    memcpy(blocks, sealed, sizeof blocks);
    check_all();
  }
  clua_arena_destroy(arena);
  printf("%d steps, %d failures\n", (rounds + 1) * late_steps, failures);
  return failures > 0;
}
