internal import CLinux
internal import Glibc

/// Input and output on descriptors that this process does not own.
package enum Descriptor {
    /// Reads once. Returns 0 at the end of the input. Blocks while there is nothing.
    package static func read(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
    {
        while true {
            let count = retryingInterrupts { unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
            if count < 0 && errno == EAGAIN {
                // Somebody else made the open file non-blocking, as a terminal's other users may.
                try wait(descriptor, for: .reading)
                continue
            }
            guard count >= 0 else { throw SystemError("cannot read \(name(descriptor))") }
            return count
        }
    }

    /// Reads once from a place in a plain file, which nil leaves to the descriptor.
    package static func read(
        _ descriptor: CInt, at offset: Int?, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        guard let offset else { return try unsafe read(descriptor, into: buffer) }
        let count = retryingInterrupts {
            unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        }
        guard count >= 0 else { throw SystemError("cannot read \(name(descriptor))") }
        return count
    }

    /// Writes everything, in one call where the system takes it in one.
    package static func write(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            let count = retryingInterrupts { unsafe Glibc.write(descriptor, rest.baseAddress, rest.count) }
            if count < 0 && errno == EAGAIN {
                // As in `read`.
                try wait(descriptor, for: .writing)
                continue
            }
            guard count >= 0 else { throw SystemError("cannot write \(name(descriptor))") }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    package enum Readiness {
        case reading, writing
    }

    /// Waits until the descriptor can be read or written without blocking, or has failed.
    package static func wait(_ descriptor: CInt, for readiness: Readiness) throws(SystemError) {
        var entry = pollfd(fd: descriptor, events: Int16(readiness == .reading ? POLLIN : POLLOUT), revents: 0)
        guard retryingInterrupts({ unsafe poll(&entry, 1, -1) }) >= 0 else {
            throw SystemError("cannot wait for \(name(descriptor))")
        }
    }

    /// Waits until one of the descriptors can be read, or this many seconds have passed. Returns those that can.
    package static func waitForAny(_ descriptors: [CInt], seconds: Double) -> [CInt] {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let limit = CInt(clamping: Int((min(max(seconds, 0), 1e6) * 1000).rounded(.up)))
        guard unsafe poll(&entries, nfds_t(entries.count), limit) > 0 else { return [] }
        return entries.filter { $0.revents != 0 }.map(\.fd)
    }

    /// Whether a read would return at once.
    package static func isReadable(_ descriptor: CInt) -> Bool { isReady(descriptor, POLLIN) }

    /// Whether a write of little (PIPE_BUF, to a pipe) would return at once, now or within this many milliseconds.
    package static func isWritable(_ descriptor: CInt, within milliseconds: CInt = 0) -> Bool {
        isReady(descriptor, POLLOUT, within: milliseconds)
    }

    private static func isReady(_ descriptor: CInt, _ event: CInt, within milliseconds: CInt = 0) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        return retryingInterrupts { unsafe poll(&entry, 1, milliseconds) } > 0
    }

    /// Lets this process have as many open descriptors as the system allows; the usual 1,024 are for programs that use
    /// select(2). Returns how many that are.
    package static func raiseLimit() -> Int {
        let limit = tf_raise_descriptor_limit()
        return limit < 0 ? 1024 : limit
    }

    /// Whether it is a device with bytes for ever and no lines: `/dev/zero`, `/dev/full`, `/dev/urandom`. They are the
    /// memory devices, `/dev/null` excepted (null(4)).
    package static func isEndless(_ descriptor: CInt) -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFCHR else { return false }
        return status.st_rdev >> 8 == 1 && status.st_rdev & 0xFF != 3
    }

    package static func isTerminal(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }

    /// Whether both are one and the same terminal.
    package static func isSameTerminal(_ first: CInt, _ second: CInt) -> Bool {
        var (one, other) = (stat(), stat())
        guard isTerminal(first), isTerminal(second), unsafe fstat(first, &one) == 0, unsafe fstat(second, &other) == 0
        else { return false }
        return one.st_rdev == other.st_rdev
    }

    /// Whether the descriptor is this process's terminal, and another job has it, as after `bg`.
    package static func isOfOtherJob(_ terminal: CInt) -> Bool {
        let group = tcgetpgrp(terminal)
        return group > 0 && group != getpgrp()
    }

    package static func isPipe(_ descriptor: CInt) -> Bool { kind(descriptor) == S_IFIFO }

    package static func isRegularFile(_ descriptor: CInt) -> Bool { kind(descriptor) == S_IFREG }

    /// Shrinks a pipe to one page, so that little is under way in it. Does nothing to anything else. False where more
    /// is in it by now: it has to be read first.
    @discardableResult
    package static func shrinkPipe(_ descriptor: CInt) -> Bool {
        guard isPipe(descriptor) else { return true }
        return tf_set_pipe_size(descriptor, 4096) >= 0 || errno != EBUSY
    }

    /// Whether the descriptor is a plain file, and what is written to it next would come right after a byte that is not
    /// a line feed: half a line that a crash left, the NULs of a power cut, a byte-order mark.
    package static func endsTorn(_ descriptor: CInt) -> Bool {
        guard isRegularFile(descriptor), let file = try? File(reading: "/proc/self/fd/\(descriptor)"),
            let size = try? file.status().st_size
        else { return false }
        let isAppending = fcntl(descriptor, F_GETFL) & O_APPEND != 0
        let place = isAppending ? size : min(lseek(descriptor, 0, SEEK_CUR), size)
        return place > 0 && (try? file.read(at: Int64(place) - 1, count: 1)) != [0x0A]
    }

    /// The size of the terminal behind the descriptor; nil if it is not a terminal.
    package static func windowSize(_ descriptor: CInt) -> (columns: Int, rows: Int)? {
        var columns: CInt = 0
        var rows: CInt = 0
        guard unsafe tf_window_size(descriptor, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
        return (Int(columns), Int(rows))
    }

    private static func kind(_ descriptor: CInt) -> mode_t {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return 0 }
        return status.st_mode & S_IFMT
    }

    private static func name(_ descriptor: CInt) -> String {
        switch descriptor {
        case STDIN_FILENO: "standard input"
        case STDOUT_FILENO: "standard output"
        case STDERR_FILENO: "standard error"
        default: "descriptor \(descriptor)"
        }
    }
}

package enum StandardDescriptors {
    /// Fills descriptors 0 to 2 where they are closed (`>&-`), so that no file that is opened later takes their place.
    /// Using one then fails with EBADF, as a closed one does: it is open the wrong way round.
    package static func fill() {
        while true {
            let descriptor = unsafe open("/dev/null", O_WRONLY)
            guard descriptor >= 0, descriptor <= STDERR_FILENO else {
                close(descriptor)
                return
            }
            guard descriptor != STDIN_FILENO else { continue }
            close(descriptor)
            _ = unsafe open("/dev/null", O_RDONLY)
        }
    }
}
