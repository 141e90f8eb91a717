// The one function of gperftools/tcmalloc.h that is called: to be linked is all that tcmalloc needs.

#ifndef CTCMALLOC_SHIM_H
#define CTCMALLOC_SHIM_H

/// The version, as three numbers and a text; the result is the whole as a text.
const char *tc_version(int *major, int *minor, const char **patch);

#endif
