#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static _Thread_local char token;
static _Thread_local void *value;

__attribute__((noinline)) const void *clinux_thread_token(void) {
    const void *address = &token;
    __asm__ volatile("" : "+r"(address) : : "memory");
    return address;
}

__attribute__((noinline)) void *clinux_thread_value(void) {
    void *current = value;
    __asm__ volatile("" : "+r"(current) : : "memory");
    return current;
}

__attribute__((noinline)) void clinux_thread_value_set(void *new_value) {
    value = new_value;
    __asm__ volatile("" : : : "memory");
}

void clinux_thread_name(const char *name) {
    char cut[16];
    snprintf(cut, sizeof cut, "%s", name);
    pthread_setname_np(pthread_self(), cut);
}

void clinux_thread_batch(void) {
    struct sched_param parameters;
    memset(&parameters, 0, sizeof parameters);
    sched_setscheduler(0, SCHED_BATCH, &parameters);
}

const int clinux_socket_stream = SOCK_STREAM;
const int clinux_socket_nonblocking = SOCK_NONBLOCK;
const int clinux_socket_close_on_exec = SOCK_CLOEXEC;
const uint32_t clinux_readable = EPOLLIN;
const uint32_t clinux_writable = EPOLLOUT;
const uint32_t clinux_peer_closed = EPOLLRDHUP;
const uint32_t clinux_hung_up = EPOLLHUP;
const uint32_t clinux_failed = EPOLLERR;
const uint32_t clinux_edge_triggered = EPOLLET;

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.u64 = data;
    return epoll_ctl(epoll, operation, descriptor, &event);
}

int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t data) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, events, data);
}

int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t data) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, events, data);
}

int clinux_epoll_remove(int epoll, int descriptor) { return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0); }

int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int timeout_milliseconds) {
    struct epoll_event ready[256];
    if (capacity > 256) capacity = 256;
    int count = epoll_wait(epoll, ready, capacity, timeout_milliseconds);
    for (int i = 0; i < count; i++) {
        events[i].data = ready[i].data.u64;
        events[i].events = ready[i].events;
    }
    return count;
}

int clinux_event_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int clinux_event_signal(int descriptor) {
    uint64_t one = 1;
    return write(descriptor, &one, sizeof one) == sizeof one ? 0 : -1;
}

uint64_t clinux_event_take(int descriptor) {
    uint64_t count = 0;
    return read(descriptor, &count, sizeof count) == sizeof count ? count : 0;
}

int clinux_accept(int descriptor, char *address, size_t address_capacity, uint16_t *port) {
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    memset(&peer, 0, sizeof peer);
    if (address_capacity > 0) address[0] = 0;
    *port = 0;
    int accepted = accept4(descriptor, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted < 0) return -1;
    if (peer.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&peer;
        inet_ntop(AF_INET, &v4->sin_addr, address, (socklen_t)address_capacity);
        *port = ntohs(v4->sin_port);
    } else if (peer.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&peer;
        if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
            inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], address, (socklen_t)address_capacity);
        } else {
            inet_ntop(AF_INET6, &v6->sin6_addr, address, (socklen_t)address_capacity);
        }
        *port = ntohs(v6->sin6_port);
    }
    return accepted;
}

// One event descriptor per signal; a handler may only touch lock-free atomics and call write.
static _Atomic int watchers[64];

static void forward(int number) {
    int saved = errno;
    int descriptor = atomic_load(&watchers[number]) - 1;
    if (descriptor >= 0) clinux_event_signal(descriptor);
    errno = saved;
}

int clinux_signal_watch(int number, int event_descriptor) {
    if (number <= 0 || number >= 64) {
        errno = EINVAL;
        return -1;
    }
    atomic_store(&watchers[number], event_descriptor + 1);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    action.sa_handler = event_descriptor < 0 ? SIG_DFL : forward;
    return sigaction(number, &action, NULL);
}

int clinux_signal_ignore(int number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    return sigaction(number, &action, NULL);
}

/// Of the runtime of clang's profiles, where that is linked.
extern int __llvm_profile_write_file(void) __attribute__((weak));

void clinux_profile_write(void) {
    if (__llvm_profile_write_file) __llvm_profile_write_file();
}
