/* What stands in a command for its other commands to read: a shell, or xargs. */
#define _GNU_SOURCE
#include "safety.h"

#include <string.h>

void feed_word(struct feed *f, const char *word, char behind) {
    if (f->length + 2 >= sizeof f->text) return;
    for (; *word != '\0' && f->length + 2 < sizeof f->text; word++) {
        bool line = word[0] == '\\' && word[1] == 'n'; /* as printf and some echo have it */
        f->text[f->length++] = line ? '\n' : *word;
        word += line ? 1 : 0;
    }
    f->text[f->length++] = behind;
    f->text[f->length] = '\0';
}

/* What echo and printf are about to print. */
void feed_words(struct feed *f, const struct words *w, size_t i) {
    char between = is(base_name(w->word[i++]), "echo") ? ' ' : '\n';
    while (i < w->count && w->word[i][0] == '-' && w->word[i][1] != '\0' && strspn(w->word[i] + 1, "neE-") == strlen(w->word[i] + 1)) i++;
    for (; i < w->count; i++) feed_word(f, w->word[i], between);
    feed_word(f, "", '\n');
}

bool is_shell(const char *name) {
    return is(name, "sh") || is(name, "bash") || is(name, "zsh") || is(name, "dash") || is(name, "ksh");
}

static bool is_input(const char *word) {
    return is(word, "/dev/stdin") || is(word, GIVEN);
}

/* Whether a shell, or . and source, take their commands from what they are given to read. */
bool reads_commands(const struct words *w, size_t i) {
    const char *name = base_name(w->word[i++]);
    if (is(name, ".") || is(name, "source")) return i < w->count && is_input(w->word[i]);
    for (; i < w->count && is_shell(name); i++) {
        const char *word = w->word[i];
        if (is(word, "-") || is_input(word)) return true;
        if (word[0] != '-' && word[0] != '+') return false;
        if (is(word, "--")) return i + 1 == w->count;
        if (word[1] == '-') {
            i += is(word, "--rcfile") || is(word, "--init-file") ? 1 : 0;
            continue;
        }
        if (strpbrk(word, "cn") != NULL) return false; /* -n runs nothing */
        if (strchr(word, 's') != NULL) return true;
        if (strpbrk(word, "oO") != NULL) i++;
    }
    return is_shell(name);
}

/* A shell takes all that it is given; what it prints in turn is not known. */
bool feed_blocks(struct shell *sh, struct feed *f, int depth) {
    char text[FEED_ROOM];
    size_t n = 0;
    f->shell = true;
    for (size_t k = f->from; k < f->length; k++) {
        if (f->text[k] != LITERAL) text[n++] = f->text[k];
    }
    text[n] = '\0';
    f->length = f->from;
    struct shell below = *sh;
    bool found = n > 0 && depth < DEPTH && text_blocks(&below, text, depth + 1);
    if (found) memcpy(sh->reason, below.reason, sizeof sh->reason);
    return found;
}

/* Whether two words are the same but for their marks. */
static bool alike(const char *a, const char *b) {
    for (;; a++, b++) {
        a += *a == LITERAL ? 1 : 0;
        b += *b == LITERAL ? 1 : 0;
        if (*a != *b || *a == '\0') return *a == *b;
    }
}

/* The word in whose place xargs puts what it reads: of -I WORD, or {} of -i; NULL if that comes last. */
static const char *place_of_input(const struct words *w, size_t from, size_t end) {
    for (size_t k = from; k < end; k++) {
        const char *word = w->word[k];
        if (strncmp(word, "-I", 2) == 0) return word[2] != '\0' ? word + 2 : w->word[k + 1];
        if (strncmp(word, "--replace=", 10) == 0) return word + 10;
        if (is(word, "-i") || is(word, "--replace")) return "{}";
    }
    return NULL;
}

/* xargs rm with what it reads, unless that is only a part of a word. */
bool xargs_blocks(struct shell *sh, const struct words *w, const struct feed *f, size_t i) {
    static struct words all;
    static char text[FEED_ROOM];
    size_t xargs = 0;
    while (xargs < i && !is(base_name(w->word[xargs]), "xargs")) xargs++;
    const char *place = place_of_input(w, xargs, i);
    bool whole = place == NULL;
    bool recursive = false;
    all.count = 0;
    for (size_t k = i; k < w->count; k++) {
        whole = whole || alike(w->word[k], place);
        recursive = recursive || is_recursive(w->word[k]);
        all.word[all.count++] = w->word[k];
    }
    if (xargs == i || !whole) return false;
    if (f->listed[0] != '\0' && (f->whole || recursive)) return blocks(sh, "find with delete", f->listed);
    if (f->length == f->from) return false;
    memcpy(text, f->text + f->from, f->length - f->from + 1);
    for (char *at = strtok(text, " \t\n"); at != NULL && all.count < WORDS; at = strtok(NULL, " \t\n")) all.word[all.count++] = at;
    return rm_blocks(sh, &all, 1);
}
