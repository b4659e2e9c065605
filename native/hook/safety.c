/*
 * Whether a shell command would delete everything: a recursive delete of the root folder, of a home
 * folder, or of all that is in one of them. Reads the command as a shell splits it into words; what a
 * shell would only know when it runs (other variables, output of commands) is not guessed.
 */
#define _GNU_SOURCE
#include "safety.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const char *word, const char *other) {
    return strcmp(word, other) == 0;
}

static const char *base_name(const char *word) {
    const char *slash = strrchr(word, '/');
    return slash == NULL ? word : slash + 1;
}

static bool blocks(struct shell *sh, const char *what, const char *target) {
    size_t n = (size_t)snprintf(sh->reason, sizeof sh->reason, "%s of ", what);
    for (; *target != '\0' && n + 1 < sizeof sh->reason; target++) {
        if (*target != LITERAL) sh->reason[n++] = *target;
    }
    sh->reason[n < sizeof sh->reason ? n : sizeof sh->reason - 1] = '\0';
    return true;
}

static bool rm_blocks(struct shell *sh, const struct words *w, size_t first) {
    bool recursive = false;
    bool options = true;
    for (size_t i = first; i < w->count; i++) {
        const char *word = w->word[i];
        if (options && is(word, "--")) options = false;
        else if (options && strncmp(word, "--r", 3) == 0 && strncmp("--recursive", word, strlen(word)) == 0) recursive = true;
        else if (options && word[0] == '-' && word[1] != '-' && strpbrk(word, "rR") != NULL) recursive = true;
    }
    options = true;
    for (size_t i = first; recursive && i < w->count; i++) {
        const char *word = w->word[i];
        if (options && is(word, "--")) options = false;
        else if (options && word[0] == '-') continue;
        else if (is_top(sh, word, NULL)) return blocks(sh, "recursive delete", word);
    }
    return false;
}

/* find START... -delete, or -exec rm; a test before it that narrows what is found lets it pass. */
static bool find_blocks(struct shell *sh, const struct words *w, size_t first) {
    const char *top = NULL;
    bool deletes = false;
    bool narrowed = false;
    size_t i = first;
    for (; i < w->count && (w->word[i][0] != '-' || is(w->word[i], "-H") || is(w->word[i], "-L")) && !is(w->word[i], "(") && !is(w->word[i], "!"); i++) {
        if (top == NULL && is_top(sh, w->word[i], NULL)) top = w->word[i];
    }
    if (i == first && sh->at_top) top = ".";
    for (; i < w->count; i++) {
        const char *word = w->word[i];
        if (is(word, "-delete")) deletes = true;
        else if ((is(word, "-exec") || is(word, "-execdir") || is(word, "-ok")) && i + 1 < w->count) {
            if (is(base_name(w->word[i + 1]), "rm")) deletes = true;
        } else if (strncmp(word, "-name", 5) == 0 || strncmp(word, "-iname", 6) == 0 || strncmp(word, "-path", 5) == 0
                || strncmp(word, "-regex", 6) == 0 || is(word, "-mtime") || is(word, "-mmin") || is(word, "-size")
                || is(word, "-empty") || is(word, "-newer") || is(word, "-user") || is(word, "-maxdepth")) {
            narrowed = true;
        }
    }
    return top != NULL && deletes && !narrowed && blocks(sh, "find with delete", top);
}

static void remember_cd(struct shell *sh, const struct words *w, size_t i) {
    size_t to = i + 1;
    while (to < w->count && w->word[to][0] == '-' && w->word[to][1] != '\0') to++;
    if (to >= w->count) sh->at_top = true; /* cd alone goes home */
    else if (is(w->word[to], ".") || is(w->word[to], "./")) return;
    else if (is(w->word[to], "..")) return; /* from where is not known */
    else sh->at_top = is_top(sh, w->word[to], NULL);
}

/* for NAME in WORDS: what follows is looked at with the word that is the worst. */
static void remember_loop(struct shell *sh, const struct words *w, size_t i) {
    char which[PATH_ROOM];
    for (size_t k = i + 3; k < w->count; k++) {
        if (is_top(sh, w->word[k], which)) set_variable(sh, w->word[i + 1], strlen(w->word[i + 1]), which);
    }
}

/* Words that are a command line of their own once they are put together. */
static bool line_blocks(struct shell *sh, const struct words *w, size_t first, size_t end, int depth) {
    size_t room = 1;
    for (size_t i = first; i < end; i++) room += strlen(w->word[i]) + 1;
    char *line = malloc(room);
    if (line == NULL) return false;
    size_t n = 0;
    for (size_t i = first; i < end; i++) {
        for (const char *c = w->word[i]; *c != '\0'; c++) {
            if (*c != LITERAL) line[n++] = *c;
        }
        line[n++] = ' ';
    }
    line[n] = '\0';
    bool found = text_blocks(sh, line, depth + 1);
    free(line);
    return found;
}

/* sh -c LINE, and other programs that take one so. */
static bool shell_blocks(struct shell *sh, const struct words *w, size_t i, int depth) {
    for (size_t k = i + 1; k + 1 < w->count; k++) {
        if (w->word[k][0] != '-' || w->word[k][1] == '-' || strchr(w->word[k], 'c') == NULL) continue;
        return line_blocks(sh, w, k + 1, k + 2, depth);
    }
    return false;
}

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

