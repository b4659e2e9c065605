/* The shell command in the payload of a hook that is asked before a tool runs. */
#define _GNU_SOURCE
#include "hook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Moves to the value of an object's member; the scan stands before the object. */
static bool enter(struct scan *s, const char *name) {
    skip_space(s);
    if (s->at >= s->end || *s->at++ != '{') return false;
    for (;;) {
        skip_space(s);
        const char *key = s->at;
        if (!pass_string(s)) return false;
        bool found = (size_t)(s->at - key) == strlen(name) + 2 && strncmp(key + 1, name, strlen(name)) == 0;
        skip_space(s);
        if (s->at >= s->end || *s->at++ != ':') return false;
        skip_space(s);
        if (found) return s->at < s->end;
        if (s->at >= s->end) return false;
        bool flat = *s->at != '{' && *s->at != '[';
        if (!(!flat ? pass_nested(s) : *s->at == '"' ? pass_string(s) : pass_word(s))) return false;
        skip_space(s);
        if (s->at >= s->end || *s->at++ != ',') return false;
    }
}

static unsigned hex4(const char *at) {
    char digits[5] = {at[0], at[1], at[2], at[3], '\0'};
    return (unsigned)strtoul(digits, NULL, 16);
}

static char *put_utf8(char *out, unsigned c) {
    if (c == 0) c = 0xFFFD;
    if (c < 0x80) *out++ = (char)c;
    else if (c < 0x800) *out++ = (char)(0xC0 | c >> 6), *out++ = (char)(0x80 | (c & 0x3F));
    else *out++ = (char)(0xE0 | c >> 12), *out++ = (char)(0x80 | (c >> 6 & 0x3F)), *out++ = (char)(0x80 | (c & 0x3F));
    return out;
}

/* A JSON string's text; halves of a pair stay halves, which no command that matters here has. */
static char *text_at(struct scan *s) {
    const char *from = s->at + 1;
    if (*s->at != '"' || !pass_string(s)) return NULL;
    const char *end = s->at - 1;
    char *text = malloc((size_t)(end - from) + 4);
    char *out = text;
    while (text != NULL && from < end) {
        if (*from != '\\') {
            *out++ = *from++;
            continue;
        }
        char c = from[1];
        from += 2;
        if (c == 'u' && end - from >= 4) {
            out = put_utf8(out, hex4(from));
            from += 4;
        } else {
            *out++ = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
        }
    }
    if (text != NULL) *out = '\0';
    return text;
}

static bool member_is(const struct payload *p, const char *name, const char *value) {
    struct scan s = {p->bytes, p->bytes + p->length};
    char *text = enter(&s, name) ? text_at(&s) : NULL;
    bool same = text != NULL && strcmp(text, value) == 0;
    free(text);
    return same;
}

/* The command that a PreToolUse of Bash announces; NULL if the payload is something else. */
char *bash_command(const struct payload *p) {
    if (!member_is(p, "hook_event_name", "PreToolUse") || !member_is(p, "tool_name", "Bash")) return NULL;
    struct scan s = {p->bytes, p->bytes + p->length};
    return enter(&s, "tool_input") && enter(&s, "command") ? text_at(&s) : NULL;
}

/* Adds to the payload that it was blocked, and why. */
bool say_blocked(struct payload *p, const char *reason) {
    const char *brace = memchr(p->bytes, '{', p->length);
    if (brace == NULL) return false;
    size_t before = (size_t)(brace - p->bytes) + 1;
    char *fresh = malloc(p->length + 6 * strlen(reason) + 32);
    if (fresh == NULL) return false;
    memcpy(fresh, p->bytes, before);
    size_t n = before + (size_t)sprintf(fresh + before, "\"proa_blocked\":\"");
    for (const char *c = reason; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == '"' || *c == '\\') n += (size_t)sprintf(fresh + n, "\\u%04x", (unsigned)(unsigned char)*c);
        else fresh[n++] = *c;
    }
    n += (size_t)sprintf(fresh + n, "\",");
    memcpy(fresh + n, p->bytes + before, p->length - before);
    free(p->bytes);
    p->length += n - before;
    p->bytes = fresh;
    return true;
}
