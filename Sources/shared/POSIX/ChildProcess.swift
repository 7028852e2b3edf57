internal import CLinux
package import Glibc

/// Programs run for what they print, or for what they do.
package enum ChildProcess {
    package struct Result: Sendable {
        package let output: [UInt8]
        /// As a shell would tell it: 128 + N for one that signal N ended.
        package let status: CInt
    }

    /// The stream of a child that is read.
    package enum Stream: Sendable {
        case output, errors
    }

    /// Runs a program, found in the PATH like a shell's, to its end, with nothing on its standard input. One of its
    /// streams is read, the other thrown away. One that prints more than `limit` bytes is killed and leaves EFBIG, one
    /// that takes longer than `seconds` ETIMEDOUT.
    ///
    /// - Parameters:
    ///   - environment: `NAME=VALUE` each; without it the child has this process's own.
    ///   - directory: where it starts; without it, in this process's working directory.
    package static func run(
        _ words: [String], environment: [String]? = nil, in directory: String? = nil, keeping stream: Stream = .output,
        limit: Int, seconds: Double
    ) throws(SystemError) -> Result {
        guard !words.isEmpty else { throw SystemError("there is no command to run", code: EINVAL) }
        let (reading, writing) = try File.pipe()
        let child = try spawn(words, environment, directory, stream, into: writing.descriptor)
        // The pipe is to end when the child does.
        File.close([writing])
        do throws(SystemError) {
            let output = try read(reading, limit: limit, until: SystemClock().monotonic + seconds, words[0])
            return Result(output: output, status: wait(for: child))
        } catch {
            kill(child, SIGKILL)
            _ = wait(for: child)
            throw error
        }
    }

    private static func spawn(
        _ words: [String], _ environment: [String]?, _ directory: String?, _ stream: Stream, into end: CInt
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let (kept, other) = stream == .output ? (STDOUT_FILENO, STDERR_FILENO) : (STDERR_FILENO, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, end, kept)
        unsafe posix_spawn_file_actions_addopen(&actions, other, "/dev/null", O_WRONLY, 0)
        if let directory { unsafe tf_spawn_in_directory(&actions, directory) }
        var child = pid_t()
        let error = unsafe withCStrings(words) { arguments in
            guard let environment else {
                return unsafe posix_spawnp(&child, words[0], &actions, nil, arguments, environ)
            }
            return unsafe withCStrings(environment) { environment in
                unsafe posix_spawnp(&child, words[0], &actions, nil, arguments, environment)
            }
        }
        guard error == 0 else { throw SystemError("cannot run '\(words[0])'", code: error) }
        return child
    }

    /// As exec(3) takes them, with a null after the last one.
    private static func withCStrings(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt
    ) -> CInt {
        var pointers = unsafe strings.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { for index in strings.indices { unsafe free(pointers[index]) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
    }

    private static func read(
        _ file: File, limit: Int, until deadline: Double, _ name: String
    ) throws(SystemError) -> [UInt8] {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            var entry = pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0)
            let left = max(0, deadline - SystemClock().monotonic)
            let ready = retryingInterrupts { unsafe poll(&entry, 1, CInt(clamping: Int(left * 1000))) }
            guard ready != 0 else { throw SystemError("cannot wait for '\(name)'", code: ETIMEDOUT) }
            let count = try unsafe chunk.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
                try unsafe Descriptor.read(file.descriptor, into: UnsafeMutableRawBufferPointer(buffer))
            }
            if count == 0 { return output }
            output.append(contentsOf: chunk[..<count])
            guard output.count <= limit else { throw SystemError("cannot read what '\(name)' prints", code: EFBIG) }
        }
    }

    /// Starts a program, found in the PATH like a shell's, with nothing on its standard input; what it prints goes to
    /// standard error. Signals that this process holds back reach it. It leads a process group of its own, so that it
    /// can be ended with all that it has started.
    ///
    /// - Parameters:
    ///   - additions: to the environment.
    ///   - output: what takes the place of its standard output.
    ///   - errors: of its standard error.
    package static func start(
        _ words: [String], environment additions: [String: String], printingTo output: CInt = STDERR_FILENO,
        errors: CInt = STDERR_FILENO
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var child = pid_t()
        let error = unsafe withCStrings(words) { arguments in
            unsafe withCStrings(environment(with: additions)) { environment in
                unsafe posix_spawnp(&child, words[0], &actions, &attributes, arguments, environment)
            }
        }
        guard error == 0 else { throw SystemError("cannot run '\(words[0])'", code: error) }
        return child
    }

    private static func environment(with additions: [String: String]) -> [String] {
        var entries: [String] = []
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            if additions[String(text.prefix { $0 != "=" })] == nil { entries.append(text) }
            unsafe next += 1
        }
        return entries + additions.map { "\($0)=\($1)" }
    }

    /// Waits for its end. Its status as a shell would tell it.
    package static func wait(for child: pid_t) -> CInt {
        var status: CInt = 0
        guard retryingInterrupts({ unsafe waitpid(child, &status, 0) }) == child else { return -1 }
        // WIFEXITED, WEXITSTATUS and WTERMSIG of <sys/wait.h>, macros that Swift does not see.
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}

/// A process, not necessarily a child, whose end can be waited for (pidfd_open(2)).
package final class ProcessWatch {
    /// Readable once the process has ended; nil where it had ended before.
    private let file: File?

    package init(_ process: pid_t) throws(SystemError) {
        let descriptor = tf_pidfd_open(process)
        guard descriptor >= 0 || errno == ESRCH else { throw SystemError("cannot watch process \(process)") }
        file = descriptor >= 0 ? File(owning: descriptor) : nil
    }

    package var descriptor: CInt? { file?.descriptor }

    package var hasEnded: Bool { file.map { Descriptor.isReadable($0.descriptor) } ?? true }
}
