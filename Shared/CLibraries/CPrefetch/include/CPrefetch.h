#pragma once

#include <stddef.h>

// Asks the processor to fetch `bytes` of memory from `start` on into its caches, and does not wait for
// them. A hint: it reads nothing, and an address that is none does no harm.
static inline void dreamnet_prefetch(const void *start, size_t bytes) {
    const char *line = (const char *)((size_t)start & ~(size_t)63);
    for (; line < (const char *)start + bytes; line += 64)
        __builtin_prefetch(line, 1);
}
