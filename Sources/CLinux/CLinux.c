#define _GNU_SOURCE
#include "CLinux.h"

static _Thread_local char token;

__attribute__((noinline)) const void *clinux_thread_token(void) {
    const void *address = &token;
    __asm__ volatile("" : "+r"(address) : : "memory");
    return address;
}
