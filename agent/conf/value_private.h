/*
 * value_private: what value.c and its variants share.
 *
 * value.c reads text, value_number.c numbers and durations, value_list.c words
 * and lists, value_print.c writes them all.
 */
#ifndef CONF_VALUE_PRIVATE_H
#define CONF_VALUE_PRIVATE_H

#include "agent/conf/value.h"

/* As much of s as a message quotes. */
struct str value_quoted(struct str s);

/* Report that n is not what o takes.  Returns -1. */
int value_refuse(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n);

/* Read a number into the int64_t at to. */
int value_store_number(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to);

/* Read a duration into the int64_t at to, in the unit of o's type. */
int value_store_duration(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to);

/* Read one of o's words into the text, enum or bool at to. */
int value_store_word(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to);

/* Read a list of domains or themes into the struct at base. */
int value_store_list(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *base);

/* Read a list of levels into the bool in the struct at base. */
int value_store_levels(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *base);

#endif /* CONF_VALUE_PRIVATE_H */
