/* Takes a command apart as a shell does (POSIX.1-2024, XCU 2.3, and bash), and looks at each simple one. */
#define _GNU_SOURCE
#include "safety.h"

#include <stdlib.h>
#include <string.h>

enum { SUBSHELLS = 16, GROUPS = 32, HERE = 8, END_ROOM = 128, ARITHMETIC = 512 };

/* What is still to read, and where its words are written: never more than twice what was read. */
struct source {
    const char *at;
    char *out;
    const char *end; /* of the room for words */
};

/* A here-document whose text begins with the next line. */
struct here {
    char end[END_ROOM];
    bool tabs; /* before its lines do not count */
    bool quoted; /* nothing in it is expanded */
    bool run; /* a shell reads it */
};

/* A list of commands: all of it, or what stands in $( ) or back quotes. */
struct list {
    struct words words;
    char *start; /* of the word that is being put together */
    bool begun;
    bool target; /* the next word is where a redirection goes */
    char quote;
    int braces; /* open ${ */
    bool before[SUBSHELLS];
    size_t open;
    size_t outer[GROUPS]; /* where what open groups read begins */
    size_t groups;
    struct here here[HERE];
    size_t heres;
    size_t piped; /* the first here-document of this pipeline */
    bool string; /* the next word is a here-string */
    bool waits; /* behind a | whose command has not begun */
    bool given; /* others read what this list prints */
    struct feed feed;
    int depth;
};

static bool list_blocks(struct shell *sh, struct source *in, char close, int depth, struct feed *printed);

static void put(struct source *in, struct list *l, char c, bool literal) {
    if (literal && strchr("~*?[{},$`", c) != NULL && in->out < in->end) *in->out++ = LITERAL;
    if (in->out < in->end) *in->out++ = c;
    l->begun = true;
}

static void drop_word(struct source *in, struct list *l) {
    in->out = l->start;
    l->begun = false;
    l->target = false;
    l->string = false;
}

static void end_word(struct source *in, struct list *l) {
    if (!l->begun || in->out >= in->end) return;
    if (l->target) {
        *in->out = '\0';
        if (l->string) feed_word(&l->feed, l->start, '\n');
        drop_word(in, l);
        return;
    }
    *in->out++ = '\0';
    if (l->words.count < WORDS) l->words.word[l->words.count++] = l->start;
    l->start = in->out;
    l->begun = false;
}

/* The number of a descriptor before < or > belongs to that, and so does the word behind it. */
static void redirect(struct source *in, struct list *l) {
    if (in->out < in->end) *in->out = '\0';
    if (l->begun && in->out < in->end && l->start[strspn(l->start, "0123456789")] == '\0') drop_word(in, l);
    end_word(in, l);
    l->target = true;
}

/* The end of (( )) behind its second parenthesis; NULL if it is a subshell in a subshell. */
static const char *end_of_arithmetic(const char *at) {
    int open = 2;
    for (const char *from = at; *at != '\0' && at - from < ARITHMETIC; at++) {
        if (*at == '(') open++;
        if (*at == ')' && --open == 0) return at[-1] == ')' ? at + 1 : NULL;
    }
    return NULL;
}

/* Looks at what stands in $( ), <( ) or back quotes, and moves behind it; printed: room for what it prints, or NULL. */
static bool inner_blocks(struct shell *sh, struct source *in, const struct list *l, struct feed *printed) {
    bool tick = *in->at == '`';
    const char *number = !tick && in->at[2] == '(' ? end_of_arithmetic(in->at + 3) : NULL;
    if (number != NULL) {
        in->at = number;
        return false;
    }
    in->at += tick ? 1 : 2;
    struct shell below = *sh;
    bool found = list_blocks(&below, in, tick ? '`' : ')', l->depth + 1, printed);
    if (found) memcpy(sh->reason, below.reason, sizeof sh->reason);
    if (*in->at != '\0') in->at++;
    return found;
}

static bool begins_inner(const char *at) {
    return *at == '`' || (*at == '$' && at[1] == '(');
}

/* Remembers what ends the here-document that begins here, and moves behind that word. */
static void open_here_document(struct source *in, struct list *l) {
    struct here h = {.tabs = in->at[2] == '-'};
    size_t n = 0;
    char quote = '\0';
    in->at += h.tabs ? 3 : 2;
    in->at += strspn(in->at, " \t");
    for (; *in->at != '\0' && (quote != '\0' || strchr(" \t\n;|&<>()", *in->at) == NULL); in->at++) {
        char c = *in->at;
        bool mark = c == quote || (quote == '\0' && strchr("'\"\\", c) != NULL);
        h.quoted = h.quoted || mark;
        if (mark && c != '\\') quote = quote == '\0' ? c : '\0';
        if (mark && c == '\\' && in->at[1] != '\0') in->at++;
        if ((!mark || c == '\\') && n + 1 < sizeof h.end) h.end[n++] = *in->at;
    }
    if (l->heres < HERE) l->here[l->heres++] = h;
}

