/* Words before a command that run it: reserved words of the shell, and programs that start another. */
#define _GNU_SOURCE
#include "safety.h"

#include <string.h>

struct wrapper {
    const char *name;
    const char *takes; /* short options whose value may be the next word */
    const char *longs; /* long ones, each between blanks */
    size_t operands; /* words of its own before the command */
    char line; /* the short option whose value is a command line; '*': all that follows is one */
};

static const struct wrapper WRAPPERS[] = {
    {"!", "", "", 0, 0},
    {"{", "", "", 0, 0},
    {"if", "", "", 0, 0},
    {"then", "", "", 0, 0},
    {"elif", "", "", 0, 0},
    {"else", "", "", 0, 0},
    {"while", "", "", 0, 0},
    {"until", "", "", 0, 0},
    {"do", "", "", 0, 0},
    {"function", "", "", 1, 0},
    {"coproc", "", "", 0, 0},
    {"eval", "", "", 0, '*'},
    {"trap", "", "", 0, '*'},
    {"command", "", "", 0, 0},
    {"builtin", "", "", 0, 0},
    {"exec", "a", "", 0, 0},
    {"export", "", "", 0, 0},
    {"local", "", "", 0, 0},
    {"declare", "", "", 0, 0},
    {"typeset", "", "", 0, 0},
    {"readonly", "", "", 0, 0},
    {"busybox", "", "", 0, 0},
    {"toybox", "", "", 0, 0},
    {"nohup", "", "", 0, 0},
    {"setsid", "", "", 0, 0},
    {"time", "fo", " format output ", 0, 0},
    {"nice", "n", " adjustment ", 0, 0},
    {"ionice", "cn", " class classdata ", 0, 0},
    {"chrt", "DPT", " sched-deadline sched-period sched-runtime ", 1, 0},
    {"taskset", "", "", 1, 0},
    {"timeout", "ks", " kill-after signal ", 1, 0},
    {"stdbuf", "eio", " error input output ", 0, 0},
    {"flock", "Ew", " conflict-exit-code timeout wait ", 1, 'c'},
    {"env", "CSau", " argv0 chdir split-string unset ", 0, 'S'},
    {"xargs", "EILPadns", " arg-file delimiter max-args max-chars max-procs process-slot-var ", 0, 0},
    {"watch", "nq", " equexit interval ", 0, '*'},
    {"doas", "Cu", "", 0, 0},
    {"sudo", "CDRTUghpru", " chdir chroot close-from command-timeout group host other-user prompt role type user ", 0, 0},
};

static const struct wrapper *wrapper_of(const char *word) {
    const char *slash = strrchr(word, '/');
    for (size_t i = 0; i < sizeof WRAPPERS / sizeof WRAPPERS[0]; i++) {
        if (strcmp(slash == NULL ? word : slash + 1, WRAPPERS[i].name) == 0) return &WRAPPERS[i];
    }
    return NULL;
}

static bool takes_next(const struct wrapper *of, const char *name) {
    size_t length = strlen(name);
    if (of->longs[0] == '\0') return false;
    for (const char *at = of->longs + 1; length > 0 && (at = strstr(at, name)) != NULL; at++) {
        if (at[-1] == ' ' && at[length] == ' ') return true;
    }
    return false;
}

/* Moves over an option and its value; leaves a value that is a command line, and tells it. */
static bool skip_option(const struct wrapper *of, struct words *w, size_t *i) {
    char *option = w->word[(*i)++];
    if (option[1] == '-') {
        if (of->line == 'S' && strncmp(option, "--split-string", 14) == 0) {
            if (option[14] == '=') w->word[--*i] = option + 15;
            return true;
        }
        *i += takes_next(of, option + 2) ? 1 : 0;
        return false;
    }
    for (char *c = option + 1; *c != '\0'; c++) {
        bool line = *c == of->line;
        if (line && c[1] != '\0') w->word[--*i] = c + 1;
        if (line) return true;
        if (strchr(of->takes, *c) == NULL) continue;
        *i += c[1] == '\0' ? 1 : 0;
        return false;
    }
    return false;
}

static bool skip_options(const struct wrapper *of, struct words *w, size_t *i) {
    while (*i < w->count && w->word[*i][0] == '-') {
        if (strcmp(w->word[*i], "--") == 0) {
            ++*i;
            return false;
        }
        if (skip_option(of, w, i)) return true;
    }
    return false;
}

/* NAME=VALUE before a command. */
static size_t skip_assignments(struct shell *sh, const struct words *w, size_t i) {
    for (; i < w->count; i++) {
        size_t length = name_length(w->word[i]);
        if (length == 0 || w->word[i][length] != '=') break;
        set_variable(sh, w->word[i], length, w->word[i] + length + 1);
    }
    return i;
}

size_t skip_wrappers(struct shell *sh, struct words *w, bool *line) {
    size_t i = skip_assignments(sh, w, 0);
    const struct wrapper *of;
    *line = false;
    while (!*line && i < w->count && (of = wrapper_of(w->word[i])) != NULL) {
        bool named = strcmp(of->name, "coproc") == 0 && i + 2 < w->count && strcmp(w->word[i + 2], "{") == 0;
        i++;
        *line = skip_options(of, w, &i);
        if (!*line) i += named ? 1 : of->operands;
        if (!*line && of->operands > 0) *line = skip_options(of, w, &i);
        *line = *line || of->line == '*';
        if (!*line) i = skip_assignments(sh, w, i);
    }
    return i < w->count ? i : w->count;
}
