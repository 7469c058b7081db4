/*
 * compare.c - the same cases in a stock interpreter and in ours: every line must be the same.
 *
 * Usage: compare HARNESS CASES... Each file of cases runs once in each interpreter; the harness
 * gives back one line of text for each case. Prints the lines that differ, and a summary.
 */
#include "scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { shown_differences = 20 };

typedef struct tally {
  unsigned cases;
  unsigned differences;
} tally;

static void show(const char *who, const char *line, size_t size) {
  printf("  %-6s %.*s\n", who, (int)(size < 400 ? size : 400), line);
}

static void compare_lines(const char *path, const char *stock, const char *ours, tally *sum) {
  while (*stock != '\0' || *ours != '\0') {
    size_t stock_size = strcspn(stock, "\n");
    size_t our_size = strcspn(ours, "\n");
    sum->cases++;
    if (stock_size != our_size || memcmp(stock, ours, our_size) != 0) {
      if (sum->differences++ < shown_differences) {
        printf("%s: differs\n", path);
        show("stock", stock, stock_size);
        show("ours", ours, our_size);
      }
    }
    stock += stock_size + (stock[stock_size] != '\0');
    ours += our_size + (ours[our_size] != '\0');
  }
}

/* Runs one file of cases in both interpreters. */
static void compare_file(text harness, const char *path, tally *sum) {
  script script = {harness, text_read(path)};
  clua_options unlimited = {0};
  outcome stock = run_stock(&script);
  outcome ours = run_ours(&script, &unlimited, 0);
  unsigned before = sum->cases;
  if (stock.step == CLUA_FINISHED && ours.step == CLUA_FINISHED)
    compare_lines(path, stock.result.bytes, ours.result.bytes, sum);
  if (sum->cases == before) {
    printf("%s: did not finish, or has no cases\n", path);
    show("stock", stock.result.bytes, stock.result.size);
    show("ours", ours.result.bytes, ours.result.size);
    sum->differences++;
  }
  free(script.argument.bytes);
  free(stock.result.bytes);
  free(ours.result.bytes);
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "usage: compare HARNESS CASES...\n");
    return 2;
  }
  limit_processor_time(60); /* a case that never ends, ends this program */
  text harness = text_read(arguments[1]);
  tally sum = {0, 0};
  for (int i = 2; i < count; i++) compare_file(harness, arguments[i], &sum);
  free(harness.bytes);
  printf("%u cases, %u differences\n", sum.cases, sum.differences);
  return sum.differences == 0 ? 0 : 1;
}