/* Looks at a here-document that a shell reads; stays before it. */
static bool script_blocks(struct shell *sh, const char *at, const struct here *h, int depth) {
    char *script = malloc(strlen(at) + 2);
    char *out = script;
    while (script != NULL && *at != '\0') {
        at += h->tabs ? strspn(at, "\t") : 0;
        size_t width = strcspn(at, "\n");
        if (width == strlen(h->end) && strncmp(at, h->end, width) == 0) break;
        for (const char *end = at + width; at < end; *out++ = *at++) {
            if (!h->quoted && *at == '\\' && strchr("$`\\", at[1]) != NULL && at + 1 < end) at++;
        }
        if (*at == '\n') *out++ = *at++;
    }
    if (script == NULL) return false;
    *out = '\0';
    struct shell below = *sh;
    bool found = text_blocks(&below, script, depth + 1);
    if (found) memcpy(sh->reason, below.reason, sizeof sh->reason);
    free(script);
    return found;
}

/* A here-document is text, not commands, but for what stands in $( ) and back quotes. */
static bool here_document_blocks(struct shell *sh, struct source *in, const struct list *l, const struct here *h) {
    if (h->run && script_blocks(sh, in->at, h, l->depth)) return true;
    while (*in->at != '\0') {
        const char *line = in->at + (h->tabs ? strspn(in->at, "\t") : 0);
        size_t width = strcspn(line, "\n");
        bool last = width == strlen(h->end) && strncmp(line, h->end, width) == 0;
        if (last || h->quoted) in->at = line + width;
        while (*in->at != '\0' && *in->at != '\n') {
            if (begins_inner(in->at)) {
                if (inner_blocks(sh, in, l, NULL)) return true;
            } else {
                in->at += *in->at == '\\' && in->at[1] != '\0' ? 2 : 1;
            }
        }
        if (*in->at == '\n') in->at++;
        if (last) return false;
    }
    return false;
}

static void begin_group(struct list *l) {
    if (l->groups < GROUPS) l->outer[l->groups++] = l->feed.from;
}

static void end_group(struct list *l) {
    if (l->groups > 0) l->feed.from = l->outer[--l->groups];
}

/* Reserved words of a command that begin a group, or end one: what it prints goes where that of the group goes. */
static void reserved_words(struct list *l) {
    for (size_t i = 0; i < l->words.count; i++) {
        const char *word = l->words.word[i];
        if (is(word, "{") || is(word, "if") || is(word, "do")) begin_group(l);
        else if (!is(word, "!") && !is(word, "then") && !is(word, "elif") && !is(word, "else") && !is(word, "while") && !is(word, "until") && !is(word, "time")) break;
    }
    if (l->words.count > 0 && (is(l->words.word[0], "}") || is(l->words.word[0], "fi") || is(l->words.word[0], "done"))) end_group(l);
}

/* What comes now reads something else. */
static void end_pipeline(struct list *l) {
    if (l->groups == 0 && !l->given) l->feed.length = 0;
    l->feed.from = l->feed.length;
    l->feed.listed[0] = '\0';
    l->piped = l->heres;
}

static bool end_command(struct shell *sh, struct source *in, struct list *l, char *base, bool pipe) {
    end_word(in, l);
    reserved_words(l);
    bool found = simple_blocks(sh, &l->words, &l->feed, l->depth);
    for (size_t i = l->piped; l->feed.shell && i < l->heres; i++) l->here[i].run = true;
    l->feed.shell = false;
    if (!pipe && (l->words.count > 0 || !l->waits)) end_pipeline(l);
    l->waits = pipe || (l->waits && l->words.count == 0);
    l->words.count = 0;
    l->target = false;
    l->string = false;
    l->start = in->out = base;
    return found;
}

/* <( ) is a file with what its commands print, >( ) one that they read. */
static bool substitution_blocks(struct shell *sh, struct source *in, struct list *l) {
    struct feed printed = {.length = 0};
    bool target = l->target; /* < <( ) */
    bool reads = *in->at == '<';
    end_word(in, l);
    if (inner_blocks(sh, in, l, reads ? &printed : NULL)) return true;
    if (printed.length > 0) feed_word(&l->feed, printed.text, '\n');
    if (target) {
        drop_word(in, l);
    } else {
        for (const char *c = GIVEN; *c != '\0'; c++) put(in, l, *c, false);
    }
    return false;
}

