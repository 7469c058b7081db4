/*
 * arena.c - the memory of one interpreter, which is given back all at once.
 *
 * Blocks are cut from one piece, and small ones wait there by their size when they are free. What is
 * in the piece when it is sealed can be copied away, and back to the same addresses. What does not fit
 * comes from malloc, and goes back to it: else memory would be kept for sizes that are over.
 */
#include "internal.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum {
  grain = 16, /* bytes; sizes are rounded up to it */
  small_limit = 1024,
  piece_size = 1 << 20, /* reserved; only what is touched takes memory */
};

typedef struct link {
  alignas(grain) struct link *next;
} link;

/* Before a block that is not in the piece. */
typedef struct outer {
  alignas(grain) struct outer *next;
  struct outer **place; /* what points here */
} outer;

/* Where the next block is cut, and which are free. */
typedef struct cut {
  char *top;
  char *end;
  link *free[small_limit / grain + 1];
} cut;

struct clua_arena {
  char *piece;
  cut now;
  cut sealed;
  char *copy; /* of the piece, as it was when it was sealed; NULL: it is not */
  outer *outers;
};

clua_arena *clua_arena_create(void) {
  clua_arena *arena = calloc(1, sizeof *arena);
  char *piece = aligned_alloc(grain, piece_size);
  if (arena == NULL || piece == NULL) {
    free(arena);
    free(piece);
    return NULL;
  }
  arena->piece = arena->now.top = piece;
  arena->now.end = piece + piece_size;
  return arena;
}

static void free_outers(clua_arena *arena) {
  while (arena->outers) {
    outer *block = arena->outers;
    arena->outers = block->next;
    free(block);
  }
}

void clua_arena_destroy(clua_arena *arena) {
  free_outers(arena);
  free(arena->piece);
  free(arena->copy);
  free(arena);
}

static size_t rounded(size_t size) { return (size + grain - 1) & ~(size_t)(grain - 1); }

static bool is_in_piece(const clua_arena *arena, const void *block) {
  const char *place = block;
  return place >= arena->piece && place < arena->piece + piece_size;
}

/* ---- blocks outside the piece --------------------------------------------------------------- */

static void *keep_outer(clua_arena *arena, outer *block) {
  if (block == NULL) return NULL;
  block->next = arena->outers;
  block->place = &arena->outers;
  if (block->next) block->next->place = &block->next;
  arena->outers = block;
  return block + 1;
}

static outer *take_outer(void *memory) {
  outer *block = (outer *)memory - 1;
  *block->place = block->next;
  if (block->next) block->next->place = block->place;
  return block;
}

static void *new_outer(clua_arena *arena, size_t size) {
  return size > SIZE_MAX / 2 ? NULL : keep_outer(arena, malloc(sizeof(outer) + rounded(size)));
}

static void *resize_outer(clua_arena *arena, void *memory, size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  outer *block = take_outer(memory);
  outer *moved = realloc(block, sizeof *block + rounded(size));
  void *kept = keep_outer(arena, moved ? moved : block);
  return moved ? kept : NULL;
}

/* ---- blocks of any size --------------------------------------------------------------------- */

/* What is left of the piece is for small blocks once it is sealed: large ones do not come again. */
static void *cut_block(clua_arena *arena, size_t size) {
  size_t room = (size_t)(arena->now.end - arena->now.top);
  bool is_welcome = size <= small_limit || arena->copy == NULL;
  if (!is_welcome || size > room || rounded(size) > room) return new_outer(arena, size);
  char *block = arena->now.top;
  arena->now.top += rounded(size);
  return block;
}

static void *new_block(clua_arena *arena, size_t size) {
  if (size > small_limit) return cut_block(arena, size);
  link **waiting = &arena->now.free[rounded(size) / grain];
  link *block = *waiting;
  if (block == NULL) return cut_block(arena, size);
  *waiting = block->next;
  return block;
}

/* A large block of the piece is not used again before it is restored. */
static void free_block(clua_arena *arena, void *block, size_t size) {
  if (!is_in_piece(arena, block)) {
    free(take_outer(block));
  } else if (size <= small_limit) {
    link *waiting = block;
    waiting->next = arena->now.free[rounded(size) / grain];
    arena->now.free[rounded(size) / grain] = waiting;
  }
}

void *clua_arena_resize(clua_arena *arena, void *block, size_t old_size, size_t new_size) {
  if (block == NULL) return new_block(arena, new_size);
  if (new_size == 0) {
    free_block(arena, block, old_size);
    return NULL;
  }
  if (rounded(old_size) == rounded(new_size)) return block;
  if (!is_in_piece(arena, block)) return resize_outer(arena, block, new_size);
  void *moved = new_block(arena, new_size);
  if (moved == NULL) return NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  free_block(arena, block, old_size);
  return moved;
}

/* ---- sealing -------------------------------------------------------------------------------- */

bool clua_arena_seal(clua_arena *arena) {
  size_t used = (size_t)(arena->now.top - arena->piece);
  if (arena->outers || (arena->copy = malloc(used)) == NULL) return false;
  memcpy(arena->copy, arena->piece, used);
  arena->sealed = arena->now;
  return true;
}

void clua_arena_restore(clua_arena *arena) {
  free_outers(arena);
  memcpy(arena->piece, arena->copy, (size_t)(arena->sealed.top - arena->piece));
  arena->now = arena->sealed;
}
