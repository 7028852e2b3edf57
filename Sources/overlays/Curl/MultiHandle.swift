internal import CCurl
internal import Glibc
package import POSIX

/// Owns a multi handle of libcurl: many transfers on one thread. It does its own waiting (libcurl-multi(3), "multi
/// socket"), so that libcurl looks at the sockets that are ready, and at no others.
@safe package final class MultiHandle {
    /// Made for the first transfer: without one libcurl is not even loaded.
    private var made: UnsafeMutableRawPointer?
    private let connections: Int
    private let clock: any Clock
    /// What is added stays alive until it is taken out.
    private var running: [ObjectIdentifier: EasyHandle] = [:]
    private var sockets = SocketSet()
    /// When libcurl wants to be called again, on the monotonic clock.
    private var timerDue: Double?
    private let wakeUpEvent = Event()
    /// For how long the process had been stopped when the transfers heard of it.
    private var stopped = 0.0

    /// Those that take nothing for now, in the order of their turns.
    private var held: [EasyHandle] = []
    /// While it works: whether more may be taken from the network.
    private var mayGoOn: (() -> Bool)?

    /// Times in a row that transfers which are due at once get their turn.
    private static let mostRounds = 4

    /// a descriptor to wait for besides the transfers' own.
    package struct Watched {
        package let descriptor: Int32
        package var isReady = false

        package init(_ descriptor: Int32) { self.descriptor = descriptor }
    }

    /// `connections`: how many of them are kept open.
    package init(connections: Int, clock: any Clock) {
        self.connections = connections
        self.clock = clock
    }

    deinit {
        guard let made = unsafe made else { return }
        for easy in running.values { unsafe curl_multi_remove_handle(made, easy.handle) }
        unsafe curl_multi_cleanup(made)
    }

    private var handle: UnsafeMutableRawPointer {
        if let made = unsafe made { return unsafe made }
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let handle = unsafe curl_multi_init()
        else { fatalError("no memory for transfers") }
        unsafe made = unsafe handle
        unsafe Self.check(tfcurl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, connections))
        unsafe setCallbacks(handle)
        return unsafe handle
    }

    private func setCallbacks(_ handle: UnsafeMutableRawPointer) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe Self.check(tfcurl_multi_set_pointer(handle, CURLMOPT_SOCKETDATA, context))
        unsafe Self.check(tfcurl_multi_set_pointer(handle, CURLMOPT_TIMERDATA, context))
        unsafe Self.check(
            tfcurl_multi_set_socket_callback(handle) { _, socket, wish, context, _ in
                unsafe MultiHandle.owner(context).sockets.set(socket, wish)
                return 0
            })
        unsafe Self.check(
            tfcurl_multi_set_timer_callback(handle) { _, milliseconds, context in
                let multi = unsafe MultiHandle.owner(context)
                multi.timerDue = milliseconds < 0 ? nil : multi.clock.monotonic + Double(milliseconds) / 1000
                return 0
            })
    }

    /// What is refused here leaves transfers that would never be waited for.
    private static func check(_ code: CURLMcode) {
        guard code == CURLM_OK else {
            fatalError("libcurl refuses to work: \(unsafe String(cString: curl_multi_strerror(code)))")
        }
    }

    private static func owner(_ context: UnsafeMutableRawPointer?) -> MultiHandle {
        unsafe Unmanaged<MultiHandle>.fromOpaque(context!).takeUnretainedValue()
    }

    /// Takes a transfer in; it begins with the next `perform`.
    package func add(_ easy: EasyHandle) {
        running[ObjectIdentifier(easy)] = easy
        easy.multi = self
        unsafe Self.check(curl_multi_add_handle(handle, easy.handle))
    }

    /// Takes a transfer out, ended or not.
    package func remove(_ easy: EasyHandle) {
        unsafe curl_multi_remove_handle(handle, easy.handle)
        running[ObjectIdentifier(easy)] = nil
        held.removeAll { $0 === easy }
        easy.detach()
    }

    /// Takes out the transfer whose answer this one gets; nil where there is none.
    package func remove(for receiver: any AnswerReceiver) -> EasyHandle? {
        guard let easy = running.values.first(where: { $0.receiver === receiver }) else { return nil }
        remove(easy)
        return easy
    }

    /// Takes all transfers out.
    package func removeAll() {
        for easy in running.values { remove(easy) }
    }

    /// Does what can be done without waiting: with what the last `wait` found ready, and what is due by time.
    ///
    /// - Parameter mayGoOn: whether more may be taken from the network; asked before each further round.
    package func perform(while mayGoOn: () -> Bool = { true }) {
        withoutActuallyEscaping(mayGoOn) { mayGoOn in
            self.mayGoOn = mayGoOn
            defer { self.mayGoOn = nil }
            performRounds()
        }
    }

    private func performRounds() {
        var count: Int32 = 0
        extendLimits()
        goOnWithHeld()
        for (socket, events) in sockets.takeReady() where sockets.contains(socket) {
            unsafe curl_multi_socket_action(handle, socket, events, &count)
        }
        // One that is due at once asks for the next at once: a transfer goes through several states. So does one whose
        // socket has more, without end where the network is faster than we are: signals and others get their turn.
        for _ in 0..<Self.mostRounds {
            guard let due = timerDue, due <= clock.monotonic, mayTakeMore else { return }
            timerDue = nil
            unsafe curl_multi_socket_action(handle, CURL_SOCKET_TIMEOUT, 0, &count)
        }
    }

    // MARK: - Transfers that are held back

    /// Whether more may be taken from the network.
    var mayTakeMore: Bool { mayGoOn?() ?? true }

    /// The transfer takes nothing until its turn comes.
    func hold(_ easy: EasyHandle) {
        guard !held.contains(where: { $0 === easy }), easy.pause() else { return }
        held.append(easy)
    }

    /// One after the other: together they would bring a buffer each.
    private func goOnWithHeld() {
        var count: Int32 = 0
        for _ in 0..<held.count where mayTakeMore {
            held.removeFirst().resume()
            unsafe curl_multi_socket_action(handle, CURL_SOCKET_TIMEOUT, 0, &count)
        }
    }

    /// libcurl's clock goes on while the process is stopped: the transfers get that time back before it looks.
    private func extendLimits() {
        let pause = clock.stopped - stopped
        guard pause > 0 else { return }
        stopped += pause
        for easy in running.values { easy.extendLimits(by: pause) }
    }

    /// Gives all transfers that run other limits of their speed. They keep their buffers: those with large ones take
    /// turns.
    package func adjust(_ settings: TransferSettings) {
        for easy in running.values {
            easy.adjust(settings)
            if easy.isToBeHeld { hold(easy) }
        }
    }

    /// The next transfer that has ended, who got its answer, and how it ended. It is still to be removed.
    package func nextEnded() -> (easy: EasyHandle, receiver: any AnswerReceiver, failure: CurlFailure?)? {
        guard let made = unsafe made else { return nil }
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(made, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            var owner: UnsafeMutableRawPointer?
            _ = unsafe tfcurl_get_pointer(easy, CURLINFO_PRIVATE, &owner)
            let ended = unsafe EasyHandle.owner(owner)
            guard let receiver = ended.receiver else { continue }
            return unsafe (ended, receiver, ended.failure(tfcurl_message_result(message)))
        }
        return nil
    }

    /// Waits for the transfers, the watched descriptors, a wake-up, or until the time has passed.
    package func wait(_ watched: inout [Watched], milliseconds: Int32) {
        var timeout = held.isEmpty ? milliseconds : 0
        if let due = timerDue {
            timeout = min(timeout, Int32(max(0, min((due - clock.monotonic) * 1000, 60_000)).rounded(.up)))
        }
        sockets.wait(wakeUpEvent, &watched, milliseconds: timeout, transfers: true)
    }

    /// Waits without letting the transfers go on: for the watched descriptors, a wake-up, or until the time has passed.
    package func pause(_ watched: inout [Watched], milliseconds: Int32) {
        sockets.wait(wakeUpEvent, &watched, milliseconds: milliseconds, transfers: false)
    }

    /// Ends a `wait` from another thread.
    package func wakeUp() { wakeUpEvent.signal() }
}

// `wakeUp` is the one function that another thread may call; all others belong to the thread of the loop.
extension MultiHandle: @unchecked Sendable {}
