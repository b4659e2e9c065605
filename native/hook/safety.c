/*
 * Whether a shell command would delete everything: a recursive delete of the root folder, of a home
 * folder, or of all that is in one of them. Reads the command as a shell splits it into words; what a
 * shell would only know when it runs (other variables, output of commands) is not guessed.
 */
#define _GNU_SOURCE
#include "safety.h"

#include <stdio.h>
#include <stdlib.h>

bool blocks(struct shell *sh, const char *what, const char *target) {
    size_t n = (size_t)snprintf(sh->reason, sizeof sh->reason, "%s of ", what);
    for (; *target != '\0' && n + 1 < sizeof sh->reason; target++) {
        if (*target != LITERAL) sh->reason[n++] = *target;
    }
    sh->reason[n < sizeof sh->reason ? n : sizeof sh->reason - 1] = '\0';
    return true;
}

/* -r, -Rf, --recursive and what is short for it. */
bool is_recursive(const char *word) {
    if (word[0] == '-' && word[1] != '-') return strpbrk(word, "rR") != NULL;
    return strncmp(word, "--r", 3) == 0 && strncmp("--recursive", word, strlen(word)) == 0;
}

bool rm_blocks(struct shell *sh, const struct words *w, size_t first) {
    bool recursive = false;
    bool options = true;
    for (size_t i = first; i < w->count && !is(w->word[i], "--"); i++) recursive = recursive || is_recursive(w->word[i]);
    for (size_t i = first; recursive && i < w->count; i++) {
        const char *word = w->word[i];
        if (options && is(word, "--")) options = false;
        else if (options && word[0] == '-') continue;
        else if (is_top(sh, word, NULL)) return blocks(sh, "recursive delete", word);
    }
    return false;
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

/* Commands through which the names that find tells come whole; rm with xargs takes them. */
static bool leaves_names(const char *name) {
    return is(name, "cat") || is(name, "sort") || is(name, "tac") || is(name, "tee") || is(name, "uniq") || is(name, "rm");
}

bool simple_blocks(struct shell *sh, struct words *w, struct feed *f, int depth) {
    bool line;
    size_t i = skip_wrappers(sh, w, &line);
    if (i >= w->count) return false;
    if (line) return line_blocks(sh, w, i, w->count, depth);
    const char *name = base_name(w->word[i]);
    if (!leaves_names(name)) f->listed[0] = '\0';
    if (is(name, "rm")) return rm_blocks(sh, w, i + 1) || xargs_blocks(sh, w, f, i);
    if (is(name, "find")) return find_blocks(sh, w, f, i + 1);
    if (is(name, "cd") || is(name, "pushd")) remember_cd(sh, w, i);
    if ((is(name, "for") || is(name, "select")) && i + 3 < w->count) remember_loop(sh, w, i);
    if (is(name, "echo") || is(name, "printf")) feed_words(f, w, i);
    bool takes_line = is_shell(name) || is(name, "su") || is(name, "runuser") || is(name, "script");
    if (takes_line && shell_blocks(sh, w, i, depth)) return true;
    return reads_commands(w, i) && feed_blocks(sh, f, depth);
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
