/* What a word of a command names: variables, braces, tilde, and whether that is everything. */
#define _GNU_SOURCE
#include "safety.h"

#include <stdio.h>
#include <string.h>

enum { ALTERNATIVES = 256, EXPANSIONS = 4 };

size_t name_length(const char *text) {
    if (strchr("0123456789", *text) != NULL) return 0;
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
}

void set_variable(struct shell *sh, const char *name, size_t length, const char *value) {
    if (sh->variables == KNOWN || length >= NAME_ROOM || strlen(value) >= VALUE_ROOM) return;
    struct variable *v = &sh->known[sh->variables++];
    snprintf(v->name, sizeof v->name, "%.*s", (int)length, name);
    snprintf(v->value, sizeof v->value, "%s", value);
}

static const char *value_of(const struct shell *sh, const char *name, size_t length) {
    for (size_t i = sh->variables; i-- > 0;) {
        if (strlen(sh->known[i].name) == length && strncmp(sh->known[i].name, name, length) == 0) return sh->known[i].value;
    }
    return length == 4 && strncmp(name, "HOME", 4) == 0 ? sh->home : NULL;
}

/* The brace that closes one before the text; NULL if none does. Tells whether a comma is between them. */
static const char *closing(const char *at, bool *comma) {
    int open = 1;
    *comma = false;
    for (; *at != '\0'; at++) {
        if (*at == LITERAL && at[1] != '\0') at++;
        else if (*at == '{') open++;
        else if (*at == '}' && --open == 0) return at;
        else if (*at == ',' && open == 1) *comma = true;
    }
    return NULL;
}

static bool expand(const struct shell *sh, const char *word, char *out, size_t room, int depth);

/* ${NAME...} with what stands behind the name (POSIX.1-2024, XCU 2.6.2); false if that is not known. */
static bool expand_with(const struct shell *sh, const char *value, const char *rest, size_t length, char *out, size_t room, int depth) {
    char other[VALUE_ROOM];
    size_t n = 0;
    if (length >= sizeof other) return false;
    memcpy(other, rest, length);
    other[length] = '\0';
    while (other[n] == LITERAL || other[n] == ':') n++;
    char operator = other[n];
    bool empty = value == NULL || *value == '\0';
    if (strchr("-=", operator) != NULL && operator != '\0') return expand(sh, empty ? other + n + 1 : value, out, room, depth + 1);
    bool whole = operator == '?' || length == 0 || strcmp(other + n, "%/") == 0;
    return whole && value != NULL && expand(sh, value, out, room, depth + 1);
}

/* The variable that begins at a dollar sign; moves behind it. */
static bool expand_variable(const struct shell *sh, const char **from, char *out, size_t room, int depth) {
    bool brace = (*from)[1] == '{';
    bool comma;
    const char *name = *from + (brace ? 2 : 1);
    size_t length = name_length(name);
    const char *end = brace ? closing(name, &comma) : name + length;
    if (length == 0 || end == NULL || depth > EXPANSIONS) return false;
    *from = brace ? end + 1 : end;
    return expand_with(sh, value_of(sh, name, length), name + length, (size_t)(end - name) - length, out, room, depth);
}

/* The word without marks and with what is known of tilde and variables; false if it holds anything else. */
static bool expand(const struct shell *sh, const char *word, char *out, size_t room, int depth) {
    size_t n = 0;
    const char *from = word;
    *out = '\0';
    if (*from == '~' && (from[1] == '/' || from[1] == '\0')) {
        n = (size_t)snprintf(out, room, "%s", sh->home);
        from++;
    }
    while (*from != '\0' && n + 1 < room) {
        if (*from == LITERAL && from[1] != '\0') {
            out[n++] = from[1];
            from += 2;
        } else if (*from == '$') {
            if (!expand_variable(sh, &from, out + n, room - n, depth)) return false;
            n += strlen(out + n);
        } else if (*from == '`') {
            return false;
        } else {
            out[n++] = *from++;
        }
    }
    out[n < room ? n : room - 1] = '\0';
    return *from == '\0';
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

/* Whether it is a pattern for everything in a folder: *, .*, .??*, .[!.]* and the like. */
static bool is_all(const char *name) {
    size_t length = strlen(name);
    return length > 0 && strspn(name, "*.?[]!^") == length && strspn(name, ".") < length;
}

static bool is_top_path(const struct shell *sh, const char *word) {
    char path[PATH_ROOM];
    char home[PATH_ROOM];
    if (!expand(sh, word, path, sizeof path, 0)) return false;
    const char *slash = strrchr(word, '/');
    bool pattern = strchr(slash == NULL ? word : slash, LITERAL) == NULL; /* what is quoted is no pattern */
    if (path[0] != '/') {
        const char *name = strncmp(path, "./", 2) == 0 ? path + 2 : path;
        bool here = *name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        return sh->at_top && (here || (pattern && is_all(name)));
    }
    char *last = strrchr(path, '/');
    if (pattern && is_all(last + 1)) last[1] = '\0';
    normalise(path);
    if (strcmp(path, "/") == 0) return true;
    if (snprintf(home, sizeof home, "%s", sh->home) <= 0 || home[0] != '/') return false;
    normalise(home);
    size_t length = strlen(path);
    return strncmp(home, path, length) == 0 && (home[length] == '/' || home[length] == '\0');
}

/* The first {a,b} of a word, and its end; NULL if there is none. ${ } is no such thing. */
static const char *first_braces(const char *word, const char **end) {
    bool comma;
    for (const char *at = word; *at != '\0'; at++) {
        if (*at == LITERAL && at[1] != '\0') {
            at++;
        } else if (*at == '$' && at[1] == '{') {
            const char *close = closing(at + 2, &comma);
            if (close == NULL) return NULL;
            at = close;
        } else if (*at == '{' && (*end = closing(at + 1, &comma)) != NULL && comma) {
            return at;
        }
    }
    return NULL;
}

/* The comma or brace at which an alternative ends. */
static const char *end_of_alternative(const char *at, const char *end) {
    int open = 0;
    for (; at < end; at++) {
        if (*at == LITERAL) at++;
        else if (*at == '{') open++;
        else if (*at == '}') open--;
        else if (*at == ',' && open == 0) return at;
    }
    return end;
}

static bool any_top(const struct shell *sh, const char *word, char *which, int *left) {
    const char *end;
    const char *open = first_braces(word, &end);
    if (open == NULL) {
        if (!is_top_path(sh, word)) return false;
        if (which != NULL) snprintf(which, PATH_ROOM, "%s", word);
        return true;
    }
    for (const char *from = open + 1; from <= end && --*left > 0;) {
        char one[PATH_ROOM];
        const char *to = end_of_alternative(from, end);
        int n = snprintf(one, sizeof one, "%.*s%.*s%s", (int)(open - word), word, (int)(to - from), from, end + 1);
        if ((size_t)n < sizeof one && any_top(sh, one, which, left)) return true;
        from = to + 1;
    }
    return false;
}

bool is_top(const struct shell *sh, const char *word, char *which) {
    int left = ALTERNATIVES;
    return strlen(word) < PATH_ROOM && any_top(sh, word, which, &left);
}
