/// Typed doors to what Swift's Glibc module leaves out: variadic calls, and constants that need _GNU_SOURCE.
#ifndef C_LINUX_H
#define C_LINUX_H

#include <stddef.h>
#include <stdint.h>

/// fcntl(F_SETPIPE_SZ): variadic. Returns the new size, or -1 with errno.
int tf_set_pipe_size(int descriptor, int bytes);

/// signalfd(2) for SIGINT, SIGTERM, SIGHUP and more, after blocking them in this thread and those it starts. One that
/// the parent had ignored, as nohup(1) and a shell's `&` do, stays ignored.
/// Returns a close-on-exec, non-blocking descriptor, or -1 with errno.
int tf_stop_signals(const int *more, int count);

/// The number of the next signal that waits in the descriptor, 0 when there is none, -1 with errno.
int tf_next_signal(int descriptor);

/// Notes the first SIGINT instead of ending by it; the second one has its default action again. Reads go on. In C,
/// since all that a handler may touch is a sig_atomic_t.
void tf_note_first_interrupt(void);

/// Whether a SIGINT was noted.
int tf_was_interrupted(void);

/// Unblocks a signal, gives it its default action and raises it: the process ends as if it had never been caught.
void tf_end_by_signal(int signal);

/// Lets a blocked signal that has its default action, SIGTSTP, have its way: the process stops here, and goes on from
/// here with the signal blocked as before.
void tf_stop_by_signal(int signal);

/// Whether a blocked signal waits for this thread or the process (sigpending(2)).
int tf_is_pending(int signal);

/// openat(2) with its mode: variadic.
int tf_openat(int directory, const char *path, int flags, unsigned mode);

/// openat2(2) for a folder beneath the directory, reached without any link: glibc has no wrapper. Returns -1 with
/// errno; ENOSYS from a kernel before 5.6, EPERM or ENOSYS from a sandbox that does not know it.
int tf_open_folder_beneath(int directory, const char *path);

/// renameat2(2) with RENAME_NOREPLACE; glibc hides it behind _GNU_SOURCE. Returns -1 with errno: EEXIST where the new
/// name is taken, EINVAL or ENOSYS where that cannot be checked.
int tf_rename_new(int directory, const char *from, int new_directory, const char *to);

/// close_range(2): closes all descriptors from the first to the last. Returns -1 with errno; ENOSYS from a kernel
/// before 5.9.
int tf_close_range(unsigned first, unsigned last);

/// sync_file_range(2): asks the kernel to begin writing these bytes of a file to the disk, and waits for none of them.
/// glibc hides it behind _GNU_SOURCE.
int tf_begin_writing(int descriptor, int64_t offset, int64_t length);

/// open(2) flags that need _GNU_SOURCE.
extern const int tf_O_PATH;
extern const int tf_O_DIRECTORY;
extern const int tf_O_NOFOLLOW;
extern const int tf_O_CLOEXEC;

/// Begins to fetch what is at an address from memory; the address need not be readable.
static inline void tf_prefetch(const void *address) { __builtin_prefetch(address); }

/// mallopt(3): the allocator gives nothing back to the kernel before so many bytes are free at its end, and maps nothing
/// that is smaller on its own.
void tf_keep_freed(int bytes);

/// flock(2), exclusive, without waiting: flock is a struct and a function, and Swift sees only the struct.
int tf_try_lock(int descriptor);

/// The same, shared: it fails where another process holds the lock exclusively.
int tf_try_shared_lock(int descriptor);

/// fsetxattr(2) and fgetxattr(2): Swift's Glibc module leaves <sys/xattr.h> out. Returns -1 with errno.
int tf_set_attribute(int descriptor, const char *name, const void *value, size_t length);
ptrdiff_t tf_get_attribute(int descriptor, const char *name, void *value, size_t capacity);
int tf_remove_attribute(int descriptor, const char *name);

/// posix_spawn_file_actions_addchdir_np(3), which needs _GNU_SOURCE: the child starts in this folder. Not
/// with the pointer's own type: <spawn.h> in here would make pid_t a type of this module, and no longer Glibc's.
int tf_spawn_in_directory(void *actions, const char *path);

/// eventfd(2), close-on-exec; Swift's Glibc module leaves it out. Returns -1 with errno.
int tf_eventfd(void);

/// pidfd_open(2): a descriptor that is readable once the process has ended. Returns -1 with errno; ESRCH where there is
/// none.
int tf_pidfd_open(int process);

/// syncfs(2), which needs _GNU_SOURCE. Returns -1 with errno.
int tf_syncfs(int descriptor);

/// How many processors this process may use (sched_getaffinity(2), which needs _GNU_SOURCE); 0 where it is not known.
int tf_processor_count(void);

/// Raises the limit on open descriptors to what the system allows (RLIMIT_NOFILE, an enumerator whose type depends on
/// _GNU_SOURCE). Returns the new limit, or -1 with errno.
long tf_raise_descriptor_limit(void);

/// ioctl(TIOCGWINSZ): variadic. Returns 0, or -1 where the descriptor is not a terminal.
int tf_window_size(int descriptor, int *columns, int *rows);

/// Whether the kernel's clock is kept right (adjtimex(2): a struct of bit-fields, which Swift cannot see whole).
int tf_clock_is_synchronized(void);

#endif
