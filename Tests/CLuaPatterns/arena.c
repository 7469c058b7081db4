/*
 * arena.c - blocks of every size come, grow, shrink and go, and none touches another.
 *
 * Each block is filled with bytes of its own, which are looked at before it changes; in a build with
 * a sanitizer, large blocks have its guards as well. What was sealed is compared after each restore.
 */
#include "../../Sources/CLua/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { block_count = 400, early_steps = 300, late_steps = 20000, rounds = 20, early_limit = 1500 };

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

int main(void) {
  static block sealed[block_count];
  arena = clua_arena_create();
  if (arena == NULL) abort();
  for (int i = 0; i < early_steps; i++) step(true);
  if (!clua_arena_seal(arena)) abort();
  memcpy(sealed, blocks, sizeof blocks);
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < late_steps; i++) step(false);
    check_all();
    clua_arena_restore(arena);
    memcpy(blocks, sealed, sizeof blocks);
    check_all();
  }
  clua_arena_destroy(arena);
  printf("%d steps, %d overlaps\n", rounds * late_steps, failures);
  return failures > 0;
}
