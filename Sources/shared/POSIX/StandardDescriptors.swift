internal import Glibc

package enum StandardDescriptors {
    /// Fills descriptors 0 to 2 where they are closed (`>&-`), so that no file that is opened later takes their place.
    /// What stands there then fails with EBADF, as a closed one does: it is open the wrong way round.
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
