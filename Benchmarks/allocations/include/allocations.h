// How often a thread has allocated memory. Linked into a program, it takes the place of malloc
// and its like, counts, and lets the C library do the work.
#ifndef DREAMNET_ALLOCATIONS_H
#define DREAMNET_ALLOCATIONS_H

#include <stdint.h>

/// Calls of malloc, calloc, realloc, aligned_alloc and posix_memalign by this thread so far; -1 under
/// a sanitizer, which has an allocator of its own.
int64_t dreamnet_allocations(void);

#endif
