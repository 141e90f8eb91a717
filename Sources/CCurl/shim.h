// libcurl. Its setopt and getinfo calls are variadic, which Swift does not import: typed wrappers stand here.
#ifndef AGENTD_CCURL_SHIM_H
#define AGENTD_CCURL_SHIM_H
#include <curl/curl.h>
#endif
