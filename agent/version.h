/* version: what this build calls itself, from CMakeLists.txt. */
#ifndef AGENT_VERSION_H
#define AGENT_VERSION_H

#ifndef BUZZARD_VERSION
#define BUZZARD_VERSION "unversioned"
#endif

/* The version as text. */
#define BUZZARD_VERSION_TEXT BUZZARD_VERSION

#endif /* AGENT_VERSION_H */
