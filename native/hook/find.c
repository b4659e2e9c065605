/* Whether find would delete everything, or tell everything to xargs rm. */
#define _GNU_SOURCE
#include "safety.h"

#include <stdio.h>
#include <string.h>

/* Whether -exec and the like run rm; recursive: rm -r. */
static bool runs_rm(const struct words *w, size_t i, bool *recursive) {
    if (i >= w->count || !is(base_name(w->word[i]), "rm")) return false;
    for (i++; i < w->count && !is(w->word[i], ";") && !is(w->word[i], "+"); i++) {
        *recursive = *recursive || is_recursive(w->word[i]);
    }
    return true;
}

/* A test that lets only some of what is found pass. */
static bool narrows(const char *word) {
    static const char *const tests[] = {
        "-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename", "-regex", "-iregex", "-lname", "-ilname", "-newer",
        "-mtime", "-mmin", "-atime", "-amin", "-ctime", "-cmin", "-used", "-size", "-empty", "-user", "-group", "-uid", "-gid",
        "-nouser", "-nogroup", "-perm", "-inum", "-samefile", "-links", "-xtype", "-fstype",
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        if (strncmp(word, tests[i], strlen(tests[i])) == 0) return true;
    }
    return false;
}

/* find START... -delete, or -exec rm, or xargs rm behind it; a test that narrows what is found lets it pass. */
bool find_blocks(struct shell *sh, const struct words *w, struct feed *f, size_t first) {
    const char *top = NULL;
    bool deletes = false;
    bool recursive = false;
    bool narrowed = false;
    bool shallow = false;
    bool folders = true;
    bool prints = true;
    size_t i = first;
    for (; i < w->count && (w->word[i][0] != '-' || is(w->word[i], "-H") || is(w->word[i], "-L")) && !is(w->word[i], "(") && !is(w->word[i], "!"); i++) {
        if (top == NULL && is_top(sh, w->word[i], NULL)) top = w->word[i];
    }
    if (i == first && sh->at_top) top = ".";
    for (; i < w->count; i++) {
        const char *word = w->word[i];
        if (is(word, "-delete")) deletes = true;
        else if (strncmp(word, "-exec", 5) == 0 || strncmp(word, "-ok", 3) == 0) deletes = runs_rm(w, i + 1, &recursive) || deletes;
        else if (is(word, "-maxdepth")) shallow = true;
        else if (is(word, "-type") && i + 1 < w->count) folders = strchr(w->word[i + 1], 'd') != NULL;
        else if (narrows(word)) narrowed = true;
        prints = prints && strncmp(word, "-exec", 5) != 0 && strncmp(word, "-fprint", 7) != 0 && !is(word, "-printf") && !is(word, "-ls");
    }
    if (top == NULL || narrowed || (shallow && !folders)) return false;
    if (deletes && (recursive || !shallow)) return blocks(sh, "find with delete", top);
    if (prints) snprintf(f->listed, sizeof f->listed, "%s", top);
    f->whole = !shallow;
    return false;
}
