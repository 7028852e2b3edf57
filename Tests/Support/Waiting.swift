internal import Glibc

/// What another process was to do has not come in time.
package struct WaitedInVain: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

/// How long a test waits for another process, in seconds: long enough for a machine that is busy.
package let longestWait = 60.0

/// Waits for what another process or thread does; throws where it has not come in time.
package func wait(for what: String, until isThere: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(longestWait)
    while try !isThere() {
        guard ContinuousClock.now < end else { throw WaitedInVain(description: "\(what): not within \(longestWait) s") }
        usleep(1000)
    }
}

/// Waits until a descriptor can be read, or has ended.
package func waitForInput(of descriptor: CInt) throws {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&watched, 1, CInt(longestWait * 1000)) != 0 else {
        throw WaitedInVain(description: "nothing to read within \(longestWait) s")
    }
}
