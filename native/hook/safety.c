/*
 * Whether a shell command would delete everything: a recursive delete of the root folder, of a home
 * folder, or of all that is in one of them. Reads the command as a shell splits it into words; what a
 * shell would only know when it runs (other variables, output of commands) is not guessed.
 */
#define _GNU_SOURCE
#include "hook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 256, DEPTH = 4, KNOWN = 16, NAME_ROOM = 48, VALUE_ROOM = 512, SUBSHELLS = 16 };

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
    char reason[160];
};

static bool look_at(struct shell *sh, const char *command, int depth);

static bool is(const char *word, const char *other) {
    return strcmp(word, other) == 0;
}

static const char *base_name(const char *word) {
    const char *slash = strrchr(word, '/');
    return slash == NULL ? word : slash + 1;
}

static size_t name_length(const char *text) {
    if (strchr("0123456789", *text) != NULL) return 0;
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
}

/* The value of the variable that begins at a dollar sign, and how long its name is there; NULL if unknown. */
static const char *value_of(const struct shell *sh, const char *dollar, size_t *used) {
    bool brace = dollar[1] == '{';
    const char *name = dollar + (brace ? 2 : 1);
    size_t length = name_length(name);
    if (length == 0 || (brace && name[length] != '}')) return NULL;
    *used = length + (brace ? 3 : 1);
    for (size_t i = sh->variables; i-- > 0;) {
        if (strlen(sh->known[i].name) == length && strncmp(sh->known[i].name, name, length) == 0) return sh->known[i].value;
    }
    return length == 4 && strncmp(name, "HOME", 4) == 0 ? sh->home : NULL;
}

/* The word without marks and with what is known of tilde and variables; false if it holds anything else. */
static bool expand(const struct shell *sh, const char *word, char *out, size_t room, int depth) {
    size_t n = 0;
    const char *from = word;
    if (*from == '~' && (from[1] == '/' || from[1] == '\0')) {
        n = (size_t)snprintf(out, room, "%s", sh->home);
        from++;
    }
    while (*from != '\0' && n + 1 < room) {
        if (*from == LITERAL && from[1] != '\0') {
            out[n++] = from[1];
            from += 2;
        } else if (*from == '$') {
            size_t used = 0;
            const char *value = value_of(sh, from, &used);
            if (value == NULL || depth > DEPTH || !expand(sh, value, out + n, room - n, depth + 1)) return false;
            n += strlen(out + n);
            from += used;
        } else if (*from == '`') {
            return false;
        } else {
            out[n++] = *from++;
        }
    }
    out[n < room ? n : room - 1] = '\0';
    return *from == '\0';
}

static void set_variable(struct shell *sh, const char *name, size_t length, const char *value) {
    if (sh->variables == KNOWN || length >= NAME_ROOM || strlen(value) >= VALUE_ROOM) return;
    struct variable *v = &sh->known[sh->variables++];
    snprintf(v->name, sizeof v->name, "%.*s", (int)length, name);
    snprintf(v->value, sizeof v->value, "%s", value);
}

/* Removes doubled slashes, "." and ".." from an absolute path. */
static void normalise(char *path) {
    char *out = path;
    for (char *at = path; *at != '\0';) {
        while (*at == '/') at++;
        size_t length = strcspn(at, "/");
        if (length == 2 && at[0] == '.' && at[1] == '.') {
            while (out > path && *--out != '/') continue;
        } else if (length > 0 && !(length == 1 && at[0] == '.')) {
            *out++ = '/';
            memmove(out, at, length);
            out += length;
        }
        at += length;
    }
    if (out == path) *out++ = '/';
    *out = '\0';
}

/* Whether it is a pattern for everything in a folder: *, .*, .??*, {*,.*} and the like. */
static bool is_all(const char *name) {
    size_t length = strlen(name);
    return length > 0 && strspn(name, "*.?[]!{},^") == length && strspn(name, ".") < length;
}

