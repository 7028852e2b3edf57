internal import CCurl
internal import Glibc

/// Owns a multi handle of libcurl: many transfers on one thread.
@safe package final class MultiHandle {
    private let handle: UnsafeMutableRawPointer
    /// What is added stays alive until it is taken out.
    private var running: [ObjectIdentifier: EasyHandle] = [:]

    /// A descriptor to wait for beside the transfers' own.
    package struct Watched {
        package let descriptor: Int32
        package let forWriting: Bool
        package var isReady = false

        package init(_ descriptor: Int32, forWriting: Bool = false) {
            self.descriptor = descriptor
            self.forWriting = forWriting
        }
    }

    /// `connections`: how many of them are kept open.
    package init(connections: Int) {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let handle = unsafe curl_multi_init()
        else { fatalError("no memory for transfers") }
        unsafe self.handle = unsafe handle
        _ = unsafe tfcurl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, connections)
    }

    deinit {
        for easy in running.values { unsafe curl_multi_remove_handle(handle, easy.handle) }
        unsafe curl_multi_cleanup(handle)
    }

    package func add(_ easy: EasyHandle) {
        running[ObjectIdentifier(easy)] = easy
        unsafe curl_multi_add_handle(handle, easy.handle)
    }

    /// Takes a transfer out, ended or not.
    package func remove(_ easy: EasyHandle) {
        unsafe curl_multi_remove_handle(handle, easy.handle)
        running[ObjectIdentifier(easy)] = nil
    }

    /// Does what can be done without waiting.
    package func perform() {
        var count: Int32 = 0
        unsafe curl_multi_perform(handle, &count)
    }

    /// The next transfer that has ended, and how. It is still to be removed.
    package func nextEnded() -> (easy: EasyHandle, failure: CurlFailure?)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(handle, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            var owner: UnsafeMutableRawPointer?
            _ = unsafe tfcurl_get_pointer(easy, CURLINFO_PRIVATE, &owner)
            return unsafe (EasyHandle.owner(owner), CurlFailure(tfcurl_message_result(message)))
        }
        return nil
    }

    /// Waits for the transfers, the watched descriptors, a wake-up, or until the time is over.
    package func wait(_ watched: inout [Watched], milliseconds: Int32) {
        var entries = watched.map {
            curl_waitfd(
                fd: $0.descriptor, events: Int16($0.forWriting ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN), revents: 0)
        }
        unsafe curl_multi_poll(handle, &entries, UInt32(entries.count), milliseconds, nil)
        for index in watched.indices { watched[index].isReady = entries[index].revents != 0 }
    }

    /// Waits without letting the transfers go on: for the watched descriptors, or until the time is over.
    package func pause(_ watched: inout [Watched], milliseconds: Int32) {
        var entries = watched.map {
            pollfd(fd: $0.descriptor, events: Int16($0.forWriting ? POLLOUT : POLLIN), revents: 0)
        }
        guard unsafe poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return }
        for index in watched.indices { watched[index].isReady = entries[index].revents != 0 }
    }

    /// Ends a `wait` from another thread.
    package func wakeUp() { unsafe curl_multi_wakeup(handle) }
}

// `wakeUp` is the one function that another thread may call (libcurl's manual, curl_multi_wakeup); all others belong to
// the thread of the loop.
extension MultiHandle: @unchecked Sendable {}
