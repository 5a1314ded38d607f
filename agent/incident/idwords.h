/*
 * idwords: the words that matter to the finders of identifiers, each with what
 * it may be: a vehicle word, a word for a plate, a letter or figure of the
 * spelling alphabets, a word that is no part of a mark, …
 */
#ifndef INCIDENT_IDWORDS_H
#define INCIDENT_IDWORDS_H

#include <stdint.h>

#include "agent/base/str.h"

#define IDWORDS_LEN_MAX 16 /* all words here are shorter */

/* What a word may be; bits. */
enum idwords_flag {
	W_VEHICLE = 1u << 0,  /* a make, a kind, a colour: "VAN" */
	W_REG = 1u << 1,      /* a word for the plate: "INDEX" */
	W_LINK = 1u << 2,     /* may stand between that and the mark: "IS" */
	W_COMMON = 1u << 3,   /* a short word, no letters of a mark: "THE" */
	W_UNITS = 1u << 4,    /* what figures may be counted in: "MPH" */
	W_ROADWARD = 1u << 5, /* leads to a road: "ALONG" */
	W_SERIAL = 1u << 6,   /* leads to another kind of number: "SERIAL" */
	W_PERSONAL = 1u << 7, /* says that a plate is out of the usual */
	W_OFFICIAL = 1u << 8, /* an embassy's or the army's */
	W_PARTIAL = 1u << 9,  /* says that a mark is not whole */
	W_STARTS = 1u << 10,  /* "STARTS" */
	W_ENDS = 1u << 11,    /* "ENDING" */
	W_FIX = 1u << 12,     /* says that what follows puts something right */
	W_FIXWEAK = 1u << 13, /* may say so: "CONFIRMED" */
	W_WRONG = 1u << 14,   /* says that what stands by it is wrong */
	W_NOT = 1u << 15,     /* denies what follows */
	W_OR = 1u << 16,      /* "OR" */
	W_AND = 1u << 17,     /* "AND" */
	W_SKIP = 1u << 18,    /* said between the groups of a spelt mark */
	W_MAYBE = 1u << 19,   /* said between "or" and the other reading */
	W_PLACE = 1u << 20,   /* what else may be corrected: "LOCATION" */
	W_CHARACTER = 1u << 21, /* "LETTER", "DIGIT" */
	W_WEAK = 1u << 22,      /* a letter only among others: "TOMMY" */
	W_TENS = 1u << 23,      /* a figure may follow: "FIFTY" */
	W_TWICE = 1u << 24,     /* "DOUBLE" */
	W_THRICE = 1u << 25,    /* "TREBLE" */
	W_MONTH = 1u << 26,     /* "JAN" */
	W_ACRONYM = 1u << 27,   /* no letters of a mark even in capitals */
	W_MORE = 1u << 28       /* says that a mark goes on */
};

/* One word. */
struct idword {
	char word[IDWORDS_LEN_MAX]; /* capitals, then zeroes */
	uint32_t flags;             /* enum idwords_flag */
	char letter;                /* that it spells, or NUL */
	const char *digits;         /* that it says, or NULL */
};

/* The word, which is in capitals; NULL if it is not known. */
const struct idword *idwords_find(struct str word);

#endif /* INCIDENT_IDWORDS_H */
