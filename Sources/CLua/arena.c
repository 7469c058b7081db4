/*
 * arena.c - the memory of one interpreter, which is given back all at once.
 *
 * Small blocks are cut from large pieces, and wait by their size when they are free. Until it is
 * sealed everything lies in the first piece: what is there then can be copied away, and back to the
 * same addresses. Later large blocks come from malloc.
 */
#include "internal.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum {
  grain = 16, /* bytes; sizes are rounded up to it */
  small_limit = 1024,
  first_size = 1 << 20, /* reserved; only what is touched takes memory */
  piece_size = 64 << 10,
};

typedef struct link {
  alignas(grain) struct link *next;
} link;

/* Before a large block. */
typedef struct large {
  alignas(grain) struct large *next;
  struct large **place; /* what points here */
} large;

/* Where the next block is cut, and which are free. */
typedef struct cut {
  char *top;
  char *end;
  link *free[small_limit / grain + 1];
} cut;

struct clua_arena {
  char *first;
  cut now;
  cut sealed;
  char *copy; /* of the first piece, as it was when it was sealed; NULL: it is not */
  link *pieces; /* cut since */
  large *larges;
};

clua_arena *clua_arena_create(void) {
  clua_arena *arena = calloc(1, sizeof *arena);
  char *first = aligned_alloc(grain, first_size);
  if (arena == NULL || first == NULL) {
    free(arena);
    free(first);
    return NULL;
  }
  arena->first = arena->now.top = first;
  arena->now.end = first + first_size;
  return arena;
}

static void free_later_blocks(clua_arena *arena) {
  while (arena->pieces) {
    link *piece = arena->pieces;
    arena->pieces = piece->next;
    free(piece);
  }
  while (arena->larges) {
    large *block = arena->larges;
    arena->larges = block->next;
    free(block);
  }
}

void clua_arena_destroy(clua_arena *arena) {
  free_later_blocks(arena);
  free(arena->first);
  free(arena->copy);
  free(arena);
}

static size_t rounded(size_t size) { return (size + grain - 1) & ~(size_t)(grain - 1); }

static bool is_in_first(const clua_arena *arena, const void *block) {
  const char *place = block;
  return place >= arena->first && place < arena->first + first_size;
}

/* ---- large blocks --------------------------------------------------------------------------- */

static void *keep_large(clua_arena *arena, large *block) {
  if (block == NULL) return NULL;
  block->next = arena->larges;
  block->place = &arena->larges;
  if (block->next) block->next->place = &block->next;
  arena->larges = block;
  return block + 1;
}

static large *take_large(void *memory) {
  large *block = (large *)memory - 1;
  *block->place = block->next;
  if (block->next) block->next->place = block->place;
  return block;
}

static void *new_large(clua_arena *arena, size_t size) {
  size_t room = (size_t)(arena->now.end - arena->now.top);
  if (arena->copy == NULL && size <= room && rounded(size) <= room) {
    char *block = arena->now.top;
    arena->now.top += rounded(size);
    return block;
  }
  return size > SIZE_MAX / 2 ? NULL : keep_large(arena, malloc(sizeof(large) + rounded(size)));
}

static void *resize_large(clua_arena *arena, void *memory, size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  large *block = take_large(memory);
  large *moved = realloc(block, sizeof *block + rounded(size));
  void *kept = keep_large(arena, moved ? moved : block);
  return moved ? kept : NULL;
}

/* ---- blocks of any size --------------------------------------------------------------------- */

static bool open_piece(clua_arena *arena) {
  link *piece = aligned_alloc(grain, piece_size);
  if (piece == NULL) return false;
  piece->next = arena->pieces;
  arena->pieces = piece;
  arena->now.top = (char *)(piece + 1);
  arena->now.end = (char *)piece + piece_size;
  return true;
}

static void *new_block(clua_arena *arena, size_t size) {
  if (size > small_limit) return new_large(arena, size);
  link **waiting = &arena->now.free[rounded(size) / grain];
  link *block = *waiting;
  if (block) {
    *waiting = block->next;
    return block;
  }
  if ((size_t)(arena->now.end - arena->now.top) < rounded(size) && !open_piece(arena)) return NULL;
  char *fresh = arena->now.top;
  arena->now.top += rounded(size);
  return fresh;
}

/* A large block of the first piece is not used again before it is restored. */
static void free_block(clua_arena *arena, void *block, size_t size) {
  if (size <= small_limit) {
    link *waiting = block;
    waiting->next = arena->now.free[rounded(size) / grain];
    arena->now.free[rounded(size) / grain] = waiting;
  } else if (!is_in_first(arena, block)) {
    free(take_large(block));
  }
}

void *clua_arena_resize(clua_arena *arena, void *block, size_t old_size, size_t new_size) {
  if (block == NULL) return new_block(arena, new_size);
  if (new_size == 0) {
    free_block(arena, block, old_size);
    return NULL;
  }
  if (rounded(old_size) == rounded(new_size)) return block;
  if (old_size > small_limit && new_size > small_limit && !is_in_first(arena, block))
    return resize_large(arena, block, new_size);
  void *moved = new_block(arena, new_size);
  if (moved == NULL) return NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  free_block(arena, block, old_size);
  return moved;
}

/* ---- sealing -------------------------------------------------------------------------------- */

bool clua_arena_seal(clua_arena *arena) {
  size_t used = (size_t)(arena->now.top - arena->first);
  if (arena->pieces || arena->larges || (arena->copy = malloc(used)) == NULL) return false;
  memcpy(arena->copy, arena->first, used);
  arena->sealed = arena->now;
  return true;
}

void clua_arena_restore(clua_arena *arena) {
  free_later_blocks(arena);
  memcpy(arena->first, arena->copy, (size_t)(arena->sealed.top - arena->first));
  arena->now = arena->sealed;
}
