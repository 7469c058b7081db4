/*
 * scripts.h - one Lua script, run in the stock interpreter or in ours.
 *
 * Knows: how a state is opened, fed with strings and closed. Does not know: what is compared.
 */
#ifndef SCRIPTS_H
#define SCRIPTS_H

#include <CLua.h>
#include <stddef.h>

typedef struct text {
  char *bytes; /* owned; a zero follows the last one */
  size_t size;
} text;

typedef struct script {
  text source;
  text argument; /* the script's `...`; no bytes: none */
} script;

typedef struct outcome {
  clua_step step;          /* CLUA_FAILED: `result` is the error's message */
  clua_stop_reason reason; /* when it was stopped */
  text result;             /* the first result, if that is a string; owned by the caller */
} outcome;

/* A copy of `size` bytes. Ends the process when memory is out. */
text text_copy(const char *bytes, size_t size);
/* Ends the process by SIGXCPU after so much processor time: on a busy machine as on an idle one. */
void limit_processor_time(unsigned seconds);
/* The content of a file. Ends the process if it cannot be read. */
text text_read(const char *path);

/* Runs a script in a stock state with all libraries. */
outcome run_stock(const script *script);
/* Runs a script in a runtime of ours; with `interrupt_ms` above 0, interrupts it from another
   thread after so many milliseconds. */
outcome run_ours(const script *script, const clua_options *limits, unsigned interrupt_ms);

#endif