/* echo WORDS, printf WORDS */
static void feed_words(struct feed *f, const struct words *w, size_t i, char between) {
    while (i < w->count && w->word[i][0] == '-' && w->word[i][1] != '\0' && strspn(w->word[i] + 1, "neE-") == strlen(w->word[i] + 1)) i++;
    for (; i < w->count; i++) feed_word(f, w->word[i], between);
    feed_word(f, "", '\n');
}

/* Whether a shell with these arguments takes its commands from what it reads. */
static bool reads_commands(const struct words *w, size_t i) {
    for (i++; i < w->count; i++) {
        const char *word = w->word[i];
        if (is(word, "-") || is(word, "/dev/stdin")) return true;
        if (word[0] != '-' && word[0] != '+') return false;
        if (is(word, "--")) return i + 1 == w->count;
        if (word[1] == '-') {
            i += is(word, "--rcfile") || is(word, "--init-file") ? 1 : 0;
            continue;
        }
        if (strchr(word, 'c') != NULL) return false;
        if (strchr(word, 's') != NULL) return true;
        if (strpbrk(word, "oO") != NULL) i++;
    }
    return true;
}

/* A shell takes all that it is given; what it prints in turn is not known. */
static bool feed_blocks(struct shell *sh, struct feed *f, int depth) {
    char text[FEED_ROOM];
    size_t n = 0;
    for (size_t k = 0; k < f->length; k++) {
        if (f->text[k] != LITERAL) text[n++] = f->text[k];
    }
    text[n] = '\0';
    f->length = 0;
    struct shell below = *sh;
    bool found = depth < DEPTH && text_blocks(&below, text, depth + 1);
    if (found) memcpy(sh->reason, below.reason, sizeof sh->reason);
    return found;
}

/* xargs rm -r with what it reads; with -I only where that is a whole word. */
static bool xargs_blocks(struct shell *sh, const struct words *w, const struct feed *f, size_t i) {
    bool xargs = false;
    bool replaces = false;
    bool whole = false;
    for (size_t k = 0; k < i; k++) {
        xargs = xargs || is(base_name(w->word[k]), "xargs");
        replaces = replaces || strncmp(w->word[k], "-I", 2) == 0 || strncmp(w->word[k], "--replace", 9) == 0;
    }
    static struct words all;
    all.count = 0;
    for (size_t k = i; k < w->count; k++) {
        char plain[4] = "";
        size_t n = 0;
        for (const char *c = w->word[k]; *c != '\0' && n < 3; c++) {
            if (*c != LITERAL) plain[n++] = *c;
        }
        whole = whole || is(plain, "{}");
        all.word[all.count++] = w->word[k];
    }
    if (!xargs || f->length == 0 || (replaces && !whole)) return false;
    static char text[FEED_ROOM];
    memcpy(text, f->text, f->length + 1);
    for (char *at = strtok(text, " \t\n"); at != NULL && all.count < WORDS; at = strtok(NULL, " \t\n")) all.word[all.count++] = at;
    return rm_blocks(sh, &all, 1);
}

bool simple_blocks(struct shell *sh, struct words *w, struct feed *f, int depth) {
    static const char *const shells[] = {"sh", "bash", "zsh", "dash", "ksh", "su", "runuser", "script"};
    bool line;
    size_t i = skip_wrappers(sh, w, &line);
    if (i >= w->count) return false;
    if (line) return line_blocks(sh, w, i, w->count, depth);
    const char *name = base_name(w->word[i]);
    if (is(name, "rm")) return rm_blocks(sh, w, i + 1) || xargs_blocks(sh, w, f, i);
    if (is(name, "find")) return find_blocks(sh, w, i + 1);
    if (is(name, "cd") || is(name, "pushd")) remember_cd(sh, w, i);
    if ((is(name, "for") || is(name, "select")) && i + 3 < w->count) remember_loop(sh, w, i);
    if (is(name, "echo")) feed_words(f, w, i + 1, ' ');
    if (is(name, "printf")) feed_words(f, w, i + 1, '\n');
    bool source = (is(name, ".") || is(name, "source")) && i + 1 < w->count && is(w->word[i + 1], "/dev/stdin");
    for (size_t k = 0; k < sizeof shells / sizeof shells[0]; k++) {
        if (!is(name, shells[k])) continue;
        source = k < 5 && reads_commands(w, i);
        if (shell_blocks(sh, w, i, depth)) return true;
    }
    f->shell = f->shell || source;
    return source && f->length > 0 && feed_blocks(sh, f, depth);
}

bool command_is_fatal(const char *command, const char *home, char *reason, size_t room) {
    static struct shell sh;
    sh = (struct shell){.home = home == NULL ? "" : home};
    bool found = text_blocks(&sh, command, 0);
    if (found) snprintf(reason, room, "%s", sh.reason);
    return found;
}

/* The first word that names a file of secrets by its extension, as it stands; its length, or 0. */
size_t sensitive_word(const char *command, const char **word) {
    static const char *const endings[] = {".env", ".pem", ".key", ".credentials", ".secret"};
    for (const char *at = command; *at != '\0';) {
        size_t length = strcspn(at, " \t\n\"'`;|&<>()=");
        for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
            size_t ending = strlen(endings[i]);
            if (length >= ending && strncmp(at + length - ending, endings[i], ending) == 0) {
                *word = at;
                return length;
            }
        }
        at += length;
        if (*at != '\0') at++;
    }
    return 0;
}
