/* What is left of a payload that is too large: its short members, and how large it was. */
#define _GNU_SOURCE
#include "hook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBER_MAX = 4096, SUMMARY_MAX = 64 * 1024 };

void skip_space(struct scan *s) {
    while (s->at < s->end && strchr(" \t\r\n", *s->at) != NULL && *s->at != '\0') s->at++;
}

/* Passes a string whose opening quote is next; false if the text ends inside it. */
bool pass_string(struct scan *s) {
    if (s->at >= s->end || *s->at != '"') return false;
    for (s->at++; s->at < s->end; s->at++) {
        if (*s->at == '\\') s->at++;
        else if (*s->at == '"') return s->at++, true;
    }
    return false;
}

/* Passes an object or array by counting brackets outside strings. */
bool pass_nested(struct scan *s) {
    size_t depth = 0;
    while (s->at < s->end) {
        char c = *s->at;
        if (c == '"') {
            if (!pass_string(s)) return false;
            continue;
        }
        s->at++;
        if (c == '{' || c == '[') depth++;
        else if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
}

bool pass_word(struct scan *s) {
    const char *start = s->at;
    while (s->at < s->end && strchr("+-.0123456789Eaeflnrstu", *s->at) != NULL && *s->at != '\0') s->at++;
    return s->at > start && s->at < s->end;
}

/* Passes one `"name": value` and copies it if it is short and flat; false at the end or at nonsense. */
static bool pass_member(struct scan *s, char *summary, size_t *length) {
    skip_space(s);
    const char *name = s->at;
    if (!pass_string(s)) return false;
    size_t name_length = (size_t)(s->at - name);
    skip_space(s);
    if (s->at >= s->end || *s->at++ != ':') return false;
    skip_space(s);
    if (s->at >= s->end) return false;
    const char *value = s->at;
    bool flat = *value != '{' && *value != '[';
    if (!(!flat ? pass_nested(s) : *value == '"' ? pass_string(s) : pass_word(s))) return false;
    size_t value_length = (size_t)(s->at - value);
    if (flat && name_length + value_length <= MEMBER_MAX && *length + MEMBER_MAX + 2 < SUMMARY_MAX) {
        *length += (size_t)snprintf(summary + *length, SUMMARY_MAX - *length, "%.*s:%.*s,", (int)name_length, name,
                (int)value_length, value);
    }
    skip_space(s);
    return s->at < s->end && *s->at++ == ',';
}

/*
 * Turns the payload into {its short flat members, "_truncated":true, "_original_bytes":n}; false if it is
 * not the beginning of an object or there is no memory. A payload that lost its end keeps what came
 * before: agents write the session and the kind of hook first, the large values last.
 */
bool cut_down(struct payload *what) {
    struct scan s = {what->bytes, what->bytes + what->length};
    skip_space(&s);
    if (s.at >= s.end || *s.at++ != '{') return false;
    size_t original = what->length + what->cut;
    char *summary = malloc(SUMMARY_MAX + 128);
    if (summary == NULL) return false;
    size_t length = 1;
    summary[0] = '{';
    bool more = true;
    while (more) more = pass_member(&s, summary, &length);
    length += (size_t)snprintf(summary + length, SUMMARY_MAX + 128 - length, "\"_truncated\":true,\"_original_bytes\":%zu}",
            original);
    free(what->bytes);
    what->bytes = summary;
    what->length = length;
    what->cut = 0;
    return true;
}