/* Whether a path is / or home or above home, or all that is in one of them. */
static bool is_top(const struct shell *sh, const char *word) {
    char path[PATH_ROOM];
    char home[PATH_ROOM];
    if (!expand(sh, word, path, sizeof path, 0)) return false;
    bool pattern = strchr(word, LITERAL) == NULL; /* what is quoted is no pattern */
    if (path[0] != '/') {
        const char *name = strncmp(path, "./", 2) == 0 ? path + 2 : path;
        return sh->at_top && (*name == '\0' || is(name, ".") || is(name, "..") || (pattern && is_all(name)));
    }
    char *last = strrchr(path, '/');
    if (pattern && is_all(last + 1)) last[1] = '\0';
    normalise(path);
    if (is(path, "/")) return true;
    if (snprintf(home, sizeof home, "%s", sh->home) <= 0 || home[0] != '/') return false;
    normalise(home);
    size_t length = strlen(path);
    return strncmp(home, path, length) == 0 && (home[length] == '/' || home[length] == '\0');
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
        else if (is_top(sh, word)) return blocks(sh, "recursive delete", word);
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
        if (top == NULL && is_top(sh, w->word[i])) top = w->word[i];
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

/* Words that run the rest of the line as a command; gives the index after them and their options. */
static size_t skip_prefixes(struct shell *sh, const struct words *w) {
    size_t i = 0;
    for (;;) {
        for (; i < w->count; i++) {
            size_t length = name_length(w->word[i]);
            if (length == 0 || w->word[i][length] != '=') break;
            set_variable(sh, w->word[i], length, w->word[i] + length + 1);
        }
        if (i >= w->count) return i;
        const char *name = base_name(w->word[i]);
        if (is(name, "!") || is(name, "{") || is(name, "then") || is(name, "do") || is(name, "else") || is(name, "if")
                || is(name, "while") || is(name, "time") || is(name, "command") || is(name, "builtin") || is(name, "exec")
                || is(name, "nohup") || is(name, "busybox") || is(name, "export") || is(name, "local")) {
            i++;
            while (i < w->count && w->word[i][0] == '-' && w->word[i][1] != '\0') i++;
            continue;
        }
        bool sudo = is(name, "sudo") || is(name, "doas");
        if (sudo || is(name, "env") || is(name, "nice") || is(name, "ionice") || is(name, "timeout") || is(name, "stdbuf") || is(name, "xargs")) {
            bool timeout = is(name, "timeout");
            i++;
            while (i < w->count && w->word[i][0] == '-') {
                bool takes = w->word[i][1] != '-' && w->word[i][2] == '\0' && strchr(sudo ? "ugpCDRTh" : "nkscuSIi", w->word[i][1]) != NULL;
                i += takes && !is(name, "xargs") ? 2 : 1;
            }
            if (timeout && i < w->count) i++;
            continue;
        }
        return i;
    }
}

static void remember_cd(struct shell *sh, const struct words *w, size_t i) {
    size_t to = i + 1;
    while (to < w->count && w->word[to][0] == '-' && w->word[to][1] != '\0') to++;
    if (to >= w->count) sh->at_top = true; /* cd alone goes home */
    else if (is(w->word[to], ".") || is(w->word[to], "./")) return;
    else if (is(w->word[to], "..")) return; /* from where is not known */
    else sh->at_top = is_top(sh, w->word[to]);
}

/* Words that are a command line of their own once they are put together. */
static bool line_blocks(struct shell *sh, const struct words *w, size_t first, int depth) {
    char line[PATH_ROOM];
    size_t n = 0;
    for (size_t i = first; i < w->count; i++) {
        for (const char *c = w->word[i]; *c != '\0' && n + 2 < sizeof line; c++) {
            if (*c != LITERAL) line[n++] = *c;
        }
        line[n++] = ' ';
        if (n + 2 >= sizeof line) break;
    }
    line[n] = '\0';
    return look_at(sh, line, depth + 1);
}

static bool simple_blocks(struct shell *sh, const struct words *w, int depth) {
    size_t i = skip_prefixes(sh, w);
    if (i >= w->count) return false;
    char name[64];
    const char *word = base_name(w->word[i]);
    size_t n = 0;
    for (; *word != '\0' && n + 1 < sizeof name; word++) {
        if (*word != LITERAL) name[n++] = *word;
    }
    name[n] = '\0';
    if (is(name, "rm")) return rm_blocks(sh, w, i + 1);
    if (is(name, "find")) return find_blocks(sh, w, i + 1);
    if (is(name, "cd") || is(name, "pushd")) remember_cd(sh, w, i);
    if (is(name, "eval")) return line_blocks(sh, w, i + 1, depth);
    if (is(name, "for") && i + 3 < w->count) {
        for (size_t k = i + 3; k < w->count; k++) {
            if (is_top(sh, w->word[k])) set_variable(sh, w->word[i + 1], strlen(w->word[i + 1]), w->word[k]);
        }
    }
    bool shell = is(name, "sh") || is(name, "bash") || is(name, "zsh") || is(name, "dash") || is(name, "ksh") || is(name, "su");
    for (size_t k = i + 1; shell && k + 1 < w->count; k++) {
        if (w->word[k][0] != '-' || w->word[k][1] == '-' || strchr(w->word[k], 'c') == NULL) continue;
        struct words inner = {.word = {w->word[k + 1]}, .count = 1};
        return line_blocks(sh, &inner, 0, depth);
    }
    return false;
}

/* A here-document is text, not commands: goes on behind its end. */
static const char *skip_here_document(const char *at) {
    const char *word = at + 2;
    bool tabs = *word == '-';
    if (tabs) word++;
    while (*word == ' ' || *word == '\t') word++;
    char quote = *word == '\'' || *word == '"' ? *word++ : '\0';
    size_t length = strcspn(word, quote != '\0' ? (char[]){quote, '\n', '\0'} : " \t\n;|&<>()");
    const char *line = strchr(word, '\n');
    while (length > 0 && line != NULL) {
        const char *start = line + 1;
        while (tabs && *start == '\t') start++;
        line = strchr(start, '\n');
        size_t width = line == NULL ? strlen(start) : (size_t)(line - start);
        if (width == length && strncmp(start, word, length) == 0) return start + width;
        if (line == NULL) return start + width;
    }
    return word + length;
}

/* The end of $( or a back quote that begins at the text; what is inside is a command of its own. */
static const char *end_of_inner(const char *at, char close) {
    int open = 1;
    char quote = '\0';
    for (; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0' && quote != '\'') at++;
        else if (quote != '\0') quote = *at == quote ? '\0' : quote;
        else if (*at == '\'' || *at == '"') quote = *at;
        else if (close == ')' && *at == '(') open++;
        else if (*at == close && --open == 0) return at;
    }
    return at;
}

