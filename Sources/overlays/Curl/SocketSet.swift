internal import CCurl
internal import Glibc
internal import POSIX

/// The sockets that libcurl waits for, and which of them are ready.
@safe struct SocketSet {
    private var entries: [pollfd] = []
    private var places: [Int32: Int] = [:]
    private var ready: [(socket: Int32, events: Int32)] = []

    func contains(_ socket: Int32) -> Bool { places[socket] != nil }

    /// What libcurl wants of a socket (CURL_POLL_IN and its like); to remove it is one too.
    mutating func set(_ socket: Int32, _ wish: Int32) {
        guard wish != CURL_POLL_REMOVE else { return remove(socket) }
        let events = (wish & CURL_POLL_IN != 0 ? POLLIN : 0) | (wish & CURL_POLL_OUT != 0 ? POLLOUT : 0)
        if let place = places[socket] {
            entries[place].events = Int16(events)
        } else {
            places[socket] = entries.count
            entries.append(pollfd(fd: socket, events: Int16(events), revents: 0))
        }
    }

    private mutating func remove(_ socket: Int32) {
        guard let place = places.removeValue(forKey: socket), let last = entries.popLast(), last.fd != socket else {
            return
        }
        entries[place] = last
        places[last.fd] = place
    }

    /// The sockets that were ready, with what they are ready for (CURL_CSELECT_IN and its like); once.
    mutating func takeReady() -> [(socket: Int32, events: Int32)] {
        defer { ready.removeAll(keepingCapacity: true) }
        return ready
    }

    /// Waits for the sockets (where `transfers` is true), the event and the watched descriptors.
    mutating func wait(
        _ event: Event, _ watched: inout [MultiHandle.Watched], milliseconds: Int32, transfers: Bool
    ) {
        let count = transfers ? entries.count : 0
        var all = Array(entries.prefix(count))
        all.append(pollfd(fd: event.descriptor, events: Int16(POLLIN), revents: 0))
        for one in watched { all.append(pollfd(fd: one.descriptor, events: Int16(POLLIN), revents: 0)) }
        guard unsafe poll(&all, nfds_t(all.count), milliseconds) > 0 else { return }
        for entry in all.prefix(count) where entry.revents != 0 { ready.append((entry.fd, Self.events(entry.revents))) }
        if all[count].revents != 0 { event.wait() }
        for index in watched.indices { watched[index].isReady = all[count + 1 + index].revents != 0 }
    }

    private static func events(_ revents: Int16) -> Int32 {
        let revents = Int32(revents)
        return (revents & (POLLIN | POLLHUP) != 0 ? CURL_CSELECT_IN : 0)
            | (revents & POLLOUT != 0 ? CURL_CSELECT_OUT : 0)
            | (revents & (POLLERR | POLLNVAL) != 0 ? CURL_CSELECT_ERR : 0)
    }
}
