/* The safety hook: what its files share. Open safety.c first. */
#ifndef PROA_SAFETY_H
#define PROA_SAFETY_H

#include "hook.h"

#include <string.h>

enum { WORDS = 256, DEPTH = 16, KNOWN = 16, NAME_ROOM = 48, VALUE_ROOM = 512, REASON_ROOM = 160, FEED_ROOM = 4096 };

/* One simple command's words, unquoted; a quoted glob or variable is told by a mark before it. */
struct words {
    char *word[WORDS];
    size_t count;
};

/* Stands before a character that the shell takes as it is, so that '~' and "*" are no patterns. */
#define LITERAL '\x01'

/* A variable that the command itself has set. */
struct variable {
    char name[NAME_ROOM];
    char value[VALUE_ROOM]; /* a word, not expanded yet */
};

/* The shell that would run the command, as far as the command says. */
struct shell {
    const char *home;
    bool at_top; /* a cd before led to / or home */
    struct variable known[KNOWN];
    size_t variables;
    char reason[REASON_ROOM];
};

/* What the commands of a pipeline are given to read, as far as it stands in the command itself. */
struct feed {
    char text[FEED_ROOM]; /* words with their marks */
    size_t length;
    size_t from; /* before it stands what other pipelines of the same group print */
    bool shell; /* a shell reads it as commands */
    char listed[NAME_ROOM]; /* all that is in it is read, one name after the other; else empty */
    bool whole; /* and in its folders */
};

/* A word that stands for <( ). */
#define GIVEN "/dev/fd/63"

static inline bool is(const char *word, const char *other) {
    return strcmp(word, other) == 0;
}

static inline const char *base_name(const char *word) {
    const char *slash = strrchr(word, '/');
    return slash == NULL ? word : slash + 1;
}

/* safety.c: what one simple command would delete. */
bool simple_blocks(struct shell *sh, struct words *w, struct feed *f, int depth);
bool rm_blocks(struct shell *sh, const struct words *w, size_t first);
bool is_recursive(const char *option);
/* Keeps why; true. */
bool blocks(struct shell *sh, const char *what, const char *target);

/* find.c */
bool find_blocks(struct shell *sh, const struct words *w, struct feed *f, size_t first);

/* feed.c */
void feed_word(struct feed *f, const char *word, char behind);
void feed_words(struct feed *f, const struct words *w, size_t i);
bool is_shell(const char *name);
bool reads_commands(const struct words *w, size_t i);
bool feed_blocks(struct shell *sh, struct feed *f, int depth);
bool xargs_blocks(struct shell *sh, const struct words *w, const struct feed *f, size_t i);

/* shell.c: takes a command apart into simple ones and looks at each. */
bool text_blocks(struct shell *sh, const char *command, int depth);

/* wrapper.c: the index behind the words that run the rest as a command; line tells that the rest is a
   command line of its own, to be read once more. */
size_t skip_wrappers(struct shell *sh, struct words *w, bool *line);

/* target.c */
size_t name_length(const char *text);
void set_variable(struct shell *sh, const char *name, size_t length, const char *value);
/* Whether a word is / or home or above home, or all that is in one of them; which: room of
   PATH_ROOM for the one of a{b,c} that is, or NULL. */
bool is_top(const struct shell *sh, const char *word, char *which);

#endif