struct builder {
    char *at;
    char *end;
    bool begun;
};

static void put(struct builder *b, char c, bool literal) {
    if (literal && strchr("~*?[{$`", c) != NULL && b->at + 1 < b->end) *b->at++ = LITERAL;
    if (b->at < b->end) *b->at++ = c;
    b->begun = true;
}

static void end_word(struct words *w, struct builder *b, char **start) {
    if (!b->begun) return;
    if (b->at < b->end) *b->at++ = '\0';
    b->end[-1] = '\0';
    if (w->count < WORDS) w->word[w->count++] = *start;
    *start = b->at;
    b->begun = false;
}

/* Looks at what stands in $( ) or back quotes; the outer word keeps a mark of something unknown. */
static bool inner_blocks(struct shell *sh, const char *from, const char *to, int depth) {
    size_t length = (size_t)(to - from);
    char *inner = malloc(length + 1);
    if (inner == NULL) return false;
    memcpy(inner, from, length);
    inner[length] = '\0';
    struct shell below = *sh;
    bool found = look_at(&below, inner, depth + 1);
    if (found) memcpy(sh->reason, below.reason, sizeof sh->reason);
    free(inner);
    return found;
}

static bool look_at(struct shell *sh, const char *command, int depth) {
    if (depth > DEPTH) return false;
    size_t room = 2 * strlen(command) + 2;
    char *text = malloc(room);
    if (text == NULL) return false;
    struct words w = {.count = 0};
    struct builder b = {text, text + room, false};
    char *start = text;
    bool found = false;
    bool before[SUBSHELLS];
    size_t open = 0;
    char quote = '\0';
    const char *at = command;
    for (; !found; at++) {
        char c = *at;
        if (c == '\0' || (quote == '\0' && strchr("\n;|&()", c) != NULL)) {
            end_word(&w, &b, &start);
            found = simple_blocks(sh, &w, depth);
            if (c == '(' && open < SUBSHELLS) before[open++] = sh->at_top;
            if (c == ')' && open > 0) sh->at_top = before[--open]; /* a cd ends with its subshell */
            w.count = 0;
            b.at = text;
            start = text;
            if (c == '\0') break;
        } else if (c == '\\' && quote != '\'' && at[1] != '\0') {
            at++;
            if (*at != '\n') put(&b, *at, true);
        } else if (quote != '\0' && c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
            b.begun = true;
        } else if (quote != '\'' && ((c == '$' && at[1] == '(') || c == '`')) {
            const char *from = c == '`' ? at + 1 : at + 2;
            const char *to = end_of_inner(from, c == '`' ? '`' : ')');
            found = inner_blocks(sh, from, to, depth);
            put(&b, '`', false);
            at = *to == '\0' ? to - 1 : to;
        } else if (quote == '\0' && c == '<' && at[1] == '<' && at[2] != '<') {
            at = skip_here_document(at) - 1;
        } else if (quote == '\0' && c == '#' && !b.begun) {
            while (at[1] != '\0' && at[1] != '\n') at++;
        } else if (quote == '\0' && (c == ' ' || c == '\t' || c == '<' || c == '>')) {
            end_word(&w, &b, &start);
        } else {
            /* In double quotes a variable is still one, a tilde and a star are not. */
            put(&b, c, quote == '\'' || (quote == '"' && c != '$' && c != '{'));
        }
    }
    free(text);
    return found;
}

bool command_is_fatal(const char *command, const char *home, char *reason, size_t room) {
    static struct shell sh;
    sh = (struct shell){.home = home == NULL ? "" : home};
    bool found = look_at(&sh, command, 0);
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
