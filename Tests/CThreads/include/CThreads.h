// For builds under ThreadSanitizer alone: C11's threads over pthread, which the sanitizer knows.
// librdkafka calls them by their names; nothing includes this but their definitions.
#ifndef CTHREADS_H
#define CTHREADS_H

#include <threads.h>

#endif
