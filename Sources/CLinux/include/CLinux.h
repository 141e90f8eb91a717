// What the Glibc module does not offer to Swift: epoll, eventfd, accept4, signal handlers that write to a
// descriptor, and the address of a thread-local as the identity of a thread (pthread_self is marked const, so the
// optimiser folds it across suspension points).
// _GNU_SOURCE stands in CLinux.c only: in this header it would give fd_set another layout than the Glibc module has.
#ifndef AGENTD_CLINUX_H
#define AGENTD_CLINUX_H
#include <stddef.h>
#include <stdint.h>

/// An address that differs between threads and is never folded by the optimiser.
const void *clinux_thread_token(void);

/// A pointer kept per thread; the event loop that runs on it, or NULL.
void *clinux_thread_value(void);
void clinux_thread_value_set(void *value);

/// Names the calling thread, cut to 15 bytes.
void clinux_thread_name(const char *name);

/// Gives the calling thread the class SCHED_BATCH: woken, it takes no processor from a thread that runs. Where the
/// machine forbids it the thread stays as it is.
void clinux_thread_batch(void);

/// What epoll reported; unpacked, since epoll_event is packed on some architectures.
struct clinux_event {
    uint64_t data;
    uint32_t events;
};

extern const uint32_t clinux_readable;
extern const uint32_t clinux_writable;
extern const uint32_t clinux_peer_closed;
extern const uint32_t clinux_hung_up;
extern const uint32_t clinux_failed;
extern const uint32_t clinux_edge_triggered;

/// `SOCK_STREAM`, `SOCK_NONBLOCK` and `SOCK_CLOEXEC`: which module they belong to differs with what else a build loads.
extern const int clinux_socket_stream;
extern const int clinux_socket_nonblocking;
extern const int clinux_socket_close_on_exec;

/// Each answers -1 and sets errno when it fails.
int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t data);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t data);
int clinux_epoll_remove(int epoll, int descriptor);
int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int timeout_milliseconds);

int clinux_event_create(void);
int clinux_event_signal(int descriptor);
/// Resets the counter and answers what it was; 0 when it was not signalled.
uint64_t clinux_event_take(int descriptor);

/// Accepts a connection, non-blocking and closed on exec; the peer's numeric address and port (empty and 0 for a
/// unix-domain peer).
int clinux_accept(int descriptor, char *address, size_t address_capacity, uint16_t *port);

/// Writes down how often each branch was taken, in a program that counts it (`scripts/profile`); nothing in any other.
void clinux_profile_write(void);

/// From now on the signal adds 1 to the event descriptor instead of its default action; -1 gives the default back.
int clinux_signal_watch(int signal, int event_descriptor);
int clinux_signal_ignore(int signal);

#endif
