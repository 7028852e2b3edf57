#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/xattr.h>
#include <unistd.h>

const int tf_O_PATH = O_PATH;
const int tf_O_DIRECTORY = O_DIRECTORY;
const int tf_O_NOFOLLOW = O_NOFOLLOW;
const int tf_O_CLOEXEC = O_CLOEXEC;

int tf_open_folder_beneath(int directory, const char *path) {
  struct open_how how = {
      .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int tf_rename_new(int directory, const char *from, int new_directory, const char *to) {
  return renameat2(directory, from, new_directory, to, RENAME_NOREPLACE);
}

int tf_close_range(unsigned first, unsigned last) { return (int)syscall(SYS_close_range, first, last, 0); }

int tf_begin_writing(int descriptor, int64_t offset, int64_t length) {
  return sync_file_range(descriptor, offset, length, SYNC_FILE_RANGE_WRITE);
}

int tf_set_pipe_size(int descriptor, int bytes) { return fcntl(descriptor, F_SETPIPE_SZ, bytes); }

/// A blocked signal is queued even where it is ignored: an ignored one, as under nohup, must not be blocked.
static void add_unless_ignored(sigset_t *set, int number) {
  struct sigaction action;
  if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) return;
  sigaddset(set, number);
}

int tf_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int tf_stop_signals(const int *more, int count) {
  sigset_t set;
  sigemptyset(&set);
  add_unless_ignored(&set, SIGINT);
  add_unless_ignored(&set, SIGTERM);
  add_unless_ignored(&set, SIGHUP);
  for (int index = 0; index < count; index++) add_unless_ignored(&set, more[index]);
  int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (error != 0) {
    errno = error;
    return -1;
  }
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int tf_next_signal(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t count;
  do {
    count = read(descriptor, &info, sizeof info);
  } while (count < 0 && errno == EINTR);
  if (count == (ssize_t)sizeof info) return (int)info.ssi_signo;
  return count < 0 && errno != EAGAIN ? -1 : 0;
}

static volatile sig_atomic_t was_interrupted = 0;

static void note_interrupt(int number) {
  (void)number;
  was_interrupted = 1;
}

void tf_note_first_interrupt(void) {
  struct sigaction before;
  if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler == SIG_IGN) return;
  struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = SA_RESTART | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

int tf_was_interrupted(void) { return was_interrupted; }

void tf_end_by_signal(int number) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(number, &action, NULL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  raise(number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  _exit(128 + number);
}

void tf_stop_by_signal(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  raise(number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int tf_is_pending(int number) {
  sigset_t set;
  return sigpending(&set) == 0 && sigismember(&set, number) == 1;
}

int tf_openat(int directory, const char *path, int flags, unsigned mode) { return openat(directory, path, flags, mode); }

int tf_try_shared_lock(int descriptor) { return flock(descriptor, LOCK_SH | LOCK_NB); }

int tf_try_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

int tf_spawn_in_directory(void *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

int tf_set_attribute(int descriptor, const char *name, const void *value, size_t length) {
  return fsetxattr(descriptor, name, value, length, 0);
}

ptrdiff_t tf_get_attribute(int descriptor, const char *name, void *value, size_t capacity) {
  return fgetxattr(descriptor, name, value, capacity);
}

int tf_remove_attribute(int descriptor, const char *name) { return fremovexattr(descriptor, name); }

int tf_eventfd(void) { return eventfd(0, EFD_CLOEXEC); }

int tf_syncfs(int descriptor) { return syncfs(descriptor); }

void tf_keep_freed(int bytes) {
  mallopt(M_TRIM_THRESHOLD, bytes);
  // With the other one set it would no longer grow by itself, and large buffers would each be mapped anew.
  mallopt(M_MMAP_THRESHOLD, bytes);
}

int tf_processor_count(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

long tf_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur > LONG_MAX ? LONG_MAX : (long)limit.rlim_cur;
}

int tf_window_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int tf_clock_is_synchronized(void) {
  struct timex state = {.modes = 0};
  int result = adjtimex(&state);
  return result != -1 && result != TIME_ERROR && !(state.status & STA_UNSYNC);
}