/* Takes what parts words or commands. */
static bool separator_blocks(struct shell *sh, struct source *in, struct list *l, char *base) {
    char c = *in->at;
    const char *next = in->at + 1;
    const char *number;
    if (c == '<' && strncmp(in->at, "<<<", 3) != 0 && *next == '<') {
        redirect(in, l);
        l->target = false;
        open_here_document(in, l);
        return false;
    }
    if ((c == '<' || c == '>') && *next == '(') return substitution_blocks(sh, in, l);
    if (c == '<' || c == '>' || (c == '&' && *next == '>')) {
        redirect(in, l);
        l->string = strncmp(in->at, "<<<", 3) == 0;
        in->at = next + strspn(next, "<>&|");
        return false;
    }
    if (c == ' ' || c == '\t') {
        end_word(in, l);
        in->at++;
        return false;
    }
    if (c == '(' && *next == '(' && (number = end_of_arithmetic(next + 1)) != NULL) {
        in->at = number;
        return false;
    }
    bool pipe = c == '|' && *next != '|';
    in->at += pipe && *next == '&' ? 2 : 1;
    bool found = end_command(sh, in, l, base, pipe);
    if (c == '(') {
        if (l->open < SUBSHELLS) l->before[l->open++] = sh->at_top;
        begin_group(l);
        l->waits = false;
    }
    if (c == ')' && l->open > 0) {
        sh->at_top = l->before[--l->open]; /* a cd ends with its subshell */
        end_group(l);
    }
    for (size_t i = 0; c == '\n' && !found && i < l->heres; i++) found = here_document_blocks(sh, in, l, &l->here[i]);
    if (c == '\n') l->heres = l->piped = 0;
    return found;
}

/* Takes the next character, or all that belongs to it. */
static bool step_blocks(struct shell *sh, struct source *in, struct list *l, char *base) {
    const char *at = in->at;
    bool plain = l->quote == '\0';
    bool kept = l->quote == '"' && strchr("$`\"\\\n", at[1]) == NULL; /* XCU 2.2.3 */
    if (*at == '\\' && l->quote != '\'' && at[1] != '\0' && !kept) {
        if (at[1] != '\n') put(in, l, at[1], true);
        in->at += 2;
    } else if (l->quote != '\'' && begins_inner(at)) {
        put(in, l, '`', false);
        return inner_blocks(sh, in, l, NULL);
    } else if (plain && *at == '#' && !l->begun) {
        in->at += strcspn(at, "\n");
    } else if (plain && l->braces == 0 && strchr(" \t\n;|&()<>", *at) != NULL) {
        return separator_blocks(sh, in, l, base);
    } else if (*at == l->quote || (plain && (*at == '\'' || *at == '"'))) {
        l->quote = plain ? *at : '\0';
        l->begun = true;
        in->at++;
    } else {
        /* In double quotes a variable is still one, a tilde and a star are not. */
        bool variable = l->quote != '\'' && *at == '$' && at[1] == '{';
        bool close = l->quote != '\'' && *at == '}' && l->braces > 0;
        l->braces += variable ? 1 : close ? -1 : 0;
        put(in, l, *at, !plain && (l->quote == '\'' || *at != '$') && !close);
        if (variable) put(in, l, '{', false);
        in->at += variable ? 2 : 1;
    }
    return false;
}

/* Reads until the list is closed; stays before what closes it. */
static bool list_blocks(struct shell *sh, struct source *in, char close, int depth, struct feed *printed) {
    struct list l = {.start = in->out, .depth = depth, .given = printed != NULL};
    char *base = in->out;
    if (depth > DEPTH) in->at += strlen(in->at);
    while (*in->at != '\0') {
        bool closes = *in->at == close && (close == '`' || (l.quote == '\0' && l.braces == 0 && l.open == 0));
        if (closes) break;
        if (step_blocks(sh, in, &l, base)) return true;
    }
    bool found = end_command(sh, in, &l, base, false);
    if (printed != NULL) *printed = l.feed;
    return found;
}

bool text_blocks(struct shell *sh, const char *command, int depth) {
    size_t room = 2 * strlen(command) + DEPTH + 2;
    char *text = malloc(room);
    if (text == NULL) return false;
    struct source in = {command, text, text + room};
    bool found = list_blocks(sh, &in, '\0', depth, NULL);
    free(text);
    return found;
}
