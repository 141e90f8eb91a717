// What the Glibc module does not offer to Swift: epoll, eventfd, accept4, and the address of a thread-local
// as the identity of a thread (pthread_self is marked const, so the optimiser folds it across suspension points).
#ifndef AGENTD_CLINUX_H
#define AGENTD_CLINUX_H
#include <stdint.h>

/// An address that differs between threads and is never folded by the optimiser.
const void *clinux_thread_token(void);

#endif
